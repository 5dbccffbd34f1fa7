package core_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
)

// TestHealedIntoAnotherPartition heals a partition that has held packets while
// another stands between the same machines.
func TestHealedIntoAnotherPartition(t *testing.T) {
	for mode, want := range map[core.PartitionMode]string{
		core.Drop:   "50ms 0, 650ms 6",
		core.Reject: "50ms 0, 350ms rejected 1, 350ms rejected 2, 350ms rejected 3, 400ms rejected 4, 500ms rejected 5, 650ms 6",
		core.Clog:   "50ms 0, 600ms 1, 600ms 2, 600ms 3, 600ms 4, 600ms 5, 650ms 6",
	} {
		t.Run(string(mode), func(t *testing.T) {
			m := newMailing(core.Ideal, 7)
			planned(m, func(p *core.Control) error {
				a, b, west, east := core.Side{"a.west"}, core.Side{"b.east"}, core.Side{"west"}, core.Side{"east"}
				return errors.Join(p.Sleep(50*time.Millisecond),
					coretest.Err(p.Partition(a, b, core.PartitionOptions{Mode: core.Clog})),
					coretest.Err(p.Partition(west, east, core.PartitionOptions{Mode: mode})), p.Sleep(300*time.Millisecond),
					p.Heal(a, b), p.Sleep(200*time.Millisecond), p.Heal(west, east))
			})
			conserved(t, m.play(t, core.Settings{}))
			if got := strings.Join(m.arrivals, ", "); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// TestClogHasTheFateOfTheLink: what was held is lost and doubled as all else, and
// the packets after it have the fate that they have without the partition.
func TestClogHasTheFateOfTheLink(t *testing.T) {
	profile := core.Profile{Delay: core.UniformDelay(time.Millisecond, 9*time.Millisecond),
		Loss: core.Always / 4, Duplicate: core.Always / 4}
	fates := func(mask core.Mask) []string {
		m := newMailing(profile, 200)
		planned(m, func(p *core.Control) error {
			return errors.Join(p.Sleep(50*time.Millisecond),
				coretest.Err(p.Partition(core.Side{"a*"}, core.Side{"b*"}, core.PartitionOptions{Mode: core.Clog})),
				p.Sleep(5*time.Second), p.Heal(nil, nil))
		})
		r := m.play(t, core.Settings{Seed: 3, Mask: mask})
		conserved(t, r)
		var all []string
		for _, f := range r.Trace.Faults {
			if f.ID.Stream != "plan" {
				all = append(all, f.ID.String())
			}
		}
		return all
	}
	held, free := fates(core.Mask{}), fates(core.Withhold(core.FaultID{Stream: "plan", Ordinal: 1}))
	if got, want := strings.Join(held, "\n"), strings.Join(free, "\n"); got != want || len(held) < 50 {
		t.Errorf("held: %d faults, without the partition %d", len(held), len(free))
	}
}

// TestWithheldDuplicateShiftsNothing: each copy has a fate of its own, which does not
// depend on others.
func TestWithheldDuplicateShiftsNothing(t *testing.T) {
	profile := core.Profile{Delay: core.UniformDelay(10*time.Millisecond, 90*time.Millisecond), Duplicate: core.Always / 3}
	arrivals := func(mask core.Mask) []string {
		m := newMailing(profile, 100)
		m.play(t, core.Settings{Seed: 5, Mask: mask})
		return m.arrivals
	}
	m := newMailing(profile, 100)
	first := m.play(t, core.Settings{Seed: 5}).Trace.Faults[0]
	full, masked := arrivals(core.Mask{}), arrivals(core.Withhold(first.ID))
	for _, a := range masked {
		if !strings.Contains(strings.Join(full, ","), a) {
			t.Errorf("%s arrives without %v only", a, first.ID)
		}
	}
	if len(masked) != len(full)-1 {
		t.Errorf("%d arrivals, without a copy %d", len(full), len(masked))
	}
}

// TestLineThatIsBusyForEver sends more than a slow line carries before time ends.
func TestLineThatIsBusyForEver(t *testing.T) {
	m := newMailing(core.Profile{Rate: 1, Limit: core.Limit{Packets: 1 << 30}}, 0)
	m.Services[0] = bot("a.west", func(env core.Env) error {
		host := m.hosts["a.west"]
		to, _ := host.Resolve("b.east")
		for i := range 20_000 { // of six days each
			host.Send(core.Packet{From: host.ID(), To: to, Size: 65535, Segment: card(i)})
		}
		return env.Sleep(time.Minute)
	})
	conserved(t, m.play(t, core.Settings{}))
	if len(m.arrivals) > 0 {
		t.Errorf("%d arrived, the last %s", len(m.arrivals), m.arrivals[len(m.arrivals)-1])
	}
}

// TestHealOne heals one of two partitions between the same sides: the other stands.
func TestHealOne(t *testing.T) {
	m := newMailing(core.Ideal, 7)
	planned(m, func(p *core.Control) error {
		west, east := core.Side{"west"}, core.Side{"east"}
		first, err := p.Partition(west, east, core.PartitionOptions{})
		second, err2 := p.Partition(west, east, core.PartitionOptions{})
		return errors.Join(err, err2, p.Sleep(150*time.Millisecond), p.HealOne(first), p.HealOne(first),
			p.Sleep(200*time.Millisecond), p.HealOne(second), p.Sleep(100*time.Millisecond),
			p.Heal(west, east), p.HealOne(second))
	})
	conserved(t, m.play(t, core.Settings{}))
	if got, want := strings.Join(m.arrivals, ", "), "50ms 0, 450ms 4, 550ms 5, 650ms 6"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
