package core_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
)

// outside is a world of its own with a clock: at each of its moments, which
// are in order, it does something that the run did not expect.
type outside struct {
	moments []moment
}

type moment struct {
	at time.Duration
	do func()
}

func (o *outside) Real() bool { return true }

func (o *outside) Advance(at time.Duration, wake <-chan struct{}) time.Duration {
	if len(o.moments) == 0 || o.moments[0].at > at {
		return at
	}
	next := o.moments[0]
	o.moments = o.moments[1:]
	next.do()
	<-wake
	return next.at
}

// cable is a network that sees of its machine no more than a Host.
type cable struct {
	core.Network
	host core.Host
	line *core.Future
}

func (c *cable) PowerOff()                {}
func (c *cable) Release(core.Owner, bool) {}
func (c *cable) Open() int                { return 0 }
func (c *cable) Dial(core.Owner, core.Address, time.Duration) (core.Conn, error) {
	value, err := c.line.Wait(core.Forever)
	if err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("%v", value)
}

// Completions of the real world reach the machine they belong to: at once, when
// it is resumed, or never when its power is off.
func TestPostReachesTheMachine(t *testing.T) {
	var cables []*cable
	var lines []string
	s := &core.Scenario{
		Services: []core.ServiceSpec{service("a.lab", func(env core.Env) error {
			_, err := env.Dial("b.lab:1", core.Forever)
			lines = append(lines, fmt.Sprintf("%v answer: %v", env.Now(), err))
			return env.Sleep(time.Hour)
		})},
		Limits: core.Limits{Time: time.Minute},
		Plan: func(p *core.Control) error {
			_ = p.Start("*")
			_ = p.Sleep(10 * time.Second)
			_ = p.Pause("*")
			_ = p.Sleep(10 * time.Second)
			_ = p.Resume("*")
			_ = p.Sleep(10 * time.Second)
			_ = p.PowerFail("*")
			_ = p.Sleep(10 * time.Second)
			return p.Start("*")
		},
	}
	post := func(text string) func() {
		return func() {
			c := cables[len(cables)-1]
			c.host.Post(func() {
				lines = append(lines, fmt.Sprintf("%v %s", c.host.Now(), text))
				c.line.Set(text)
			})
		}
	}
	world := &outside{moments: []moment{
		{1500 * time.Millisecond, post("one")}, {12 * time.Second, post("two")},
		{32 * time.Second, post("three")}, {42 * time.Second, post("four")},
	}}
	c, err := core.NewCluster(s, core.Settings{Clock: world, Network: func(h core.NetworkHost) core.Network {
		cables = append(cables, &cable{host: h, line: h.NewFuture()})
		return cables[len(cables)-1]
	}})
	if err != nil {
		t.Fatal(err)
	}
	r := c.Run(context.Background())
	wantVerdict(t, r, core.Pass, "time limit")
	want := "1.5s one; 1.5s answer: one; 20s two; 42s four; 42s answer: four"
	if got := strings.Join(lines, "; "); got != want || r.Time != time.Minute {
		t.Errorf("got %s, ended at %v", got, r.Time)
	}
}
