package tcp

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"simlua.example/core"
)

// TestTwoTCBs lets two tcbs with knobs of all kinds talk over a wire
// that loses, corrupts, duplicates, reorders and is cut now and then, for many
// seeds, and checks what must hold at every step.
func TestTwoTCBs(t *testing.T) {
	seeds := uint64(150)
	if testing.Short() {
		seeds = 40
	}
	for seed := range seeds {
		if err := newWorld(seed).run(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

func FuzzTwoMachines(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) {
		if err := newWorld(seed).run(); err != nil {
			t.Fatal(err)
		}
	})
}

// world is two ends and the wire between them. Everything that makes one run
// differ from another is drawn from its seed.
type world struct {
	random *core.Random
	now    time.Duration
	wire   []flight // ordered by at
	ends   [2]*end
	loss   core.Probability
	twice  core.Probability
	delay  time.Duration
	jitter time.Duration
	cuts   time.Duration // how long the wire is cut; every 30 s of the first two minutes
	count  struct{ sent, doubled, dropped, delivered int }
}

type flight struct {
	at  time.Duration
	to  int
	seg *Segment
}

// end is a tcb and its user, who writes all of send and reads to the end.
type end struct {
	config   Config
	box      outbox
	tcb      tcb
	send     []byte // what its user writes, in all
	written  int
	got      []byte
	acts     time.Duration // when its user does something again
	pause    int64         // at most so many ms between two acts
	edge     Seq
	told     Seq // the right edge that its segments have told
	finished bool
	shut     bool // has called closeWrite
}

func newWorld(seed uint64) *world {
	r := core.NewRandom(seed, "property")
	w := &world{
		random: r,
		loss:   core.Probability(r.Uint64n(20)) * core.Always / 100,
		twice:  core.Probability(r.Uint64n(20)) * core.Always / 100,
		delay:  time.Duration(r.Int(0, 100)) * time.Millisecond,
		jitter: time.Duration(r.Int(0, 100)) * time.Millisecond,
		cuts:   time.Duration(max(0, r.Int(-10, 10))) * time.Second,
	}
	for i := range w.ends {
		e := &end{send: make([]byte, r.Int(0, 60_000)), pause: r.Int(1, 300), told: 1}
		if r.Chance(core.Always / 10) {
			e.send, e.pause = make([]byte, 300_000), 20
		}
		for j := range e.send {
			e.send[j] = byte(r.Uint64())
		}
		e.config = complete(knobs(r), 0)
		iss := Seq(0) - Seq(r.Uint64n(100_000)) // so that numbers wrap
		e.tcb.init(&e.config, &e.box, uint16(i), uint16(1-i), iss)
		w.ends[i] = e
	}
	return w
}

// knobs are those of one end.
func knobs(r *core.Random) Config {
	on := func() bool { return r.Uint64n(3) == 0 }
	c := Config{MSS: int(r.Int(100, 1460)), SendBuffer: int(r.Int(500, 70_000)), ReceiveBuffer: int(r.Int(500, 65_535)),
		OrphanRetries: 15, NoSACK: on(), NoWindowScaling: on(), NoLimitedTransmit: on(), NoIdleRestart: on(),
		KeepAlive: on(), KeepAliveIdle: time.Second, DupThresh: int(r.Int(1, 6)),
		InitialWindow: int(r.Int(1, 20))}
	if on() {
		c.SendBuffer, c.ReceiveBuffer = 1<<20, 500_000<<r.Int(0, 3)
	}
	if on() {
		c.Nagle = []string{core.NagleMinshall, core.NagleClassic}[r.Uint64n(2)]
	}
	if on() {
		c.DelayedAck = 40 * time.Millisecond
	}
	if on() {
		c.LossDetection = core.LossDetectionDupThresh
	}
	if on() {
		c.Congestion = core.CongestionCubic
	}
	return c
}

func (w *world) run() error {
	w.ends[0].tcb.open(0)
	w.ends[1].tcb.listen()
	w.collect(0)
	for steps := 0; ; steps++ {
		if steps > 1_000_000 {
			return fmt.Errorf("no end after %d steps, at %v: %v", steps, w.now, w)
		}
		if !w.step() {
			return w.verdict()
		}
		for i, e := range w.ends {
			if err := e.check(w.ends[1-i]); err != nil {
				return fmt.Errorf("%v, end %d: %w", w.now, i, err)
			}
		}
	}
}

// step does the next thing that is due; false when nothing ever will be.
func (w *world) step() bool {
	next, what := never, -1
	consider := func(at time.Duration, what_ int) {
		if at < next {
			next, what = at, what_
		}
	}
	if len(w.wire) > 0 {
		consider(w.wire[0].at, 0)
	}
	for i, e := range w.ends {
		consider(e.acts, 1+i)
		consider(e.tcb.deadline(w.now), 3+i)
	}
	if what < 0 {
		return false
	}
	w.now = max(w.now, next)
	i := (what - 1) % 2
	switch {
	case what == 0:
		f := w.wire[0]
		w.wire = w.wire[1:]
		w.count.delivered++
		i = f.to
		w.ends[i].tcb.segment(w.now, f.seg)
	case what < 3:
		w.ends[i].act(w.now, w.random)
	default:
		w.ends[i].tcb.tick(w.now)
	}
	w.collect(i)
	return true
}

// collect puts what end i has sent on the wire.
func (w *world) collect(i int) {
	e := w.ends[i]
	for _, seg := range e.box.segments {
		e.tell(seg)
		w.count.sent++
		if w.isCut() || w.random.Chance(w.loss) {
			w.count.dropped++
		} else {
			w.carry(1-i, seg)
		}
		if w.random.Chance(w.twice) {
			w.count.doubled++
			w.carry(1-i, seg)
		}
	}
	e.box.clear()
}

func (w *world) isCut() bool {
	const every = 30 * time.Second
	return w.now < 4*every && w.now%every > every-w.cuts
}

// tell notes the right edge of the window that a segment tells; zero is a
// mistake that check will find.
func (e *end) tell(seg *Segment) {
	if seg.Flags&(ACK|SYN|RST) != ACK || e.told == 0 {
		return
	}
	edge := seg.Ack.plus(int(seg.Window) << e.tcb.recv.shift)
	if e.told != 1 && edge.before(e.told) {
		edge = 0
	}
	e.told = edge
}

func (w *world) carry(to int, seg *Segment) {
	at := w.now + w.delay + time.Duration(w.random.Int(0, int64(w.jitter)))
	j, _ := slices.BinarySearchFunc(w.wire, at, func(f flight, at time.Duration) int {
		return int(min(max(f.at-at, -1), 0)*2 + 1) // behind those of the same time
	})
	w.wire = slices.Insert(w.wire, j, flight{at, to, seg})
}

// act writes some, reads some, and closes when both streams have ended.
func (e *end) act(now time.Duration, r *core.Random) {
	e.acts = now + time.Duration(r.Int(0, e.pause))*time.Millisecond
	if e.tcb.state < established && e.tcb.state != closed {
		return
	}
	if e.written < len(e.send) {
		n := min(len(e.send)-e.written, int(r.Int(1, 5000)))
		e.written += e.tcb.write(now, e.send[e.written:e.written+n])
	} else if !e.shut {
		e.tcb.closeWrite(now)
		e.shut = true
	}
	p := make([]byte, r.Int(1, 8000))
	e.got = append(e.got, p[:e.tcb.read(p)]...)
	e.finished = e.tcb.recv.finished && e.tcb.recv.queue.size == 0
	if e.finished && e.shut {
		e.tcb.close(now)
		e.acts = never
	}
	if e.tcb.state == closed && e.tcb.recv.queue.size == 0 {
		e.acts = never
	}
}

// check is what must hold at all times.
func (e *end) check(peer *end) error {
	s, r := &e.tcb.send, &e.tcb.recv
	switch {
	case !bytes.HasPrefix(peer.send, e.got):
		return fmt.Errorf("the %d bytes received are no prefix of what was sent", len(e.got))
	case s.next.before(s.una):
		return fmt.Errorf("SND.NXT %d is before SND.UNA %d", s.next, s.una)
	case s.next.since(s.una) > max(s.windowMax, 1)+1:
		return fmt.Errorf("%d numbers in flight, the window was never more than %d", s.next.since(s.una), s.windowMax)
	case s.queue.size > e.config.SendBuffer:
		return fmt.Errorf("%d bytes in a send buffer of %d", s.queue.size, e.config.SendBuffer)
	case r.queue.size > e.config.ReceiveBuffer*9/8:
		return fmt.Errorf("%d bytes in a receive buffer of %d", r.queue.size, e.config.ReceiveBuffer)
	case e.told == 0:
		return errors.New("a segment moved the right edge of the window left")
	case s.cwnd < 1 && e.tcb.state >= established, s.pipe() < 0:
		return fmt.Errorf("a window of %d bytes, and %d in flight", s.cwnd, s.pipe())
	case e.tcb.rto.at != never && !s.inFlight() && !e.tcb.rto.probe:
		return errors.New("the retransmission timer runs, and nothing is in flight")
	case e.tcb.rto.at == never && s.inFlight() && e.tcb.state != closed:
		return errors.New("something is in flight, and no timer runs")
	case s.scoreboard.inside(Block{s.una, s.next}) != s.scoreboard.inside(Block{s.una - 1<<28, s.una + 1<<28}):
		return errors.New("the scoreboard holds what is not in flight")
	case e.tcb.state >= established && e.edge != 0 && r.edge.before(e.edge):
		return fmt.Errorf("the right edge of the window moved left from %d to %d", e.edge, r.edge)
	case e.tcb.state >= established && peer.tcb.state >= established && peer.tcb.send.next.before(r.next):
		return fmt.Errorf("expects %d, but %d was not sent yet", r.next, peer.tcb.send.next)
	case len(r.reorder) > 0 && r.reorder[0].start.atMost(r.next):
		return fmt.Errorf("a span from %d waits, though %d is expected", r.reorder[0].start, r.next)
	}
	e.edge = r.edge
	if s.rack.on && e.tcb.state != closed {
		return s.rack.check(s.una, s.next)
	}
	return nil
}

// verdict is what must hold in the end: both ends are closed and have got
// everything. When the last ACK was lost for longer than TIME-WAIT lasts, the
// end that waits for it gets a RST instead, as it would in the world.
func (w *world) verdict() error {
	if c := w.count; c.sent+c.doubled != c.dropped+c.delivered {
		return fmt.Errorf("%d segments and %d duplicates were sent, but %d dropped and %d delivered", c.sent, c.doubled,
			c.dropped, c.delivered)
	}
	for i, e := range w.ends {
		peer := w.ends[1-i]
		switch {
		case e.tcb.state != closed || e.tcb.err != nil && !errors.Is(e.tcb.err, core.ErrReset):
			return fmt.Errorf("end %d is %v, %v", i, e.tcb.state, e.tcb.err)
		case !bytes.Equal(e.got, peer.send):
			return fmt.Errorf("end %d got %d bytes of %d", i, len(e.got), len(peer.send))
		}
	}
	return nil
}

// String tells where both ends are.
func (w *world) String() string {
	s := ""
	for _, e := range w.ends {
		m := &e.tcb
		s += fmt.Sprintf("%v wrote %d of %d, got %d; una %d next %d window %d cwnd %d pipe %d phase %d lost %d resent %d sacked %v; "+
			"rcv %d edge %d unread %d early %v; timer %v probe %v\n", m.state, e.written, len(e.send), len(e.got),
			m.send.una, m.send.next, m.send.window, m.send.cwnd, m.send.pipe(), m.send.phase, m.send.lost, m.send.resent,
			m.send.scoreboard, m.recv.next, m.recv.edge, m.recv.queue.size, m.recv.early, m.rto.at, m.rto.probe)
	}
	return s
}
