package core_test

import (
	"fmt"
	"testing"
	"time"

	"simlua.example/core"
)

// workshop is a machine with cores, whose services say when their work is done.
func workshop(t *testing.T, cores int, plan func(p *core.Control), work map[string][]int) (done []string) {
	t.Helper()
	worker := func(name string) func(env core.Env) error {
		return func(env core.Env) error {
			for i, seconds := range work[name] {
				env.Go(fmt.Sprint(i), func() error {
					env.Work(time.Duration(seconds) * time.Second)
					done = append(done, fmt.Sprintf("%v %s%d", env.Monotonic(), name, i))
					return nil
				})
			}
			return env.Sleep(time.Hour)
		}
	}
	s := &core.Scenario{
		Machines: []core.MachineSpec{{Name: "m.lab", Cores: cores}},
		Limits:   core.Limits{Time: time.Minute},
		Plan: func(p *core.Control) error {
			_ = p.Start("*")
			if plan != nil {
				plan(p)
			}
			return nil
		},
	}
	for _, name := range []string{"a", "b"} {
		spec := service("m.lab", worker(name))
		spec.Name = name
		s.Services = append(s.Services, spec)
	}
	play(t, s, core.Settings{})
	return done
}

func TestCores(t *testing.T) {
	work := map[string][]int{"a": {4, 1, 1}, "b": {2, 1}}
	for _, test := range []struct {
		name  string
		cores int
		plan  func(p *core.Control)
		want  []string
	}{
		{"without limit", 0, nil, []string{"1s a1", "1s a2", "1s b1", "2s b0", "4s a0"}},
		{"one", 1, nil, []string{"4s a0", "5s a1", "6s a2", "8s b0", "9s b1"}},
		{"two, first come first served", 2, nil, []string{"1s a1", "2s a2", "4s a0", "4s b0", "5s b1"}},
		{"a killed service gives its cores back, and leaves the queue", 1, func(p *core.Control) {
			at(2, p)
			_ = p.Kill("m:a")
		}, []string{"4s b0", "5s b1"}},
		{"so does one that waits", 1, func(p *core.Control) {
			at(2, p)
			_ = p.Kill("m:b")
		}, []string{"4s a0", "5s a1", "6s a2"}},
		{"a stop interrupts no work", 1, func(p *core.Control) {
			at(2, p)
			_ = p.Stop("m:a", core.StopOptions{Grace: 3500 * time.Millisecond})
		}, []string{"4s a0", "5s a1", "7.5s b0", "8.5s b1"}},
		{"a paused machine computes nothing", 2, func(p *core.Control) {
			_ = p.Sleep(1500 * time.Millisecond)
			_ = p.Pause("m")
			_ = p.Sleep(10 * time.Second)
			_ = p.Resume("m")
		}, []string{"1s a1", "12s a2", "14s a0", "14s b0", "15s b1"}},
		{"nor one without limit", 0, func(p *core.Control) {
			_ = p.Sleep(1500 * time.Millisecond)
			_ = p.Pause("m")
			_ = p.Sleep(200 * time.Millisecond)
			_ = p.Resume("m")
			_ = p.Sleep(time.Second)
			_ = p.Pause("m")
			_ = p.Sleep(10 * time.Second)
			_ = p.Resume("m")
		}, []string{"1s a1", "1s a2", "1s b1", "2.2s b0", "14.2s a0"}},
		{"all are there after a power cut", 1, func(p *core.Control) {
			at(1, p)
			_ = p.PowerFail("m")
			_ = p.Start("m")
		}, []string{"5s a0", "6s a1", "7s a2", "9s b0", "10s b1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			wantLines(t, "done", workshop(t, test.cores, test.plan, work), test.want...)
		})
	}
}

func TestCoresAreChecked(t *testing.T) {
	s := &core.Scenario{Services: []core.ServiceSpec{service("m.lab", func(core.Env) error { return nil })},
		Machines: []core.MachineSpec{{Name: "m.lab", Cores: 1025}}}
	if err := s.Validate(); fmt.Sprint(err) != `machine "m.lab": cores are from 1 to 1024, not 1025` {
		t.Error(err)
	}
}
