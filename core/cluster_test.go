package core_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
)

// diary collects what the services of a test say, with the time.
type diary struct{ lines []string }

func (d *diary) write(env core.Env, format string, args ...any) {
	d.lines = append(d.lines, fmt.Sprintf("%v %s ", env.Now(), env.Machine())+fmt.Sprintf(format, args...))
}

func (d *diary) want(t *testing.T, lines ...string) {
	t.Helper()
	if got, want := strings.Join(d.lines, "\n"), strings.Join(lines, "\n"); got != want {
		t.Fatalf("got\n%s\nwant\n%s", got, want)
	}
}

func service(machine string, run core.EngineFunc) core.ServiceSpec {
	return core.ServiceSpec{Machine: machine, Boot: func() (core.Engine, error) { return run, nil }}
}

func bot(machine string, run core.EngineFunc) core.ServiceSpec {
	spec := service(machine, run)
	spec.Bot = true
	return spec
}

func play(t *testing.T, s *core.Scenario, settings core.Settings) *core.Result {
	t.Helper()
	settings.Keep = max(settings.Keep, core.KeepLines)
	c, err := core.NewCluster(s, networked(settings))
	if err != nil {
		t.Fatal(err)
	}
	return c.Run(context.Background())
}

// networked gives machines a network and disks.
func networked(settings core.Settings) core.Settings {
	settings.Network, settings.Disk = coretest.Network, coretest.Disk
	return settings
}

func wantVerdict(t *testing.T, r *core.Result, want core.Verdict, reason string) {
	t.Helper()
	if r.Verdict != want || !strings.Contains(r.Reason, reason) {
		t.Fatalf("got %s (%s), want %s (%s)", r.Verdict, r.Reason, want, reason)
	}
}

func sleeper(d *diary) core.EngineFunc {
	return func(env core.Env) error {
		d.write(env, "boots")
		defer d.write(env, "unwinds")
		err := env.Sleep(time.Hour)
		d.write(env, "disposes: %v", err)
		return err
	}
}

func TestRebootBootsTwice(t *testing.T) {
	var d diary
	s := &core.Scenario{
		Services: []core.ServiceSpec{service("api.public", sleeper(&d))},
		Plan: func(p *core.Control) error {
			if err := p.Start("*"); err != nil {
				return err
			}
			_ = p.Sleep(time.Second)
			return p.Reboot("api*", core.RebootOptions{Grace: time.Second, Down: 2 * time.Second})
		},
		Limits: core.Limits{Time: 10 * time.Second},
	}
	r := play(t, s, core.Settings{})
	wantVerdict(t, r, core.Pass, "time limit")
	d.want(t, "0s api.public boots", "1s api.public disposes: stopped", "1s api.public unwinds",
		"3s api.public boots", "10s api.public unwinds")
	m := r.Machines[0]
	if m.Boots != 2 || m.Kills != 0 || m.Downtime != 2*time.Second {
		t.Errorf("got %+v", m)
	}
}

// A service that does not answer to a stop is killed at the end of its grace
// period, in the middle of its cleanup.
func TestSlowDisposeIsCutOff(t *testing.T) {
	var d diary
	s := &core.Scenario{
		Services: []core.ServiceSpec{service("api.public", func(env core.Env) error {
			_ = env.Sleep(time.Hour)
			env.Log(core.Info, "disposing")
			env.Work(5 * time.Second)
			env.Log(core.Info, "never disposed")
			return nil
		})},
		Plan: func(p *core.Control) error {
			_ = p.Start("*")
			_ = p.Sleep(time.Second)
			err := p.Stop("*", core.StopOptions{Grace: 2 * time.Second})
			d.lines = append(d.lines, p.Now().String())
			return err
		},
	}
	r := play(t, s, core.Settings{})
	d.want(t, "3s")
	if text := factText(r); !strings.Contains(text, "disposing") || strings.Contains(text, "never") ||
		!strings.Contains(text, "erasing the future") {
		t.Errorf("got %s", text)
	}
}

// A service that is asked to stop has ended when its last process has: what is
// being done for somebody is done.
func TestStopWaitsForAllProcesses(t *testing.T) {
	s := &core.Scenario{
		Services: []core.ServiceSpec{service("api.public", func(env core.Env) error {
			env.Go("request", func() error {
				env.Work(1500 * time.Millisecond)
				env.Log(core.Info, "answered")
				return nil
			})
			return env.Sleep(time.Hour)
		})},
		Plan: func(p *core.Control) error {
			_ = p.Start("*")
			_ = p.Sleep(time.Second)
			return p.Stop("*", core.StopOptions{Grace: 2 * time.Second})
		},
	}
	r := play(t, s, core.Settings{})
	if r.Machines[0].Kills != 0 || !strings.Contains(factText(r), "1.5s 0 api.public answered") {
		t.Errorf("got %+v\n%s", r.Machines[0], factText(r))
	}
}

