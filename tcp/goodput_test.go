package tcp

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
)

// bulk is a transfer without end over a wire with a delay that loses segments
// of data, each with the same probability. Nothing is random but the loss.
type bulk struct {
	now      time.Duration
	delay    time.Duration // one way
	loss     core.Probability
	random   *core.Random
	ends     [2]*bulkEnd // who sends, who receives
	chunk    []byte
	received int
	sent     int // segments with data
	lost     int
}

type bulkEnd struct {
	config Config
	box    outbox
	tcb    tcb
	wire   []flight // towards this end
	first  int      // of wire: those before it have arrived
}

func newBulk(config Config, rtt time.Duration, loss core.Probability, seed uint64) *bulk {
	b := &bulk{delay: rtt / 2, loss: loss, random: core.NewRandom(seed, "bulk"), chunk: make([]byte, 64<<10)}
	for i := range b.ends {
		e := &bulkEnd{config: complete(config, 0)}
		e.tcb.init(&e.config, &e.box, uint16(i), uint16(1-i), 0)
		b.ends[i] = e
	}
	b.ends[1].tcb.listen()
	b.ends[0].tcb.open(0)
	b.collect(0)
	return b
}

// run transfers until so many segments were sent, and returns the time it took.
func (b *bulk) run(segments int) time.Duration {
	start, until := b.now, b.sent+segments
	for b.sent < until {
		b.instant()
	}
	return b.now - start
}

// instant goes to the next moment at which something happens.
func (b *bulk) instant() {
	next := never
	for _, e := range b.ends {
		if e.first < len(e.wire) {
			next = min(next, e.wire[e.first].at)
		}
		next = min(next, e.tcb.deadline(b.now))
	}
	b.now = next
	for i, e := range b.ends {
		for ; e.first < len(e.wire) && e.wire[e.first].at == b.now; e.first++ {
			e.tcb.segment(b.now, e.wire[e.first].seg)
			b.collect(i)
		}
		if e.first == len(e.wire) {
			e.wire, e.first = e.wire[:0], 0
		}
		b.use(i, e)
		if e.tcb.deadline(b.now) <= b.now {
			e.tcb.tick(b.now)
			b.collect(i)
		}
	}
}

// use is what the user of an end does: one writes, one reads.
func (b *bulk) use(i int, e *bulkEnd) {
	if i == 1 {
		for e.tcb.recv.queue.size > 0 {
			b.received += e.tcb.read(b.chunk)
		}
		return
	}
	for e.tcb.state == established && e.config.SendBuffer-e.tcb.send.queue.size >= len(b.chunk) {
		e.tcb.write(b.now, b.chunk)
		b.collect(i)
	}
}

func (b *bulk) collect(i int) {
	peer := b.ends[1-i]
	for _, seg := range b.ends[i].box.segments {
		if len(seg.Payload) > 0 {
			b.sent++
			if b.random.Chance(b.loss) {
				b.lost++
				continue
			}
		}
		peer.wire = append(peer.wire, flight{b.now + b.delay, 1 - i, seg})
	}
	b.ends[i].box.clear()
}

// The cells of testdata/goodput.golden.
var (
	goodputRTTs   = []time.Duration{50 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond}
	goodputLosses = []core.Probability{300_000, 1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000} // of 1e9
	goodputKinds  = []Config{{}, {NoSACK: true}, {Congestion: core.CongestionCubic}}
)

// goodput is a cell: what one kind of TCP brings over one wire.
type goodput struct {
	loss   float64 // realised
	rate   float64 // bytes a second
	mathis float64 // the closed form, at the realised loss
}

func (g goodput) ratio() float64 { return g.rate / g.mathis }

// measure lets a transfer settle, and then takes long enough for hundreds of
// losses.
func measure(c Config, rtt time.Duration, loss core.Probability) goodput {
	b := newBulk(c, rtt, loss, 1)
	n := min(400_000, max(50_000, int(core.Always/loss)*1200))
	b.run(n / 10)
	lost, received := b.lost, b.received
	took := b.run(n)
	p := float64(b.lost-lost) / float64(n)
	return goodput{
		loss: p,
		rate: float64(b.received-received) / took.Seconds(),
		// Mathis, Semke, Mahdavi, Ott: MSS/RTT * C/sqrt(p), C = sqrt(3/2)
		mathis: DefaultMSS / rtt.Seconds() * math.Sqrt(1.5/p),
	}
}

