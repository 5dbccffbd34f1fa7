package tcp_test

import (
	"slices"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/tcp"
)

// transfer is how long it takes to bring so many bytes to the second network of
// a link, from the dial on until the last of them has been read.
func transfer(t *testing.T, d core.Duplex, bytes int, seed uint64) time.Duration {
	var took time.Duration
	server := serve(func(env core.Env, c core.Conn) error {
		buffer := make([]byte, 64<<10)
		for n := 0; n < bytes; {
			m, err := c.Read(buffer, core.Forever)
			if err != nil {
				return err
			}
			n += m
		}
		took = env.Now()
		return c.Close()
	})
	client := call(func(_ core.Env, c core.Conn) error {
		if err := c.Write(make([]byte, bytes)); err != nil {
			return err
		}
		_, err := c.Read(make([]byte, 1), core.Forever)
		return ended(c, err)
	})
	d.Up.Log, d.Down.Log = core.LogNone, core.LogNone
	s := pair(d.Up, server, client)
	s.Links[0].BtoA = d.Down
	playSettings(t, s, core.Settings{Seed: seed, Network: tcp.New})
	return took
}

// medianTransfer is the median of transfers with the seeds below an odd number.
func medianTransfer(t *testing.T, d core.Duplex, bytes, seeds int) time.Duration {
	took := make([]time.Duration, seeds)
	for i := range took {
		took[i] = transfer(t, d, bytes, uint64(i))
	}
	slices.Sort(took)
	return took[seeds/2]
}

// TestReordering sends 5 MB over each built-in profile whose delays vary, with
// and without the order of packets kept: reordering alone must not cost much.
func TestReordering(t *testing.T) {
	for _, d := range core.Profiles {
		if d.Up.Jitter == 0 && d.Up.Delay.Shape == core.Constant {
			continue
		}
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			d.Up.KeepOrder, d.Down.KeepOrder = true, true
			kept := medianTransfer(t, d, 5_000_000, 3)
			d.Up.KeepOrder, d.Down.KeepOrder = false, false
			free := medianTransfer(t, d, 5_000_000, 3)
			ratio := free.Seconds() / kept.Seconds()
			t.Logf("%v free, %v kept: %.2f", free, kept, ratio)
			if ratio > 1.5 || ratio < 1/1.5 {
				t.Errorf("5 MB take %v in any order, and %v when it is kept", free, kept)
			}
			if d.Name == "internet" && free > 2*time.Second {
				t.Errorf("5 MB take %v, more than 2 s", free)
			}
		})
	}
}

// TestSmallTransfer wants 10 kB over a link that loses 3 % to take, in the
// median, no more than two round trips beyond what they take without loss: also
// of those transfers that lose something.
func TestSmallTransfer(t *testing.T) {
	const rtt = 20 * time.Millisecond
	p := core.Profile{Delay: core.ConstantDelay(rtt / 2), Loss: core.Always / 100 * 3}
	ideal := core.Profile{Delay: p.Delay}
	lossless := transfer(t, core.Duplex{Up: ideal, Down: ideal}, 10_000, 1)
	var all, hit []time.Duration
	for seed := range uint64(401) {
		took := transfer(t, core.Duplex{Up: p, Down: p}, 10_000, seed)
		if all = append(all, took); took > lossless {
			hit = append(hit, took)
		}
	}
	slices.Sort(all)
	slices.Sort(hit)
	at := func(d []time.Duration, percent int) time.Duration { return d[len(d)*percent/100] }
	t.Logf("%v without loss; median %v, p90 %v, p99 %v; %d of %d are hit, their median is %v",
		lossless, at(all, 50), at(all, 90), at(all, 99), len(hit), len(all), at(hit, 50))
	if all, hit := at(all, 50), at(hit, 50); max(all, hit) > lossless+2*rtt {
		t.Errorf("the median is %v, of those that are hit %v, and %v without loss", all, hit, lossless)
	}
}
