package core

import (
	"errors"
	"fmt"
	"reflect"
	"time"
)

// TCPConfig holds the knobs of TCP: those of a machine, or those of the
// connections over a link, which win over the machine's one by one, as a metric
// of a route wins over a sysctl of Linux. A switch that is on at either is on.
//
// Zero is the default; LinuxTCP has what differs in Linux.
type TCPConfig struct {
	// Simple is the ancestor's TCP: nothing is ever sent again, there is no
	// congestion window, and a lost packet ends in somebody's timeout.
	Simple        bool
	SimpleTimeout time.Duration // in simple mode, for an acknowledgement; 60 s (simlua's own)

	Congestion        string // CongestionReno or CongestionCubic; reno (tcp_congestion_control)
	LossDetection     string // LossDetectionRACK or LossDetectionDupThresh, with SACK; rack (tcp_recovery)
	InitialWindow     int    // segments sent before the first acknowledgement, 1 to 1000; 10 (RFC 6928; initcwnd)
	DupThresh         int    // duplicate ACKs that mean a loss (RACK: if all is in order), 1 to 300; 3 (tcp_reordering)
	NoSACK            bool   // no selective acknowledgement (RFC 2018; tcp_sack 0)
	NoWindowScaling   bool   // windows of at most 65535 bytes (RFC 7323; tcp_window_scaling 0)
	NoLimitedTransmit bool   // duplicate ACKs before DupThresh send nothing new (RFC 3042; Linux: always on)
	NoIdleRestart     bool   // the window survives a pause (RFC 2861; tcp_slow_start_after_idle 0)

	Nagle      string        // "", NagleMinshall or NagleClassic; off, as with TCP_NODELAY
	DelayedAck time.Duration // an ACK waits so long for a second segment, 0 to 500 ms; 0

	MSS           int // payload bytes of a segment, 1 to 65495, at most the link's MTU less 40; that: 1460
	SendBuffer    int // bytes written and not acknowledged, 1 to 2^30; 4 MiB (tcp_wmem)
	ReceiveBuffer int // bytes arrived and not read, 1 to 2^30; 4 MiB (tcp_rmem)

	InitialRTO time.Duration // before a round trip was measured; 1 s (RFC 6298, 2.1)
	MinRTO     time.Duration // least allowance above the round trip, and for a delayed ACK; 200 ms (tcp_rto_min_us)
	MaxRTO     time.Duration // of retransmissions and of window probes; 120 s (tcp_rto_max_ms)

	SynRetries    int           // 1 to 255; 6, so a connect gives up after 127 s (tcp_syn_retries)
	SynAckRetries int           // 1 to 255; 5 (tcp_synack_retries)
	DataRetries   int           // 1 to 255; 15 (tcp_retries2)
	OrphanRetries int           // as DataRetries, once the user has closed, 1 to 255; 8 (tcp_orphan_retries)
	UserTimeout   time.Duration // for an ACK of what was sent, or a window; 0: none (RFC 5482; TCP_USER_TIMEOUT)

	KeepAlive         bool          // a silent peer is probed (RFC 9293, 3.8.4; SO_KEEPALIVE)
	KeepAliveIdle     time.Duration // silence before the first probe; 2 h (tcp_keepalive_time)
	KeepAliveInterval time.Duration // between probes; 75 s (tcp_keepalive_intvl)
	KeepAliveProbes   int           // without an answer, 1 to 255; 9 (tcp_keepalive_probes)

	TimeWait            time.Duration // twice the life of a segment; 60 s (TCP_TIMEWAIT_LEN)
	FinWait2            time.Duration // for the peer's FIN once the user has closed; 60 s (tcp_fin_timeout)
	IgnoreTimeWaitReset bool          // a RST does not end TIME-WAIT (RFC 1337; tcp_rfc1337)

	Backlog   int // of a machine: connections nobody has accepted, 1 to 2^30; 4096 (somaxconn)
	FirstPort int // of a machine: outgoing connections start here, 1 to 65535; 10000 (ip_local_port_range)
	LastPort  int // of a machine: and end here, FirstPort to 65535; 65535 (ip_local_port_range)
}

