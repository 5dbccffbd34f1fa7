//go:build linux

// Package linux measures the TCP of the Linux kernel over links like simlua's, to
// have something to judge package tcp by that none of us wrote. Each run has two
// hosts, which are network namespaces with a TUN device each, and a relay that
// delays and loses the packets between them, in real time.
//
// It needs root and a quiet machine, and runs only where SIMLUA_LINUX is set:
// CONTRIBUTING.md says how.
package linux

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"simlua.example/core"
)

// TestLinux measures all that the files beside tcp's tests say, and compares;
// UPDATE=1 rewrites them. It takes most of an hour.
func TestLinux(t *testing.T) {
	needRoot(t)
	t.Run("transfers", func(t *testing.T) { transfersFile.compare(t, transferExperiments()) })
	t.Run("goodput", func(t *testing.T) { goodputFile.compare(t, goodputExperiments()) })
}

func needRoot(t *testing.T) {
	if os.Getenv("SIMLUA_LINUX") == "" {
		t.Skip("SIMLUA_LINUX is not set")
	}
	threads, collections := runtime.GOMAXPROCS(16), debug.SetGCPercent(1000) // a relay waits for nothing but the clock
	t.Cleanup(func() {
		runtime.GOMAXPROCS(threads)
		debug.SetGCPercent(collections)
	})
}

// TestRig measures what is known: without loss a window's worth of data
// takes a handshake and half a round trip.
func TestRig(t *testing.T) {
	needRoot(t)
	for _, e := range transfersOver("fixed", link{up: fixed, down: fixed}, 10_000, 1) {
		outcomes, _ := measureAll(t, []experiment{e})
		const want = 0.030
		if got := outcomes[0].values; len(got) != 1 || got[0] < want || got[0] > want+0.005 {
			t.Errorf("%v took %v s, want %v", e.key, got, want)
		}
	}
}

// link is what lies between two hosts.
type link struct {
	up, down core.Profile
	dataOnly bool // only segments with payload are lost
}

// experiment is a line of a file: several runs of the same thing.
type experiment struct {
	key        []string // the columns that say what it is
	congestion string
	timestamps bool
	link       link
	load       float64 // expected, in MB/s: not too much runs at once
	runs       int
	measure    func(*pair) (float64, error)
}

var goodputFile = file{
	name: "linux_goodput.csv",
	about: []string{
		"Goodput in kB/s of a transfer without end, after its first tenth: fixed round trip, segments with data",
		"are lost, each with the same probability, timestamps off, 1460 bytes a segment.",
	},
	key: []string{"congestion", "rtt", "loss"},
}

func goodputExperiments() (all []experiment) {
	for _, congestion := range []string{core.CongestionReno, core.CongestionCubic} {
		for _, rtt := range []time.Duration{20, 50, 100, 200} {
			for _, loss := range []core.Probability{1e6, 3e6, 10e6, 30e6, 100e6} { // of 1e9
				all = append(all, goodputExperiment(congestion, rtt*time.Millisecond, loss))
			}
		}
	}
	return all
}

// goodputExperiment takes long enough for about a hundred losses.
func goodputExperiment(congestion string, rtt time.Duration, loss core.Probability) experiment {
	p := float64(loss) / float64(core.Always)
	segments := math.Sqrt(1.5/p) / rtt.Seconds() // a second, after Mathis et al.
	took := time.Duration(min(240, max(30, 100/(p*segments))) * float64(time.Second))
	wire := core.Profile{Delay: core.ConstantDelay(rtt / 2), Loss: loss}
	return experiment{
		key: []string{congestion, rtt.String(), loss.String()}, congestion: congestion,
		link: link{up: wire, down: wire, dataOnly: true}, load: segments * core.DefaultMSS / 1e6, runs: 6,
		measure: func(l *pair) (float64, error) {
			rate, err := l.goodput(took)
			return rate / 1000, err
		},
	}
}

var transfersFile = file{
	name: "linux_transfers.csv",
	about: []string{
		"Seconds from the call that connects to the last byte read: over built-in profiles, upwards, with and",
		"without keep_order, and over a fixed round trip of 20 ms (fixed_lossy: 3 in 100 packets are lost).",
	},
	key: []string{"congestion", "timestamps", "link", "keep_order", "bytes"},
}

// fixed is a fixed round trip of 20 ms.
var fixed = core.Profile{Delay: core.ConstantDelay(10 * time.Millisecond), KeepOrder: true}

// transferProfiles are the built-in profiles that would reorder without
// keep_order, but the slowest.
var transferProfiles = []string{"internet", "azure_intranet", "mobile_3g", "reverse_latency", "4g", "lte", "sat_leo"}

func transferExperiments() (all []experiment) {
	for _, p := range core.Profiles {
		if !slices.Contains(transferProfiles, p.Name) {
			continue
		}
		for _, keep := range []bool{false, true} {
			p.Up.KeepOrder, p.Down.KeepOrder = keep, keep
			all = append(all, transfersOver(p.Name, link{up: p.Up, down: p.Down}, 5_000_000, 9)...)
		}
	}
	all = append(all, transfersOver("fixed", link{up: fixed, down: fixed}, 10_000, 40)...)
	lossy := fixed
	lossy.Loss = 3 * core.Always / 100
	return append(all, transfersOver("fixed_lossy", link{up: lossy, down: lossy}, 10_000, 40)...)
}

func transfersOver(name string, link link, bytes, runs int) (all []experiment) {
	load := 2.0
	if link.up.Loss >= core.Always/100 {
		load = 0.2
	}
	for _, congestion := range []string{core.CongestionReno, core.CongestionCubic} {
		for _, timestamps := range []bool{false, true} {
			key := []string{congestion, fmt.Sprint(timestamps), name, fmt.Sprint(link.up.KeepOrder), fmt.Sprint(bytes)}
			all = append(all, experiment{
				key: key, congestion: congestion, timestamps: timestamps, link: link, load: load, runs: runs,
				measure: func(l *pair) (float64, error) {
					took, err := l.transfer(bytes)
					return took.Seconds(), err
				},
			})
		}
	}
	return all
}