func factText(r *core.Result) string {
	var b strings.Builder
	for _, f := range r.Trace.Facts {
		fmt.Fprintf(&b, "%v %d %s %s\n", f.At, f.Kind, f.Service, f.Text)
	}
	return b.String()
}

func TestKilledServiceRunsNoCleanup(t *testing.T) {
	for name, hit := range map[string]func(*core.Control) error{
		"kill":       func(p *core.Control) error { return p.Kill("api*") },
		"power_fail": func(p *core.Control) error { return p.PowerFail("api*") },
		"wipe":       func(p *core.Control) error { return p.Wipe("api*") },
	} {
		t.Run(name, func(t *testing.T) {
			s := &core.Scenario{
				Services: []core.ServiceSpec{service("api.public", func(env core.Env) error {
					defer env.Log(core.Info, "cleanup")
					return env.Sleep(time.Hour)
				})},
				Plan: func(p *core.Control) error {
					_ = p.Start("*")
					_ = p.Sleep(time.Second)
					return hit(p)
				},
			}
			r := play(t, s, core.Settings{})
			wantVerdict(t, r, core.Pass, "nothing left to do")
			if r.Time != time.Second || r.Machines[0].Kills != 1 {
				t.Errorf("ended at %v with %d kills", r.Time, r.Machines[0].Kills)
			}
			if strings.Contains(factText(r), "cleanup") {
				t.Errorf("the cleanup of a killed service was seen:\n%s", factText(r))
			}
		})
	}
}

func TestEngineErrorCrashesTheRun(t *testing.T) {
	broken := errors.New("disk on fire")
	s := &core.Scenario{Services: []core.ServiceSpec{service("api.public", func(env core.Env) error {
		defer env.Log(core.Info, "disposed")
		_ = env.Sleep(time.Second)
		return broken
	})}}
	r := play(t, s, core.Settings{})
	wantVerdict(t, r, core.Crash, "api.public: disk on fire")
	if !errors.Is(r.Err, broken) || !strings.Contains(factText(r), "disposed") {
		t.Errorf("got %v\n%s", r.Err, factText(r))
	}
}

func TestRestartPolicy(t *testing.T) {
	boots := 0
	spec := service("api.public", func(env core.Env) error {
		if boots++; boots == 3 {
			env.Halt("third boot")
		}
		return errors.New("again")
	})
	spec.Restart = time.Second
	r := play(t, &core.Scenario{Services: []core.ServiceSpec{spec}}, core.Settings{})
	wantVerdict(t, r, core.Pass, "third boot")
	if r.Time != 2*time.Second || r.Machines[0].Downtime != 2*time.Second {
		t.Errorf("ended at %v with %v down", r.Time, r.Machines[0].Downtime)
	}
}

func TestChildProcessErrorIsTheServices(t *testing.T) {
	s := &core.Scenario{Services: []core.ServiceSpec{service("api.public", func(env core.Env) error {
		env.Go("child", func() error { return errors.New("child failed") })
		return env.Sleep(time.Hour)
	})}}
	wantVerdict(t, play(t, s, core.Settings{}), core.Crash, "child failed")
}

func TestEndOfBotsEndsTheRun(t *testing.T) {
	s := &core.Scenario{
		Services: []core.ServiceSpec{
			service("api.public", func(env core.Env) error { return env.Sleep(time.Hour) }),
			bot("a.botnet", func(env core.Env) error { return env.Sleep(time.Second) }),
			bot("b.botnet", func(env core.Env) error { return env.Sleep(2 * time.Second) }),
		},
	}
	r := play(t, s, core.Settings{})
	wantVerdict(t, r, core.Pass, "every bot has returned")
	if r.Time != 2*time.Second {
		t.Errorf("ended at %v", r.Time)
	}
}

func TestTooManyProcesses(t *testing.T) {
	s := &core.Scenario{
		Services: []core.ServiceSpec{service("a.lan", func(env core.Env) error {
			for {
				env.Go("child", func() error { return env.Sleep(time.Hour) })
				if err := env.Sleep(1); err != nil {
					return err
				}
			}
		})},
		Limits: core.Limits{Processes: 100},
	}
	wantVerdict(t, play(t, s, core.Settings{}), core.Crash,
		"too many processes: the limit is 100; sim.limits { processes = 200 } allows more")
}

