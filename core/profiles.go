package core

import (
	"fmt"
	"slices"
	"time"
)

// Duplex is a profile for both directions of a link.
type Duplex struct {
	Name   string
	Up     Profile // from the first network, the client's, to the second
	Down   Profile
	Source string // where the numbers come from
}

// Profiles of the ancestor, abdullin/sim-cluster: delays one way, per packet.
var (
	// Ideal: 50 ms fixed, no loss.
	Ideal = Profile{Name: "ideal", Delay: ConstantDelay(50 * time.Millisecond)}
	// Internet: 20 to 100 ms.
	Internet = Profile{Name: "internet", Delay: UniformDelay(20*time.Millisecond, 100*time.Millisecond)}
	// AzureIntranet: 2 to 10 ms, 1 packet lost in 10,000.
	AzureIntranet = Profile{Name: "azure_intranet", Loss: Always / 10_000,
		Delay: UniformDelay(2*time.Millisecond, 10*time.Millisecond)}
	// Mobile3G: 100 to 500 ms, 1 packet lost in 100.
	Mobile3G = Profile{Name: "mobile_3g", Loss: Always / 100,
		Delay: UniformDelay(100*time.Millisecond, 500*time.Millisecond)}
	// ReverseLatency: 50 ms falling to 10 in steps of 2, again and again, so
	// that every packet overtakes its predecessor.
	ReverseLatency = Profile{Name: "reverse_latency", Delay: Distribution{
		Shape: Cycle, A: 50 * time.Millisecond, B: 10 * time.Millisecond, Step: 2 * time.Millisecond}}
	// Loopback: within one machine, 20 µs. Its packets are never lost.
	Loopback = Profile{Name: "loopback", Delay: ConstantDelay(20 * time.Microsecond), Log: LogNone}
)

const (
	ancestor = "abdullin/sim-cluster, NetworkProfile.cs: one-way delays"
	wpt      = "WebPageTest, connectivity.ini.sample: rates and round trip"
	kbit     = 1_000
	mbit     = 1_000_000
)

// Profiles are the built-in profiles, in the order the documentation lists
// them. One-way delays are half of the published round trip; the jitter of
// those with a rate is an assumption of ours: normal, a tenth of the delay.
var Profiles = []Duplex{
	both(ancestor, Ideal), both(ancestor, Internet), both(ancestor, AzureIntranet),
	both(ancestor, Mobile3G), both(ancestor, ReverseLatency),
	access("edge", wpt, 200*kbit, 240*kbit, 840*time.Millisecond, radio),
	access("2g", wpt, 256*kbit, 280*kbit, 800*time.Millisecond, radio),
	access("3g_slow", wpt, 400*kbit, 400*kbit, 400*time.Millisecond, radio),
	access("3g", wpt, 768*kbit, 1600*kbit, 300*time.Millisecond, radio),
	access("3g_fast", wpt, 768*kbit, 1600*kbit, 150*time.Millisecond, radio),
	access("4g", wpt, 9*mbit, 9*mbit, 170*time.Millisecond, radio),
	access("lte", wpt, 12*mbit, 12*mbit, 70*time.Millisecond, radio),
	access("cable", wpt, 1*mbit, 5*mbit, 28*time.Millisecond, wire),
	access("dsl", wpt, 384*kbit, 1500*kbit, 50*time.Millisecond, wire),
	access("dial", wpt, 30*kbit, 49*kbit, 120*time.Millisecond, wire),
	access("fios", "WebPageTest: rates and round trip", 5*mbit, 20*mbit, 4*time.Millisecond, wire),
	access("wifi", "Firefox network throttling: rates, and its least latency as one way",
		15*mbit, 30*mbit, 4*time.Millisecond, radio),
	access("sat_geo", "Ookla, Q2 2021: rates and median round trip of Viasat and HughesNet",
		3*mbit, 19*mbit, 680*time.Millisecond, wire),
	access("sat_leo", "Ookla, Q2 2021: rates and median round trip of Starlink",
		14*mbit, 97*mbit, 45*time.Millisecond, radio),
	both("an assumption: one switch", Profile{Name: "lan", Delay: ConstantDelay(100 * time.Microsecond)}),
	both("xkyle.com, AWS pings: best round trip 0.25 ms", Profile{Name: "same_az",
		Delay: ConstantDelay(125 * time.Microsecond), Jitter: 12 * time.Microsecond, Shape: Normal, KeepOrder: true}),
	both("an assumption between the best and the worst of xkyle.com, AWS pings: 0.25 and 3.37 ms", Profile{
		Name: "inter_az", Delay: ConstantDelay(800 * time.Microsecond), Jitter: 160 * time.Microsecond,
		Shape: Normal, KeepOrder: true}),
}

const (
	wire  = true // keeps the order of packets
	radio = false
)

func both(source string, p Profile) Duplex {
	return Duplex{Name: p.Name, Up: p, Down: p, Source: source}
}

// access is a line between a client and the Internet.
func access(name, source string, up, down int64, rtt time.Duration, keepOrder bool) Duplex {
	p := Profile{Name: name, Delay: ConstantDelay(rtt / 2), Jitter: rtt / 20, Shape: Normal,
		KeepOrder: keepOrder, Limit: DefaultLimit}
	d := Duplex{Name: name, Up: p, Down: p, Source: source}
	d.Up.Rate, d.Down.Rate = up, down
	return d
}

// regions are average round trips between regions of AWS in milliseconds, as
// published for 2017 by "A computer scientist learns AWS".
var regions = []struct {
	a, b string
	rtt  time.Duration
}{
	{"us-east-1", "us-west-1", 73}, {"us-east-1", "us-west-2", 87}, {"us-east-1", "eu-west-1", 81},
	{"us-east-1", "eu-central-1", 89}, {"us-east-1", "ap-northeast-1", 145},
	{"us-east-1", "ap-southeast-1", 217}, {"us-east-1", "ap-southeast-2", 230},
	{"us-east-1", "sa-east-1", 120}, {"eu-west-1", "eu-central-1", 20}, {"eu-west-1", "us-west-2", 137},
	{"eu-west-1", "ap-southeast-1", 239}, {"ap-northeast-1", "ap-southeast-1", 74},
	{"us-west-1", "us-west-2", 19}, {"sa-east-1", "ap-southeast-1", 328},
}

// Region is the profile between two regions of AWS: half the published average
// round trip each way, with a normal jitter of a fiftieth of it (an assumption).
func Region(a, b string) (Duplex, error) {
	for _, r := range regions {
		if r.a == a && r.b == b || r.a == b && r.b == a {
			rtt := r.rtt * time.Millisecond
			p := Profile{Name: a + "/" + b, Delay: ConstantDelay(rtt / 2), Jitter: rtt / 100,
				Shape: Normal, KeepOrder: true}
			return both("a computer scientist learns AWS, 2017: average round trips", p), nil
		}
	}
	return Duplex{}, fmt.Errorf("no round trip is known between regions %q and %q; known regions are %v", a, b, Regions())
}

// Regions lists the regions that Region knows.
func Regions() []string {
	var names []string
	for _, r := range regions {
		names = append(names, r.a, r.b)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
