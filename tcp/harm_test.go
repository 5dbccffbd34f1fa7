package tcp_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
	"simlua.example/tcp"
)

// TestUnderHarm plays a plan against a server and a client. The plan strikes
// after one second; the client says what is wrong.
func TestUnderHarm(t *testing.T) {
	for _, c := range []struct {
		name           string
		plan           func(*core.Control) error
		server, client func(core.Env) error
	}{
		{"the server reboots between two requests", reboots("server.lab"), echo, asksAcrossAReboot},
		{"a killed service resets its connections", kills, echo, call(isReset)},
		{"a power cut tells nobody; the next write finds out", cutsAndStarts, echo, call(findsOut)},
		{"a connect to a machine that is off times out", cuts, echo, later(timesOut(core.Forever, 127*time.Second))},
		{"a connect waits no longer than it is allowed to", cuts, echo, later(timesOut(5*time.Second, 5*time.Second))},
		{"a connect survives a partition", partitions(5 * time.Second), echo, later(connectsAfter(7100 * time.Millisecond))},
		{"data survives a partition", partitions(30 * time.Second), echo, call(asksTwice)},
		{"a firewall refuses a connect", rejects, echo, later(isRefused)},
		{"a firewall resets who writes", rejects, echo, call(writesAndIsReset)},
		{"retries run out in a partition that lasts", partitions(time.Hour), echo, call(runsOut)},
		{"a stop ends what waits, but not a write into a free buffer", stops, serve(hearsGoodbye), stopped},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := pair(core.Ideal, c.server, c.client)
			s.Plan = func(world *core.Control) error {
				if err := errors.Join(world.Start("*"), world.Sleep(time.Second)); err != nil {
					return err
				}
				return c.plan(world)
			}
			play(t, s)
		})
	}
}

// TestDeadIncarnation cuts the client's power while its peer still has a
// connection and a reply for it. The next boot takes the same port, the only one,
// and must see nothing of what was meant for its predecessor.
func TestDeadIncarnation(t *testing.T) {
	boots := 0
	client := func(env core.Env) error {
		boots++
		c, err := env.Dial("server.lab:443", core.Forever)
		if err != nil {
			return err
		}
		if c.Local().Port != 10000 {
			return fmt.Errorf("port %d", c.Local().Port)
		}
		word := fmt.Sprint("boot ", boots)
		if err := c.Write([]byte(word)); err != nil {
			return err
		}
		if boots == 1 {
			return idle(env)
		}
		got := make([]byte, 100)
		n, err := c.Read(got, core.Forever)
		if err == nil && string(got[:n]) != word {
			err = fmt.Errorf("boot %d was told %q", boots, got[:n])
		}
		return err
	}
	var fates []string
	server := serve(func(env core.Env, c core.Conn) error {
		got := make([]byte, 100)
		n, err := c.Read(got, core.Forever)
		if err == nil {
			err = env.Sleep(900 * time.Millisecond)
		}
		if err == nil {
			err = c.Write(got[:n])
		}
		if err == nil {
			_, err = c.Read(got[n:], core.Forever)
		}
		fates = append(fates, fmt.Sprintf("%s: %v", got[:n], err))
		return nil
	})
	s := pair(core.Ideal, server, client)
	s.Plan = func(world *core.Control) error {
		return errors.Join(world.Start("*"), world.Sleep(time.Second), world.PowerFail("client.home"),
			world.Sleep(10*time.Millisecond), world.Start("client.home"))
	}
	numbers := map[tcp.Seq]bool{}
	playWith(t, s, spy(tcp.Config{FirstPort: 10000, LastPort: 10000}, func(seg *tcp.Segment) bool {
		if seg.Flags == tcp.SYN {
			numbers[seg.Seq] = true
		}
		return true
	}))
	if len(numbers) != 2 {
		t.Errorf("two incarnations chose %d initial sequence numbers", len(numbers))
	}
	if want := "boot 1: read from client.home:10000: connection reset"; len(fates) == 0 || fates[0] != want {
		t.Errorf("the server's connections ended as %q, want first %q", fates, want)
	}
}

