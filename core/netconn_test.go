package core_test

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
)

// overNet plays a client and a server that have a connection as a net.Conn,
// 10 ms apart.
func overNet(t *testing.T, client, server func(d *diary, env core.Env, c net.Conn) error) *diary {
	t.Helper()
	var d diary
	s := &core.Scenario{
		Links: []core.LinkSpec{{A: "lan", B: "lan", AtoB: core.Profile{Delay: core.ConstantDelay(10 * time.Millisecond)}}},
		Services: []core.ServiceSpec{
			service("server.lan", func(env core.Env) error {
				l, err := env.Listen(80)
				if err != nil {
					return err
				}
				c, err := l.Accept(core.Forever)
				if err != nil {
					return err
				}
				return server(&d, env, core.NetConn(env, c))
			}),
			bot("client.lan", func(env core.Env) error {
				c, err := env.Dial("server.lan:80", core.Forever)
				if err != nil {
					return err
				}
				return client(&d, env, core.NetConn(env, c))
			}),
		},
	}
	coretest.Run(t, s, 1)
	return &d
}

// read reads once, and writes down what came of it.
func read(d *diary, env core.Env, c net.Conn) error {
	b := make([]byte, 10)
	n, err := c.Read(b)
	d.write(env, "read %q %v", b[:n], err)
	return err
}

// late is a server that answers 100 ms after it was asked.
func late(_ *diary, env core.Env, c net.Conn) error {
	b := make([]byte, 10)
	n, err := c.Read(b)
	if err != nil {
		return err
	}
	_ = env.Sleep(100 * time.Millisecond)
	_, err = c.Write(b[:n])
	_ = env.Sleep(time.Second)
	return err
}

func ask(c net.Conn) error {
	_, err := c.Write([]byte("hello"))
	return err
}

func TestNetConnReadDeadline(t *testing.T) {
	d := overNet(t, func(d *diary, env core.Env, c net.Conn) error {
		if err := ask(c); err != nil {
			return err
		}
		_ = c.SetReadDeadline(core.Time(env).Add(50 * time.Millisecond))
		err := read(d, env, c)
		var timeout net.Error
		if !errors.Is(err, os.ErrDeadlineExceeded) || !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("%v is no timeout", err)
		}
		_ = env.Sleep(100 * time.Millisecond)
		_ = read(d, env, c) // still over, although something is there
		_ = c.SetReadDeadline(time.Time{})
		return read(d, env, c) // nothing was lost
	}, late)
	d.want(t,
		`70ms client.lan read "" read tcp client.lan:10000->server.lan:80: i/o timeout`,
		`170ms client.lan read "" read tcp client.lan:10000->server.lan:80: i/o timeout`,
		`170ms client.lan read "hello" <nil>`)
}

// TestNetConnDeadlineOfNobody sets deadlines that come when nobody reads: they
// disturb no other waiting.
func TestNetConnDeadlineOfNobody(t *testing.T) {
	d := overNet(t, func(d *diary, env core.Env, c net.Conn) error {
		_ = c.SetReadDeadline(core.Time(env).Add(time.Second))
		if err := ask(c); err != nil {
			return err
		}
		_ = read(d, env, c)
		_ = c.SetReadDeadline(core.Time(env).Add(-time.Second))
		err := env.Sleep(time.Minute)
		d.write(env, "%v", err)
		return nil
	}, late)
	d.want(t, `140ms client.lan read "hello" <nil>`, `1m0.14s client.lan <nil>`)
}

// TestNetConnDeadlineMoves moves the deadline of a Read that waits: to later,
// to sooner, away, and into the past.
func TestNetConnDeadlineMoves(t *testing.T) {
	for _, moved := range []struct {
		name string
		to   func(env core.Env) time.Time // set after 30 ms
		want string
	}{
		{"later", func(env core.Env) time.Time { return core.Time(env).Add(60 * time.Millisecond) },
			`110ms client.lan read "" read tcp client.lan:10000->server.lan:80: i/o timeout`},
		{"sooner", func(env core.Env) time.Time { return core.Time(env).Add(time.Millisecond) },
			`51ms client.lan read "" read tcp client.lan:10000->server.lan:80: i/o timeout`},
		{"away", func(core.Env) time.Time { return time.Time{} }, `140ms client.lan read "hello" <nil>`},
		{"past", func(env core.Env) time.Time { return core.Time(env).Add(-time.Hour) },
			`50ms client.lan read "" read tcp client.lan:10000->server.lan:80: i/o timeout`},
		{"long ago", func(core.Env) time.Time { return time.Unix(1, 0) },
			`50ms client.lan read "" read tcp client.lan:10000->server.lan:80: i/o timeout`},
		{"wall clock", func(core.Env) time.Time { return time.Now() }, `140ms client.lan read "hello" <nil>`},
	} {
		t.Run(moved.name, func(t *testing.T) {
			d := overNet(t, func(d *diary, env core.Env, c net.Conn) error {
				env.Go("mover", func() error {
					_ = env.Sleep(30 * time.Millisecond)
					return c.SetDeadline(moved.to(env))
				})
				_ = c.SetReadDeadline(core.Time(env).Add(50 * time.Millisecond))
				if err := ask(c); err != nil {
					return err
				}
				_ = read(d, env, c)
				return nil
			}, late)
			d.want(t, moved.want)
		})
	}
}

