package backend_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
	"simlua.example/core/engines/backend"
	"simlua.example/core/engines/commitlog"
	"simlua.example/core/message"
)

var consistencies = []string{backend.Checked, backend.Eventual}

func TestCommands(t *testing.T) {
	for _, consistency := range consistencies {
		coretest.Run(t, world(setup{consistency: consistency}, func(env core.Env, api *client) error {
			for _, step := range []struct {
				request request
				count   int64
				text    string // of a rejection
			}{
				{add(0, 3), 3, ""},
				{move(0, 1, 2), 3, ""},
				{move(0, 1, 2), 3, "not enough of item 0: there are 1, and 2 to be moved"},
				{move(1, 2, 2), 3, ""},
				{add(2, 5), 8, ""},
				{move(2, 0, 7), 8, ""},
				{move(5, 6, 1), 8, "not enough of item 5"},
				{add(1<<50, backend.MaxQuantity), 8 + backend.MaxQuantity, ""},
			} {
				a, err := api.command(step.request)
				if err != nil || a.OK == (step.text != "") || !strings.Contains(a.Message, step.text) {
					return fmt.Errorf("%v: %+v, %v", step.request, a, err)
				}
				if !a.OK && a.Code != "rejected" {
					return fmt.Errorf("%v: code %s", step.request, a.Code)
				}
				if err := errors.Join(env.Sleep(time.Second), api.wantCount(step.count)); err != nil {
					return err
				}
				api.prefer++ // the next gateway has seen the same
			}
			return nil
		}), 1)
	}
}

// TestCheckedIsConsistentWithoutAnyPause goes from gateway to gateway; over a
// buffered log each lags behind the other by half a second.
func TestCheckedIsConsistentWithoutAnyPause(t *testing.T) {
	for _, ack := range []string{commitlog.Stored, commitlog.Buffered} {
		s := setup{log: commitlog.Config{Ack: ack}}
		coretest.Run(t, world(s, func(env core.Env, api *client) error {
			if err := api.must(add(0, 1)); err != nil {
				return err
			}
			for i := range 20 {
				api.prefer++
				if err := errors.Join(api.must(move(i%7, (i+1)%7, 1)), api.wantCount(1)); err != nil {
					return err
				}
			}
			api.prefer++
			if err := api.must(add(1, 1)); err != nil {
				return err
			}
			api.prefer++
			return errors.Join(api.wantCount(2), api.must(move(6, 0, 1)))
		}), 1)
	}
}

func TestOnlyOneTakesTheLastItem(t *testing.T) {
	for seed := uint64(1); seed <= 5; seed++ {
		taken := 0
		taker := func(env core.Env, api *client) error {
			if err := env.Sleep(time.Second); err != nil {
				return err
			}
			a, err := api.command(move(0, 1+api.prefer, 1))
			switch {
			case a.OK:
				taken++
			case a.Code != "rejected":
				return fmt.Errorf("%+v, %v", a, err)
			}
			return nil
		}
		giver := func(env core.Env, api *client) error { return api.must(add(0, 1)) }
		coretest.Run(t, world(setup{}, giver, taker, taker, taker, taker), seed)
		if taken != 1 {
			t.Errorf("seed %d: %d took it", seed, taken)
		}
	}
}

func TestBadRequests(t *testing.T) {
	coretest.Run(t, world(setup{}, func(env core.Env, api *client) error {
		if err := api.must(add(0, 1)); err != nil {
			return err
		}
		with := func(r request, key string, value any) request { as(r, "x", 1)[key] = value; return r }
		conn, err := env.Dial(gateways[0], time.Second)
		if err != nil {
			return err
		}
		stream := message.NewStream(conn, env)
		for _, r := range []any{nil, 1, "count", []int{}, request{}, request{"op": "remove"}, request{"op": 5},
			add(0, 1), with(add(0, 1), "client", ""),
			with(add(0, 1), "client", strings.Repeat("x", backend.MaxClient+1)), with(add(0, 1), "client", 7),
			with(add(0, 1), "sequence", 0), with(add(0, 1), "sequence", nil), with(add(0, 1), "sequence", "1"),
			with(add(0, 0), "x", 1), with(add(0, -1), "x", 1), with(add(-1, 1), "x", 1),
			with(add(0, backend.MaxQuantity+1), "x", 1), with(add(0, 1), "item", nil), with(add(0, 1), "item", "0"),
			with(add(0, 1), "quantity", 0.5), with(move(0, 0, 1), "x", 1), with(move(0, 1, 1), "to", nil)} {
			var a answer
			err := errors.Join(stream.Send(r), stream.Receive(&a, time.Second))
			if err != nil || a.OK || a.Code != "bad_request" || a.Message == "" {
				return fmt.Errorf("%v: %+v, %v", r, a, err)
			}
		}
		if err := stream.Write([]byte{0xff}); err != nil {
			return err
		}
		if err := stream.Receive(new(any), time.Second); core.ErrorKind(err) == "timeout" || err == nil {
			return fmt.Errorf("after garbage: %v; want the connection closed", err)
		}
		return api.wantCount(1)
	}), 1)
}

