package core_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
)

func TestFaultIDRoundTrip(t *testing.T) {
	id := core.FaultID{Stream: "public>internal/loss", Ordinal: 42}
	if got, err := core.ParseFaultID(id.String()); err != nil || got != id {
		t.Errorf("got %v, %v", got, err)
	}
	for _, bad := range []string{"", "plan", "plan#", "#3", "plan#0", "plan#x"} {
		if _, err := core.ParseFaultID(bad); err == nil {
			t.Errorf("%q was taken for a fault", bad)
		}
	}
}

func TestParseMask(t *testing.T) {
	a, b := core.FaultID{Stream: "plan", Ordinal: 2}, core.FaultID{Stream: "plan", Ordinal: 10}
	for _, test := range []struct {
		withhold, only []string
		want           core.Mask
		err            string
	}{
		{nil, nil, core.Mask{}, ""},
		{[]string{}, nil, core.Mask{}, ""},
		{nil, []string{}, core.Mask{Only: true}, ""},
		{[]string{"plan#10", "plan#2", "plan#10"}, nil, core.Mask{IDs: []core.FaultID{a, b}}, ""},
		{nil, []string{"plan#2"}, core.Mask{Only: true, IDs: []core.FaultID{a}}, ""},
		{[]string{"plan#2"}, []string{"plan#10"}, core.Mask{}, "not both"},
		{[]string{"plan"}, nil, core.Mask{}, `stream#ordinal, for example plan#3; not "plan"`},
	} {
		got, err := core.ParseMask(test.withhold, test.only)
		if test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) || test.err == "" && err != nil {
			t.Errorf("%v %v: got error %v, want %q", test.withhold, test.only, err, test.err)
		}
		if got.Only != test.want.Only || fmt.Sprint(got.IDs) != fmt.Sprint(test.want.IDs) {
			t.Errorf("%v %v: got %+v, want %+v", test.withhold, test.only, got, test.want)
		}
	}
}

// Only is the complement of Withhold: with the same faults, the one withholds
// what the other lets happen. All of them keep their names.
func TestOnlyLetsTheseHappen(t *testing.T) {
	profile := core.Profile{Delay: core.UniformDelay(10*time.Millisecond, 90*time.Millisecond), Loss: core.Always / 5}
	play := func(mask core.Mask) *core.Result {
		return newMailing(profile, 100).play(t, core.Settings{Seed: 5, Mask: mask})
	}
	full := play(core.Mask{})
	some := []core.FaultID{full.Trace.Faults[7].ID, full.Trace.Faults[2].ID}
	only, rest := play(core.Only(some...)), play(core.Withhold(some...))
	if got := only.Links[0].Lost; got != 2 {
		t.Errorf("only two losses: %d were lost", got)
	}
	if got, want := rest.Links[0].Lost, full.Links[0].Lost-2; got != want {
		t.Errorf("without two losses: %d were lost, not %d", got, want)
	}
	for i, f := range full.Trace.Faults {
		one, other := only.Trace.Faults[i], rest.Trace.Faults[i]
		if one.ID != f.ID || other.ID != f.ID || one.Masked == other.Masked {
			t.Errorf("%v: only has %+v, the rest %+v", f.ID, one, other)
		}
	}
	if got := play(core.Only()).Links[0].Lost; got != 0 {
		t.Errorf("only no faults at all: %d were lost", got)
	}
	if !only.Mask.Only || len(only.Mask.IDs) != 2 || full.Mask.Kind() != "" {
		t.Errorf("the results have the masks %+v and %+v", only.Mask, full.Mask)
	}
}

