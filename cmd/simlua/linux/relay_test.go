//go:build linux

package linux

import (
	"container/heap"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"simlua.example/core"
)

// relay is the link between two hosts, in real time: it carries the packets of
// their TUN devices with the delays and losses of profiles.
type relay struct {
	lanes   [2]lane
	wire    arrivals
	begun   time.Time
	stopped atomic.Bool
	done    chan struct{}
	late    []time.Duration // of every packet, how long after its time it arrived
}

// lane is one direction.
type lane struct {
	from, to *host
	profile  core.Profile
	dataOnly bool // segments without payload are never lost
	loss     *core.Random
	delay    *core.Random
	sampler  core.Sampler
	free     time.Duration   // when the line has sent all that is queued
	queue    []time.Duration // when each of the queued has left
	latest   time.Duration   // of the arrivals

	sent, lost int // packets that could be lost, and that were
}

// arrival is a packet under way.
type arrival struct {
	at     time.Duration
	n      int // packets that arrive at the same time keep their order
	to     *host
	packet []byte
}

type arrivals struct {
	all   []arrival
	count int
}

func (a *arrivals) Len() int { return len(a.all) }
func (a *arrivals) Less(i, j int) bool {
	x, y := &a.all[i], &a.all[j]
	return x.at < y.at || x.at == y.at && x.n < y.n
}
func (a *arrivals) Swap(i, j int) { a.all[i], a.all[j] = a.all[j], a.all[i] }
func (a *arrivals) Push(x any)    { a.all = append(a.all, x.(arrival)) }
func (a *arrivals) Pop() any {
	last := a.all[len(a.all)-1]
	a.all = a.all[:len(a.all)-1]
	return last
}

func newRelay(a, b *host, l link, seed uint64) *relay {
	r := &relay{begun: time.Now(), done: make(chan struct{})}
	r.lanes[0] = newLane("up", a, b, l.up, l.dataOnly, seed)
	r.lanes[1] = newLane("down", b, a, l.down, l.dataOnly, seed)
	go r.run()
	return r
}

func newLane(name string, from, to *host, p core.Profile, dataOnly bool, seed uint64) lane {
	d := p.Delay
	if p.Jitter > 0 {
		d = core.Distribution{Shape: p.Shape, A: d.A, B: p.Jitter}
	}
	return lane{from: from, to: to, profile: p, dataOnly: dataOnly, sampler: core.Sampler{Distribution: d},
		loss: core.NewRandom(seed, "loss "+name), delay: core.NewRandom(seed, "delay "+name)}
}

func (r *relay) stop() {
	r.stopped.Store(true)
	<-r.done
}

func (r *relay) run() {
	runtime.LockOSThread()
	defer close(r.done)
	buffer := make([]byte, 2048)
	for !r.stopped.Load() {
		r.wait()
		for i := range r.lanes {
			r.read(&r.lanes[i], buffer)
		}
		r.deliver()
	}
}

// wait returns when a host has sent something, a packet arrives, or after a
// while.
func (r *relay) wait() {
	wait := 100 * time.Millisecond
	if len(r.wire.all) > 0 {
		wait = min(wait, max(0, r.wire.all[0].at-time.Since(r.begun)))
	}
	fds := []unix.PollFd{
		{Fd: int32(r.lanes[0].from.tun), Events: unix.POLLIN},
		{Fd: int32(r.lanes[1].from.tun), Events: unix.POLLIN},
	}
	timeout := unix.NsecToTimespec(int64(wait))
	unix.Ppoll(fds, &timeout, nil) // interrupted or not: the caller looks at all
}

func (r *relay) read(l *lane, buffer []byte) {
	for range 64 {
		n, err := unix.Read(l.from.tun, buffer)
		if err != nil {
			return
		}
		if at, ok := l.send(time.Since(r.begun), buffer[:n]); ok {
			r.wire.count++
			heap.Push(&r.wire, arrival{at, r.wire.count, l.to, slices.Clone(buffer[:n])})
		}
	}
}

func (r *relay) deliver() {
	for len(r.wire.all) > 0 {
		late := time.Since(r.begun) - r.wire.all[0].at
		if late < 0 {
			return
		}
		a := heap.Pop(&r.wire).(arrival)
		r.late = append(r.late, late)
		unix.Write(a.to.tun, a.packet) // a host whose queue is full loses it, as a real one
	}
}

// send decides what happens to a packet, as core.Link does.
func (l *lane) send(now time.Duration, packet []byte) (at time.Duration, ok bool) {
	if payload(packet) > 0 || !l.dataOnly {
		l.sent++
		if l.loss.Chance(l.profile.Loss) {
			l.lost++
			return 0, false
		}
	}
	if l.profile.Rate > 0 {
		for len(l.queue) > 0 && l.queue[0] <= now {
			l.queue = l.queue[1:]
		}
		if len(l.queue) >= l.profile.Limit.Packets {
			return 0, false
		}
		l.free = max(now, l.free) + time.Duration(int64(len(packet))*8*int64(time.Second)/l.profile.Rate)
		l.queue = append(l.queue, l.free)
		now = l.free
	}
	at = now + l.sampler.Sample(l.delay)
	if l.profile.KeepOrder {
		at = max(at, l.latest)
		l.latest = at
	}
	return at, true
}

// payload is the bytes of data in a TCP segment over IPv4; 0 for all else.
func payload(packet []byte) int {
	if len(packet) < 40 || packet[0]>>4 != 4 || packet[9] != unix.IPPROTO_TCP {
		return 0
	}
	segment := packet[int(packet[0]&15)*4:]
	return len(segment) - int(segment[12]>>4)*4
}

// lateness collects that of many relays.
type lateness struct {
	mu  sync.Mutex
	all []time.Duration
}

func (l *lateness) add(r *relay) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, r.late...)
}

// quantile is how late all but a share of the packets were at most.
func (l *lateness) quantile(share float64) time.Duration {
	if len(l.all) == 0 {
		return 0
	}
	slices.Sort(l.all)
	return l.all[min(len(l.all)-1, int(share*float64(len(l.all))))]
}