// The values of TCPConfig.Congestion.
const (
	CongestionReno  = "reno"  // RFC 5681, with 6675 when SACK is on and 6582 when it is off
	CongestionCubic = "cubic" // RFC 9438 as in Linux, without HyStart (9406), which leaves slow start when delays grow
)

// The values of TCPConfig.Nagle: whether a small segment waits for an ACK.
const (
	NagleMinshall = "minshall" // while an earlier small segment is in flight, as in Linux
	NagleClassic  = "classic"  // while anything is in flight (RFC 896; RFC 9293, 3.7.4)
)

// The values of TCPConfig.LossDetection. Without SACK it is RFC 6582 (NewReno),
// whatever they say.
const (
	LossDetectionRACK      = "rack"       // RFC 8985 (RACK-TLP) with 9937 (PRR), 5682 (F-RTO) and undo by D-SACK, as Linux
	LossDetectionDupThresh = "dup_thresh" // RFC 6675, with 3042
)

// DefaultMSS is the payload of a segment on a link with DefaultMTU.
const DefaultMSS = DefaultMTU - TCPOverhead

// TCPOverhead is the bytes of an IPv4 and a TCP header without options.
const TCPOverhead = 40

// DefaultTCP holds what zero values stand for. Its MSS is zero: it is the
// link's MTU less TCPOverhead.
var DefaultTCP = TCPConfig{
	SimpleTimeout:     60 * time.Second,
	Congestion:        CongestionReno,
	LossDetection:     LossDetectionRACK,
	InitialWindow:     10,
	DupThresh:         3,
	SendBuffer:        4 << 20,
	ReceiveBuffer:     4 << 20,
	InitialRTO:        time.Second,
	MinRTO:            200 * time.Millisecond,
	MaxRTO:            120 * time.Second,
	SynRetries:        6,
	SynAckRetries:     5,
	DataRetries:       15,
	OrphanRetries:     8,
	KeepAliveIdle:     2 * time.Hour,
	KeepAliveInterval: 75 * time.Second,
	KeepAliveProbes:   9,
	TimeWait:          60 * time.Second,
	FinWait2:          60 * time.Second,
	Backlog:           4096,
	FirstPort:         10000,
	LastPort:          65535,
}

// LinuxTCP holds all knobs as a Linux host has them, as far as they are fixed
// there: a buffer has the size to which Linux lets it grow (for what arrives,
// 32 MiB in newer kernels), and a delayed ACK waits the least time that it does there.
// Linux since 6.5 sends a SYN four times a second apart before its timeout grows
// (tcp_syn_linear_timeouts); here it grows at once.
var LinuxTCP = func() TCPConfig {
	c := DefaultTCP
	c.Congestion = CongestionCubic
	c.Nagle = NagleMinshall
	c.DelayedAck = 40 * time.Millisecond
	c.ReceiveBuffer = 6 << 20
	c.FirstPort, c.LastPort = 32768, 60999
	return c
}()

// OfLink is c without what belongs to a machine.
func (c TCPConfig) OfLink() TCPConfig {
	c.Backlog, c.FirstPort, c.LastPort = 0, 0, 0
	return c
}

// Over is c with the values of base where c has none. A nil base has none.
func (c TCPConfig) Over(base *TCPConfig) TCPConfig {
	switch {
	case base == nil:
		return c
	case c == TCPConfig{}:
		return *base
	}
	top, under := reflect.ValueOf(&c).Elem(), reflect.ValueOf(base).Elem()
	for i := range top.NumField() {
		if f := top.Field(i); f.IsZero() {
			f.Set(under.Field(i))
		}
	}
	return c
}