func TestNetConnClose(t *testing.T) {
	d := overNet(t, func(d *diary, env core.Env, c net.Conn) error {
		env.Go("closer", func() error {
			_ = env.Sleep(5 * time.Millisecond)
			return c.Close()
		})
		calls := []func() error{
			func() error { return read(d, env, c) }, // waits when it happens
			func() error { return read(d, env, c) },
			func() error { return ask(c) },
			func() error { return c.SetDeadline(core.Time(env)) },
			func() error { return c.(interface{ CloseWrite() error }).CloseWrite() },
			c.Close,
		}
		for i, call := range calls {
			if err := call(); !errors.Is(err, net.ErrClosed) {
				t.Errorf("call %d: %v", i, err)
			}
		}
		return nil
	}, func(d *diary, env core.Env, c net.Conn) error {
		if err := read(d, env, c); err != io.EOF {
			t.Errorf("%v, want io.EOF itself", err)
		}
		return nil
	})
	d.want(t,
		`25ms client.lan read "" read tcp client.lan:10000->server.lan:80: use of closed network connection`,
		`25ms client.lan read "" read tcp client.lan:10000->server.lan:80: use of closed network connection`)
}

func TestNetConnHalfClose(t *testing.T) {
	d := overNet(t, func(d *diary, env core.Env, c net.Conn) error {
		if err := ask(c); err != nil {
			return err
		}
		if err := c.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
			return err
		}
		return read(d, env, c)
	}, func(_ *diary, _ core.Env, c net.Conn) error {
		all, err := io.ReadAll(c)
		if err != nil {
			return err
		}
		_, err = c.Write(append(all, '!'))
		return err
	})
	d.want(t, `40ms client.lan read "hello!" <nil>`)
}

// TestNetConnErrors shows that errors of the world are still there.
func TestNetConnErrors(t *testing.T) {
	overNet(t, func(d *diary, env core.Env, c net.Conn) error {
		if a, ok := c.RemoteAddr().(core.Address); !ok || a.Network() != "tcp" || a.String() != "server.lan:80" {
			t.Errorf("the other end is %#v", c.RemoteAddr())
		}
		_ = env.Sleep(50 * time.Millisecond)
		if err := ask(c); err != nil {
			return err
		}
		_ = env.Sleep(50 * time.Millisecond)
		err := read(d, env, c)
		if !errors.Is(err, core.ErrReset) || core.ErrorKind(err) != "reset" {
			t.Errorf("%v, want a reset", err)
		}
		return nil
	}, func(_ *diary, env core.Env, c net.Conn) error {
		if err := c.Close(); err != nil {
			return err
		}
		return env.Sleep(time.Second)
	})
}

// full is a connection whose send buffer is full until there is room.
type full struct {
	core.Conn
	room   *core.Future
	writes int
}

func (f *full) Local() core.Address  { return core.Address{Machine: "client.lan", Port: 10000} }
func (f *full) Remote() core.Address { return core.Address{Machine: "server.lan", Port: 80} }

func (f *full) Write([]byte) error {
	f.writes++
	_, err := f.room.Wait(core.Forever)
	return err
}

// TestNetConnWriteDeadline cuts a Write short, after 50 ms: the stream cannot
// go on then.
func TestNetConnWriteDeadline(t *testing.T) {
	const timeout = "write tcp client.lan:10000->server.lan:80: i/o timeout"
	for _, test := range []struct {
		name  string
		room  time.Duration // when there is some
		want  string
		calls int
	}{
		{"in time", 49 * time.Millisecond, "49ms client.lan <nil>, <nil>", 2},
		{"at the same moment", 50 * time.Millisecond, "50ms client.lan " + timeout + ", " + timeout, 1},
		{"too late", time.Second, "50ms client.lan " + timeout + ", " + timeout, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			var d diary
			engine := func(env core.Env) error {
				slow := &full{room: env.NewFuture()}
				env.Go("drain", func() error {
					_ = env.Sleep(test.room)
					slow.room.Set(nil)
					return nil
				})
				_ = env.Sleep(0)
				c := core.NetConn(env, slow)
				_ = c.SetWriteDeadline(core.Time(env).Add(50 * time.Millisecond))
				first := ask(c)
				_ = c.SetWriteDeadline(time.Time{})
				d.write(env, "%v, %v", first, ask(c))
				return nil
			}
			coretest.Run(t, &core.Scenario{Services: []core.ServiceSpec{bot("client.lan", engine)}}, 1)
			d.want(t, test.want)
		})
	}
}
