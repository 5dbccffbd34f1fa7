package tcp

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"simlua.example/core"
)

const linuxTransfersHeader = `# Seconds from dial to the last byte beside those of Linux, without and with timestamps (linux_transfers.csv): medians.
# Linux's CUBIC has HyStart, which takes jitter for a queue and ends slow start.
congestion  link             keep_order    bytes    linux  with ts   simlua
`

// TestLinuxTransfers shows how long transfers take beside those of Linux.
func TestLinuxTransfers(t *testing.T) {
	lines := readLinux(t, "testdata/linux_transfers.csv")
	row := func(t *testing.T, i int) string {
		off, on := lines[2*i], lines[2*i+1] // timestamps
		if off["timestamps"] != "false" || on["timestamps"] != "true" || off["link"] != on["link"] {
			t.Fatalf("timestamps off and on are not in turn: %v, %v", off, on)
		}
		var took []time.Duration
		for seed := range 9 {
			took = append(took, transferTime(t, off, uint64(seed)))
		}
		slices.Sort(took)
		return fmt.Sprintf("%-10s  %-15s  %-10s  %7s  %7s  %7s  %7.4g\n",
			off["congestion"], off["link"], off["keep_order"], off["bytes"],
			off["median"], on["median"], took[len(took)/2].Seconds())
	}
	besideLinux(t, "testdata/linux_transfers.golden", linuxTransfersHeader, len(lines)/2, row)
}

// transferTime is how long a transfer takes, from dial to the last byte.
func transferTime(t *testing.T, l linuxLine, seed uint64) (took time.Duration) {
	size := int(l.number(t, "bytes"))
	boot := func(f core.EngineFunc) func() (core.Engine, error) {
		return func() (core.Engine, error) { return f, nil }
	}
	up, down := linuxProfiles(t, l)
	c, err := core.NewCluster(&core.Scenario{
		Links: []core.LinkSpec{{A: "home", B: "lab", AtoB: up, BtoA: down}},
		Services: []core.ServiceSpec{
			{Machine: "server.lab", Boot: boot(sink(size, &took))},
			{Machine: "client.home", Boot: boot(source(size)), Bot: true},
		},
		Limits: core.Limits{Steps: 1 << 40, Time: 1 << 60, Idle: 1 << 60},
	}, core.Settings{Seed: seed, Network: New})
	if err != nil {
		t.Fatal(err)
	}
	if r := c.Run(context.Background()); r.Verdict != core.Pass {
		t.Fatalf("seed %d: %s: %s\n%v", seed, r.Verdict, r.Reason, r.Err)
	}
	return took
}

// sink reads so many bytes, notes when it has them, and ends the run.
func sink(size int, at *time.Duration) core.EngineFunc {
	return func(env core.Env) error {
		l, err := env.Listen(443)
		if err != nil {
			return err
		}
		c, err := l.Accept(core.Forever)
		if err != nil {
			return err
		}
		for buffer, n := make([]byte, 64<<10), 0; n < size; {
			k, err := c.Read(buffer, core.Forever)
			if err != nil {
				return err
			}
			n += k
		}
		*at = env.Now()
		env.Halt("all of it arrived")
		return nil
	}
}

// source writes so many bytes.
func source(size int) core.EngineFunc {
	return func(env core.Env) error {
		c, err := env.Dial("server.lab:443", core.Forever)
		if err != nil {
			return err
		}
		if err := c.Write(make([]byte, size)); err != nil {
			return err
		}
		return env.Sleep(time.Hour) // until the sink ends the run
	}
}

// linuxProfiles are the link of a line, both ways.
func linuxProfiles(t *testing.T, l linuxLine) (up, down core.Profile) {
	fixed := core.Profile{Delay: core.ConstantDelay(10 * time.Millisecond)}
	lossy := fixed
	lossy.Loss = 3 * core.Always / 100
	known := append(slices.Clone(core.Profiles),
		core.Duplex{Name: "fixed", Up: fixed, Down: fixed}, core.Duplex{Name: "fixed_lossy", Up: lossy, Down: lossy})
	i := slices.IndexFunc(known, func(d core.Duplex) bool { return d.Name == l["link"] })
	if i < 0 {
		t.Fatalf("no link is called %q", l["link"])
	}
	up, down = known[i].Up, known[i].Down
	up.KeepOrder = l["keep_order"] == "true"
	down.KeepOrder = up.KeepOrder
	up.TCP = &core.TCPConfig{Congestion: l["congestion"]}
	down.TCP = up.TCP
	return up, down
}
