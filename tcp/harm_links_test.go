package tcp_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
	"simlua.example/tcp"
)

// harmful is a link that does all that links do to packets.
var harmful = core.Profile{
	Name: "harmful", Delay: core.ConstantDelay(20 * time.Millisecond), Jitter: 10 * time.Millisecond, Shape: core.Normal,
	Loss: core.Always / 50, Duplicate: core.Always / 20, Corrupt: core.Always / 50, Reorder: core.Always / 20,
	Rate: 20_000_000, Limit: core.Limit{Packets: 50}, Log: core.LogNone,
}

// TestHarmfulLinks sends 200,000 bytes there and back over links that do
// everything, cut by partitions of each mode, with knobs of all kinds.
func TestHarmfulLinks(t *testing.T) {
	for i, config := range []core.TCPConfig{
		{}, {NoSACK: true}, {LossDetection: core.LossDetectionDupThresh}, {Congestion: core.CongestionCubic},
		{NoWindowScaling: true, Nagle: core.NagleClassic}, {DelayedAck: 40 * time.Millisecond, DupThresh: 1},
		{MSS: 100, NoLimitedTransmit: true}, {ReceiveBuffer: 3000}, core.LinuxTCP.OfLink(),
	} {
		for seed := range uint64(3) {
			t.Run(fmt.Sprint(i, " ", seed), func(t *testing.T) {
				link := harmful
				link.TCP = &config
				s := pair(link, echo, call(asksALot))
				s.Plan = cutsNowAndThen
				r := playSeed(t, s, seed)
				up := r.Links[0]
				if up.Sent+up.Duplicated != up.Delivered+up.Lost+up.Partitioned+up.QueueDropped+up.Corrupted+up.InFlight {
					t.Errorf("packets got lost without a reason: %+v", up)
				}
				if up.Retransmitted == 0 || up.FastRetransmit > up.Retransmitted || up.Goodput != 200_000 {
					t.Errorf("the counters are wrong: %+v", up)
				}
			})
		}
	}
}

func cutsNowAndThen(world *core.Control) error {
	err := world.Start("*")
	for _, mode := range []core.PartitionMode{core.Drop, core.Clog} {
		err = errors.Join(err, world.Sleep(300*time.Millisecond),
			coretest.Err(world.Partition(core.Side{"home"}, core.Side{"lab"}, core.PartitionOptions{Mode: mode})),
			world.Sleep(700*time.Millisecond), world.Heal(core.Side{"home"}, core.Side{"lab"}))
	}
	return err
}

// TestFillsTheLink lets a transfer run over a line with a queue of one
// bandwidth-delay product, which it must keep busy.
func TestFillsTheLink(t *testing.T) {
	for _, config := range []core.TCPConfig{{}, {NoSACK: true}, {LossDetection: core.LossDetectionDupThresh},
		{Congestion: core.CongestionCubic}} {
		const rate, rtt, seconds = 10_000_000, 50 * time.Millisecond, 60
		link := core.Profile{Delay: core.ConstantDelay(rtt / 2), Rate: rate, Log: core.LogNone, TCP: &config,
			Limit: core.Limit{Bytes: rate / 8 / 20}}
		back := core.Profile{Delay: core.ConstantDelay(rtt / 2), Log: core.LogNone, TCP: &config}
		s := pair(link, drain, call(func(env core.Env, c core.Conn) error {
			env.Go("writer", func() error {
				for {
					if err := c.Write(make([]byte, 64<<10)); err != nil {
						return err
					}
				}
			})
			return env.Sleep(seconds * time.Second)
		}))
		s.Links[0].BtoA = back
		r := playWith(t, s, tcp.New)
		const most = rate / 8 * seconds * tcp.DefaultMSS / core.DefaultMTU
		if share := float64(r.Links[0].Goodput) / most; share < 0.95 || share > 1 {
			t.Errorf("%+v fills %.3f of the line", config, share)
		} else {
			t.Logf("%q SACK %v: %.3f", config.Congestion, !config.NoSACK, share)
		}
	}
}

// TestMTU wants no packet to be larger than its link takes.
func TestMTU(t *testing.T) {
	link := core.Internet
	link.MTU = 576
	largest := 0
	playWith(t, pair(link, echo, call(asksALot)), spy(tcp.Config{}, func(seg *tcp.Segment) bool {
		largest = max(largest, seg.Size())
		return true
	}))
	if largest != 576 {
		t.Errorf("the largest packet has %d bytes", largest)
	}
}

// TestMachineTCP wants a link's knobs to win over a machine's, one by one.
func TestMachineTCP(t *testing.T) {
	link := core.Ideal
	link.TCP = &core.TCPConfig{MSS: 700}
	s := pair(link, echo, call(asks))
	s.Machines = []core.MachineSpec{{Name: "client.home", TCP: &core.TCPConfig{MSS: 500, NoSACK: true, FirstPort: 5000}}}
	playWith(t, s, spy(tcp.Config{}, func(seg *tcp.Segment) bool {
		if o := seg.Options; seg.Flags == tcp.SYN && (o.MSS != 700 || o.SACKPermitted || !o.Scaling || seg.Source != 5000) {
			t.Errorf("the SYN is %s", seg.AppendText(nil))
		}
		return true
	}))
}

func playSeed(t *testing.T, s *core.Scenario, seed uint64) *core.Result {
	return playSettings(t, s, core.Settings{Seed: seed, Network: tcp.New})
}

// counted is a machine whose timers are counted.
type counted struct {
	core.NetworkHost
	timers []core.Timer
	most   int
}

func (c *counted) After(d time.Duration, h core.Handler) core.Timer {
	t := c.NetworkHost.After(d, h)
	if d == 0 { // the end of an instant is no timer
		return t
	}
	c.timers = append(c.timers, t)
	c.timers = slices.DeleteFunc(c.timers, func(t core.Timer) bool { return !t.Active() })
	c.most = max(c.most, len(c.timers))
	return t
}

// TestOneTimer wants a connection to have one live timer event at most,
// whatever happens to it.
func TestOneTimer(t *testing.T) {
	link := harmful
	link.TCP = &core.TCPConfig{DelayedAck: 40 * time.Millisecond, KeepAlive: true, UserTimeout: time.Hour}
	s := pair(link, echo, call(asksALot))
	s.Plan = cutsNowAndThen
	var hosts []*counted
	playWith(t, s, func(host core.NetworkHost) core.Network {
		c := &counted{NetworkHost: host}
		hosts = append(hosts, c)
		return tcp.New(c)
	})
	for _, h := range hosts {
		if h.most != 1 {
			t.Errorf("%s had %d timers for one connection", h.Name(), h.most)
		}
	}
}

// TestUndetected flips a bit that no checksum notices: the reader gets it, and
// as many bytes as were written.
func TestUndetected(t *testing.T) {
	link := core.Ideal
	link.CorruptUndetected = core.Always / 2
	server := serve(func(_ core.Env, c core.Conn) error {
		got, err := readAll(c)
		if err == nil && (len(got) != 100_000 || bytes.Count(got, []byte{0}) == len(got)) {
			err = fmt.Errorf("%d bytes arrived, none of them changed", len(got))
		}
		return err
	})
	play(t, pair(link, server, call(func(env core.Env, c core.Conn) error {
		if err := errors.Join(c.Write(make([]byte, 100_000)), c.CloseWrite()); err != nil {
			return err
		}
		return env.Sleep(10 * time.Second)
	})))
}