// TestARetriedCommandIsDoneOnce sends a command again to the same and to the
// other backend, at once and later, after losing the first answer.
func TestARetriedCommandIsDoneOnce(t *testing.T) {
	coretest.Run(t, world(setup{}, func(env core.Env, api *client) error {
		r := as(add(0, 1), "once", 1)
		if _, err := api.ask(gateways[0], r, time.Millisecond); core.ErrorKind(err) != "timeout" {
			return fmt.Errorf("the first answer: %v; want it lost", err)
		}
		for i := range 6 {
			a, err := api.ask(gateways[i%2], r, time.Second)
			if err != nil || !a.OK {
				return fmt.Errorf("retry %d: %+v, %v", i, a, err)
			}
		}
		if err := errors.Join(api.must(move(0, 1, 1)), api.must(move(1, 2, 1))); err != nil {
			return err
		}
		first := as(move(0, 1, 1), "bot0.net", 1) // impossible by now, but done
		if a, err := api.do(first); err != nil || !a.OK {
			return fmt.Errorf("a move retried late: %+v, %v", a, err)
		}
		return api.wantCount(1)
	}), 1)
}

func TestBothBackendsDoOneCommandAtOnce(t *testing.T) {
	twin := func(env core.Env, api *client) error {
		for i := range 10 {
			r := as(add(i, 1), "twins", i+1)
			if a, err := api.do(r); err != nil || !a.OK {
				return fmt.Errorf("%v: %+v, %v", r, a, err)
			}
		}
		return api.wantCount(10)
	}
	coretest.Run(t, world(setup{}, twin, twin, twin, twin), 1)
}

