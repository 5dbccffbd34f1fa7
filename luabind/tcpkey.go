package luabind

import (
	"math"
	"time"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// tcpKey is one knob of TCP.
type tcpKey = tableKey[config]

type (
	config   = core.TCPConfig
	duration = time.Duration
)

// tcpKeys are the knobs, in the order of the reference.
var tcpKeys = []tcpKey{
	tcpSwitch("simple", "Nothing is ever sent again; a lost packet ends in a timeout.", false,
		func(c *config) *bool { return &c.Simple }),
	tcpDuration("simple_timeout", "In simple mode, for an acknowledgement.",
		func(c *config) *duration { return &c.SimpleTimeout }),
	tcpWord("congestion", `"reno", or "cubic" as Linux has it, but without HyStart.`,
		func(c *config) *string { return &c.Congestion }, core.CongestionReno, core.CongestionCubic),
	tcpWord("loss_detection", `With sack: "rack" finds losses by time, "dup_thresh" by counting acknowledgements.`,
		func(c *config) *string { return &c.LossDetection }, core.LossDetectionRACK, core.LossDetectionDupThresh),
	tcpWhole("initial_window", "Segments sent before the first acknowledgement.",
		func(c *config) *int { return &c.InitialWindow }),
	tcpWhole("dup_thresh", "Duplicate acknowledgements that mean a loss; with rack, while nothing has come out of order.",
		func(c *config) *int { return &c.DupThresh }),
	tcpSwitch("sack", "Selective acknowledgements.", true, func(c *config) *bool { return &c.NoSACK }),
	tcpSwitch("window_scaling", "Windows beyond 65535 bytes.", true,
		func(c *config) *bool { return &c.NoWindowScaling }),
	tcpSwitch("limited_transmit", "New data for the first duplicate acknowledgements.", true,
		func(c *config) *bool { return &c.NoLimitedTransmit }),
	tcpSwitch("idle_restart", "A pause halves the congestion window for each RTO, down to the initial one.", true,
		func(c *config) *bool { return &c.NoIdleRestart }),
	{"nagle", `Whether a small segment waits for an acknowledgement: true, while an earlier small one is ` +
		`in flight (Minshall's rule, as in Linux); "classic", while anything is (RFC 896).`, `boolean|"classic"`, readNagle,
		nagleValue},
	tcpDuration("delayed_ack", "How long an acknowledgement waits for a second segment.",
		func(c *config) *duration { return &c.DelayedAck }),
	tcpWhole("mss", "Payload bytes of a segment, at most the link's mtu less 40, which is the default.",
		func(c *config) *int { return &c.MSS }),
	tcpWhole("send_buffer", "Bytes written and not acknowledged.", func(c *config) *int { return &c.SendBuffer }),
	tcpWhole("receive_buffer", "Bytes arrived and not read.", func(c *config) *int { return &c.ReceiveBuffer }),
	tcpDuration("initial_rto", "The retransmission timeout before a round trip was measured.",
		func(c *config) *duration { return &c.InitialRTO }),
	tcpDuration("min_rto", "The least allowance above the smoothed round trip.",
		func(c *config) *duration { return &c.MinRTO }),
	tcpDuration("max_rto", "The longest wait between retransmissions, and between window probes.",
		func(c *config) *duration { return &c.MaxRTO }),
	tcpWhole("syn_retries", "Of a connect.", func(c *config) *int { return &c.SynRetries }),
	tcpWhole("syn_ack_retries", "Of the answer to a connect.", func(c *config) *int { return &c.SynAckRetries }),
	tcpWhole("data_retries", "Of data, until the connection is given up.",
		func(c *config) *int { return &c.DataRetries }),
	tcpWhole("orphan_retries", "As data_retries, once the connection was closed here.",
		func(c *config) *int { return &c.OrphanRetries }),
	tcpDuration("user_timeout", "For an acknowledgement of data, or for a closed window to open, instead of data_retries.",
		func(c *config) *duration { return &c.UserTimeout }),
	tcpSwitch("keep_alive", "A silent peer is probed.", false, func(c *config) *bool { return &c.KeepAlive }),
	tcpDuration("keep_alive_idle", "Silence before the first probe.",
		func(c *config) *duration { return &c.KeepAliveIdle }),
	tcpDuration("keep_alive_interval", "Between probes.",
		func(c *config) *duration { return &c.KeepAliveInterval }),
	tcpWhole("keep_alive_probes", "Without an answer, until the connection is given up.",
		func(c *config) *int { return &c.KeepAliveProbes }),
	tcpDuration("time_wait", "How long a closed connection keeps its port.",
		func(c *config) *duration { return &c.TimeWait }),
	tcpDuration("fin_wait2", "For the peer's close, once the connection was closed here.",
		func(c *config) *duration { return &c.FinWait2 }),
	tcpSwitch("ignore_time_wait_reset", "A reset does not end time_wait (RFC 1337).", false,
		func(c *config) *bool { return &c.IgnoreTimeWaitReset }),
	tcpWhole("backlog", "Connections that nobody has accepted; of a machine only.",
		func(c *config) *int { return &c.Backlog }),
	tcpWhole("first_port", "Where the ports of outgoing connections begin. The next boot goes on elsewhere among them; "+
		"of a machine only.",
		func(c *config) *int { return &c.FirstPort }),
	tcpWhole("last_port", "Where they end. A port is taken towards one address and port only, so there may be as many "+
		"connections to each as there are ports; of a machine only.", func(c *config) *int { return &c.LastPort }),
}

// tcpSwitch is a key that is true or false. Where it is on unless said
// otherwise, the field of core.TCPConfig says that it is off.
func tcpSwitch(name, doc string, on bool, field func(*config) *bool) tcpKey {
	return tcpKey{name, doc, "boolean",
		func(o options, name string, c *config) { *field(c) = o.boolean(name, on) != on },
		func(c *config) lua.LValue { return lua.LBool(*field(c) != on) }}
}

// tcpWord is a key that is one of some words.
func tcpWord(name, doc string, field func(*config) *string, words ...string) tcpKey {
	return tcpKey{name, doc, "string",
		func(o options, name string, c *config) { *field(c) = o.choice(name, words...) },
		func(c *config) lua.LValue {
			if *field(c) == "" {
				return lua.LNil
			}
			return lua.LString(*field(c))
		}}
}

// tcpWhole is a key that is a whole number above zero.
func tcpWhole(name, doc string, field func(*config) *int) tcpKey {
	return tcpKey{name, doc, "number",
		func(o options, name string, c *config) { *field(c) = int(o.integer(name, 1, math.MaxInt32, 0)) },
		func(c *config) lua.LValue { return count(*field(c)) }}
}

// tcpDuration is a key that is a duration, above zero where that would mean
// the default.
func tcpDuration(name, doc string, field func(*config) *duration) tcpKey {
	usual := *field(&core.DefaultTCP)
	return tcpKey{name, doc, "sim.duration",
		func(o options, name string, c *config) {
			if *field(c) = o.duration(name, 0); *field(c) == 0 && usual > 0 {
				o.bad(name, "a duration above 0")
			}
		},
		func(c *config) lua.LValue {
			switch d := *field(c); {
			case d > 0:
				return lua.LString(d.String())
			case usual > 0:
				return lua.LNil
			}
			return lua.LNumber(0)
		}}
}

func readNagle(o options, name string, c *config) {
	switch o.get(name) {
	case lua.LFalse:
		c.Nagle = ""
	case lua.LTrue:
		c.Nagle = core.NagleMinshall
	case lua.LString(core.NagleClassic):
		c.Nagle = core.NagleClassic
	default:
		o.bad(name, `true, false or "classic"`)
	}
}

func nagleValue(c *config) lua.LValue {
	if c.Nagle == core.NagleClassic {
		return lua.LString(core.NagleClassic)
	}
	return lua.LBool(c.Nagle == core.NagleMinshall)
}

func tcpNames() []string { return keyNames(tcpKeys, "preset") }
