package remote

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

// Presence is what a worker says of itself.
type Presence struct {
	ID     string   `json:"id"`
	Host   string   `json:"host"`
	Build  string   `json:"build"`
	Jobs   int      `json:"jobs"`             // zero: it goes
	Sweeps []string `json:"sweeps,omitempty"` // that it plays
}

// crew is the workers that are there, as far as they say so.
type crew struct {
	nats  *nats.Conn
	build string
	tell  func(string)
	ring  func() // told when it has changed
	sub   *nats.Subscription
	first chan struct{} // closed with the first worker

	mu    sync.Mutex
	seen  map[string]*seen // by ID
	named map[string]bool  // of another build
}

type seen struct {
	jobs int
	at   time.Time
}

// How workers are asked for.
const (
	pingEvery = 2 * time.Second
	forgotten = 3 * pingEvery // a worker that says nothing for so long is gone
	patience  = 5 * time.Second
)

func newCrew(c *Conn, build string, tell func(string), ring func()) (*crew, error) {
	w := &crew{nats: c.nats, build: build, tell: tell, ring: ring, first: make(chan struct{}), seen: map[string]*seen{},
		named: map[string]bool{}}
	var err error
	w.sub, err = c.nats.Subscribe(workersSubject, func(m *nats.Msg) {
		var p Presence
		if json.Unmarshal(m.Data, &p) == nil {
			w.hear(&p)
		}
	})
	return w, err
}

func (w *crew) close() { _ = w.sub.Unsubscribe() }

// hear hears of a worker.
func (w *crew) hear(p *Presence) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case p.Build != w.build:
		if !w.named[p.ID] && p.Jobs > 0 {
			w.named[p.ID] = true
			w.tell(fmt.Sprintf("worker %s is %s, and this is %s: it plays nothing of this sweep", p.Host, p.Build, w.build))
		}
		return
	case p.Jobs <= 0:
		delete(w.seen, p.ID)
	default:
		if len(w.seen) == 0 {
			select {
			case <-w.first:
			default:
				close(w.first)
			}
		}
		w.seen[p.ID] = &seen{p.Jobs, time.Now()}
	}
	w.ring()
}

// jobs is how many runs they play at once.
func (w *crew) jobs() (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, s := range w.seen {
		if time.Since(s.at) > forgotten {
			delete(w.seen, id)
			continue
		}
		n += s.jobs
	}
	return n
}

// await is jobs, once the first worker is there; it does not wait long.
func (w *crew) await(ctx context.Context) int {
	select {
	case <-w.first:
		sleep(ctx, pingEvery/10) // others, that answer the same ping
	case <-time.After(pingEvery):
	case <-ctx.Done():
	}
	return w.jobs()
}

// watch asks for workers again and again, and tells when there are none, if they are
// needed, or nobody can be asked.
func (w *crew) watch(ctx context.Context, needed bool) func() {
	return func() {
		since := time.Now()
		for told := ""; ; {
			_ = w.nats.Publish(pingSubject, nil)
			if !sleep(ctx, pingEvery) {
				return
			}
			text := ""
			switch {
			case !w.nats.IsConnected():
				text = "the connection to the NATS server is lost; it is tried again"
			case w.jobs() > 0 || !needed:
				since, told = time.Now(), ""
			case time.Since(since) > patience:
				text = "no worker is there; start some: simlua worker --nats " + w.nats.ConnectedUrlRedacted()
			}
			if text != "" && text != told {
				told = text
				w.tell(text)
			}
		}
	}
}