// TestNextBootHasOtherPorts cuts the client's power: its next boot connects at once, as
// it meets nothing of the connection that the server still has.
func TestNextBootHasOtherPorts(t *testing.T) {
	ports := map[int]bool{}
	client := func(env core.Env) error {
		before := env.Now()
		c, err := env.Dial("server.lab:443", core.Forever)
		if err != nil {
			return err
		}
		if took := env.Now() - before; took != 100*time.Millisecond {
			t.Errorf("boot %d was connected after %s", len(ports)+1, took)
		}
		if ports[c.Local().Port] = true; len(ports) < 50 {
			return idle(env)
		}
		return nil
	}
	s := pair(core.Ideal, serve(func(env core.Env, _ core.Conn) error { return idle(env) }), client)
	s.Plan = func(world *core.Control) error {
		for range 50 {
			if err := errors.Join(world.Start("*"), world.Sleep(time.Second), world.PowerFail("client.home")); err != nil {
				return err
			}
		}
		return nil
	}
	playWith(t, s, tcp.Factory(tcp.Config{FirstPort: 10000, LastPort: 10099}))
	if len(ports) != 50 {
		t.Errorf("50 boots took %d ports", len(ports))
	}
}

// TestClosedBeforeKilled kills a service while the bytes of a connection it has
// closed are still on their way: they arrive all the same.
func TestClosedBeforeKilled(t *testing.T) {
	server := serve(func(env core.Env, c core.Conn) error {
		if err := errors.Join(c.Write(make([]byte, 250_000)), c.Close()); err != nil {
			return err
		}
		return idle(env)
	})
	client := func(env core.Env) error {
		if err := env.Sleep(800 * time.Millisecond); err != nil {
			return err
		}
		return call(func(_ core.Env, c core.Conn) error {
			got, err := readAll(c)
			if err == nil && len(got) != 250_000 {
				err = fmt.Errorf("%d bytes arrived", len(got))
			}
			return err
		})(env)
	}
	s := pair(core.Ideal, server, client)
	s.Plan = func(world *core.Control) error {
		return errors.Join(world.Start("*"), world.Sleep(time.Second), world.Kill("server.lab"))
	}
	playWith(t, s, tcp.Factory(tcp.Config{SendBuffer: 300_000}))
}

// TestOpenSockets wants what is closed to be gone, and what is open counted.
func TestOpenSockets(t *testing.T) {
	for _, c := range []struct {
		name   string
		close  bool
		counts string
	}{
		{"closed", true, "server.lab 1, client.home 0"},
		{"left open", false, "server.lab 11, client.home 10"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := play(t, pair(core.Ideal, echo, func(env core.Env) error {
				for range 10 {
					conn, err := env.Dial("server.lab:443", core.Forever)
					if err != nil {
						return err
					}
					if c.close {
						conn.Close()
					}
				}
				if err := env.Sleep(time.Second); err != nil {
					return err
				}
				env.Halt("look")
				return idle(env)
			}))
			var counts []string
			for _, m := range r.Machines {
				counts = append(counts, fmt.Sprint(m.Name, " ", m.Open))
			}
			if got := strings.Join(counts, ", "); got != c.counts {
				t.Errorf("open sockets: %s, want %s", got, c.counts)
			}
		})
	}
}

// --- plans

func reboots(machine string) func(*core.Control) error {
	return func(world *core.Control) error {
		return world.Reboot(machine, core.RebootOptions{Down: time.Second})
	}
}

func kills(world *core.Control) error { return world.Kill("server.lab") }

func cuts(world *core.Control) error { return world.PowerFail("server.lab") }

func cutsAndStarts(world *core.Control) error {
	return errors.Join(cuts(world), world.Sleep(time.Second), world.Start("server.lab"))
}

func stops(world *core.Control) error {
	return world.Stop("client.home", core.StopOptions{Grace: time.Minute})
}

func rejects(world *core.Control) error {
	return coretest.Err(world.Partition(core.Side{"home"}, core.Side{"lab"}, core.PartitionOptions{Mode: core.Reject}))
}

func partitions(d time.Duration) func(*core.Control) error {
	return func(world *core.Control) error {
		return errors.Join(coretest.Err(world.Partition(core.Side{"home"}, core.Side{"lab"}, core.PartitionOptions{})),
			world.Sleep(d), world.Heal(core.Side{"home"}, core.Side{"lab"}))
	}
}

// --- clients

// later waits until the plan has struck.
func later(fn func(core.Env) error) func(core.Env) error {
	return func(env core.Env) error {
		if err := env.Sleep(1500 * time.Millisecond); err != nil {
			return err
		}
		return fn(env)
	}
}

