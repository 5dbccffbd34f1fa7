package tcp

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// Config holds the knobs of a stack. Zero means the default, which is that of
// Linux unless a comment says otherwise.
type Config struct {
	MSS           int // payload bytes of a segment; 1460
	SendBuffer    int // bytes written and not yet acknowledged; 65535
	ReceiveBuffer int // bytes arrived and not yet read: the window; 65535, which is also the most
	Backlog       int // connections a listener keeps that nobody has accepted; 4096

	InitialRTO time.Duration // before the first round trip is measured; 1 s (RFC 6298, 2.1)
	MinRTO     time.Duration // least allowance above the smoothed round trip; 200 ms
	MaxRTO     time.Duration // 120 s; probes of a closed window are no rarer either

	SynRetries    int // 6: a connect gives up after 127 s
	SynAckRetries int // 5
	DataRetries   int // 15
	OrphanRetries int // as DataRetries, once the user has closed; 8

	TimeWait            time.Duration // 60 s
	FinWait2            time.Duration // for the peer's FIN, once the user has closed; 60 s
	IgnoreTimeWaitReset bool          // a RST does not end TIME-WAIT (RFC 1337); Linux: it does

	SimpleTimeout time.Duration // for an acknowledgement in simple mode, where nothing is sent again; 60 s
	FirstPort     int           // of outgoing connections; 10000 (the ancestor's), up to 65535
}

// Defaults of Config.
const (
	DefaultMSS           = 1460
	DefaultBuffer        = maxWindow
	DefaultBacklog       = 4096
	DefaultInitialRTO    = time.Second
	DefaultMinRTO        = 200 * time.Millisecond
	DefaultMaxRTO        = 120 * time.Second
	DefaultSynRetries    = 6
	DefaultSynAckRetries = 5
	DefaultDataRetries   = 15
	DefaultOrphanRetries = 8
	DefaultTimeWait      = 60 * time.Second
	DefaultFinWait2      = 60 * time.Second
	DefaultSimpleTimeout = 60 * time.Second
	DefaultFirstPort     = 10000
)

const (
	maxWindow   = 65535 // what 16 bits can say
	maxPort     = 65535
	peerMSS     = 536             // of a peer that does not say (RFC 9293, 3.7.1)
	synFallback = 3 * time.Second // RTO after a SYN was sent again (RFC 6298, 5.7)
	replyEvery  = 500 * time.Millisecond
	maxBackoff  = 20 // doublings; MaxRTO binds long before
)

// Validate reports every value that is out of bounds at once.
func (c Config) Validate() error {
	c = c.withDefaults()
	var errs []error
	between := func(name string, value, low, high int) {
		if value < low || value > high {
			errs = append(errs, fmt.Errorf("tcp: %s is from %d to %d, not %d", name, low, high, value))
		}
	}
	const many = 1 << 30
	between("MSS", c.MSS, 1, maxWindow)
	between("SendBuffer", c.SendBuffer, 1, many)
	between("ReceiveBuffer", c.ReceiveBuffer, 1, maxWindow)
	between("Backlog", c.Backlog, 1, many)
	between("SynRetries", c.SynRetries, 1, 255)
	between("SynAckRetries", c.SynAckRetries, 1, 255)
	between("DataRetries", c.DataRetries, 1, 255)
	between("OrphanRetries", c.OrphanRetries, 1, 255)
	between("FirstPort", c.FirstPort, 1, maxPort)
	positive := func(name string, d time.Duration) {
		if d < 0 {
			errs = append(errs, fmt.Errorf("tcp: %s is above 0, not %v", name, d))
		}
	}
	positive("InitialRTO", c.InitialRTO)
	positive("MinRTO", c.MinRTO)
	positive("MaxRTO", c.MaxRTO)
	positive("TimeWait", c.TimeWait)
	positive("FinWait2", c.FinWait2)
	positive("SimpleTimeout", c.SimpleTimeout)
	return errors.Join(errs...)
}

func (c Config) withDefaults() Config {
	c.MSS = cmp.Or(c.MSS, DefaultMSS)
	c.SendBuffer = cmp.Or(c.SendBuffer, DefaultBuffer)
	c.ReceiveBuffer = cmp.Or(c.ReceiveBuffer, DefaultBuffer)
	c.Backlog = cmp.Or(c.Backlog, DefaultBacklog)
	c.InitialRTO = cmp.Or(c.InitialRTO, DefaultInitialRTO)
	c.MinRTO = cmp.Or(c.MinRTO, DefaultMinRTO)
	c.MaxRTO = cmp.Or(c.MaxRTO, DefaultMaxRTO)
	c.SynRetries = cmp.Or(c.SynRetries, DefaultSynRetries)
	c.SynAckRetries = cmp.Or(c.SynAckRetries, DefaultSynAckRetries)
	c.DataRetries = cmp.Or(c.DataRetries, DefaultDataRetries)
	c.OrphanRetries = cmp.Or(c.OrphanRetries, DefaultOrphanRetries)
	c.TimeWait = cmp.Or(c.TimeWait, DefaultTimeWait)
	c.FinWait2 = cmp.Or(c.FinWait2, DefaultFinWait2)
	c.SimpleTimeout = cmp.Or(c.SimpleTimeout, DefaultSimpleTimeout)
	c.FirstPort = cmp.Or(c.FirstPort, DefaultFirstPort)
	return c
}
