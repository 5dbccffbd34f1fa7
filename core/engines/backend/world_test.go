package backend_test

import (
	"errors"
	"fmt"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
	"simlua.example/core/engines/backend"
	"simlua.example/core/engines/commitlog"
	"simlua.example/core/message"
)

var gateways = []string{"api1.net:443", "api2.net:443"}

// bot is a client of the backends: an error it returns fails the test.
type bot func(env core.Env, api *client) error

// setup is what a test's world is made of.
type setup struct {
	consistency string
	log         commitlog.Config
	plan        func(*core.Control) error
}

// world is a log, two backends and bots, each 5 ms away from the others.
func world(s setup, bots ...bot) *core.Scenario {
	s.log.Port = 443
	lan := core.Profile{Name: "lan", Delay: core.ConstantDelay(5 * time.Millisecond)}
	scenario := &core.Scenario{Name: "backend", Plan: s.plan,
		Links: []core.LinkSpec{{A: "net", B: "net", AtoB: lan, BtoA: lan}},
		Services: []core.ServiceSpec{{Machine: "cl.net",
			Boot: func() (core.Engine, error) { return commitlog.New(s.log) }}}}
	c := backend.Config{Port: 443, CommitLog: "cl.net:443", Consistency: s.consistency}
	for _, machine := range []string{"api1.net", "api2.net"} {
		scenario.Services = append(scenario.Services, core.ServiceSpec{Machine: machine,
			Boot: func() (core.Engine, error) { return backend.New(c) }})
	}
	for i, run := range bots {
		scenario.Services = append(scenario.Services, core.ServiceSpec{Machine: fmt.Sprintf("bot%d.net", i), Bot: true,
			Boot: func() (core.Engine, error) {
				return core.EngineFunc(func(env core.Env) error {
					return run(env, &client{env: env, prefer: i})
				}), nil
			}})
	}
	return scenario
}

// client asks the gateways in turn until one gives a definite answer.
type client struct {
	env      core.Env
	prefer   int
	commands int
}

type request map[string]any

// answer is any answer of a backend.
type answer struct {
	OK      bool   `cbor:"ok"`
	Code    string `cbor:"code"`
	Message string `cbor:"message"`
	Count   *int64 `cbor:"count"`
}

// ask sends one request to one gateway, over a connection of its own.
func (c *client) ask(gateway string, r request, timeout time.Duration) (answer, error) {
	var a answer
	conn, err := c.env.Dial(gateway, time.Second)
	if err != nil {
		return a, err
	}
	stream := message.NewStream(conn, c.env)
	err = errors.Join(stream.Send(r), stream.Receive(&a, timeout))
	return a, errors.Join(err, conn.Close())
}

func (c *client) do(r request) (answer, error) {
	for try := range 100 {
		a, err := c.ask(gateways[(c.prefer+try)%len(gateways)], r, backend.AnswerWithin+time.Second)
		if err == nil && a.Code != "unavailable" {
			return a, nil
		}
		if err := c.env.Sleep(200 * time.Millisecond); err != nil {
			return a, err
		}
	}
	return answer{}, errors.New("no gateway answers")
}

// command does r as the next one of this client.
func (c *client) command(r request) (answer, error) {
	c.commands++
	return c.do(as(r, c.env.Machine(), c.commands))
}

// as puts the name and the number of a client's command into a request.
func as(r request, client string, sequence int) request {
	r["client"], r["sequence"] = client, sequence
	return r
}

func add(item, quantity int) request {
	return request{"op": "add_item", "item": item, "quantity": quantity}
}

func move(from, to, quantity int) request {
	return request{"op": "move_item", "from": from, "to": to, "quantity": quantity}
}

// must does a command that has to succeed.
func (c *client) must(r request) error {
	a, err := c.command(r)
	if err != nil || !a.OK {
		return fmt.Errorf("at %v, %v: %+v, %w", c.env.Now(), r, a, err)
	}
	return nil
}

func (c *client) count() (int64, error) {
	a, err := c.do(request{"op": "count"})
	if err != nil || !a.OK || a.Count == nil {
		return 0, fmt.Errorf("count: %+v, %w", a, err)
	}
	return *a.Count, nil
}

func (c *client) wantCount(want int64) error {
	got, err := c.count()
	if err == nil && got != want {
		err = fmt.Errorf("at %v the count is %d, want %d", c.env.Now(), got, want)
	}
	return err
}

// monkey reboots one of the backends now and then, for a minute.
func monkey(p *core.Control) error {
	if err := p.Start("*"); err != nil {
		return err
	}
	r := p.Random()
	for p.Now() < time.Minute {
		err := errors.Join(p.Sleep(time.Duration(r.Int(2e9, 6e9))),
			p.Reboot(fmt.Sprintf("api%d.net", r.Int(1, 2)), core.RebootOptions{
				Grace: time.Duration(r.Int(0, 4)) * time.Second,
				Down:  time.Duration(r.Int(1, 5)) * time.Second,
				Wipe:  r.Int(1, 3) == 1,
			}))
		if err != nil {
			return err
		}
	}
	return nil
}

// havoc strikes a backend or the log now and then, for a minute: with all that
// a machine with a disk survives.
func havoc(p *core.Control) error {
	if err := p.Start("*"); err != nil {
		return err
	}
	r := p.Random()
	for p.Now() < time.Minute {
		machine := []string{"api1.net", "api2.net", "cl.net"}[r.Int(0, 2)]
		err := errors.Join(p.Sleep(time.Duration(r.Int(1e9, 4e9))), strike(p, machine, r.Int(0, 3)),
			p.Sleep(time.Duration(r.Int(0, 5e9))), p.Heal(nil, nil), p.Resume("*"), p.Start("*"))
		if err != nil {
			return err
		}
	}
	return nil
}

func strike(p *core.Control, machine string, how int64) error {
	switch how {
	case 0:
		return p.PowerFail(machine)
	case 1:
		return p.Kill(machine)
	case 2:
		return p.Pause(machine)
	}
	return coretest.Err(p.Partition(core.Side{machine}, core.Side{"*"}, core.PartitionOptions{}))
}
