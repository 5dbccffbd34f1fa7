package core

import (
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"time"
)

// epoch is the date at the start of a run, for those who want one. Anything
// that libraries write for "long ago" lies before it.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// Time is Env.Monotonic as a time.Time: the clock by which a NetConn reads its
// deadlines. It starts at midnight of 1 January 2000, UTC, which means nothing.
func Time(env Env) time.Time { return epoch.Add(env.Monotonic()) }

// NetConn is a Conn as the standard library has it, for libraries that speak a
// protocol over a net.Conn. Processes of one service may share it, as
// goroutines may share others. Libraries that dial take a function:
//
//	dial := func(network, address string) (net.Conn, error) {
//		conn, err := env.Dial(address, core.Forever)
//		if err != nil {
//			return nil, err
//		}
//		return core.NetConn(env, conn), nil
//	}
//
// Deadlines are moments of Time(env): Time(env).Add(time.Second) is in a second,
// whenever it is set. A library that adds to time.Now gets a deadline that lies
// beyond the end of every run. A library that starts goroutines cannot be used.
//
// Errors are *net.OpError, around the error of the world, os.ErrDeadlineExceeded,
// or net.ErrClosed after Close; the end of the stream is io.EOF. A Write that its
// deadline ends returns 0 and may have queued some of its bytes: the
// connection is good for reading and closing then, and every later Write fails
// with the same error.
//
// The result has CloseWrite, as a *net.TCPConn has.
func NetConn(env Env, conn Conn) net.Conn {
	never := deadline{kernel: env.NewFuture().k, at: EndOfTime}
	return &netConn{conn: conn, reads: never, writes: never}
}

type netConn struct {
	conn          Conn
	reads, writes deadline
	closed        bool
	torn          error // of a Write that was cut short
}

func (c *netConn) LocalAddr() net.Addr  { return c.conn.Local() }
func (c *netConn) RemoteAddr() net.Addr { return c.conn.Remote() }

func (c *netConn) Read(p []byte) (n int, err error) {
	err = c.call("read", &c.reads, func() (err error) {
		n, err = c.conn.Read(p, Forever)
		return err
	})
	return n, err
}

func (c *netConn) Write(p []byte) (int, error) {
	if c.torn != nil && !c.closed {
		return 0, c.torn
	}
	expired := false
	err := c.call("write", &c.writes, func() error {
		err := c.conn.Write(p)
		expired = errors.Is(err, errDeadline)
		return err
	})
	if expired {
		c.torn = err
	}
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// CloseWrite ends this side's stream; reading goes on.
func (c *netConn) CloseWrite() error {
	if c.closed {
		return c.failed("close", net.ErrClosed)
	}
	return c.failed("close", c.conn.CloseWrite())
}

// Close ends both directions, and what waits for them.
func (c *netConn) Close() error {
	if c.closed {
		return c.failed("close", net.ErrClosed)
	}
	c.closed = true
	return c.failed("close", c.conn.Close())
}

func (c *netConn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

func (c *netConn) SetReadDeadline(t time.Time) error  { return c.set(&c.reads, t) }
func (c *netConn) SetWriteDeadline(t time.Time) error { return c.set(&c.writes, t) }

func (c *netConn) set(d *deadline, t time.Time) error {
	if c.closed {
		return c.failed("set", net.ErrClosed)
	}
	d.set(t)
	return nil
}

// call makes a call of the connection that may wait.
func (c *netConn) call(op string, d *deadline, fn func() error) error {
	if c.closed {
		return c.failed(op, net.ErrClosed)
	}
	return c.failed(op, d.bound(fn))
}

// failed is an error as the package net has it.
func (c *netConn) failed(op string, err error) error {
	switch {
	case err == nil, err == io.EOF:
		return err
	case errors.Is(err, errDeadline):
		err = os.ErrDeadlineExceeded
	case c.closed && errors.Is(err, ErrClosed):
		err = net.ErrClosed
	default:
		for _, k := range kinds {
			if errors.Is(err, k.err) {
				err = k.err // without the addresses, which the OpError has
			}
		}
	}
	return &net.OpError{Op: op, Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: err}
}

// errDeadline ends a wait whose deadline is over.
var errDeadline = errors.New("the deadline is over")

// deadline bounds the calls of one direction of a connection.
type deadline struct {
	kernel  *Kernel
	at      time.Duration
	waiting []*bounded
}

// bounded is a call that may be waiting.
type bounded struct {
	process *process
	timer   Timer
}

// Fire ends the call: the deadline is over.
func (b *bounded) Fire() { b.process.expire(errDeadline) }

func (d *deadline) set(t time.Time) {
	d.at = EndOfTime
	if !t.IsZero() {
		d.at = t.Sub(epoch)
	}
	for _, b := range d.waiting {
		b.timer.Stop()
		d.arm(b)
	}
}

func (d *deadline) arm(b *bounded) {
	if d.at != EndOfTime {
		b.timer = d.kernel.after(b.process.scope, d.at-d.kernel.Now(), b)
	}
}

// bound makes a call, which errDeadline ends when the deadline comes meanwhile.
func (d *deadline) bound(call func() error) error {
	if d.at <= d.kernel.Now() {
		return os.ErrDeadlineExceeded
	}
	b := &bounded{process: d.kernel.here()}
	d.waiting = append(d.waiting, b)
	d.arm(b)
	err := call()
	b.timer.Stop()
	d.waiting = slices.DeleteFunc(d.waiting, func(o *bounded) bool { return o == b })
	return err
}
