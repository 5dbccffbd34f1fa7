package core_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
)

// post is a network that only writes down what arrives.
type post struct {
	core.Network
	host   core.NetworkHost
	arrive func(to string, p core.Packet, at time.Duration)
}

func (n *post) Deliver(p core.Packet)    { n.arrive(n.host.Name(), p, n.host.Now()) }
func (n *post) Reject(p core.Packet)     { n.arrive("rejected", p, n.host.Now()) }
func (n *post) Release(core.Owner, bool) {}
func (n *post) PowerOff()                {}
func (n *post) Open() int                { return 0 }

// card is a segment with a number on it.
type card int

func (c card) AppendText(b []byte) []byte { return fmt.Appendf(b, "card %d", int(c)) }
func (c card) Digest() uint64             { return uint64(c) }
func (c card) Flip(uint64) core.Segment   { return card(-c) }

// mailing is a scenario in which a.west sends cards to b.east every 100 ms.
type mailing struct {
	core.Scenario
	hosts    map[string]core.NetworkHost
	arrivals []string
}

func newMailing(profile core.Profile, cards int) *mailing {
	m := &mailing{hosts: map[string]core.NetworkHost{}}
	m.Links = []core.LinkSpec{{A: "west", B: "east", AtoB: profile, BtoA: profile}}
	m.Services = []core.ServiceSpec{
		bot("a.west", func(env core.Env) error {
			for i := range cards {
				m.send("a.west", "b.east", i)
				if err := env.Sleep(100 * time.Millisecond); err != nil {
					return err
				}
			}
			return nil
		}),
		service("b.east", func(env core.Env) error { return env.Sleep(time.Hour) }),
	}
	return m
}

func (m *mailing) send(from, to string, n int) {
	host := m.hosts[from]
	id, err := host.Resolve(to)
	if err != nil {
		panic(err)
	}
	host.Send(core.Packet{From: host.ID(), To: id, Size: 100, Segment: card(n)})
}

func (m *mailing) play(t *testing.T, settings core.Settings) *core.Result {
	t.Helper()
	settings.Network = func(h core.NetworkHost) core.Network {
		m.hosts[h.Name()] = h
		return &post{host: h, arrive: func(to string, p core.Packet, at time.Duration) {
			verb := ""
			if to == "rejected" {
				verb = "rejected "
			}
			m.arrivals = append(m.arrivals, fmt.Sprintf("%v %s%v", at, verb, p.Segment))
		}}
	}
	c, err := core.NewCluster(&m.Scenario, settings)
	if err != nil {
		t.Fatal(err)
	}
	return c.Run(context.Background())
}

func TestPathErrors(t *testing.T) {
	m := newMailing(core.Ideal, 1)
	m.Services = append(m.Services, service("c.north", func(core.Env) error { return nil }))
	m.play(t, core.Settings{})
	if _, err := m.hosts["a.west"].Resolve("nobody.east"); core.ErrorKind(err) != "no_route" {
		t.Errorf("got %v", err)
	}
	c, _ := m.hosts["a.west"].Resolve("c.north")
	_, err := m.hosts["a.west"].Path(c)
	if core.ErrorKind(err) != "no_route" || !strings.Contains(err.Error(), `"north"`) {
		t.Errorf("got %v", err)
	}
}

// Conservation: every packet sent is delivered, dropped for a named reason, or
// under way.
func conserved(t *testing.T, r *core.Result) {
	t.Helper()
	for _, l := range r.Links {
		if l.Sent+l.Duplicated != l.Delivered+l.Lost+l.Corrupted+l.QueueDropped+l.Partitioned+l.PowerFailed+l.Off+l.InFlight {
			t.Errorf("packets of %s got lost without a reason: %+v", l.Name, l)
		}
	}
}

