package commitlog_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
	"simlua.example/core/engines/commitlog"
	"simlua.example/core/message"
)

const address = "log.net:443"

// patience is the timeout of calls that should not need one.
const patience = 2 * time.Second

var configs = []commitlog.Config{
	{Port: 443},
	{Port: 443, Storage: commitlog.Memory},
	{Port: 443, Ack: commitlog.Buffered},
	{Port: 443, Storage: commitlog.Memory, Ack: commitlog.Buffered},
}

func name(c commitlog.Config) string { return "storage=" + c.Storage + " ack=" + c.Ack }

// bot is a client of the log: an error it returns fails the test.
type bot func(env core.Env, log *commitlog.Client) error

// world is a log at log.net and bots around it, 5 ms away.
func world(c commitlog.Config, plan func(*core.Control) error, bots ...bot) *core.Scenario {
	lan := core.Profile{Name: "lan", Delay: core.ConstantDelay(5 * time.Millisecond)}
	s := &core.Scenario{Name: "commitlog", Plan: plan,
		Links: []core.LinkSpec{{A: "net", B: "net", AtoB: lan, BtoA: lan}},
		Services: []core.ServiceSpec{{Machine: "log.net",
			Boot: func() (core.Engine, error) { return commitlog.New(c) }}}}
	for i, run := range bots {
		s.Services = append(s.Services, core.ServiceSpec{Machine: fmt.Sprintf("bot%d.net", i), Bot: true,
			Boot: func() (core.Engine, error) {
				return core.EngineFunc(func(env core.Env) error {
					client := commitlog.NewClient(env, address)
					defer client.Close()
					return run(env, client)
				}), nil
			}})
	}
	return s
}

func texts(texts ...string) []commitlog.Event {
	var events []commitlog.Event
	for _, text := range texts {
		event, err := message.Marshal(text)
		if err != nil {
			panic(err)
		}
		events = append(events, event)
	}
	return events
}

// wantEvents reads from a position until all of want has come.
func wantEvents(log *commitlog.Client, from int64, want ...string) error {
	var got []commitlog.Event
	for len(got) < len(want) {
		batch, err := log.Read("", from+int64(len(got)), 0, time.Second, patience)
		if err != nil {
			return err
		}
		if len(batch.Events) == 0 {
			break
		}
		got = append(got, batch.Events...)
	}
	if g, w := fmt.Sprintf("%s", got), fmt.Sprintf("%s", texts(want...)); g != w {
		return fmt.Errorf("events from %d are %q, want %q", from, g, w)
	}
	return nil
}

func wantEnd(log *commitlog.Client, want int64) error {
	head, err := log.Head(patience)
	if err == nil && head.Next != want {
		err = fmt.Errorf("the end is %d, want %d", head.Next, want)
	}
	return err
}

// wantRefusal checks that err is the log's refusal with a code.
func wantRefusal(err error, code string) (*commitlog.Refusal, error) {
	var refusal *commitlog.Refusal
	if !errors.As(err, &refusal) || refusal.Code != code || refusal.Message == "" {
		return nil, fmt.Errorf("%v; want a refusal %s", err, code)
	}
	return refusal, nil
}

