package remote

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"

	"simlua.example/core/sweep"
)

// Submitter has the runs of a sweep played by workers.
type Submitter struct {
	board  *board
	spec   *Spec
	tell   func(string)
	ledger *ledger
	crew   *crew

	attendance *attendance
	more       chan struct{} // rung when work was published

	ctx    context.Context // of all that goes on
	end    context.CancelCauseFunc
	goings sync.WaitGroup
	kept   atomic.Bool // the sweep is another submitter's
	close  func() error
}

func newSubmitter(b *board, spec *Spec, tell func(string)) *Submitter {
	s := &Submitter{board: b, spec: spec, tell: tell, ledger: newLedger(), more: make(chan struct{}, 1)}
	s.ctx, s.end = context.WithCancelCause(context.Background())
	s.close = sync.OnceValue(s.closeOnce)
	return s
}

// Here is what the process of the submitter plays itself, beside the workers.
type Here struct {
	Play sweep.Play
	Jobs int // zero: nothing
}

// Submit begins a sweep on the server. tell is told lines for people, by several
// goroutines at once. Close ends it.
func Submit(ctx context.Context, c *Conn, name string, spec Spec, files map[string][]byte, here Here,
	tell func(string)) (*Submitter, error) {
	spec.fill()
	ctx, cancel := c.while(ctx)
	defer cancel()
	b, err := createBoard(ctx, c, name, &spec, files)
	if err != nil {
		return nil, c.why(ctx, err)
	}
	s := newSubmitter(b, &spec, tell)
	if s.attendance, err = attend(ctx, b.begun); err == nil {
		err = s.begin(ctx, here)
	}
	if err != nil {
		s.stop(err)
		return nil, errors.Join(c.why(ctx, err), b.delete(deleteWithin))
	}
	return s, nil
}

// begin begins all that goes on beside Play.
func (s *Submitter) begin(ctx context.Context, here Here) (err error) {
	if s.crew, err = newCrew(s.board.Conn, s.spec.Build, s.tell, s.ledger.ring); err != nil {
		return err
	}
	c, err := newCollector(ctx, s)
	if err != nil {
		return err
	}
	for _, goes := range []func(){s.dispatch, s.announce, c.collect, s.crew.watch(s.ctx, here.Jobs == 0), s.reconcile,
		s.attendAll} {
		s.goings.Go(goes)
	}
	for range here.Jobs {
		s.goings.Go(func() { s.playHere(here.Play) })
	}
	lost := s.board.lost
	context.AfterFunc(lost, func() { s.end(context.Cause(lost)) })
	return errors.Join(c.listen(), s.report())
}

// report tells who asks how far the sweep has come.
func (s *Submitter) report() error {
	sub, err := s.board.nats.Subscribe(pingSubject, func(*nats.Msg) {
		p := s.ledger.progress()
		p.Sweep = s.board.name
		text, _ := json.Marshal(p) // of plain data
		_ = s.board.nats.Publish(submittersSubject, text)
	})
	if err == nil {
		context.AfterFunc(s.ctx, func() { _ = sub.Unsubscribe() })
	}
	return err
}

// Name is that of the sweep.
func (s *Submitter) Name() string { return s.board.name }

// Play has a run played, and waits for its row.
func (s *Submitter) Play(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
	c := s.ledger.ask(run)
	defer s.ledger.drop(c)
	select {
	case <-c.done:
		return c.row, c.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-s.ctx.Done():
		return nil, context.Cause(s.ctx)
	}
}

// Jobs is how many runs the workers play at once, as far as they are known; it waits
// for the first of them for a moment.
func (s *Submitter) Jobs(ctx context.Context) int { return s.crew.await(ctx) }

// Close ends the sweep: workers drop it, and nothing of it is left on the server.
func (s *Submitter) Close() error { return s.close() }

func (s *Submitter) closeOnce() error {
	s.stop(errClosed)
	if s.kept.Load() {
		return nil
	}
	return s.board.delete(deleteWithin)
}

// Abandon is for a process that ends at once: it takes the sweep off the server, if that
// can be done within a time, and stops nothing else.
func (s *Submitter) Abandon(within time.Duration) error {
	if s.kept.Load() {
		return nil
	}
	return s.board.delete(within)
}

// stop ends all that goes on.
func (s *Submitter) stop(why error) {
	s.end(why)
	s.goings.Wait()
	if s.crew != nil {
		s.crew.close()
	}
}

var errClosed = errors.New("the sweep has ended")

// dispatch hands out batches while workers have use for them.
func (s *Submitter) dispatch() {
	for {
		for it := s.ledger.batch(rand.Text, s.crew.jobs()); it != nil; it = s.ledger.batch(rand.Text, s.crew.jobs()) {
			err := s.board.publish(s.ctx, workStream(s.board.name), workSubject(s.board.name), it.ID, it, s.waiting("work"))
			if err != nil {
				s.end(err)
				return
			}
			s.ledger.sent()
			ring(s.more)
		}
		select {
		case <-s.ledger.bell:
		case <-s.ctx.Done():
			return
		}
	}
}

// announceEvery is the least time between two announcements: each goes to all workers.
const announceEvery = 5 * time.Millisecond

// announce tells workers that there is work.
func (s *Submitter) announce() {
	for {
		select {
		case <-s.more:
		case <-s.ctx.Done():
			return
		}
		_ = s.board.announce() // who does not hear it looks by itself, a little later
		if !sleep(s.ctx, announceEvery) {
			return
		}
	}
}

// waiting is told why the server does not take something.
func (s *Submitter) waiting(what string) func(error) {
	told := false
	return func(err error) {
		if !told {
			told = true
			s.tell("the server does not take " + what + " (" + err.Error() + "); it is tried again")
		}
	}
}

// playHere plays runs in this process.
func (s *Submitter) playHere(play sweep.Play) {
	for s.ctx.Err() == nil {
		c := s.ledger.next()
		if c == nil {
			select {
			case <-s.ledger.here:
			case <-s.ctx.Done():
			}
			continue
		}
		start := time.Now()
		row, err := play(s.ctx, c.run)
		s.ledger.finish(c, row, err)
		s.ledger.learn(1, time.Since(start))
	}
}

// How reconcile looks.
const (
	lookEvery  = time.Second
	silence    = 5 * time.Second // after which it asks the server
	mostLosses = 3               // of a run
)

// reconcile hands out again what is neither in the stream of work nor in that of rows:
// a message was damaged, or somebody has removed it.
func (s *Submitter) reconcile() {
	for sleep(s.ctx, lookEvery) {
		if s.ledger.waits() < silence || !s.board.isIdle(s.ctx) {
			continue
		}
		if n := s.ledger.recall(mostLosses); n > 0 {
			s.tell(runsText(n) + " lost on the way; handed out again")
		}
	}
}