func TestWithheldLossShiftsNothing(t *testing.T) {
	profile := core.Profile{Delay: core.UniformDelay(10*time.Millisecond, 90*time.Millisecond), Loss: core.Always / 5}
	m := newMailing(profile, 100)
	r := m.play(t, core.Settings{Seed: 5})
	conserved(t, r)
	if len(r.Trace.Faults) < 10 || int(r.Links[0].Lost) != len(r.Trace.Faults) {
		t.Fatalf("%d faults, %+v", len(r.Trace.Faults), r.Links[0])
	}
	masked := r.Trace.Faults[3]
	n := newMailing(profile, 100)
	s := n.play(t, core.Settings{Seed: 5, Mask: core.Withhold(masked.ID)})
	if len(n.arrivals) != len(m.arrivals)+1 || len(s.Trace.Faults) != len(r.Trace.Faults) {
		t.Fatalf("%d arrivals became %d; %d faults became %d",
			len(m.arrivals), len(n.arrivals), len(r.Trace.Faults), len(s.Trace.Faults))
	}
	extra := fmt.Sprintf("card %d", masked.ID.Ordinal-1)
	for i, j := 0, 0; j < len(n.arrivals); j++ {
		if i < len(m.arrivals) && m.arrivals[i] == n.arrivals[j] {
			i++
		} else if !strings.HasSuffix(n.arrivals[j], fmt.Sprint(masked.ID.Ordinal-1)) {
			t.Errorf("%s is not the withheld %s", n.arrivals[j], extra)
		}
	}
	for i, f := range s.Trace.Faults {
		if f.ID != r.Trace.Faults[i].ID || f.Masked != (f.ID == masked.ID) {
			t.Errorf("fault %d: got %+v, was %+v", i, f, r.Trace.Faults[i])
		}
	}
}

func planned(m *mailing, plan func(*core.Control) error) {
	m.Plan = func(p *core.Control) error {
		if err := p.Start("*"); err != nil {
			return err
		}
		return plan(p)
	}
}

func TestPacketsOfAMachineWithoutPower(t *testing.T) {
	for name, test := range map[string]struct {
		hit       string
		delivered uint64
	}{"target": {"b.east", 3}, "sender": {"a.west", 3}} {
		t.Run(name, func(t *testing.T) {
			m := newMailing(core.Ideal, 8)
			planned(m, func(p *core.Control) error {
				_ = p.Sleep(325 * time.Millisecond) // card 3 is under way
				if err := p.PowerFail(test.hit); err != nil {
					return err
				}
				return p.Start("b.east")
			})
			m.Limits.Time = 2 * time.Second
			r := m.play(t, core.Settings{})
			conserved(t, r)
			if l := r.Links[0]; l.PowerFailed != 1 {
				t.Errorf("got %+v", l)
			}
			if len(m.arrivals) < 3 || m.arrivals[2] != "250ms 2" || strings.Contains(strings.Join(m.arrivals, ","), " 3") {
				t.Errorf("got %q", m.arrivals)
			}
		})
	}
}

func TestPacketsToAMachineThatIsOff(t *testing.T) {
	m := newMailing(core.Ideal, 5)
	m.Plan = func(p *core.Control) error { return p.Start("a.west") }
	r := m.play(t, core.Settings{})
	conserved(t, r)
	if l := r.Links[0]; l.Off != 5 || l.Delivered != 0 {
		t.Errorf("got %+v", l)
	}
}

func TestPacketsToAPausedMachineWait(t *testing.T) {
	m := newMailing(core.Ideal, 6)
	planned(m, func(p *core.Control) error {
		_ = p.Sleep(120 * time.Millisecond)
		_ = p.Pause("b.east")
		_ = p.Sleep(300 * time.Millisecond)
		return p.Resume("b.east")
	})
	conserved(t, m.play(t, core.Settings{}))
	if got := strings.Join(m.arrivals, ", "); got != "50ms 0, 420ms 1, 420ms 2, 420ms 3, 450ms 4, 550ms 5" {
		t.Errorf("got %s", got)
	}
}

