package core_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"simlua.example/core"
)

// BenchmarkScale does n things in a world of n and reports what one costs, and
// the exponent: how the cost of all grew since the size before. 1 is in
// proportion; 2 says that ten times as much takes a hundred times as long.
func BenchmarkScale(b *testing.B) {
	for _, c := range []struct {
		name string
		make func(n int) *core.Scenario
	}{
		{"machines", scaleMachines},
		{"ring", scaleRing},
		{"one-server", scaleServer},
		{"networks", scaleNetworks},
		{"verbs-of-all", scaleVerbsOfAll},
		{"verbs-by-name", scaleVerbsByName},
		{"services-of-one-machine", scaleServices},
		{"processes", scaleProcesses},
		{"waiters", scaleWaiters},
		{"partitions", scalePartitions},
		{"heal-all", scaleHealAll},
		{"expects", scaleExpects},
		{"gauges", scaleGauges},
		{"gauges-of-one-service", scaleGaugesOfOne},
	} {
		b.Run(c.name, func(b *testing.B) {
			var before, now scaled
			for _, n := range []int{10, 100, 1_000, 10_000, 100_000} {
				b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
					s := c.make(n)
					s.Limits = core.Limits{Processes: 1 << 30, Steps: 1 << 40, Time: time.Hour, Idle: time.Hour}
					b.ResetTimer()
					for range b.N {
						playScale(b, s)
					}
					now = scaled{float64(n), float64(b.Elapsed().Nanoseconds()) / float64(b.N)}
					b.ReportMetric(now.cost/now.n, "ns/each")
					b.ReportMetric(now.exponent(before), "exponent")
				})
				before = now // not in there, which is called several times
			}
		})
	}
}

// scaled is what a world of a size costs.
type scaled struct{ n, cost float64 }

func (s scaled) exponent(before scaled) float64 {
	if before.n == 0 { // the first size
		return 1
	}
	return math.Log(s.cost/before.cost) / math.Log(s.n/before.n)
}

func playScale(b *testing.B, s *core.Scenario) {
	hosts := map[string]core.NetworkHost{}
	c, err := core.NewCluster(s, core.Settings{Network: func(h core.NetworkHost) core.Network {
		hosts[h.Name()] = h
		return &post{host: h, arrive: func(string, core.Packet, time.Duration) {}}
	}})
	if err != nil {
		b.Fatal(err)
	}
	mailbag = hosts
	if r := c.Run(context.Background()); r.Verdict != core.Pass {
		b.Fatal(r.Verdict, r.Reason)
	}
}

// mailbag has the hosts of the world that is being played.
var mailbag map[string]core.NetworkHost

func mail(from, to string) {
	host := mailbag[from]
	id, err := host.Resolve(to)
	if err != nil {
		panic(err)
	}
	host.Send(core.Packet{From: host.ID(), To: id, Size: 100, Segment: card(1)})
}

func sleeps(env core.Env) error { return env.Sleep(time.Minute) }

func numbered(i int) string { return fmt.Sprintf("m%d.lab", i) }

// lab is a world of n machines of one network.
func scaleLab(n int, run func(i int) core.EngineFunc) *core.Scenario {
	s := &core.Scenario{Links: []core.LinkSpec{{A: "lab", B: "lab", AtoB: core.Ideal, BtoA: core.Ideal}}}
	for i := range n {
		s.Services = append(s.Services, service(numbered(i), run(i)))
	}
	return s
}

// Machines that start, sleep and end.
func scaleMachines(n int) *core.Scenario {
	return scaleLab(n, func(int) core.EngineFunc { return sleeps })
}

// Machines that send ten packets to their neighbour.
func scaleRing(n int) *core.Scenario {
	return scaleLab(n, func(i int) core.EngineFunc {
		from, to := numbered(i), numbered((i+1)%n)
		return func(env core.Env) error {
			for range 10 {
				mail(from, to)
				_ = env.Sleep(time.Second)
			}
			return nil
		}
	})
}

// Clients of one server, each of which sends a packet and gets one.
func scaleServer(n int) *core.Scenario {
	return scaleLab(n, func(i int) core.EngineFunc {
		name := numbered(i)
		return func(env core.Env) error {
			mail(name, numbered(0))
			_ = env.Sleep(time.Second)
			mail(numbered(0), name)
			return nil
		}
	})
}

// Networks of one machine, linked to one in the middle.
func scaleNetworks(n int) *core.Scenario {
	s := &core.Scenario{Services: []core.ServiceSpec{service("hub.middle", sleeps)}}
	for i := range n {
		network := fmt.Sprintf("n%d", i)
		s.Links = append(s.Links, core.LinkSpec{A: network, B: "middle", AtoB: core.Ideal, BtoA: core.Ideal})
		s.Services = append(s.Services, service("m."+network, func(core.Env) error {
			mail("m."+network, "hub.middle")
			return nil
		}))
	}
	return s
}

// A plan that does everything to all machines at once.
func scaleVerbsOfAll(n int) *core.Scenario {
	s := scaleLab(n, func(int) core.EngineFunc { return sleeps })
	s.Plan = func(p *core.Control) error {
		for _, do := range []func() error{
			func() error { return p.Start("*") },
			func() error { return p.Pause("m*") },
			func() error { return p.Resume("m*") },
			func() error { return p.Kill("*") },
			func() error { return p.Start("*") },
			func() error { return p.Stop("*", core.StopOptions{Grace: time.Second}) },
			func() error { return p.PowerFail("*.lab") },
			func() error { return p.Start("*") },
			func() error { return p.Reboot("*", core.RebootOptions{Down: time.Second}) },
		} {
			if err := do(); err != nil {
				return err
			}
		}
		return nil
	}
	return s
}

