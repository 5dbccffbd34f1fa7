package tcp

import (
	"cmp"
	"time"

	"simlua.example/core"
)

// Config is what a connection goes by: all values are set.
type Config = core.TCPConfig

// DefaultMSS is the payload of a segment where no link says otherwise.
const DefaultMSS = core.DefaultMSS

const (
	peerMSS      = 536                    // of a peer that does not say (RFC 9293, 3.7.1)
	synFallback  = 3 * time.Second        // RTO after a SYN was sent again (RFC 6298, 5.7)
	leastTimeout = 8 * time.Millisecond   // Linux's TCP_TIMEOUT_MIN at 250 Hz
	ackThrottle  = 500 * time.Millisecond // between replies to bare ACKs (RFC 5961, 7; tcp_invalid_ratelimit)
	maxBackoff   = 20                     // doublings; MaxRTO binds long before
)

// complete fills in the defaults, for a link with an MTU.
func complete(c Config, mtu int) Config {
	c = c.Over(&core.DefaultTCP)
	limit := cmp.Or(mtu, core.DefaultMTU) - core.TCPOverhead
	c.MSS = min(cmp.Or(c.MSS, limit), limit)
	return c
}

// configs keeps what the connections of a stack go by: one Config for each kind
// of path, shared by its connections.
type configs struct {
	machine Config
	made    []pathConfig
}

type pathConfig struct {
	link   *core.TCPConfig
	mtu    int
	config *Config
}

// of is the Config of the connections over a path.
func (c *configs) of(path *core.Profile) *Config {
	for i := range c.made {
		if p := &c.made[i]; p.link == path.TCP && p.mtu == path.MTU {
			return p.config
		}
	}
	var link Config
	if path.TCP != nil {
		link = *path.TCP
	}
	made := complete(link.Over(&c.machine), path.MTU)
	c.made = append(c.made, pathConfig{path.TCP, path.MTU, &made})
	return &made
}