func TestPartitionAndHeal(t *testing.T) {
	for name, test := range map[string]struct {
		a, b   string
		oneWay bool
		want   string
	}{
		"networks":      {"west", "east", false, "0 1 4 5"},
		"machines":      {"a.west", "b*", false, "0 1 4 5"},
		"one way":       {"west", "east", true, "0 1 4 5"},
		"the other way": {"east", "west", true, "0 1 2 3 4 5"},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMailing(core.Ideal, 6)
			planned(m, func(p *core.Control) error {
				_ = p.Sleep(150 * time.Millisecond)
				apart := core.PartitionOptions{OneWay: test.oneWay}
				if _, err := p.Partition(core.Side{test.a}, core.Side{test.b}, apart); err != nil {
					return err
				}
				_ = p.Sleep(200 * time.Millisecond)
				return p.Heal(core.Side{test.b}, core.Side{test.a})
			})
			conserved(t, m.play(t, core.Settings{}))
			var got []string
			for _, a := range m.arrivals {
				_, n, _ := strings.Cut(a, " ")
				got = append(got, n)
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestMaskedVerbsDoNothing(t *testing.T) {
	run := func(mask core.Mask) *core.Result {
		m := newMailing(core.Ideal, 30)
		planned(m, func(p *core.Control) error {
			_ = p.Sleep(time.Second)
			_ = p.Reboot("b*", core.RebootOptions{Grace: 1, Down: time.Second, Wipe: true})   // plan#1, plan#2
			_ = p.Kill("b*")                                                                  // plan#3
			_, _ = p.Partition(core.Side{"west"}, core.Side{"east"}, core.PartitionOptions{}) // plan#4
			return nil
		})
		return m.play(t, core.Settings{Mask: mask})
	}
	all := run(core.Mask{}).Machines[1]
	if all.Boots != 2 || all.Wipes != 1 || all.Kills != 1 {
		t.Errorf("unmasked: %+v", all)
	}
	plan := func(n uint64) core.FaultID { return core.FaultID{Stream: "plan", Ordinal: n} }
	if m := run(core.Withhold(plan(2))).Machines[1]; m.Boots != 2 || m.Wipes != 0 {
		t.Errorf("without the wipe: %+v", m)
	}
	if m := run(core.Withhold(plan(1), plan(3))).Machines[1]; m.Boots != 1 || m.Wipes != 0 || m.Kills != 0 {
		t.Errorf("without reboot and kill: %+v", m)
	}
	r := run(core.Withhold(plan(1), plan(2), plan(3), plan(4)))
	if l := r.Links[0]; l.Delivered+l.InFlight != 30 || len(r.Trace.Faults) != 3 {
		t.Errorf("without anything: %+v, %d faults", l, len(r.Trace.Faults))
	}
}

// burst is a mailing that sends all its cards at one moment.
func burst(profile core.Profile, cards int) *mailing {
	m := newMailing(profile, cards)
	m.Services[0] = bot("a.west", func(env core.Env) error {
		for i := range cards {
			m.send("a.west", "b.east", i)
		}
		return env.Sleep(time.Minute)
	})
	return m
}

// 100 bytes and 25 of overhead at 100 kbit/s take 10 ms each.
func TestRateAndQueue(t *testing.T) {
	profile := core.Profile{Delay: core.ConstantDelay(time.Second), Rate: 100_000, Overhead: 25,
		Limit: core.Limit{Packets: 3}}
	m := burst(profile, 5)
	r := m.play(t, core.Settings{})
	conserved(t, r)
	if got := strings.Join(m.arrivals, ", "); got != "1.01s 0, 1.02s 1, 1.03s 2" || r.Links[0].QueueDropped != 2 {
		t.Errorf("got %s, %+v", got, r.Links[0])
	}
	m = burst(profile, 5)
	mask := core.Withhold(core.FaultID{Stream: "west>east/queue_drop", Ordinal: 5})
	if m.play(t, core.Settings{Mask: mask}); len(m.arrivals) != 4 || m.arrivals[3] != "1.04s 4" {
		t.Errorf("without the second drop: %q", m.arrivals)
	}
	profile.Limit = core.Limit{Bytes: 1525}
	m = burst(profile, 20)
	if r := m.play(t, core.Settings{}); r.Links[0].QueueDropped != 20-12 {
		t.Errorf("a queue of 1525 bytes: %+v", r.Links[0])
	}
}

// TestByteQueueDrains keeps a queue of thirteen packets full for long: whenever one
// has left, there is room for one, and not for two.
func TestByteQueueDrains(t *testing.T) {
	profile := core.Profile{Rate: 100_000, Overhead: 25, Limit: core.Limit{Bytes: 13 * 125}}
	m := newMailing(profile, 0)
	m.Services[0] = bot("a.west", func(env core.Env) error {
		for i := range 13 {
			m.send("a.west", "b.east", i)
		}
		for i := range 300 {
			_ = env.Sleep(10 * time.Millisecond)
			m.send("a.west", "b.east", 13+i)
			m.send("a.west", "b.east", -1)
		}
		return env.Sleep(time.Minute)
	})
	r := m.play(t, core.Settings{})
	conserved(t, r)
	if last := m.arrivals[len(m.arrivals)-1]; r.Links[0].QueueDropped != 300 || last != "3.13s 312" {
		t.Errorf("the last one is %s, %+v", last, r.Links[0])
	}
}

func TestKeepOrder(t *testing.T) {
	profile := core.ReverseLatency
	m := burst(profile, 3)
	m.play(t, core.Settings{})
	if got := strings.Join(m.arrivals, ", "); got != "46ms 2, 48ms 1, 50ms 0" {
		t.Errorf("got %s", got)
	}
	profile.KeepOrder = true
	m = burst(profile, 3)
	m.play(t, core.Settings{})
	if got := strings.Join(m.arrivals, ", "); got != "50ms 0, 50ms 1, 50ms 2" {
		t.Errorf("in order: got %s", got)
	}
}

func TestDuplicateAndCorrupt(t *testing.T) {
	delay := core.ConstantDelay(time.Millisecond)
	for name, test := range map[string]struct {
		profile core.Profile
		want    string
		stats   core.LinkStats
	}{
		"duplicate": {core.Profile{Delay: delay, Duplicate: core.Always}, "1ms 1, 1ms 1",
			core.LinkStats{Sent: 1, Duplicated: 1, Delivered: 2}},
		"duplicate and loss": {core.Profile{Delay: delay, Duplicate: core.Always, Loss: core.Always}, "",
			core.LinkStats{Sent: 1, Duplicated: 1, Lost: 2}},
		"corrupt": {core.Profile{Delay: delay, Corrupt: core.Always}, "", core.LinkStats{Sent: 1, Corrupted: 1}},
		"corrupt_undetected": {core.Profile{Delay: delay, CorruptUndetected: core.Always}, "1ms -1",
			core.LinkStats{Sent: 1, Delivered: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMailing(test.profile, 0)
			m.Services[0] = bot("a.west", func(env core.Env) error {
				m.send("a.west", "b.east", 1)
				return env.Sleep(time.Minute)
			})
			r := m.play(t, core.Settings{})
			conserved(t, r)
			got := r.Links[0]
			got.Name, got.Bytes = "", 0
			if strings.Join(m.arrivals, ", ") != test.want || got != test.stats {
				t.Errorf("got %q %+v, want %q %+v", m.arrivals, got, test.want, test.stats)
			}
		})
	}
}

func TestPartitionModes(t *testing.T) {
	for mode, want := range map[core.PartitionMode]string{
		core.Drop:   "50ms 0, 150ms 1, 450ms 4, 550ms 5",
		core.Reject: "50ms 0, 150ms 1, 200ms rejected 2, 300ms rejected 3, 450ms 4, 550ms 5",
		core.Clog:   "50ms 0, 150ms 1, 400ms 2, 400ms 3, 450ms 4, 550ms 5",
	} {
		t.Run(string(mode), func(t *testing.T) {
			m := newMailing(core.Ideal, 6)
			planned(m, func(p *core.Control) error {
				_ = p.Sleep(150 * time.Millisecond)
				if _, err := p.Partition(core.Side{"a*"}, core.Side{"b*"}, core.PartitionOptions{Mode: mode}); err != nil {
					return err
				}
				_ = p.Sleep(200 * time.Millisecond)
				return p.Heal(nil, nil)
			})
			conserved(t, m.play(t, core.Settings{}))
			if got := strings.Join(m.arrivals, ", "); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
	m := newMailing(core.Ideal, 1)
	planned(m, func(p *core.Control) error {
		return coretest.Err(p.Partition(core.Side{"a*"}, core.Side{"b*"}, core.PartitionOptions{Mode: "burn"}))
	})
	wantVerdict(t, m.play(t, core.Settings{}), core.Crash, `drop, reject or clog, not "burn"`)
}

// TestClogIsBounded: a partition that clogs holds 100,000 packets, others vanish.
func TestClogIsBounded(t *testing.T) {
	m := newMailing(core.Ideal, 0)
	m.Services[0] = bot("a.west", func(env core.Env) error {
		_ = env.Sleep(time.Second)
		for i := range 100_003 {
			m.send("a.west", "b.east", i)
		}
		return env.Sleep(time.Minute)
	})
	planned(m, func(p *core.Control) error {
		if _, err := p.Partition(core.Side{"a*"}, core.Side{"b*"}, core.PartitionOptions{Mode: core.Clog}); err != nil {
			return err
		}
		_ = p.Sleep(2 * time.Second)
		return p.Heal(nil, nil)
	})
	r := m.play(t, core.Settings{})
	conserved(t, r)
	if r.Links[0].Partitioned != 3 || len(m.arrivals) != 100_000 {
		t.Errorf("%d arrived, %+v", len(m.arrivals), r.Links[0])
	}
}

func TestChangeOfALiveLink(t *testing.T) {
	slow := func(now core.Profile, _ bool) (core.Profile, error) {
		now.Delay = core.ConstantDelay(90 * time.Millisecond)
		return now, nil
	}
	run := func(mask core.Mask) string {
		m := newMailing(core.Ideal, 5)
		planned(m, func(p *core.Control) error {
			_ = p.Sleep(150 * time.Millisecond)
			if err := p.Link("west", "east", core.LinkOptions{OneWay: true}, slow); err != nil {
				return err
			}
			_ = p.Sleep(200 * time.Millisecond)
			return p.RestoreLink("east", "west", core.LinkOptions{})
		})
		m.play(t, core.Settings{Mask: mask})
		return strings.Join(m.arrivals, ", ")
	}
	if got := run(core.Mask{}); got != "50ms 0, 150ms 1, 290ms 2, 390ms 3, 450ms 4" {
		t.Errorf("got %s", got)
	}
	if got := run(core.Withhold(core.FaultID{Stream: "plan", Ordinal: 1})); got != "50ms 0, 150ms 1, 250ms 2, 350ms 3, 450ms 4" {
		t.Errorf("withheld: got %s", got)
	}
	m := newMailing(core.Ideal, 1)
	planned(m, func(p *core.Control) error { return p.Link("west", "south", core.LinkOptions{}, slow) })
	wantVerdict(t, m.play(t, core.Settings{}), core.Crash, `no link connects network "west" with "south"`)
}

// Two processes of the plan that change a link at one moment both do.
func TestTwoChangesOfALinkAtOnce(t *testing.T) {
	m := newMailing(core.Ideal, 3)
	planned(m, func(p *core.Control) error {
		link := func(set func(*core.Profile)) func(*core.Control) error {
			return func(p *core.Control) error {
				return p.Link("west", "east", core.LinkOptions{}, func(now core.Profile, _ bool) (core.Profile, error) {
					set(&now)
					return now, nil
				})
			}
		}
		_ = p.Go("twice", link(func(p *core.Profile) { p.Duplicate = core.Always }))
		_ = p.Go("quick", link(func(p *core.Profile) { p.Delay = core.ConstantDelay(7 * time.Millisecond) }))
		return nil
	})
	m.play(t, core.Settings{})
	if got := strings.Join(m.arrivals[len(m.arrivals)-2:], ", "); got != "207ms 2, 207ms 2" {
		t.Errorf("the last packet arrived %s", got)
	}
}
