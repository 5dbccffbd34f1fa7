package tcp_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"simlua.example/core"
)

// --- what servers do

func idle(env core.Env) error { return sleeps(env, nil) }

func sleeps(env core.Env, _ core.Conn) error { return env.Sleep(time.Hour) }

func listens(env core.Env) error {
	if _, err := env.Listen(443); err != nil {
		return err
	}
	return idle(env)
}

func streams(env core.Env, c core.Conn) error {
	for i := range 50 {
		if err := c.Write(fmt.Appendln(nil, "event", i)); err != nil {
			return err
		}
		if err := env.Sleep(10 * time.Millisecond); err != nil {
			return err
		}
	}
	return c.Close()
}

func countsThenAnswers(_ core.Env, c core.Conn) error {
	all, err := readAll(c)
	if err != nil {
		return err
	}
	return errors.Join(c.Write(fmt.Append(nil, len(all))), c.Close())
}

func readsSlowly(env core.Env, c core.Conn) error {
	n := 0
	for {
		if err := env.Sleep(time.Second); err != nil {
			return err
		}
		got, err := c.Read(make([]byte, 30_000), core.Forever)
		if n += got; err == io.EOF {
			return errors.Join(c.Write(fmt.Append(nil, n)), c.Close())
		}
		if err != nil {
			return err
		}
	}
}

func readsLetters(_ core.Env, c core.Conn) error {
	all, err := readAll(c)
	if err != nil {
		return err
	}
	runs := 1
	for i := 1; i < len(all); i++ {
		if all[i] != all[i-1] {
			runs++
		}
	}
	return errors.Join(c.Write(fmt.Append(nil, runs)), c.Close())
}

func closesListener(env core.Env) error {
	l, err := env.Listen(443)
	if err == nil {
		err = env.Sleep(time.Second)
	}
	if err == nil {
		err = l.Close()
	}
	if err == nil {
		_, err = l.Accept(core.Forever)
		err = want(err, core.ErrClosed, "accept on server.lab:443: closed")
	}
	if err == nil {
		_, err = env.Listen(443)
	}
	if err != nil {
		return err
	}
	return idle(env)
}

func closesUnread(env core.Env, c core.Conn) error {
	if err := env.Sleep(time.Second); err != nil {
		return err
	}
	return c.Close()
}

func acceptsAndReturns(env core.Env) error {
	l, err := env.Listen(443)
	if err == nil {
		_, err = l.Accept(core.Forever)
	}
	return err
}

// --- what clients do

func dials(address string, kind error, text string) func(core.Env) error {
	return func(env core.Env) error {
		_, err := env.Dial(address, core.Forever)
		return want(err, kind, "connect to "+address+": "+text)
	}
}

func asks(_ core.Env, c core.Conn) error { return ask(c, "hello") }

func readsNothing(env core.Env, c core.Conn) error {
	if err := c.Write([]byte("hello")); err != nil {
		return err
	}
	start := env.Now()
	_, err := c.Read(make([]byte, 10), 2*time.Second)
	if took := env.Now() - start; took != 2*time.Second {
		return fmt.Errorf("a read of 2 s took %v", took)
	}
	return want(err, core.ErrTimeout, "read from server.lab:443: timeout")
}

// asksALot writes 200,000 bytes in pieces of all sizes and wants them back.
func asksALot(env core.Env, c core.Conn) error {
	sent := make([]byte, 200_000)
	for i := range sent {
		sent[i] = byte(i * i >> 8)
	}
	env.Go("writer", func() error {
		for rest, n := sent, 1; len(rest) > 0; n = n*3%4001 + 1 {
			n = min(n, len(rest))
			if err := c.Write(rest[:n]); err != nil {
				return err
			}
			rest = rest[n:]
		}
		return c.CloseWrite()
	})
	got, err := readAll(c)
	if err != nil {
		return err
	}
	if string(got) != string(sent) {
		return fmt.Errorf("got %d bytes, and not those of the %d sent", len(got), len(sent))
	}
	return c.Close()
}

// inParallel runs fn over n connections, each dialled by a process of its own.
func inParallel(n int, fn func(core.Env, core.Conn) error) func(core.Env) error {
	return func(env core.Env) error {
		done := env.NewFuture()
		left := n
		for range n {
			env.Go("caller", func() error {
				if err := call(fn)(env); err != nil {
					return err
				}
				if left--; left == 0 {
					done.Set(nil)
				}
				return nil
			})
		}
		_, err := done.Wait(core.Forever)
		return err
	}
}

