package core_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"simlua/core"
)

// post is a network that only writes down what arrives.
type post struct {
	core.Network
	host   core.Host
	arrive func(to string, p core.Packet, at time.Duration)
}

func (n *post) Deliver(p core.Packet)    { n.arrive(n.host.Name(), p, n.host.Now()) }
func (n *post) Release(core.Owner, bool) {}
func (n *post) PowerOff()                {}
func (n *post) Open() int                { return 0 }

// card is a segment with a number on it.
type card int

func (c card) AppendText(b []byte) []byte { return fmt.Appendf(b, "card %d", int(c)) }
func (c card) Digest() uint64             { return uint64(c) }

// mailing is a scenario in which a.west sends cards to b.east every 100 ms.
type mailing struct {
	core.Scenario
	hosts    map[string]core.Host
	arrivals []string
}

func newMailing(profile core.Profile, cards int) *mailing {
	m := &mailing{hosts: map[string]core.Host{}}
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
	settings.Network = func(h core.Host) core.Network {
		m.hosts[h.Name()] = h
		return &post{host: h, arrive: func(to string, p core.Packet, at time.Duration) {
			m.arrivals = append(m.arrivals, fmt.Sprintf("%v %v", at, p.Segment))
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
		if l.Sent != l.Delivered+l.Lost+l.Partitioned+l.PowerFailed+l.Off+l.InFlight {
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
	s := n.play(t, core.Settings{Seed: 5, Mask: core.Mask{masked.ID: true}})
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
				if err := p.Partition(test.a, test.b, core.PartitionOptions{OneWay: test.oneWay}); err != nil {
					return err
				}
				_ = p.Sleep(200 * time.Millisecond)
				return p.Heal(test.b, test.a)
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
			_ = p.Reboot("b*", core.RebootOptions{Grace: 1, Down: time.Second, Wipe: true}) // plan#1, plan#2
			_ = p.Kill("b*")                                                                // plan#3
			_ = p.Partition("west", "east", core.PartitionOptions{})                        // plan#4
			return nil
		})
		return m.play(t, core.Settings{Mask: mask})
	}
	all := run(nil).Machines[1]
	if all.Boots != 2 || all.Wipes != 1 || all.Kills != 1 {
		t.Errorf("unmasked: %+v", all)
	}
	plan := func(n uint64) core.FaultID { return core.FaultID{Stream: "plan", Ordinal: n} }
	if m := run(core.Mask{plan(2): true}).Machines[1]; m.Boots != 2 || m.Wipes != 0 {
		t.Errorf("without the wipe: %+v", m)
	}
	if m := run(core.Mask{plan(1): true, plan(3): true}).Machines[1]; m.Boots != 1 || m.Wipes != 0 || m.Kills != 0 {
		t.Errorf("without reboot and kill: %+v", m)
	}
	r := run(core.Mask{plan(1): true, plan(2): true, plan(3): true, plan(4): true})
	if l := r.Links[0]; l.Delivered+l.InFlight != 30 || len(r.Trace.Faults) != 3 {
		t.Errorf("without anything: %+v, %d faults", l, len(r.Trace.Faults))
	}
}

func TestFaultIDRoundTrip(t *testing.T) {
	id := core.FaultID{Stream: "public>internal", Ordinal: 42}
	if got, err := core.ParseFaultID(id.String()); err != nil || got != id {
		t.Errorf("got %v, %v", got, err)
	}
	for _, bad := range []string{"", "plan", "plan#", "#3", "plan#0", "plan#x"} {
		if _, err := core.ParseFaultID(bad); err == nil {
			t.Errorf("%q was taken for a fault", bad)
		}
	}
}
