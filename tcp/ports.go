package tcp

import "simlua.example/core"

// ports hands out the local ports of outgoing connections, upward from first to
// last and round again, so that a port is used anew as late as possible. As in
// Linux a port is taken only towards the address and port it is connected to, and
// each boot begins elsewhere (RFC 6056, 3.3.3): one that had begun with the same
// would meet what peers still hold of the boot before.
type ports struct {
	first, last int
	latest      int // handed out
	taken       map[destination]int
}

// destination is where connections go to.
type destination struct {
	peer core.HostID
	port uint16
}

func (k key) destination() destination { return destination{k.peer, k.remote} }

// newPorts are those of a boot, from 1. The golden section puts boots far from each
// other, however many there are.
func newPorts(first, last, boot int) ports {
	size := last - first + 1
	begin := (boot - 1) * (size * 618 / 1000) % size
	return ports{first: first, last: last, latest: first + begin - 1, taken: map[destination]int{}}
}

// take completes a key with the next local port for which it is not in use, and
// says whether there is one.
func (p *ports) take(k *key, inUse func(key) bool) bool {
	size := p.last - p.first + 1
	if p.taken[k.destination()] == size {
		return false
	}
	for i := range size {
		k.local = uint16(p.first + (p.latest-p.first+1+i)%size)
		if !inUse(*k) {
			p.latest = int(k.local)
			p.taken[k.destination()]++
			return true
		}
	}
	return false
}

// release gives a port back.
func (p *ports) release(k key) {
	to := k.destination()
	if p.taken[to]--; p.taken[to] == 0 {
		delete(p.taken, to)
	}
}