func writesAndIsReset(env core.Env, c core.Conn) error {
	if err := env.Sleep(1500 * time.Millisecond); err != nil {
		return err
	}
	return asksAndIsReset(env, c)
}

func asksAcrossAReboot(env core.Env) error {
	one := call(func(_ core.Env, c core.Conn) error { return ask(c, "hello") })
	if err := one(env); err != nil {
		return err
	}
	if err := env.Sleep(1500 * time.Millisecond); err != nil {
		return err
	}
	if err := one(env); !errors.Is(err, core.ErrTimeout) && !errors.Is(err, core.ErrRefused) {
		if err != nil {
			return err
		}
	}
	if err := env.Sleep(time.Second); err != nil {
		return err
	}
	return one(env)
}

func findsOut(env core.Env, c core.Conn) error {
	_, err := c.Read(make([]byte, 1), 5*time.Second)
	if err := want(err, core.ErrTimeout, "read from"); err != nil {
		return err
	}
	if err := c.Write([]byte("hello")); err != nil {
		return err
	}
	return isReset(env, c)
}

func timesOut(timeout, after time.Duration) func(core.Env) error {
	return func(env core.Env) error {
		start := env.Now()
		_, err := env.Dial("server.lab:443", timeout)
		if took := env.Now() - start; took != after {
			return fmt.Errorf("the connect took %v, want %v", took, after)
		}
		return want(err, core.ErrTimeout, "connect to server.lab:443: timeout")
	}
}

func connectsAfter(d time.Duration) func(core.Env) error {
	return func(env core.Env) error {
		start := env.Now()
		_, err := env.Dial("server.lab:443", core.Forever)
		if took := env.Now() - start; err == nil && took != d {
			err = fmt.Errorf("the connect took %v, want %v", took, d)
		}
		return err
	}
}

func asksTwice(env core.Env, c core.Conn) error {
	if err := ask(c, "before"); err != nil {
		return err
	}
	if err := env.Sleep(2 * time.Second); err != nil {
		return err
	}
	return ask(c, "during")
}

func runsOut(env core.Env, c core.Conn) error {
	if err := env.Sleep(2 * time.Second); err != nil {
		return err
	}
	if err := c.Write([]byte("hello")); err != nil {
		return err
	}
	start := env.Now()
	_, err := c.Read(make([]byte, 1), core.Forever)
	if took := env.Now() - start; took < 15*time.Minute || took > 20*time.Minute {
		return fmt.Errorf("gave up after %v", took)
	}
	return want(err, core.ErrTimeout, "read from server.lab:443: timeout")
}

func hearsGoodbye(env core.Env, c core.Conn) error {
	if err := says(c, "goodbye"); err != nil {
		return err
	}
	env.Halt("goodbye was heard")
	return nil
}

// stopped is asked to stop while it waits for a reply that never comes.
func stopped(env core.Env) error {
	c, err := env.Dial("server.lab:443", core.Forever)
	if err != nil {
		return err
	}
	_, err = c.Read(make([]byte, 1), core.Forever)
	if err := want(err, core.ErrStopped, "read from server.lab:443: stopped"); err != nil {
		return err
	}
	return errors.Join(c.Write([]byte("goodbye")), c.Close())
}

var isRefused = dials("server.lab:443", core.ErrRefused, "connection refused")

// TestPowerCutEndsTimers cuts all power while a keepalive is due in two hours: then
// nothing is left to do.
func TestPowerCutEndsTimers(t *testing.T) {
	client := func(env core.Env) error {
		if _, err := env.Dial("server.lab:443", core.Forever); err != nil {
			return err
		}
		return idle(env)
	}
	s := pair(core.Ideal, echo, client)
	s.Services[1].Bot = false
	s.Plan = func(world *core.Control) error {
		return errors.Join(world.Start("*"), world.Sleep(time.Second), world.PowerFail("*"))
	}
	c, err := core.NewCluster(s, core.Settings{Network: tcp.Factory(tcp.Config{KeepAlive: true})})
	if err != nil {
		t.Fatal(err)
	}
	r := c.Run(context.Background())
	if r.Reason != "nothing left to do" || r.Time != time.Second {
		t.Errorf("%s after %v", r.Reason, r.Time)
	}
}