func TestGaugesAndInvariants(t *testing.T) {
	owner := func(at time.Duration) core.EngineFunc {
		return func(env core.Env) error {
			_ = env.Sleep(at)
			if err := env.Gauge("owner", true); err != nil {
				return err
			}
			return env.Sleep(time.Hour)
		}
	}
	for name, test := range map[string]struct {
		kill    bool
		verdict core.Verdict
	}{"two owners": {false, core.Fail}, "one was killed": {true, core.Pass}} {
		t.Run(name, func(t *testing.T) {
			s := &core.Scenario{
				Services: []core.ServiceSpec{service("a.lan", owner(time.Second)), service("b.lan", owner(3*time.Second))},
				Plan: func(p *core.Control) error {
					_ = p.Start("*")
					_ = p.Sleep(2 * time.Second)
					if test.kill {
						return p.Kill("a*")
					}
					return nil
				},
				Always: []core.Invariant{{Name: "one owner", Holds: func(w *core.World) error {
					if len(w.Gauges()) > 1 {
						return fmt.Errorf("%d owners", len(w.Gauges()))
					}
					return nil
				}}},
				Limits: core.Limits{Time: time.Minute},
			}
			r := play(t, s, core.Settings{})
			if r.Verdict != test.verdict {
				t.Fatalf("got %s: %s", r.Verdict, r.Reason)
			}
			if !test.kill && (r.Checks[0].FailedAt != 3*time.Second || r.Checks[0].Message != "2 owners") {
				t.Errorf("got %+v", r.Checks[0])
			}
		})
	}
}

func TestClock(t *testing.T) {
	var d diary
	s := &core.Scenario{
		Machines: []core.MachineSpec{{Name: "a.lan", Clock: core.ClockSpec{Offset: time.Second, DriftPPM: 1000}}},
		Services: []core.ServiceSpec{service("a.lan", func(env core.Env) error {
			for range 3 {
				d.write(env, "tick")
				_ = env.Sleep(10 * time.Second)
			}
			return nil
		})},
		Plan: func(p *core.Control) error {
			_ = p.Start("*")
			_ = p.Sleep(15 * time.Second)
			offset, drift := -time.Second, int64(0)
			return p.Clock("*", core.ClockChange{Offset: &offset, DriftPPM: &drift})
		},
	}
	r := play(t, s, core.Settings{})
	d.want(t, "1s a.lan tick", "11.01s a.lan tick", "19s a.lan tick")
	if r.Time != 30*time.Second {
		t.Errorf("a clock moved the timers: the run ended at %v", r.Time)
	}
}

// TestClockThatStandsStill: nobody could sleep until it shows anything.
func TestClockThatStandsStill(t *testing.T) {
	s := &core.Scenario{
		Services: []core.ServiceSpec{service("a.lan", func(env core.Env) error { return env.SleepUntil(time.Minute) })},
		Plan: func(p *core.Control) error {
			drift := int64(-1_000_000)
			return errors.Join(p.Start("*"), p.Sleep(time.Second), p.Clock("*", core.ClockChange{DriftPPM: &drift}))
		},
	}
	wantVerdict(t, play(t, s, core.Settings{}), core.Crash, "plan: drift_ppm is from -500000 to 500000, not -1000000")
}

func TestMatches(t *testing.T) {
	s := &core.Scenario{
		Services: []core.ServiceSpec{service("api1.public", nil), service("api2.public", nil), service("db.internal", nil)},
		Plan: func(p *core.Control) error {
			for _, test := range []struct{ match, want string }{
				{"api*", "[api1.public api2.public] <nil>"},
				{"*.public", "[api1.public api2.public] <nil>"},
				{"db.internal", "[db.internal] <nil>"},
				{"*", "[api1.public api2.public db.internal] <nil>"},
				{"web*", `[] no machine matches "web*"; there are api1.public, api2.public, db.internal`},
				{"[", `[] "[" is not a glob: syntax error in pattern`},
				{"api{1..9}", "[api1.public api2.public] <nil>"},
				{"api{2..9}.public", "[api2.public] <nil>"},
				{"api{02..09}", `[] no machine matches "api{02..09}"; there are api1.public, api2.public, db.internal`},
				{"api{2..1}", `[] "api{2..1}": the range {2..1} is empty: it goes from the lower number to the higher`},
				{"a*{1..2}", `[] "a*{1..2}": a match is a glob or has a range, not both`},
			} {
				names, err := p.Machines(test.match)
				if got := fmt.Sprintf("%v %v", names, err); got != test.want {
					t.Errorf("%s: got %s, want %s", test.match, got, test.want)
				}
			}
			return nil
		},
	}
	play(t, s, core.Settings{})
}

