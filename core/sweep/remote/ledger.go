package remote

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"simlua.example/core/sweep"
)

// How batches are made.
const (
	aimedAt   = 250 * time.Millisecond // that a batch takes
	mostRuns  = 1024                   // of a batch
	perJob    = 2                      // batches that are out for each job
	freshness = 0.2                    // of the mean: what the last batch counts
)

// call is a run that somebody waits for.
type call struct {
	run   sweep.Run
	key   string
	users int
	item  string // that it is out in; empty: it is in the queue
	lost  int    // times
	done  chan struct{}
	row   *sweep.Row // once done, or else
	err   error
}

// ledger is the runs that are asked for: in the queue, or out with workers.
type ledger struct {
	bell chan struct{} // rung when there may be something to hand out
	here chan struct{} // rung for each run that one could play here

	mu       sync.Mutex
	queue    []*call
	calls    map[string]*call // all, by key
	out      map[string]int   // runs of each item that have no answer yet
	sending  string           // an item of these that the server does not have yet
	mean     time.Duration    // of a run; zero: not known
	answered time.Time        // when an answer came that was waited for
	played   progress         // but for the time
	first    time.Time        // when the first row was there
}

func newLedger() *ledger {
	return &ledger{bell: make(chan struct{}, 1), here: make(chan struct{}, mostRuns), calls: map[string]*call{},
		out: map[string]int{}, answered: time.Now()}
}

func (l *ledger) ring() {
	ring(l.bell)
	ring(l.here)
}

// ask puts a run into the queue, unless it is asked for already.
func (l *ledger) ask(run sweep.Run) *call {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := keyOf(run)
	c := l.calls[key]
	if c == nil {
		c = &call{run: run, key: key, done: make(chan struct{})}
		l.calls[key] = c
		l.queue = append(l.queue, c)
		l.ring()
	}
	c.users++
	return c
}

// drop is the reverse of ask: one less waits for the run. What is in the queue and
// nobody waits for is not handed out.
func (l *ledger) drop(c *call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.users--; c.users == 0 && c.item == "" {
		l.forget(c)
	}
}

// forget forgets a call; the item that it is out in may be answered with that.
func (l *ledger) forget(c *call) {
	if l.calls[c.key] == c {
		delete(l.calls, c.key)
	}
	if c.item == "" {
		return
	}
	if l.out[c.item]--; l.out[c.item] <= 0 {
		delete(l.out, c.item)
		l.ring()
	}
}

// next takes one run out of the queue, for who plays it here; nil when it is empty.
func (l *ledger) next() *call {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.queue) > 0 {
		c := l.queue[0]
		l.queue = l.queue[1:]
		if c.users > 0 {
			return c
		}
	}
	return nil
}

// batch takes an item for one of so many jobs out of the queue; nil when the queue is
// empty, or enough is out.
func (l *ledger) batch(id func() string, jobs int) *item {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.out) >= perJob*jobs {
		return nil
	}
	it := &item{ID: id()}
	for n := l.size(jobs); len(it.Runs) < n && len(l.queue) > 0; {
		c := l.queue[0]
		l.queue = l.queue[1:]
		if c.users == 0 {
			continue
		}
		c.item = it.ID
		it.Runs = append(it.Runs, c.run)
	}
	if len(it.Runs) == 0 {
		return nil
	}
	l.out[it.ID], l.sending = len(it.Runs), it.ID
	return it
}

// sent is told that the server has the last batch.
func (l *ledger) sent() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sending = ""
}

// size is how many runs the next batch has: as many as take about as long as a batch
// shall, but so few that the queue is enough for all jobs, twice.
func (l *ledger) size(jobs int) int {
	n := 1
	if l.mean > 0 {
		n = batchOf(l.mean)
	}
	return max(1, min(n, (len(l.queue)+perJob*jobs-1)/(perJob*jobs)))
}

// learn notes how long so many runs took together.
func (l *ledger) learn(runs int, took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	mean := max(1, took/time.Duration(max(1, runs)))
	if l.mean == 0 {
		l.mean = mean
	}
	l.mean += time.Duration(freshness * float64(mean-l.mean))
}

// errNotOurs is of a row that is none of the run that it is said to be of.
var errNotOurs = errors.New("it is the row of another run")

// answer takes what came of a run. What nobody waits for any more is no error: runs are
// played more than once when messages are lost.
func (l *ledger) answer(p *played) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.calls[p.Key]
	if c == nil {
		return nil
	}
	if p.Error != "" {
		l.settle(c, nil, errors.New(p.Error))
		return nil
	}
	row := new(sweep.Row)
	if err := json.Unmarshal(p.Row, row); err != nil {
		return err
	}
	if row.Seed != c.run.Seed || row.Variant != c.run.Variant || row.Verdict == "" {
		return errNotOurs
	}
	l.settle(c, row, nil)
	return nil
}

// finish takes the row of a run that was played here.
func (l *ledger) finish(c *call, row *sweep.Row, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.settle(c, row, err)
}

func (l *ledger) settle(c *call, row *sweep.Row, err error) {
	select {
	case <-c.done:
		return
	default:
	}
	c.row, c.err = row, err
	close(c.done)
	l.count(row)
	l.forget(c)
	l.answered = time.Now()
}

// count counts a row.
func (l *ledger) count(row *sweep.Row) {
	if row == nil {
		return
	}
	if l.first.IsZero() {
		l.first = time.Now()
	}
	l.played.Played++
	if row.Failing() {
		l.played.Failing++
	}
}

// progress says how many rows have come.
func (l *ledger) progress() progress {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.played
	if !l.first.IsZero() {
		p.For = time.Since(l.first)
	}
	return p
}

// waits says for how long nothing has come of what is out; zero when nothing is.
func (l *ledger) waits() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.out) == 0 {
		return 0
	}
	return time.Since(l.answered)
}

// recall puts what is out into the queue again: it was lost on the way. A run that was
// lost too often is void.
func (l *ledger) recall(most int) (runs int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var again []*call
	for _, c := range l.calls {
		if c.item == "" || c.item == l.sending {
			continue
		}
		if c.lost++; c.lost > most {
			l.settle(c, sweep.NewVoid(c.run, fmt.Sprintf("the messages of this run were lost %d times", c.lost)), nil)
			continue
		}
		c.item = ""
		again = append(again, c)
	}
	maps.DeleteFunc(l.out, func(item string, _ int) bool { return item != l.sending })
	l.queue = append(again, l.queue...)
	l.answered = time.Now()
	l.ring()
	return len(again)
}