// moving adds one item and moves it on, moves times.
func moving(moves int) bot {
	return func(env core.Env, api *client) error {
		start := api.prefer
		if err := api.must(add(start%7, 1)); err != nil {
			return err
		}
		for i := start; i < start+moves; i++ {
			pause := time.Duration(env.Random().Int(0, 2e9))
			if err := errors.Join(env.Sleep(pause), api.must(move(i%7, (i+1)%7, 1))); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestConcurrentMoversKeepEveryItem(t *testing.T) {
	const movers = 3
	judge := func(env core.Env, api *client) error {
		return errors.Join(env.Sleep(3*time.Minute), api.wantCount(movers))
	}
	for name, plan := range map[string]func(*core.Control) error{"monkey": monkey, "havoc": havoc} {
		t.Run(name, func(t *testing.T) {
			for seed := uint64(1); seed <= 6; seed++ {
				s := world(setup{plan: plan}, moving(30), moving(30), moving(30), judge)
				r, again := coretest.Run(t, s, seed), coretest.Run(t, s, seed)
				if r.Digest != again.Digest {
					t.Errorf("seed %d: digests %x and %x", seed, r.Digest, again.Digest)
				}
				if len(r.Trace.Faults) < 5 {
					t.Errorf("seed %d: %d faults: the test has lost its point", seed, len(r.Trace.Faults))
				}
			}
		})
	}
}

// TestEventualLosesOrInventsItems shows that the check above can fail: the
// ancestor's consistency breaks it.
func TestEventualLosesOrInventsItems(t *testing.T) {
	lost, invented := 0, 0
	for seed := uint64(1); seed <= 10; seed++ {
		var total int64
		mover := func(env core.Env, api *client) error {
			if _, err := api.command(add(api.prefer, 1)); err != nil {
				return err
			}
			for i := api.prefer; i < api.prefer+20; i++ {
				_, err := api.command(move(i%7, (i+1)%7, 1)) // it may be rejected
				if err := errors.Join(err, env.Sleep(time.Duration(env.Random().Int(0, 2e9)))); err != nil {
					return err
				}
			}
			return nil
		}
		judge := func(env core.Env, api *client) (err error) {
			err = env.Sleep(3 * time.Minute)
			if err == nil {
				total, err = api.count()
			}
			return err
		}
		s := setup{consistency: backend.Eventual, plan: monkey, log: commitlog.Config{Ack: commitlog.Buffered}}
		coretest.Run(t, world(s, mover, mover, mover, judge), seed)
		switch {
		case total < 3:
			lost++
		case total > 3:
			invented++
		}
	}
	if t.Logf("lost in %d, invented in %d of 10 seeds", lost, invented); lost+invented == 0 {
		t.Error("every seed kept its items")
	}
}

func TestABackendRebuildsAfterAWipe(t *testing.T) {
	for _, consistency := range consistencies {
		plan := func(p *core.Control) error {
			return errors.Join(p.Start("*"), p.Sleep(5*time.Second),
				p.Reboot("api1.net", core.RebootOptions{Wipe: true}),
				p.Reboot("api2.net", core.RebootOptions{Grace: time.Second}))
		}
		coretest.Run(t, world(setup{consistency: consistency, plan: plan}, func(env core.Env, api *client) error {
			for i := range 5 {
				if err := errors.Join(api.must(add(i, 2)), env.Sleep(100*time.Millisecond)); err != nil {
					return err
				}
			}
			if err := env.Sleep(10 * time.Second); err != nil {
				return err
			}
			for range gateways {
				if err := api.wantCount(10); err != nil {
					return err
				}
				api.prefer++
			}
			return nil
		}), 1)
	}
}

func TestTheLogIsAway(t *testing.T) {
	strikes := map[string]func(*core.Control) error{
		"stopped":    func(p *core.Control) error { return p.Stop("cl.net", core.StopOptions{}) },
		"power_fail": func(p *core.Control) error { return p.PowerFail("cl.net") },
		"paused":     func(p *core.Control) error { return p.Pause("cl.net") },
		"partitioned": func(p *core.Control) error {
			return coretest.Err(p.Partition(core.Side{"cl.net"}, core.Side{"api*"}, core.PartitionOptions{}))
		},
	}
	for name, strike := range strikes {
		t.Run(name, func(t *testing.T) {
			plan := func(p *core.Control) error {
				return errors.Join(p.Start("*"), p.Sleep(5*time.Second), strike(p), p.Sleep(25*time.Second),
					p.Start("cl.net"), p.Resume("cl.net"), p.Heal(nil, nil))
			}
			coretest.Run(t, world(setup{plan: plan}, func(env core.Env, api *client) error {
				if err := errors.Join(api.must(add(0, 1)), env.Sleep(6*time.Second)); err != nil {
					return err
				}
				for i, r := range []request{{"op": "count"}, add(1, 1), move(0, 1, 1), move(3, 4, 1)} {
					as(r, "x", i+1)
					start := env.Now()
					a, err := api.ask(gateways[0], r, time.Minute)
					within := backend.AnswerWithin + 500*time.Millisecond
					if err != nil || a.Code != "unavailable" || env.Now()-start > within {
						return fmt.Errorf("%v after %v: %+v, %v", r, env.Now()-start, a, err)
					}
				}
				if err := env.Sleep(40*time.Second - env.Now()); err != nil {
					return err
				}
				return errors.Join(api.must(move(0, 2, 1)), api.wantCount(1))
			}), 1)
		})
	}
}

// TestOnlyTheLastClientsAreRemembered fills the log with events of others and
// sends the commands of the first and of the second again.
func TestOnlyTheLastClientsAreRemembered(t *testing.T) {
	coretest.Run(t, world(setup{}, func(env core.Env, api *client) error {
		if err := fillOf(env, backend.MaxSessions+1, backend.MaxSessions+1); err != nil {
			return err
		}
		for n := range 2 {
			r := as(add(0, 1), name(1-n), 1)
			if a, err := api.do(r); err != nil || !a.OK {
				return fmt.Errorf("%v: %+v, %v", r, a, err)
			}
		}
		return api.wantCount(backend.MaxSessions + 2) // the second was remembered, the first was not
	}), 1)
}

// fillOf appends n events of some clients to the log.
func fillOf(env core.Env, n, clients int) error {
	log := commitlog.NewClient(env, "cl.net:443")
	defer log.Close()
	for from := 0; from < n; from += 512 {
		var events []commitlog.Event
		for i := from; i < min(from+512, n); i++ {
			item, err := message.Marshal(map[string]any{
				"type": "added", "client": name(i % clients), "sequence": 1 + i/clients, "item": i % 7, "quantity": 1})
			if err != nil {
				return err
			}
			events = append(events, item)
		}
		if _, err := log.Append("", int64(from), events, time.Second); err != nil {
			return err
		}
	}
	return nil
}

func name(n int) string { return fmt.Sprintf("%08d", n) }

func TestALogThatForgotEverything(t *testing.T) {
	plan := func(p *core.Control) error {
		return errors.Join(p.Start("*"), p.Sleep(5*time.Second), p.Reboot("cl.net", core.RebootOptions{}))
	}
	s := setup{plan: plan, log: commitlog.Config{Storage: commitlog.Memory}}
	coretest.Run(t, world(s, func(env core.Env, api *client) error {
		if err := errors.Join(api.must(add(0, 5)), api.must(add(1, 5)), env.Sleep(7*time.Second)); err != nil {
			return err
		}
		if err := errors.Join(api.must(add(3, 1)), api.must(add(4, 2))); err != nil {
			return err
		}
		for range gateways {
			if err := api.wantCount(3); err != nil {
				return err
			}
			api.prefer++
		}
		return nil
	}), 1)
}

func TestConfigIsValidated(t *testing.T) {
	_, err := backend.New(backend.Config{CommitLog: "nowhere", Consistency: "perhaps"})
	for _, want := range []string{"port", "commit_log", "nowhere", "perhaps", "checked", "eventual"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want it to name %q", err, want)
		}
	}
}

// BenchmarkMover plays one mover for two minutes of a monkey's.
func BenchmarkMover(b *testing.B) {
	mover := func(env core.Env, api *client) error {
		for i := range 30 {
			if err := errors.Join(api.must(add(i%7, 1)), env.Sleep(4*time.Second)); err != nil {
				return err
			}
		}
		return nil
	}
	steps := uint64(0)
	for seed := uint64(1); b.Loop(); seed++ {
		steps += coretest.Run(b, world(setup{plan: monkey}, mover), seed).Steps
	}
	b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "steps/s")
}