func TestValidateReportsEveryMistakeAtOnce(t *testing.T) {
	boot := func() (core.Engine, error) { return nil, nil }
	s := &core.Scenario{
		Links: []core.LinkSpec{
			{A: "a", B: "b", Declared: "x.lua:1"}, {A: "b", B: "a", Declared: "x.lua:2"},
			{A: "a", B: "b c", Declared: "x.lua:3",
				AtoB: core.Profile{Loss: 2e9, Log: "nobody", TCP: &core.TCPConfig{DupThresh: -1}}},
			{A: "d", B: "e", AtoB: core.Profile{Delay: core.UniformDelay(2, 1)}, Declared: "x.lua:4"},
		},
		Machines: []core.MachineSpec{{Name: "ghost.lan", Declared: "x.lua:5"}},
		Services: []core.ServiceSpec{
			{Machine: "lonely", Boot: boot, Declared: "x.lua:6"},
			{Machine: "a.lan", Boot: boot, Declared: "x.lua:7"},
			{Machine: "a.lan", Boot: boot, Declared: "x.lua:8"},
			{Machine: "a.lan", Name: "web", Boot: boot, Declared: "x.lua:9"},
			{Machine: "b.lan", Declared: "x.lua:10"},
			{Machine: "b b.lan", Boot: boot, Declared: "x.lua:11"},
		},
		Checks: []core.Check{{Name: "same"}, {Name: "same"}},
		Limits: core.Limits{Time: -1},
	}
	err := s.Validate()
	want := `x.lua:6: machine "lonely" is on no network: write it machine.network, for example "lonely.internal"
x.lua:8: service "a.lan" is declared twice
x.lua:9: machine "a.lan" has several services: name each one, machine:service
x.lua:10: service "b.lan" has no engine
x.lua:11: "b b.lan" is no machine: letters, digits, - and _, then a dot and its network
x.lua:2: networks "b" and "a" are connected twice
x.lua:3: "b c" is no name of a network: letters, digits, - and _
x.lua:3: loss: a probability is a number from 0 to 1, not 2
x.lua:3: tcp: dup_thresh: a whole number from 1 to 300, not -1
x.lua:3: log: "none", "faults", "all" or the name of a machine, not "nobody"
x.lua:4: delay: uniform: the second duration (1ns) is shorter than the first (2ns)
x.lua:5: machine "ghost.lan" has no service and no bot
two checks are called "same"
limits are not negative`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	if _, err := core.NewCluster(s, core.Settings{}); err == nil {
		t.Error("an invalid scenario was built")
	}
}

// TestValidateStops shows that a mistake in a range does not fill the screen.
func TestValidateStops(t *testing.T) {
	for _, c := range []struct {
		lines int
		last  string
		place func(i int) string
	}{
		{101, "and 900 more", func(i int) string { return fmt.Sprintf("x.lua:%d", i) }},
		{4, "and 997 more", func(int) string { return "x.lua:1" }},
		{101, "and 900 more", func(int) string { return "" }},
	} {
		s := &core.Scenario{}
		for i := range 1000 {
			spec := service(fmt.Sprintf("node %d.lan", i), nil)
			spec.Declared = c.place(i)
			s.Services = append(s.Services, spec)
		}
		lines := strings.Split(s.Validate().Error(), "\n")
		if len(lines) != c.lines || lines[len(lines)-1] != c.last {
			t.Errorf("%d lines, the last %q; want %d, %q", len(lines), lines[len(lines)-1], c.lines, c.last)
		}
	}
}

// One verb over many machines is one thing that a plan does.
func TestRebootOfManyMachines(t *testing.T) {
	s := &core.Scenario{}
	for i := range 5_000 {
		s.Services = append(s.Services, service(numbered(i), sleeps))
	}
	s.Plan = func(p *core.Control) error {
		if err := p.Start("*"); err != nil {
			return err
		}
		if err := p.Reboot("*", core.RebootOptions{}); err != nil {
			return err
		}
		for {
			if err := p.Reboot("m1", core.RebootOptions{}); err != nil {
				return err
			}
		}
	}
	r := play(t, s, core.Settings{})
	wantVerdict(t, r, core.Crash, "did 10000 things without waiting")
	if boots := r.Machines[2].Boots; boots != 2 {
		t.Errorf("%d boots", boots)
	}
}
