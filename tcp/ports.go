package tcp

// ports hands out the local ports of outgoing connections, upward from first
// and round again, so that a port is used anew as late as possible.
type ports struct {
	first int
	last  int      // handed out last
	used  []uint64 // a bit for each port from first on
}

// take finds a port that is not in use and that free agrees to.
func (p *ports) take(free func(port int) bool) (int, bool) {
	port := max(p.last, p.first-1)
	for range maxPort - p.first + 1 {
		if port++; port > maxPort {
			port = p.first
		}
		if word, bit := p.at(port); p.used[word]&bit == 0 && free(port) {
			p.used[word] |= bit
			p.last = port
			return port, true
		}
	}
	return 0, false
}

// release gives a port back.
func (p *ports) release(port int) {
	word, bit := p.at(port)
	p.used[word] &^= bit
}

// at finds the bit of a port, making room for it.
func (p *ports) at(port int) (word int, bit uint64) {
	i := port - p.first
	for i/64 >= len(p.used) {
		p.used = append(p.used, 0)
	}
	return i / 64, 1 << (i % 64)
}
