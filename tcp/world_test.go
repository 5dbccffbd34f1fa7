package tcp_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"simlua.example/core"
	"simlua.example/tcp"
)

// pair is a world of two machines and perhaps others: server.lab, and
// client.home, whose return ends the run.
func pair(link core.Profile, server, client func(core.Env) error, others ...core.ServiceSpec) *core.Scenario {
	return &core.Scenario{
		Name:  "pair",
		Links: []core.LinkSpec{{A: "home", B: "lab", AtoB: link, BtoA: link}},
		Services: append([]core.ServiceSpec{
			{Machine: "server.lab", Boot: engine(server)},
			{Machine: "client.home", Boot: engine(client), Bot: true},
		}, others...),
	}
}

func engine(run func(core.Env) error) func() (core.Engine, error) {
	return func() (core.Engine, error) { return core.EngineFunc(run), nil }
}

// play runs a world over package tcp and wants it to pass.
func play(t testing.TB, s *core.Scenario) *core.Result {
	t.Helper()
	return playWith(t, s, tcp.New)
}

func playWith(t testing.TB, s *core.Scenario, network core.NetworkFactory) *core.Result {
	t.Helper()
	return playSettings(t, s, core.Settings{Seed: 1, Network: network})
}

func playSettings(t testing.TB, s *core.Scenario, settings core.Settings) *core.Result {
	t.Helper()
	s.Limits.Steps = 1 << 40
	s.Limits.Time, s.Limits.Idle = 1<<60, 1<<60
	c, err := core.NewCluster(s, settings)
	if err != nil {
		t.Fatal(err)
	}
	r := c.Run(context.Background())
	if r.Verdict != core.Pass {
		t.Fatalf("%s after %v: %s\n%v", r.Verdict, r.Time, r.Reason, r.Err)
	}
	return r
}

// serve listens on 443 and runs fn, in a process of its own, for each connection.
func serve(fn func(core.Env, core.Conn) error) func(core.Env) error {
	return func(env core.Env) error {
		l, err := env.Listen(443)
		if err != nil {
			return err
		}
		for {
			c, err := l.Accept(core.Forever)
			if err != nil {
				return err
			}
			env.Go("serve", func() error { return fn(env, c) })
		}
	}
}

// echo sends back what arrives until the stream ends.
var echo = serve(echoes)

func echoes(_ core.Env, c core.Conn) error {
	buffer := make([]byte, 4096)
	for {
		n, err := c.Read(buffer, core.Forever)
		if err != nil {
			return ended(c, err)
		}
		if err := c.Write(buffer[:n]); err != nil {
			return ended(c, err)
		}
	}
}

// drain reads until the stream ends.
var drain = serve(func(_ core.Env, c core.Conn) error {
	buffer := make([]byte, 64<<10)
	for {
		if _, err := c.Read(buffer, core.Forever); err != nil {
			return ended(c, err)
		}
	}
})

// ended closes a connection; that the peer left in whatever way is no error.
func ended(c core.Conn, err error) error {
	if err == io.EOF || errors.Is(err, core.ErrReset) {
		return c.Close()
	}
	return err
}

// call dials the server and runs fn with the connection.
func call(fn func(core.Env, core.Conn) error) func(core.Env) error {
	return func(env core.Env) error {
		c, err := env.Dial("server.lab:443", core.Forever)
		if err != nil {
			return err
		}
		return fn(env, c)
	}
}

// ask writes a word and wants it back.
func ask(c core.Conn, word string) error {
	if err := c.Write([]byte(word)); err != nil {
		return err
	}
	got := make([]byte, len(word))
	for n := 0; n < len(got); {
		m, err := c.Read(got[n:], core.Forever)
		if err != nil {
			return err
		}
		n += m
	}
	if string(got) != word {
		return fmt.Errorf("asked %q and was told %q", word, got)
	}
	return nil
}
