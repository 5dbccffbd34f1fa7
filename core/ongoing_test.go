package core_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"simlua.example/core"
)

// ongoingTest is a plan that begins after a second, and the faults it makes.
type ongoingTest struct {
	plan func(p *core.Control)
	want []string
}

// at waits until so many seconds of the run have passed.
func at(seconds int, p *core.Control) { _ = p.Sleep(time.Duration(seconds)*time.Second - p.Now()) }

func ongoingTests() map[string]ongoingTest {
	offset, drift := 20*time.Millisecond, int64(50)
	slow := func(now core.Profile, _ bool) (core.Profile, error) { now.Loss = core.Always; return now, nil }
	describe := core.LinkOptions{Describe: func(_, after *core.Profile) []core.FaultParam {
		return []core.FaultParam{{Name: "loss", Value: after.Loss.String()}}
	}}
	west, east := core.Side{"west"}, core.Side{"east"}
	return map[string]ongoingTest{
		"stop": {func(p *core.Control) {
			_ = p.Stop("a.west", core.StopOptions{Grace: time.Second})
			at(4, p)
			_ = p.Start("a.west")
		}, []string{"stop 1s-4s [{grace 1s}]"}},
		"kill, for good": {func(p *core.Control) { _ = p.Kill("a.west") }, []string{"kill 1s-0s []"}},
		"power": {func(p *core.Control) {
			_ = p.PowerFail("a.west")
			_ = p.Wipe("a.west")
			at(4, p)
			_ = p.Start("a.west")
		}, []string{"power_fail 1s-4s []", "wipe 1s-4s []"}},
		"reboot": {func(p *core.Control) { _ = p.Reboot("a.west", core.RebootOptions{Down: 2 * time.Second, Wipe: true}) },
			[]string{"reboot 1s-3s [{grace 0s} {down 2s} {wipe true}]", "wipe 3s-3s []"}},
		"pause": {func(p *core.Control) {
			_ = p.Pause("a.west")
			at(2, p)
			_ = p.Resume("a.west")
			_ = p.Pause("a.west")
			at(3, p)
			_ = p.PowerFail("a.west")
		}, []string{"pause 1s-2s []", "pause 2s-3s []", "power_fail 3s-0s []"}},
		"clock": {func(p *core.Control) {
			_ = p.Clock("a.west", core.ClockChange{Offset: &offset, DriftPPM: &drift})
			at(2, p)
			_ = p.Clock("a.west", core.ClockChange{DriftPPM: &drift})
			at(4, p)
			_ = p.RestoreClock("a.west")
		}, []string{"clock 1s-2s [{offset 20ms} {drift_ppm 50}]", "clock 2s-4s [{drift_ppm 50}]"}},
		"partition": {func(p *core.Control) {
			_, _ = p.Partition(west, east, core.PartitionOptions{Mode: core.Clog})
			at(2, p)
			_, _ = p.Partition(east, west, core.PartitionOptions{OneWay: true})
			at(3, p)
			_ = p.Heal(nil, nil)
		}, []string{"partition 1s-3s [{mode clog} {oneway false}]", "partition 2s-3s [{mode drop} {oneway true}]"}},
		"link": {func(p *core.Control) {
			_ = p.Link("west", "east", core.LinkOptions{OneWay: true, Describe: describe.Describe}, slow)
			at(2, p)
			_ = p.RestoreLink("west", "east", core.LinkOptions{OneWay: true})
			at(3, p)
			_ = p.RestoreLink("west", "east", core.LinkOptions{OneWay: true})
		}, []string{"link 1s-2s [{loss 1}]"}},
	}
}

// Faults tell when they were undone, and what they did.
func TestFaultsEnd(t *testing.T) {
	for name, test := range ongoingTests() {
		t.Run(name, func(t *testing.T) {
			idle := func(env core.Env) error { return env.Sleep(time.Hour) }
			s := &core.Scenario{
				Links:    []core.LinkSpec{{A: "west", B: "east"}},
				Services: []core.ServiceSpec{service("a.west", idle), service("b.east", idle)},
				Limits:   core.Limits{Time: time.Minute},
				Plan: func(p *core.Control) error {
					_ = p.Start("*")
					at(1, p)
					test.plan(p)
					return nil
				},
			}
			var got []string
			for _, f := range play(t, s, core.Settings{}).Trace.Faults {
				got = append(got, fmt.Sprintf("%s %v-%v %v", f.Kind, f.At, f.End, f.Params))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got\n%q\nwant\n%q", got, test.want)
			}
		})
	}
}

// What is withheld, or beyond what a trace keeps, has no end.
func TestWithheldFaultsDoNotEnd(t *testing.T) {
	s := &core.Scenario{
		Services: []core.ServiceSpec{service("a.west", func(env core.Env) error { return env.Sleep(time.Hour) })},
		Limits:   core.Limits{Time: time.Minute, Facts: 2},
		Plan: func(p *core.Control) error {
			_ = p.Start("*")
			for range 3 {
				_ = p.Sleep(time.Second)
				_ = p.Kill("a.west")
				_ = p.Start("a.west")
			}
			return nil
		},
	}
	r := play(t, s, core.Settings{Mask: core.Withhold(core.FaultID{Stream: "plan", Ordinal: 1})})
	if f := r.Trace.Faults; len(f) != 2 || f[0].End != 0 || f[1].End != 2*time.Second || r.Trace.Dropped == 0 {
		t.Errorf("got %v, and %d dropped", f, r.Trace.Dropped)
	}
}