// A mask may withhold a fault and so let another happen: names stay, the run
// goes another way.
func TestWithholdingLetsOthersHappen(t *testing.T) {
	play := func(mask core.Mask) (ids []string) {
		m := newMailing(core.Ideal, 0)
		m.Services[0] = bot("a.west", func(env core.Env) error { return env.Sleep(time.Minute) })
		planned(m, func(p *core.Control) error {
			_ = p.Kill("b*") // plan#1
			_ = p.Kill("b*") // plan#2: nothing is there to kill, unless the first was withheld
			return nil
		})
		for _, f := range m.play(t, core.Settings{Mask: mask}).Trace.Faults {
			ids = append(ids, fmt.Sprint(f.ID, f.Masked))
		}
		return ids
	}
	if got := fmt.Sprint(play(core.Mask{})); got != "[plan#1 false]" {
		t.Errorf("got %s", got)
	}
	without := core.Withhold(core.FaultID{Stream: "plan", Ordinal: 1})
	if got := fmt.Sprint(play(without)); got != "[plan#1 true plan#2 false]" {
		t.Errorf("withheld: got %s", got)
	}
}

func TestMaskOfUnknownStreams(t *testing.T) {
	m := newMailing(core.Ideal, 1)
	for stream, want := range map[string]string{
		"plan":                        "the scenario has no plan",
		"plna":                        "LINK/DECISION, where LINK is west>east and east>west",
		"plan/one":                    "the scenario has no plan",
		"a.west/crash":                "",
		"a.west/power_fail":           "",
		"a.west/point/after x, y/z":   "",
		"a.west/point/":               `service a.west has no "point/": there are point/NAME, crash and power_fail`,
		"a.west/burn":                 `service a.west has no "burn"`,
		"c.west/crash":                `no stream is called "c.west/crash"`,
		"west>north/loss":             `no stream is called "west>north/loss"`,
		"west>east":                   `no stream is called "west>east"`,
		"west>east/los":               `link west>east decides no "los": there are duplicate, loss, corrupt, `,
		"east>west/loss":              "",
		"west>east/loss of duplicate": "",
	} {
		for _, mask := range []core.Mask{core.Withhold(core.FaultID{Stream: stream, Ordinal: 1}),
			core.Only(core.FaultID{Stream: stream, Ordinal: 1})} {
			_, err := core.NewCluster(&m.Scenario, core.Settings{Mask: mask})
			if got := fmt.Sprint(err); want == "" && err != nil || !strings.Contains(got, want) {
				t.Errorf("%s: got %s, want %s", stream, got, want)
			}
		}
	}
}

func TestMaskOfProcessesOfThePlan(t *testing.T) {
	m := newMailing(core.Ideal, 1)
	planned(m, func(*core.Control) error { return nil })
	for stream, want := range map[string]string{
		"plan": "", "plan/one": "", "plan/one/two": "",
		"plan/": `"" is no name of a process`, "plan/a b": `"a b" is no name of a process`, "plans": "no stream is called",
	} {
		_, err := core.NewCluster(&m.Scenario, core.Settings{Mask: core.Withhold(core.FaultID{Stream: stream, Ordinal: 1})})
		if got := fmt.Sprint(err); want == "" && err != nil || !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s", stream, got, want)
		}
	}
}

// What a partition holds keeps the name of its packet.
func TestFaultsOfHeldPackets(t *testing.T) {
	m := burst(core.Profile{Delay: core.ConstantDelay(time.Second), Rate: 100_000, Overhead: 25,
		Limit: core.Limit{Packets: 2}}, 5)
	m.Plan = func(p *core.Control) error {
		if _, err := p.Partition(core.Side{"west"}, core.Side{"east"}, core.PartitionOptions{Mode: core.Clog}); err != nil {
			return err
		}
		_ = p.Start("*")
		_ = p.Sleep(50 * time.Millisecond)
		return p.Heal(nil, nil)
	}
	var got []string
	for _, f := range m.play(t, core.Settings{}).Trace.Faults[1:] {
		got = append(got, f.ID.String())
	}
	want := "[west>east/queue_drop#3 west>east/queue_drop#4 west>east/queue_drop#5]"
	if fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
