package message_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
	"simlua.example/core/message"
)

// doubling answers a number with its double, after a second of work.
type doubling struct{ closed *int }

func (d doubling) Answer(request []byte) any {
	var n int
	if err := message.Unmarshal(request, &n); err != nil {
		return err.Error()
	}
	return 2 * n
}

func (d doubling) Close() { *d.closed++ }

// slow is doubling that takes a second.
type slow struct {
	doubling
	env core.Env
}

func (s slow) Answer(request []byte) any {
	s.env.Work(time.Second)
	return s.doubling.Answer(request)
}

// serve plays a server of one service and a bot that gets two connections.
func serve(t *testing.T, plan func(*core.Control) error, bot func(env core.Env, a, b *message.Stream) error) int {
	closed := 0
	lan := core.Profile{Name: "lan", Delay: core.ConstantDelay(5 * time.Millisecond)}
	engine := func(run func(core.Env) error) func() (core.Engine, error) {
		return func() (core.Engine, error) { return core.EngineFunc(run), nil }
	}
	server := engine(func(env core.Env) error {
		return message.Server{Port: 80, Connections: 2, Idle: 10 * time.Second, Max: 100,
			Session: func() message.Session { return slow{doubling{&closed}, env} }}.Run(env)
	})
	client := engine(func(env core.Env) error {
		var streams [2]*message.Stream
		for i := range streams {
			conn, err := env.Dial("server.net:80", time.Second)
			if err != nil {
				return err
			}
			streams[i] = message.NewStream(conn, env)
		}
		return bot(env, streams[0], streams[1])
	})
	coretest.Run(t, &core.Scenario{Name: "server", Plan: plan,
		Links: []core.LinkSpec{{A: "net", B: "net", AtoB: lan, BtoA: lan}},
		Services: []core.ServiceSpec{{Machine: "server.net", Boot: server},
			{Machine: "bot.net", Boot: client, Bot: true}}}, 1)
	return closed
}

// want receives a number, or an error of a kind.
func want(s *message.Stream, n int, kinds ...string) error {
	var got int
	err := s.Receive(&got, 15*time.Second)
	if err == nil && len(kinds) == 0 && got == n {
		return nil
	}
	for _, kind := range kinds {
		if core.ErrorKind(err) == kind {
			return nil
		}
	}
	return fmt.Errorf("%d, %v; want %d %v", got, err, n, kinds)
}

func TestServerAnswersEachConnectionInOrder(t *testing.T) {
	closed := serve(t, nil, func(env core.Env, a, b *message.Stream) error {
		return errors.Join(a.Send(1), a.Send(2), b.Send(10), want(b, 20), want(a, 2), want(a, 4),
			a.Close(), b.Close(), env.Sleep(time.Second))
	})
	if closed != 2 {
		t.Errorf("%d sessions were closed, want 2", closed)
	}
}

func TestServerBoundsItsConnections(t *testing.T) {
	serve(t, nil, func(env core.Env, a, b *message.Stream) error {
		conn, err := env.Dial("server.net:80", time.Second)
		if err != nil {
			return err
		}
		third := message.NewStream(conn, env)
		if err := errors.Join(want(third, 0, "closed", "reset"), a.Send(1), want(a, 2), a.Close(),
			env.Sleep(time.Second)); err != nil {
			return err
		}
		if conn, err = env.Dial("server.net:80", time.Second); err != nil {
			return err
		}
		third = message.NewStream(conn, env)
		return errors.Join(third.Send(3), want(third, 6), b.Send(2), want(b, 4))
	})
}

func TestServerClosesWhatIsIdleOrNoMessage(t *testing.T) {
	serve(t, nil, func(env core.Env, a, b *message.Stream) error {
		if err := errors.Join(a.Write([]byte{0xff}), want(a, 0, "closed", "reset"), b.Send(1), want(b, 2)); err != nil {
			return err
		}
		start := env.Monotonic()
		err := want(b, 0, "closed")
		if waited := env.Monotonic() - start; err != nil || waited < 9*time.Second || waited > 11*time.Second {
			return fmt.Errorf("idle for %v: %w", waited, err)
		}
		return nil
	})
}

func TestServerRefusesLargeRequests(t *testing.T) {
	serve(t, nil, func(env core.Env, a, b *message.Stream) error {
		return errors.Join(a.Send(make([]byte, 101)), want(a, 0, "closed", "reset"), b.Send(1), want(b, 2))
	})
}

func TestServerAnswersBeforeItStops(t *testing.T) {
	plan := func(p *core.Control) error {
		return errors.Join(p.Start("*"), p.Sleep(500*time.Millisecond),
			p.Stop("server.net", core.StopOptions{Grace: 5 * time.Second}))
	}
	serve(t, plan, func(env core.Env, a, b *message.Stream) error {
		return errors.Join(a.Send(7), want(a, 14), want(a, 0, "closed"), want(b, 0, "closed"))
	})
}