const goodputTitle = `# Goodput of one transfer, in KB/s, and as a share of the closed form of Mathis (C = 1.2247) at the realised loss.
# The form knows no timeouts: at 3 % and above TCP must stay behind it.
  rtt    loss  realised    mathis |  reno+sack       |  reno            |  cubic
`

// TestGoodput compares what transfers bring with testdata/goodput.golden, and
// with what theory says.
func TestGoodput(t *testing.T) {
	rtts, losses := goodputRTTs, goodputLosses
	if testing.Short() {
		rtts, losses = rtts[1:2], losses[3:]
	}
	lines := make([]string, len(rtts)*len(losses))
	t.Run("cells", func(t *testing.T) {
		for i, rtt := range rtts {
			for j, loss := range losses {
				t.Run(fmt.Sprint(rtt, " ", loss), func(t *testing.T) {
					t.Parallel()
					var g [3]goodput
					for k, c := range goodputKinds {
						g[k] = measure(c, rtt, loss)
					}
					checkGoodput(t, rtt, loss, g)
					lines[i*len(losses)+j] = goodputLine(rtt, loss, g)
				})
			}
		}
	})
	compareGoodput(t, lines)
}

func goodputLine(rtt time.Duration, loss core.Probability, g [3]goodput) string {
	s := fmt.Sprintf("%5v  %6.4f  %8.6f  %8.1f", rtt, float64(loss)/float64(core.Always), g[0].loss, g[0].mathis/1000)
	for _, c := range g {
		s += fmt.Sprintf(" | %8.1f  %6.3f", c.rate/1000, c.ratio())
	}
	return s + "\n"
}

// checkGoodput is what theory says about a cell.
func checkGoodput(t *testing.T, rtt time.Duration, loss core.Probability, g [3]goodput) {
	sack, reno, cubic := g[0], g[1], g[2]
	const percent = core.Always / 100
	if loss <= percent && rtt >= 50*time.Millisecond && math.Abs(sack.ratio()-1) > 0.1 {
		t.Errorf("Reno with SACK brings %.3f of the closed form", sack.ratio())
	}
	if loss >= 3*percent && sack.rate < reno.rate {
		t.Errorf("SACK brings %.1f KB/s, less than the %.1f without", sack.rate/1000, reno.rate/1000)
	}
	if rtt == 200*time.Millisecond && loss == goodputLosses[0] && cubic.rate < 1.5*sack.rate {
		t.Errorf("CUBIC brings %.1f KB/s, and Reno %.1f", cubic.rate/1000, sack.rate/1000)
	}
}

func compareGoodput(t *testing.T, lines []string) {
	const file = "testdata/goodput.golden"
	if *update && !testing.Short() {
		if err := os.WriteFile(file, []byte(goodputTitle+strings.Join(lines, "")), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if !strings.Contains(string(golden), l) {
			t.Errorf("%s says otherwise than\n%s", file, l)
		}
	}
}

// TestTransferTimes compares transfers without loss with the rounds of slow
// start: the handshake, then windows of 10, 20, 40 … segments, and half a round
// trip for the last of them to arrive.
func TestTransferTimes(t *testing.T) {
	const rtt = 100 * time.Millisecond
	for _, c := range []struct{ initial, bytes, rounds int }{
		{10, 1460, 1}, {10, 14_600, 1}, {10, 29_200, 2}, {10, 100_000, 3},
		{10, 500_000, 6}, {10, 1_000_000, 7}, {10, 10_000_000, 10},
		{4, 14_600, 2}, {4, 29_200, 3}, {4, 100_000, 5}, {4, 1_000_000, 8},
		{1, 1460, 1}, {1, 14_600, 4}, {1, 100_000, 7}, {1, 1_000_000, 10},
	} {
		b := newBulk(Config{InitialWindow: c.initial, SendBuffer: 16 << 20, ReceiveBuffer: 16 << 20}, rtt, 0, 1)
		for b.received < c.bytes {
			b.instant()
		}
		if want := rtt + time.Duration(c.rounds-1)*rtt + rtt/2; b.now != want {
			t.Errorf("%d bytes with a window of %d at first took %v, want %v", c.bytes, c.initial, b.now, want)
		}
	}
}