// Validate reports every value that is out of bounds at once, by the names
// that scripts use.
func (c *TCPConfig) Validate() error {
	var v tcpValidation
	if c.Congestion != "" && c.Congestion != CongestionReno && c.Congestion != CongestionCubic {
		v.add("congestion: %q or %q, not %q", CongestionReno, CongestionCubic, c.Congestion)
	}
	if c.Nagle != "" && c.Nagle != NagleMinshall && c.Nagle != NagleClassic {
		v.add("nagle: %q or %q, not %q", NagleMinshall, NagleClassic, c.Nagle)
	}
	if d := c.LossDetection; d != "" && d != LossDetectionRACK && d != LossDetectionDupThresh {
		v.add("loss_detection: %q or %q, not %q", LossDetectionRACK, LossDetectionDupThresh, d)
	}
	v.whole("initial_window", c.InitialWindow, 1000)
	v.whole("dup_thresh", c.DupThresh, 300)
	v.whole("mss", c.MSS, 65535-TCPOverhead)
	v.whole("send_buffer", c.SendBuffer, 1<<30)
	v.whole("receive_buffer", c.ReceiveBuffer, 1<<30)
	v.whole("syn_retries", c.SynRetries, 255)
	v.whole("syn_ack_retries", c.SynAckRetries, 255)
	v.whole("data_retries", c.DataRetries, 255)
	v.whole("orphan_retries", c.OrphanRetries, 255)
	v.whole("keep_alive_probes", c.KeepAliveProbes, 255)
	v.whole("backlog", c.Backlog, 1<<30)
	v.whole("first_port", c.FirstPort, 65535)
	v.whole("last_port", c.LastPort, 65535)
	v.duration("simple_timeout", c.SimpleTimeout, tcpDurationMax)
	v.duration("delayed_ack", c.DelayedAck, 500*time.Millisecond)
	v.duration("initial_rto", c.InitialRTO, tcpDurationMax)
	v.duration("min_rto", c.MinRTO, tcpDurationMax)
	v.duration("max_rto", c.MaxRTO, tcpDurationMax)
	v.duration("user_timeout", c.UserTimeout, tcpDurationMax)
	v.duration("keep_alive_idle", c.KeepAliveIdle, tcpDurationMax)
	v.duration("keep_alive_interval", c.KeepAliveInterval, tcpDurationMax)
	v.duration("time_wait", c.TimeWait, tcpDurationMax)
	v.duration("fin_wait2", c.FinWait2, tcpDurationMax)
	full := c.Over(&DefaultTCP)
	if full.MinRTO > full.MaxRTO {
		v.add("min_rto: at most max_rto, %v, not %v", full.MaxRTO, full.MinRTO)
	}
	if full.LastPort > 0 && full.FirstPort > full.LastPort {
		v.add("last_port: at least first_port, %d, not %d", full.FirstPort, full.LastPort)
	}
	return errors.Join(v.errs...)
}

// validateLink is Validate, for a link.
func (c *TCPConfig) validateLink() error {
	var v tcpValidation
	if c.Backlog != 0 {
		v.add("backlog: it belongs to a machine, not to a link")
	}
	if c.FirstPort != 0 {
		v.add("first_port: it belongs to a machine, not to a link")
	}
	if c.LastPort != 0 {
		v.add("last_port: it belongs to a machine, not to a link")
	}
	return errors.Join(c.Validate(), errors.Join(v.errs...))
}

const tcpDurationMax = 30 * 24 * time.Hour

type tcpValidation struct{ errs []error }

func (v *tcpValidation) add(format string, args ...any) {
	v.errs = append(v.errs, fmt.Errorf("tcp: "+format, args...))
}

func (v *tcpValidation) whole(name string, value, most int) {
	if value < 0 || value > most {
		v.add("%s: a whole number from 1 to %d, not %d", name, most, value)
	}
}

func (v *tcpValidation) duration(name string, value, most time.Duration) {
	if value < 0 || value > most {
		v.add("%s: a duration from 0 to %v, not %v", name, most, value)
	}
}
