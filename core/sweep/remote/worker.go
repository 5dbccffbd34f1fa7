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

	quarantine *quarantine

	playing context.Context // done when nothing goes on any more, not even what has begun
	mu      sync.Mutex
	sweeps  []*assignment
	turn    int             // of the sweeps: the next one
	named   map[string]bool // sweeps of other builds
	looked  time.Time       // for sweeps
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
		named: map[string]bool{}, quarantine: newQuarantine(w.Jobs)}
	ctx, cancel := c.while(ctx)
	defer cancel()
	playing, end := context.WithCancelCause(context.Background())
	defer end(nil)
	m.playing = playing
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
	var jobs sync.WaitGroup
	for range w.Jobs {
		jobs.Go(func() { m.job(ctx) })
	}
	jobs.Wait()
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
		allWork:    func(msg *nats.Msg) { m.hear(sweepOf(msg.Subject)) },
		allCancels: func(msg *nats.Msg) { m.drop(sweepOf(msg.Subject), errGone) },
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

func (m *crewman) ring() {
	select {
	case m.bell <- struct{}{}:
	default:
	}
}

// say says that the worker is there.
func (m *crewman) say(jobs int) {
	m.mu.Lock()
	p := Presence{ID: m.id, Host: m.host, Build: m.Build, Jobs: jobs}
	for _, a := range m.sweeps {
		p.Sweeps = append(p.Sweeps, a.name)
	}
	m.mu.Unlock()
	text, _ := json.Marshal(p) // of plain data
	_ = m.conn.nats.Publish(workersSubject, text)
}

// job plays items, one after another.
func (m *crewman) job(ctx context.Context) {
	for ctx.Err() == nil {
		if d := m.take(ctx); d != nil {
			d.deal(ctx)
			continue
		}
		select {
		case <-m.bell:
		case <-time.After(lookEvery):
		case <-ctx.Done():
		}
	}
}

// take takes an item of the next sweep that has one.
func (m *crewman) take(ctx context.Context) *delivery {
	m.look(ctx)
	for _, a := range m.rotation() {
		if ctx.Err() != nil {
			return nil
		}
		if d := a.take(); d != nil {
			return d
		}
	}
	return nil
}

// rotation is the sweeps, each time beginning with another one.
func (m *crewman) rotation() []*assignment {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.sweeps) == 0 {
		return nil
	}
	m.turn = (m.turn + 1) % len(m.sweeps)
	return slices.Concat(m.sweeps[m.turn:], m.sweeps[:m.turn])
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

func (m *crewman) leaveAll() {
	for _, a := range m.all() {
		m.drop(a.name, errStopped)
	}
	m.leaving.Wait()
}