func ownPorts(env core.Env) error {
	for port := 10000; port < 10010; port++ {
		c, err := env.Dial("server.lab:443", core.Forever)
		if err != nil {
			return err
		}
		if c.Local().Port != port {
			return fmt.Errorf("port %d, want %d", c.Local().Port, port)
		}
	}
	return nil
}

func subscribes(_ core.Env, c core.Conn) error {
	got, err := readAll(c)
	if err != nil {
		return err
	}
	if n := strings.Count(string(got), "event"); n != 50 || !strings.HasSuffix(string(got), "event 49\n") {
		return fmt.Errorf("%d events, the last bytes are %q", n, got[max(0, len(got)-10):])
	}
	return nil
}

func asksHowMany(_ core.Env, c core.Conn) error {
	if err := errors.Join(c.Write([]byte("12345")), c.CloseWrite(), c.CloseWrite()); err != nil {
		return err
	}
	if err := want(c.Write([]byte("6")), core.ErrClosed, "write to server.lab:443: closed"); err != nil {
		return err
	}
	return says(c, "5")
}

func writesALot(env core.Env, c core.Conn) error {
	start := env.Now()
	for range 50 {
		if err := c.Write(make([]byte, 10_000)); err != nil {
			return err
		}
	}
	if took := env.Now() - start; took < 10*time.Second {
		return fmt.Errorf("the writes took only %v, though the reader is slow", took)
	}
	if err := c.CloseWrite(); err != nil {
		return err
	}
	return says(c, "500000")
}

// writesFromMany writes far more than the buffers hold, while other processes
// come along at all times, also between an ACK and the writer's turn, with a
// byte of their own: none may get in between.
func writesFromMany(env core.Env, c core.Conn) error {
	const others = 60
	done := env.NewFuture()
	left := others
	for i := range others {
		env.Go("writer", func() error {
			for range i {
				if err := env.Sleep(10 * time.Millisecond); err != nil {
					return err
				}
			}
			err := c.Write([]byte("b"))
			if left--; left == 0 {
				done.Set(nil)
			}
			return err
		})
	}
	if err := c.Write([]byte(strings.Repeat("a", 500_000))); err != nil {
		return err
	}
	if _, err := done.Wait(core.Forever); err != nil {
		return err
	}
	if err := c.CloseWrite(); err != nil {
		return err
	}
	return says(c, "2")
}

func talksToItself(env core.Env) error {
	l, err := env.Listen(10000)
	if err != nil {
		return err
	}
	env.Go("server", func() error {
		c, err := l.Accept(core.Forever)
		if err != nil {
			return err
		}
		return countsThenAnswers(env, c)
	})
	c, err := env.Dial("client.home:10000", core.Forever)
	if err != nil {
		return err
	}
	if c.Local().Port == 10000 {
		return errors.New("an outgoing connection took a listener's port")
	}
	if err := errors.Join(c.Write([]byte("abc")), c.CloseWrite()); err != nil {
		return err
	}
	return says(c, "3")
}

func usesAfterClose(_ core.Env, c core.Conn) error {
	if err := errors.Join(c.Close(), c.Close(), c.CloseWrite()); err != nil {
		return err
	}
	_, err := c.Read(make([]byte, 1), core.Forever)
	return errors.Join(want(err, core.ErrClosed, "read from server.lab:443: closed"),
		want(c.Write([]byte("x")), core.ErrClosed, "write to server.lab:443: closed"))
}

func listensTwice(env core.Env) error {
	l, err := env.Listen(443)
	if err != nil {
		return err
	}
	_, err = env.Listen(443)
	if err := want(err, core.ErrInUse, "listen on client.home:443: address in use"); err != nil {
		return err
	}
	if _, err := l.Accept(time.Second); !errors.Is(err, core.ErrTimeout) {
		return fmt.Errorf("accept: %w", err)
	}
	if err := l.Close(); err != nil {
		return err
	}
	_, err = env.Listen(443)
	return err
}

func isReset(_ core.Env, c core.Conn) error {
	_, err := c.Read(make([]byte, 1), core.Forever)
	return want(err, core.ErrReset, "read from server.lab:443: connection reset")
}

func asksAndIsReset(env core.Env, c core.Conn) error {
	if err := c.Write([]byte("hello")); err != nil {
		return err
	}
	if err := isReset(env, c); err != nil {
		return err
	}
	return want(c.Write([]byte("hello")), core.ErrReset, "write to server.lab:443: connection reset")
}

func readsEnd(_ core.Env, c core.Conn) error { return says(c, "") }

func knowsAddresses(_ core.Env, c core.Conn) error {
	if got := c.Local().String() + " " + c.Remote().String(); got != "client.home:10000 server.lab:443" {
		return fmt.Errorf("the ends are %s", got)
	}
	return nil
}
