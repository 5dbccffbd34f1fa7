package remote

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"simlua.example/core/sweep"
)

// Worker plays runs of all sweeps of its build, in turn.
type Worker struct {
	Build string
	Jobs  int // runs at once, of one item each
	// Open makes what plays the runs of a sweep. An error is about the sweep, which is then
	// left alone.
	Open func(spec *Spec, files map[string][]byte) (Player, error)
	// Tell is told lines for people, by several goroutines at once.
	Tell func(string)
	// Grace is how long a run may go on once the worker is to stop; zero is DefaultGrace.
	Grace time.Duration
}

// DefaultGrace is that of a Worker.
const DefaultGrace = 10 * time.Second

// Player plays the runs of one sweep.
type Player interface {
	// Play is a sweep.Play. Its error is about all runs of the sweep, or, when it is a
	// *HostError, about this host.
	Play(ctx context.Context, run sweep.Run) (*sweep.Row, error)
	Close() error
}

// HostError is why this host cannot play a run that others may play.
type HostError struct{ Err error }

func (e *HostError) Error() string { return e.Err.Error() }
func (e *HostError) Unwrap() error { return e.Err }

// crewman is a Worker at work.
type crewman struct {
	*Worker
	conn *Conn
	id   string
	host string
	bell chan struct{} // rung when there may be work
	news chan struct{} // rung when there may be a sweep that is not known

	quarantine *quarantine

	playing context.Context // done when nothing goes on any more, not even what has begun
	mu      sync.Mutex
	sweeps  []*assignment
	named   map[string]bool // sweeps of other builds
	told    map[string]bool // what is told once
	leaving sync.WaitGroup  // what is left of sweeps that were dropped
}

// Work plays runs until ctx is done. Then it takes nothing more, lets what it plays
// come to its end for a while, and gives the rest back.
func (w *Worker) Work(ctx context.Context, c *Conn, id string) error {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	m := &crewman{Worker: w, conn: c, id: id, host: host, bell: make(chan struct{}, w.Jobs),
		news: make(chan struct{}, 1), named: map[string]bool{}, told: map[string]bool{}, quarantine: newQuarantine(w.Jobs)}
	ctx, cancel := c.while(ctx)
	defer cancel()
	playing, end := context.WithCancelCause(context.Background())
	defer end(nil)
	m.playing = playing
	defer context.AfterFunc(c.lost, func() { end(context.Cause(c.lost)) })()
	defer context.AfterFunc(ctx, func() {
		m.say(0)
		time.AfterFunc(cmp.Or(w.Grace, DefaultGrace), func() { end(errStopped) })
	})()
	unsubscribe, err := m.subscribe(ctx)
	defer unsubscribe()
	if err != nil {
		return err
	}
	m.say(w.Jobs)
	var goings sync.WaitGroup
	goings.Go(func() { m.watch(ctx) })
	for range w.Jobs {
		goings.Go(func() { m.job(ctx) })
	}
	goings.Wait()
	m.leaveAll()
	if c.lost.Err() != nil {
		return context.Cause(c.lost)
	}
	return c.nats.FlushTimeout(requestTimeout)
}

var errStopped = errors.New("the worker is stopped")

// subscribe hears what concerns all workers.
func (m *crewman) subscribe(ctx context.Context) (unsubscribe func(), err error) {
	var subs []*nats.Subscription
	unsubscribe = func() {
		for _, s := range subs {
			_ = s.Unsubscribe()
		}
	}
	for subject, hear := range map[string]nats.MsgHandler{
		allMore:    func(msg *nats.Msg) { m.hear(sweepOf(msg.Subject)) },
		allCancels: func(msg *nats.Msg) { m.drop(sweepOf(msg.Subject), ErrCancelled) },
		pingSubject: func(*nats.Msg) {
			if ctx.Err() == nil {
				m.say(m.Jobs)
			}
		},
	} {
		s, err := m.conn.nats.Subscribe(subject, hear)
		if err != nil {
			return unsubscribe, err
		}
		subs = append(subs, s)
	}
	return unsubscribe, nil
}

// ring wakes a job that waits for work.
func (m *crewman) ring() { ring(m.bell) }

// ringAll wakes all of them.
func (m *crewman) ringAll() {
	for range m.Jobs {
		m.ring()
	}
}

func ring(bell chan struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}

// say says that the worker is there.
func (m *crewman) say(jobs int) {
	m.mu.Lock()
	p := Presence{ID: m.id, Host: m.host, Build: m.Build, Jobs: jobs}
	for _, a := range m.sweeps {
		if a.standing != apart {
			p.Sweeps = append(p.Sweeps, a.name)
		}
	}
	m.mu.Unlock()
	text, _ := json.Marshal(p) // of plain data
	_ = m.conn.nats.Publish(workersSubject, text)
}

// job plays items, one after another.
func (m *crewman) job(ctx context.Context) {
	for ctx.Err() == nil {
		if d := m.take(ctx); d != nil {
			start := time.Now()
			d.deal(ctx)
			d.done(time.Since(start))
			continue
		}
		select {
		case <-m.bell:
		case <-time.After(lookEvery):
		case <-ctx.Done():
		}
	}
}

// all is the sweeps.
func (m *crewman) all() []*assignment {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.sweeps)
}

// drop drops a sweep that is none any more.
func (m *crewman) drop(name string, why error) {
	m.mu.Lock()
	i := slices.IndexFunc(m.sweeps, func(a *assignment) bool { return a.name == name })
	if i < 0 {
		m.mu.Unlock()
		return
	}
	a := m.sweeps[i]
	m.sweeps = slices.Delete(slices.Clone(m.sweeps), i, i+1)
	m.leaving.Add(1)
	m.mu.Unlock()
	a.leave(why)
}

// mostTold bounds what is told once.
const mostTold = 1000

// tellOnce tells a line that was not told before.
func (m *crewman) tellOnce(text string) {
	m.mu.Lock()
	known := m.told[text] || len(m.told) >= mostTold
	m.told[text] = true
	m.mu.Unlock()
	if !known {
		m.Tell(text)
	}
}

func (m *crewman) leaveAll() {
	for _, a := range m.all() {
		m.drop(a.name, errStopped)
	}
	m.leaving.Wait()
}
