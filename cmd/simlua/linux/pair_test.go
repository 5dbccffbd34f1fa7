//go:build linux

package linux

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// pair is two hosts and what lies between them: a connects, b listens.
type pair struct {
	a, b       *host
	relay      *relay
	congestion string // of a, who sends

	mu   sync.Mutex
	open []io.Closer // sockets: each keeps its namespace
}

const server = "10.0.0.2:443"

// churn is held while namespaces come and go: the kernel does that one at a
// time, waiting for threads that ours may keep from the CPU.
var churn sync.Mutex

func newPair(e experiment, seed uint64) (*pair, error) {
	churn.Lock()
	defer churn.Unlock()
	a, err := newHost("10.0.0.1", e.timestamps)
	if err != nil {
		return nil, err
	}
	b, err := newHost("10.0.0.2", e.timestamps)
	if err != nil {
		a.close()
		return nil, err
	}
	return &pair{a: a, b: b, relay: newRelay(a, b, e.link, seed), congestion: e.congestion}, nil
}

func (p *pair) close() {
	p.mu.Lock()
	for _, c := range p.open {
		if c, ok := c.(*net.TCPConn); ok {
			c.SetLinger(0) // leaves no socket behind that has a FIN to send
		}
		c.Close()
	}
	p.mu.Unlock()
	p.relay.stop()
	churn.Lock()
	defer churn.Unlock()
	p.a.close()
	p.b.close()
}

func (p *pair) keep(c io.Closer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = append(p.open, c)
}

// listen hands b's end of the next connection to fn.
func (p *pair) listen(fn func(net.Conn)) error {
	l, err := p.b.listen(server)
	if err != nil {
		return err
	}
	p.keep(l)
	go func() {
		if c, err := l.Accept(); err == nil {
			p.keep(c)
			fn(c)
		}
	}()
	return nil
}

func (p *pair) dial() (net.Conn, error) {
	c, err := p.a.dial(server, p.congestion)
	if err != nil {
		return nil, err
	}
	p.keep(c)
	return c, nil
}

// goodput is what a transfer of so long brings after its first tenth, in bytes
// a second.
func (p *pair) goodput(long time.Duration) (float64, error) {
	received := new(counter)
	if err := p.listen(func(c net.Conn) { io.Copy(received, c) }); err != nil {
		return 0, err
	}
	c, err := p.dial()
	if err != nil {
		return 0, err
	}
	go io.Copy(c, zeros{})
	time.Sleep(long / 10)
	n, begun := received.n.Load(), time.Now()
	time.Sleep(long * 9 / 10)
	return float64(received.n.Load()-n) / time.Since(begun).Seconds(), nil
}

// transfer is how long it takes to connect and to bring so many bytes.
func (p *pair) transfer(bytes int) (time.Duration, error) {
	done := make(chan error, 1)
	err := p.listen(func(c net.Conn) {
		_, err := io.CopyN(io.Discard, c, int64(bytes))
		done <- err
	})
	if err != nil {
		return 0, err
	}
	begun := time.Now()
	c, err := p.dial()
	if err != nil {
		return 0, err
	}
	if _, err := c.Write(make([]byte, bytes)); err != nil {
		return 0, err
	}
	err = <-done
	return time.Since(begun), err
}

// counter counts what is written to it.
type counter struct{ n atomic.Int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n.Add(int64(len(p)))
	return len(p), nil
}

// zeros never end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }
