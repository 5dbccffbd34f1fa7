package coretest_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
)

// world is a server and a bot on two networks.
func world(server, client func(core.Env) error) *core.Scenario {
	boot := func(fn func(core.Env) error) func() (core.Engine, error) {
		return func() (core.Engine, error) { return core.EngineFunc(fn), nil }
	}
	return &core.Scenario{Name: "network",
		Links: []core.LinkSpec{{A: "out", B: "in", AtoB: core.ReverseLatency, BtoA: core.ReverseLatency}},
		Services: []core.ServiceSpec{
			{Machine: "server.in", Boot: boot(server)},
			{Machine: "lonely.nowhere", Boot: boot(idle)},
			{Machine: "client.out", Boot: boot(client), Bot: true},
		}}
}

func idle(env core.Env) error {
	_, err := env.NewFuture().Wait(core.Forever)
	return err
}

// serve gives every connection to fn.
func serve(fn func(core.Env, core.Conn) error) func(core.Env) error {
	return func(env core.Env) error {
		l, err := env.Listen(80)
		for err == nil {
			var c core.Conn
			if c, err = l.Accept(core.Forever); err == nil {
				env.Go("connection", func() error { return fn(env, c) })
			}
		}
		return err
	}
}

func echo(_ core.Env, c core.Conn) error {
	buffer := make([]byte, 16)
	for {
		n, err := c.Read(buffer, core.Forever)
		if err != nil {
			return c.Close()
		}
		if err := c.Write(buffer[:n]); err != nil {
			return err
		}
	}
}

// call dials the server and has fn use the connection.
func call(fn func(core.Env, core.Conn) error) func(core.Env) error {
	return func(env core.Env) error {
		c, err := env.Dial("server.in:80", 0)
		if err != nil {
			return err
		}
		return fn(env, c)
	}
}

// dials checks how Dial fails.
func dials(address string, timeout time.Duration, want error) func(core.Env) error {
	return func(env core.Env) error {
		_, err := env.Dial(address, timeout)
		return expect(err, want)
	}
}

func expect(err, want error) error {
	if !errors.Is(err, want) {
		return fmt.Errorf("got %w, want %v", err, want)
	}
	return nil
}

func read(c core.Conn) (string, error) {
	buffer := make([]byte, 1000)
	n, err := c.Read(buffer, time.Minute)
	return string(buffer[:n]), err
}

// readAll reads to the end of the stream.
func readAll(c core.Conn) (string, error) {
	var all strings.Builder
	for {
		s, err := read(c)
		all.WriteString(s)
		if err == io.EOF {
			return all.String(), nil
		}
		if err != nil {
			return all.String(), err
		}
	}
}

var networkTests = []struct {
	name           string
	server, client func(core.Env) error
}{
	{"no such machine", idle, dials("missing.in:80", 0, core.ErrNoRoute)},
	{"no link", idle, dials("lonely.nowhere:80", 0, core.ErrNoRoute)},
	{"refused", idle, dials("server.in:80", 0, core.ErrRefused)},
	{"timeout", idle, dials("server.in:80", time.Millisecond, core.ErrTimeout)},
	{"bytes that overtake each other are put right", serve(echo), call(func(_ core.Env, c core.Conn) error {
		want := ""
		for i := range 100 {
			word := fmt.Sprint(i, " ")
			want += word
			if err := c.Write([]byte(word)); err != nil {
				return err
			}
		}
		err := c.CloseWrite()
		if got, _ := readAll(c); got != want {
			err = fmt.Errorf("got %q", got)
		}
		return err
	})},
	{"the server ends the stream", serve(func(_ core.Env, c core.Conn) error {
		return errors.Join(c.Write([]byte("bye")), c.Close())
	}), call(func(env core.Env, c core.Conn) error {
		got, err := readAll(c)
		if got != "bye" {
			return fmt.Errorf("got %q, %w", got, err)
		}
		err = c.Write([]byte("are you there?")) // to a closed end: reset
		return errors.Join(err, env.Sleep(time.Second), expect(c.Write([]byte("x")), core.ErrReset))
	})},
	{"a read times out", serve(func(env core.Env, _ core.Conn) error { return idle(env) }),
		call(func(env core.Env, c core.Conn) error {
			_, err := c.Read(make([]byte, 1), time.Second)
			return expect(err, core.ErrTimeout)
		})},
	{"this side closed", serve(echo), call(func(_ core.Env, c core.Conn) error {
		closed := c.Close()
		_, err := read(c)
		return errors.Join(closed, expect(err, core.ErrClosed), expect(c.Write([]byte("x")), core.ErrClosed), c.Close())
	})},
	{"closing a listener resets what it has not accepted", func(env core.Env) error {
		l, err := env.Listen(80)
		if err != nil {
			return err
		}
		_, twice := env.Listen(80)
		_ = env.Sleep(time.Second)
		err = errors.Join(expect(twice, core.ErrInUse), l.Close())
		_, again := l.Accept(0)
		return errors.Join(err, expect(again, core.ErrClosed), idle(env))
	}, call(func(_ core.Env, c core.Conn) error {
		_, err := read(c)
		return expect(err, core.ErrReset)
	})},
	{"every connection has its own port", serve(echo), func(env core.Env) error {
		ports := map[core.Address]bool{}
		for range 50 {
			c, err := env.Dial("server.in:80", 0)
			if err != nil {
				return err
			}
			if ports[c.Local()] || c.Local().Machine != "client.out" || c.Remote().String() != "server.in:80" {
				return fmt.Errorf("%s to %s", c.Local(), c.Remote())
			}
			ports[c.Local()] = true
		}
		return nil
	}},
	{"a machine talks to itself", idle, func(env core.Env) error {
		env.Go("server", func() error { return serve(echo)(env) })
		if err := env.Sleep(0); err != nil {
			return err
		}
		c, err := env.Dial("client.out:80", 0)
		if err != nil {
			return err
		}
		if err := c.Write([]byte("me")); err != nil {
			return err
		}
		if got, err := read(c); got != "me" {
			return fmt.Errorf("got %q, %w", got, err)
		}
		return nil
	}},
}

func TestNetwork(t *testing.T) {
	for _, test := range networkTests {
		t.Run(test.name, func(t *testing.T) {
			s := world(test.server, test.client)
			first := coretest.Run(t, s, 1)
			if second := coretest.Run(t, s, 1); second.Digest != first.Digest || second.Steps != first.Steps {
				t.Errorf("the same run twice: digest %x and %x", first.Digest, second.Digest)
			}
		})
	}
}

func TestNetworkUnderHarm(t *testing.T) {
	tests := []struct {
		name string
		harm func(*core.Control, string) error
		want error
	}{
		{"kill", (*core.Control).Kill, core.ErrReset},
		{"power_fail", (*core.Control).PowerFail, core.ErrTimeout},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := world(serve(echo), call(func(env core.Env, c core.Conn) error {
				_, err := read(c)
				return expect(err, test.want)
			}))
			s.Plan = func(world *core.Control) error {
				return errors.Join(world.Start("*"), world.Sleep(time.Second), test.harm(world, "server.in"))
			}
			coretest.Run(t, s, 1)
		})
	}
}

// A connection of a dead incarnation does not reach the machine's next one.
func TestNetworkAfterReboot(t *testing.T) {
	boots := 0
	s := world(serve(echo), nil)
	s.Services[2].Boot = func() (core.Engine, error) {
		boots++
		return core.EngineFunc(call(func(env core.Env, c core.Conn) error {
			if boots == 1 {
				return errors.Join(c.Write([]byte("old")), idle(env))
			}
			err := c.Write([]byte("new"))
			if got, _ := read(c); got != "new" {
				err = fmt.Errorf("got %q", got)
			}
			return err
		})), nil
	}
	s.Plan = func(world *core.Control) error {
		return errors.Join(world.Start("*"), world.Sleep(150*time.Millisecond), world.PowerFail("client.out"),
			world.Start("client.out"))
	}
	coretest.Run(t, s, 1)
}
