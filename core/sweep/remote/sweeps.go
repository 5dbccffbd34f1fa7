package remote

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Ongoing is a sweep that is on the server.
type Ongoing struct {
	Name, Title, Build string
	Total              uint64 // runs; zero when nobody knows
	Played, Failing    uint64 // runs that have a row
	Rate               float64
	Attended           bool // somebody waits for the rows
	Workers, Jobs      int  // that play it; jobs may play others, too
}

// progress is what the submitter of a sweep says of it.
type progress struct {
	Sweep   string        `json:"sweep"`
	Played  uint64        `json:"played"`
	Failing uint64        `json:"failing"`
	For     time.Duration `json:"for_ns"` // since the first row
}

// hearsay is for how long answers to a ping are waited for.
const hearsay = 500 * time.Millisecond

// Sweeps lists the sweeps on the server, by their names.
func (c *Conn) Sweeps(ctx context.Context) (all []*Ongoing, err error) {
	ctx, cancel := c.while(ctx)
	defer cancel()
	said, err := c.listen(ctx)
	if err != nil {
		return nil, c.why(ctx, err)
	}
	list := c.js.ListStreams(ctx, jetstream.WithStreamListSubject(allWork))
	for info := range list.Info() {
		about := info.Config.Metadata
		if checkMetadata(info.Config.Name, about) != nil {
			continue
		}
		o := &Ongoing{Name: sweepOf(info.Config.Subjects[0]), Title: about[titleKey], Build: about[buildKey]}
		o.Total, _ = strconv.ParseUint(about[totalKey], 10, 64) // what is no number is not known
		all = append(all, o)
	}
	if err := list.Err(); err != nil {
		return nil, c.why(ctx, err)
	}
	for _, o := range all {
		if err := c.progress(ctx, o, said); err != nil {
			return nil, c.why(ctx, err)
		}
	}
	slices.SortFunc(all, func(a, b *Ongoing) int { return cmp.Compare(a.Name, b.Name) })
	return all, nil
}

// said is what workers and submitters say of themselves.
type said struct {
	mu         sync.Mutex
	workers    map[string]Presence
	submitters map[string]progress
}

// listen asks for workers and submitters, and hears them.
func (c *Conn) listen(ctx context.Context) (*said, error) {
	s := &said{workers: map[string]Presence{}, submitters: map[string]progress{}}
	for subject, hear := range map[string]func([]byte){workersSubject: s.worker, submittersSubject: s.submitter} {
		sub, err := c.nats.Subscribe(subject, func(m *nats.Msg) { hear(m.Data) })
		if err != nil {
			return nil, err
		}
		defer func() { _ = sub.Unsubscribe() }()
	}
	if err := c.nats.Publish(pingSubject, nil); err != nil {
		return nil, err
	}
	if !sleep(ctx, hearsay) {
		return nil, context.Cause(ctx)
	}
	return s, nil
}

func (s *said) worker(data []byte) {
	var p Presence
	if json.Unmarshal(data, &p) == nil && p.Jobs > 0 {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.workers[p.ID] = p
	}
}

func (s *said) submitter(data []byte) {
	var p progress
	if json.Unmarshal(data, &p) == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.submitters[p.Sweep] = p
	}
}

// progress says how far a sweep has come: as its submitter says, or, when there is
// none, as the rows are that lie there. None of them is read.
func (c *Conn) progress(ctx context.Context, o *Ongoing, said *said) error {
	said.mu.Lock()
	defer said.mu.Unlock()
	for _, w := range said.workers {
		if slices.Contains(w.Sweeps, o.Name) {
			o.Workers++
			o.Jobs += w.Jobs
		}
	}
	if p, found := said.submitters[o.Name]; found {
		o.Attended, o.Played, o.Failing, o.Rate = true, p.Played, p.Failing, rate(p.Played, p.For)
		return nil
	}
	rows, err := c.js.Stream(ctx, rowsStream(o.Name))
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil // it has just ended
	}
	if err != nil {
		return err
	}
	info, err := rows.Info(ctx, jetstream.WithSubjectFilter(rowsSubject(o.Name)+".>"))
	if err != nil {
		return err
	}
	for subject, messages := range info.State.Subjects {
		tokens := strings.Split(subject, ".")
		if n := len(tokens); n > 2 {
			runs, _ := strconv.ParseUint(tokens[n-2], 10, 32) // of workers of ours
			failing, _ := strconv.ParseUint(tokens[n-1], 10, 32)
			o.Played += messages * runs
			o.Failing += messages * failing
		}
	}
	o.Rate = rate(o.Played, info.State.LastTime.Sub(info.State.FirstTime))
	return nil
}

// rate is a number of runs a second; zero when it is too early to tell.
func rate(runs uint64, in time.Duration) float64 {
	if in <= 0 {
		return 0
	}
	return float64(runs) / in.Seconds()
}

// Cancel removes a sweep from the server: workers drop it, and whoever waits for its
// rows is told.
func (c *Conn) Cancel(ctx context.Context, name string) error {
	ctx, cancel := c.while(ctx)
	defer cancel()
	work, err := c.js.Stream(ctx, workStream(name))
	if errors.Is(err, jetstream.ErrStreamNotFound) || errors.Is(err, jetstream.ErrInvalidStreamName) {
		return fmt.Errorf("there is no sweep %q", name)
	}
	if err != nil {
		return c.why(ctx, err)
	}
	if err := checkMetadata(workStream(name), work.CachedInfo().Config.Metadata); err != nil {
		return err
	}
	return c.why(ctx, (&board{Conn: c, name: name}).delete(deleteWithin))
}
