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
	Order  string // whether packets keep their order, and why
}

// Profiles of the ancestor, abdullin/sim-cluster: delays one way, drawn for each
// packet. The ancestor lets packets overtake each other for it; real paths of
// these kinds do not, so that only ReverseLatency does.
var (
	// Ideal: 50 ms fixed, no loss.
	Ideal = Profile{Name: "ideal", Delay: ConstantDelay(50 * time.Millisecond)}
	// Internet: 20 to 100 ms.
	Internet = Profile{Name: "internet", Delay: UniformDelay(20*time.Millisecond, 100*time.Millisecond), KeepOrder: true}
	// AzureIntranet: 2 to 10 ms, 1 packet lost in 10,000.
	AzureIntranet = Profile{Name: "azure_intranet", Loss: Always / 10_000, KeepOrder: true,
		Delay: UniformDelay(2*time.Millisecond, 10*time.Millisecond)}
	// Mobile3G: 100 to 500 ms, 1 packet lost in 100.
	Mobile3G = Profile{Name: "mobile_3g", Loss: Always / 100, KeepOrder: true,
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

// Why packets keep their order.
const (
	fixedDelay = "kept: the delay is fixed"
	onePath    = "kept: routers send a flow along one path (RFC 2991), where jitter is queueing"
	queueing   = "kept: what varies on a wire is a queue"
	gprs       = "kept: RLC in acknowledged mode delivers in sequence (3GPP TS 44.060)"
	umts       = "kept: RLC in acknowledged mode delivers in sequence (3GPP TS 25.322)"
	lteRLC     = "kept: RLC in acknowledged mode delivers in sequence (3GPP TS 36.322)"
	blockAck   = "kept: the receiver puts the frames of a block ack in order (IEEE 802.11)"
	satellite  = "kept: one satellite at a time; handovers, which may reorder, are not modelled"
)

// Profiles are the built-in profiles, in the order the documentation lists
// them. One-way delays are half of the published round trip; the jitter of
// those with a rate is an assumption of ours: normal, a tenth of the delay.
var Profiles = []Duplex{
	both(ancestor, fixedDelay, Ideal), both(ancestor, onePath, Internet), both(ancestor, onePath, AzureIntranet),
	both(ancestor, umts, Mobile3G), both(ancestor, "every packet overtakes the one before", ReverseLatency),
	access("edge", wpt, gprs, 200*kbit, 240*kbit, 840*time.Millisecond),
	access("2g", wpt, gprs, 256*kbit, 280*kbit, 800*time.Millisecond),
	access("3g_slow", wpt, umts, 400*kbit, 400*kbit, 400*time.Millisecond),
	access("3g", wpt, umts, 768*kbit, 1600*kbit, 300*time.Millisecond),
	access("3g_fast", wpt, umts, 768*kbit, 1600*kbit, 150*time.Millisecond),
	access("4g", wpt, lteRLC, 9*mbit, 9*mbit, 170*time.Millisecond),
	access("lte", wpt, lteRLC, 12*mbit, 12*mbit, 70*time.Millisecond),
	access("cable", wpt, queueing, 1*mbit, 5*mbit, 28*time.Millisecond),
	access("dsl", wpt, queueing, 384*kbit, 1500*kbit, 50*time.Millisecond),
	access("dial", wpt, queueing, 30*kbit, 49*kbit, 120*time.Millisecond),
	access("fios", "WebPageTest: rates and round trip", queueing, 5*mbit, 20*mbit, 4*time.Millisecond),
	access("wifi", "Firefox network throttling: rates, and its least latency as one way",
		blockAck, 15*mbit, 30*mbit, 4*time.Millisecond),
	access("sat_geo", "Ookla, Q2 2021: rates and median round trip of Viasat and HughesNet",
		queueing, 3*mbit, 19*mbit, 680*time.Millisecond),
	access("sat_leo", "Ookla, Q2 2021: rates and median round trip of Starlink",
		satellite, 14*mbit, 97*mbit, 45*time.Millisecond),
	both("an assumption: one switch", fixedDelay, Profile{Name: "lan", Delay: ConstantDelay(100 * time.Microsecond)}),
	both("xkyle.com, AWS pings: best round trip 0.25 ms", queueing, Profile{Name: "same_az",
		Delay: ConstantDelay(125 * time.Microsecond), Jitter: 12 * time.Microsecond, Shape: Normal, KeepOrder: true}),
	both("an assumption between the best and the worst of xkyle.com, AWS pings: 0.25 and 3.37 ms", queueing, Profile{
		Name: "inter_az", Delay: ConstantDelay(800 * time.Microsecond), Jitter: 160 * time.Microsecond,
		Shape: Normal, KeepOrder: true}),
}

func both(source, order string, p Profile) Duplex {
	return Duplex{Name: p.Name, Up: p, Down: p, Source: source, Order: order}
}

// access is a line between a client and the Internet.
func access(name, source, order string, up, down int64, rtt time.Duration) Duplex {
	p := Profile{Name: name, Delay: ConstantDelay(rtt / 2), Jitter: rtt / 20, Shape: Normal,
		KeepOrder: true, Limit: DefaultLimit}
	d := both(source, order, p)
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
			return both("a computer scientist learns AWS, 2017: average round trips", queueing, p), nil
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
