package core

import "time"

// Profile describes a link, one direction of it, in the words of tc-netem.
type Profile struct {
	Name  string       // for tables and logs
	Delay Distribution // one way, drawn for every packet
	Loss  Probability  // of every packet, independent
	Log   string       // what the log shows: LogNone, LogFaults, LogAll or a machine's full name
	TCP   TCPMode      // which TCP the connections over this link speak
}

// What the log shows of a link.
const (
	LogNone   = "none"
	LogFaults = "faults" // lost packets; the default
	LogAll    = "all"    // every packet
)

// TCPMode chooses the TCP of the connections over a link.
type TCPMode string

// The modes of TCP.
const (
	TCPFull   TCPMode = ""       // the RFCs
	TCPSimple TCPMode = "simple" // the ancestor's: no retransmission, a lost packet ends in a timeout
)

// Built-in profiles. Delays are one way and per packet; the numbers of all but
// Loopback are those of abdullin/sim-cluster's NetworkProfile.
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

// Profiles are the built-in profiles that a scenario can name, in the order
// the documentation lists them.
var Profiles = []Profile{Ideal, Internet, AzureIntranet, Mobile3G, ReverseLatency}