func TestAppendAndRead(t *testing.T) {
	for _, c := range configs {
		t.Run(name(c), func(t *testing.T) {
			coretest.Run(t, world(c, nil, func(env core.Env, log *commitlog.Client) error {
				appended, err := log.Append("", commitlog.AnyPosition, texts("a", "b", "c"), patience)
				if err != nil || appended.Position != 0 || appended.Next != 3 || appended.Log == "" {
					return fmt.Errorf("first append: %+v, %v", appended, err)
				}
				if appended, err = log.Append(appended.Log, 3, texts("d"), patience); err != nil || appended.Position != 3 {
					return fmt.Errorf("second append: %+v, %v", appended, err)
				}
				if err := wantEvents(log, 0, "a", "b", "c", "d"); err != nil {
					return err
				}
				batch, err := log.Read("", 1, 2, 0, patience)
				if err != nil || len(batch.Events) != 2 || batch.From != 1 || batch.Next != 4 {
					return fmt.Errorf("two from 1: %+v, %v", batch, err)
				}
				return wantEnd(log, 4)
			}), 1)
		})
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range configs {
		coretest.Run(t, world(c, nil, func(env core.Env, log *commitlog.Client) error {
			head, err := log.Append("", 0, texts("a"), patience)
			if err != nil {
				return err
			}
			for _, expect := range []int64{0, 2} {
				_, err := log.Append("", expect, texts("b"), patience)
				refusal, err := wantRefusal(err, commitlog.Conflict)
				if err != nil || refusal.Next != 1 || refusal.Log != head.Log {
					return fmt.Errorf("append at %d: %+v, %v", expect, refusal, err)
				}
			}
			_, err = log.Append("another", 1, texts("b"), patience)
			if _, err := wantRefusal(err, commitlog.OtherLog); err != nil {
				return err
			}
			_, err = log.Read("another", 0, 0, 0, patience)
			if _, err := wantRefusal(err, commitlog.OtherLog); err != nil {
				return err
			}
			for _, events := range [][]commitlog.Event{nil, make([]commitlog.Event, 0), large(1, commitlog.MaxEvent+1),
				large(3, commitlog.MaxEvent), large(commitlog.MaxEvents+1, 6)} {
				_, err := log.Append("", commitlog.AnyPosition, events, patience)
				if _, err := wantRefusal(err, commitlog.BadRequest); err != nil {
					return fmt.Errorf("%d events: %w", len(events), err)
				}
			}
			return wantEnd(log, 1)
		}), 1)
	}
}

// large is n events of size bytes each, at least 6.
func large(n, size int) []commitlog.Event {
	event := append(commitlog.Event{0x5a, 0, 0, 0, 0}, make([]byte, size-5)...) // a byte string
	binary.BigEndian.PutUint32(event[1:], uint32(size-5))
	return slices.Repeat([]commitlog.Event{event}, n)
}

func TestLongPoll(t *testing.T) {
	reader := func(env core.Env, log *commitlog.Client) error {
		batch, err := log.Read("", 0, 0, 5*time.Second, patience)
		if err != nil || len(batch.Events) != 1 || env.Now() < time.Second || env.Now() > 1100*time.Millisecond {
			return fmt.Errorf("at %v: %+v, %v; want one event soon after 1s", env.Now(), batch, err)
		}
		start := env.Now()
		batch, err = log.Read("", 1, 0, 3*time.Second, patience)
		if waited := env.Now() - start; err != nil || len(batch.Events) != 0 || waited < 3*time.Second {
			return fmt.Errorf("after %v: %+v, %v; want nothing after 3s", waited, batch, err)
		}
		return nil
	}
	writer := func(env core.Env, log *commitlog.Client) error {
		if err := env.Sleep(time.Second); err != nil {
			return err
		}
		_, err := log.Append("", commitlog.AnyPosition, texts("late"), patience)
		return err
	}
	coretest.Run(t, world(commitlog.Config{Port: 443}, nil, reader, reader, writer), 1)
}

func TestLargeAnswersComeInBatches(t *testing.T) {
	const n = 9
	coretest.Run(t, world(commitlog.Config{Port: 443}, nil, func(env core.Env, log *commitlog.Client) error {
		for range n {
			if _, err := log.Append("", commitlog.AnyPosition, large(1, commitlog.MaxEvent), patience); err != nil {
				return err
			}
		}
		got, reads := 0, 0
		for ; got < n; reads++ {
			batch, err := log.Read("", int64(got), 0, 0, patience)
			if err != nil || len(batch.Events) == 0 {
				return fmt.Errorf("after %d: %v, %v", got, batch, err)
			}
			got += len(batch.Events)
		}
		if reads != 5 {
			return fmt.Errorf("%d reads; want 5", reads)
		}
		return nil
	}), 1)
}

func TestConcurrentAppendsAtTheEndAreOrdered(t *testing.T) {
	const bots, each = 4, 10
	for _, c := range configs {
		writer := func(env core.Env, log *commitlog.Client) error {
			position := int64(0)
			for i := 0; i < each; {
				own := fmt.Sprintf("%s %d", env.Machine(), i)
				appended, err := log.Append("", position, texts(own), patience)
				var refusal *commitlog.Refusal
				switch {
				case err == nil:
					position = appended.Next
					i++
				case errors.As(err, &refusal) && refusal.Code == commitlog.Conflict:
					position = refusal.Next
				default:
					return err
				}
			}
			return nil
		}
		judge := func(env core.Env, log *commitlog.Client) error {
			seen := map[string]bool{}
			for len(seen) < bots*each {
				batch, err := log.Read("", int64(len(seen)), 1, 10*time.Second, patience)
				if err != nil || len(batch.Events) != 1 || seen[string(batch.Events[0])] {
					return fmt.Errorf("at %d: %v, %v", len(seen), batch, err)
				}
				seen[string(batch.Events[0])] = true
			}
			return wantEnd(log, bots*each)
		}
		coretest.Run(t, world(c, nil, writer, writer, writer, writer, judge), 1)
	}
}

// TestWhatSurvives appends, strikes the log's machine 100 ms later and counts
// what is left.
func TestWhatSurvives(t *testing.T) {
	strikes := map[string]func(*core.Control) error{
		"power_fail": func(p *core.Control) error { return p.PowerFail("log.net") },
		"kill":       func(p *core.Control) error { return p.Kill("log.net") },
		"reboot": func(p *core.Control) error {
			return p.Reboot("log.net", core.RebootOptions{Grace: time.Second})
		},
		"wipe": func(p *core.Control) error {
			return p.Reboot("log.net", core.RebootOptions{Grace: time.Second, Wipe: true})
		},
	}
	survivors := map[string][4]int64{ // in the order of configs
		"power_fail": {3, 0, 0, 0},
		"kill":       {3, 0, 0, 0},
		"reboot":     {3, 0, 3, 0},
		"wipe":       {0, 0, 0, 0},
	}
	for strike, strikeLog := range strikes {
		for i, c := range configs {
			t.Run(strike+" "+name(c), func(t *testing.T) {
				plan := func(p *core.Control) error {
					return errors.Join(p.Start("*"), p.Sleep(200*time.Millisecond), strikeLog(p), p.Sleep(time.Second),
						p.Start("log.net"))
				}
				coretest.Run(t, world(c, plan, func(env core.Env, log *commitlog.Client) error {
					before, err := log.Append("", 0, texts("a", "b", "c"), patience)
					if err != nil || env.Now() > 100*time.Millisecond {
						return fmt.Errorf("acknowledged at %v, %v", env.Now(), err)
					}
					log.Close()
					if err := env.Sleep(3 * time.Second); err != nil {
						return err
					}
					head, err := log.Head(patience)
					if err != nil || head.Next != survivors[strike][i] {
						return fmt.Errorf("%d events survived, %v; want %d", head.Next, err, survivors[strike][i])
					}
					same := c.Storage != commitlog.Memory && strike != "wipe"
					if (head.Log == before.Log) != same {
						return fmt.Errorf("log %s became %s", before.Log, head.Log)
					}
					return wantEvents(log, 0, []string{"a", "b", "c"}[:head.Next]...)
				}), 1)
			})
		}
	}
}

func TestBufferedIsStoredAtTheNextHalfSecond(t *testing.T) {
	c := commitlog.Config{Port: 443, Ack: commitlog.Buffered}
	coretest.Run(t, world(c, nil, func(env core.Env, log *commitlog.Client) error {
		if err := env.Sleep(600 * time.Millisecond); err != nil {
			return err
		}
		for _, text := range []string{"a", "b"} {
			if _, err := log.Append("", commitlog.AnyPosition, texts(text), patience); err != nil {
				return err
			}
		}
		if acknowledged := env.Now(); acknowledged != 640*time.Millisecond { // connect 10, two appends of 5 + 10
			return fmt.Errorf("acknowledged at %v, want 640ms", acknowledged)
		}
		if batch, err := log.Read("", 0, 0, 0, patience); err != nil || len(batch.Events) != 0 || batch.Next != 2 {
			return fmt.Errorf("before it is stored: %+v, %v", batch, err)
		}
		if err := wantEvents(log, 0, "a", "b"); err != nil {
			return err
		}
		if stored := env.Now(); stored != 1025*time.Millisecond { // 10 + 2·5 of work, 5 under way
			return fmt.Errorf("read at %v, want 1.025s", stored)
		}
		return nil
	}), 1)
}

func TestBadRequests(t *testing.T) {
	coretest.Run(t, world(commitlog.Config{Port: 443}, nil, func(env core.Env, log *commitlog.Client) error {
		if err := wantEnd(log, 0); err != nil {
			return err
		}
		conn, err := env.Dial(address, patience)
		if err != nil {
			return err
		}
		stream := message.NewStream(conn, env)
		for _, request := range []any{nil, 7, "append", []int{1}, map[string]any{}, map[string]any{"op": "delete"},
			map[string]any{"op": 1}, map[string]any{"op": "append"}, map[string]any{"op": "append", "events": "a"},
			map[string]any{"op": "read", "from": -1}, map[string]any{"op": "read", "from": "0"},
			map[string]any{"op": "read", "from": 0, "wait_ms": -5}} {
			var refusal commitlog.Refusal
			err := errors.Join(stream.Send(request), stream.Receive(&refusal, patience))
			if _, err := wantRefusal(errors.Join(err, &refusal), commitlog.BadRequest); err != nil {
				return fmt.Errorf("%v: %w", request, err)
			}
		}
		var answer map[string]any
		err = errors.Join(stream.Send(map[string]any{"op": "head", "colour": "blue"}), stream.Receive(&answer, patience))
		if err != nil || answer["ok"] != true {
			return fmt.Errorf("with an unknown key: %v, %v", answer, err)
		}
		if err := stream.Write([]byte("\xffgarbage")); err != nil {
			return err
		}
		for err = nil; err == nil; {
			err = stream.Receive(&answer, patience)
		}
		if kind := core.ErrorKind(err); kind != "closed" && kind != "reset" {
			return fmt.Errorf("after garbage: %v; want the connection closed", err)
		}
		return wantEnd(log, 0)
	}), 1)
}

func TestConfigIsValidated(t *testing.T) {
	_, err := commitlog.New(commitlog.Config{Port: 70000, Storage: "tape", Ack: "never"})
	for _, want := range []string{"port", "70000", "storage", "tape", "ack", "never", "stored", "memory"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want it to name %q", err, want)
		}
	}
}

func TestSameSeedSameDigest(t *testing.T) {
	var digests [2]uint64
	for i := range digests {
		digests[i] = coretest.Run(t, world(configs[0], nil, func(env core.Env, log *commitlog.Client) error {
			_, err := log.Append("", 0, texts("a"), patience)
			return err
		}), 7).Digest
	}
	if digests[0] != digests[1] {
		t.Errorf("digests %x", digests)
	}
}