// A plan that does it to one machine after the other.
func scaleVerbsByName(n int) *core.Scenario {
	s := scaleLab(n, func(int) core.EngineFunc { return sleeps })
	s.Plan = func(p *core.Control) error {
		if err := p.Start("*"); err != nil {
			return err
		}
		for i := range n {
			name := numbered(i)
			for _, do := range []func(string) error{p.Pause, p.Resume, p.Kill, p.PowerFail, p.Start} {
				if err := do(name); err != nil {
					return err
				}
			}
			_ = p.Sleep(time.Millisecond)
		}
		return nil
	}
	return s
}

// Services of one machine, killed and started one after the other.
func scaleServices(n int) *core.Scenario {
	s := &core.Scenario{}
	for i := range n {
		s.Services = append(s.Services, service("m.lab", sleeps))
		s.Services[i].Name = fmt.Sprintf("s%d", i)
	}
	s.Plan = func(p *core.Control) error {
		if err := p.Start("*"); err != nil {
			return err
		}
		for i := range n {
			name := fmt.Sprintf("m.lab:s%d", i)
			if err := p.Kill(name); err != nil {
				return err
			}
			if err := p.Start(name); err != nil {
				return err
			}
			_ = p.Sleep(time.Millisecond)
		}
		return nil
	}
	return s
}

// Processes of one service, half of which end by themselves.
func scaleProcesses(n int) *core.Scenario {
	return scaleLab(1, func(int) core.EngineFunc {
		return func(env core.Env) error {
			for i := range n {
				env.Go("one of many", func() error { return env.Sleep(time.Duration(1+i%2) * time.Minute) })
			}
			return env.Sleep(90 * time.Second)
		}
	})
}

// Processes that wait for one future.
func scaleWaiters(n int) *core.Scenario {
	return scaleLab(1, func(int) core.EngineFunc {
		return func(env core.Env) error {
			f := env.NewFuture()
			for i := range n {
				env.Go("waiter", func() error {
					_, _ = f.Wait(time.Duration(i%2) * time.Second) // half of them give up
					return nil
				})
			}
			_ = env.Sleep(time.Minute)
			f.Set(nil)
			return env.Sleep(time.Minute)
		}
	})
}

// Partitions that stand at once, between neighbours, while all machines send.
func scalePartitions(n int) *core.Scenario {
	s := scaleRing(n)
	s.Plan = func(p *core.Control) error {
		for i := range n {
			a, b := core.Side{numbered(i)}, core.Side{numbered((i + 2) % n)}
			if _, err := p.Partition(a, b, core.PartitionOptions{}); err != nil {
				return err
			}
			_ = p.Sleep(time.Millisecond)
		}
		if err := p.Start("*"); err != nil {
			return err
		}
		_ = p.Sleep(time.Minute)
		for i := range n {
			if err := p.Heal(core.Side{numbered(i)}, core.Side{numbered((i + 2) % n)}); err != nil {
				return err
			}
			_ = p.Sleep(time.Millisecond)
		}
		return nil
	}
	return s
}

// Partitions of one machine that stand at once, and are healed at once.
func scaleHealAll(n int) *core.Scenario {
	s := scaleLab(2, func(int) core.EngineFunc { return sleeps })
	s.Plan = func(p *core.Control) error {
		for range n {
			if _, err := p.Partition(core.Side{numbered(0)}, core.Side{"m*"}, core.PartitionOptions{}); err != nil {
				return err
			}
			_ = p.Sleep(time.Millisecond)
		}
		return errors.Join(p.Start("*"), p.Heal(nil, nil))
	}
	return s
}

// Expectations of different names.
func scaleExpects(n int) *core.Scenario {
	return scaleLab(1, func(int) core.EngineFunc {
		return func(env core.Env) error {
			for i := range n {
				_ = env.Expect(fmt.Sprintf("order %d", i%core.MaxExpectations), true, nil)
			}
			return nil
		}
	})
}

// An invariant over a gauge of each machine, that counts what has changed; half
// of the machines end by a kill.
func scaleGauges(n int) *core.Scenario {
	n = min(n, core.MaxGauges)
	s := scaleLab(n, func(i int) core.EngineFunc {
		return func(env core.Env) error {
			for j := range 3 {
				_ = env.Gauge("owner", i+j)
				_ = env.Sleep(time.Duration(i) * time.Millisecond)
			}
			return env.Sleep(time.Minute)
		}
	})
	s.Plan = func(p *core.Control) error {
		if err := p.Start("*"); err != nil {
			return err
		}
		_ = p.Sleep(45 * time.Second)
		return p.Kill("*")
	}
	s.Always = []core.Invariant{countsGauges(n)}
	return s
}

// The same of gauges of one service.
func scaleGaugesOfOne(n int) *core.Scenario {
	s := scaleLab(1, func(int) core.EngineFunc {
		return func(env core.Env) error {
			for i := range n {
				_ = env.Gauge(fmt.Sprintf("level %d", i%core.MaxGauges), i)
				_ = env.Sleep(time.Millisecond)
			}
			return nil
		}
	})
	s.Always = []core.Invariant{countsGauges(min(n, core.MaxGauges))}
	return s
}

// countsGauges holds while not more than n gauges stand.
func countsGauges(n int) core.Invariant {
	standing := map[[2]string]bool{}
	return core.Invariant{Name: "not too many", Holds: func(w *core.World) error {
		for _, g := range w.Changed {
			if g.Value == nil {
				delete(standing, [2]string{g.Name, g.Service})
			} else {
				standing[[2]string{g.Name, g.Service}] = true
			}
		}
		if len(standing) > n {
			return fmt.Errorf("%d gauges stand", len(standing))
		}
		return nil
	}}
}
