package remote

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"simlua.example/core/sweep"
)

// assignment is a sweep that a worker has a part in.
type assignment struct {
	*crewman
	name string
	ctx  context.Context // done when the sweep is left
	end  context.CancelCauseFunc

	preparing sync.Mutex // held by the job that gets ready
	board     *board     // once it is ready, as what follows
	spec      *Spec
	work      *puller
	player    Player
	inHand    sync.WaitGroup // deliveries

	standing standing      // this, and what follows, is guarded by the mutex of the crewman
	jobs     int           // that play it
	spent    time.Duration // by jobs
}

// standing is how a worker stands to a sweep.
type standing int

const (
	coming standing = iota // it is not ready yet
	within                 // it plays it
	apart                  // it has no part in it, or no more
)

func newAssignment(m *crewman, name string) *assignment {
	a := &assignment{crewman: m, name: name}
	a.ctx, a.end = context.WithCancelCause(m.playing)
	return a
}

// take takes an item; nil when there is none, or another job gets ready for the sweep.
func (a *assignment) take(stop context.Context) *delivery {
	if !a.begin() && !(a.getReady() && a.begin()) {
		return nil
	}
	if m := a.work.pull(a.ctx, stop); m != nil {
		return newDelivery(a, m)
	}
	a.done(0)
	return nil
}

// begin counts one more delivery in hand, if the worker plays the sweep.
func (a *assignment) begin() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.standing != within {
		return false
	}
	a.jobs++
	a.inHand.Add(1)
	return true
}

func (a *assignment) is(s standing) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.standing == s
}

func (a *assignment) stand(s standing) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.standing = s
}

// getReady gets ready, unless another job does.
func (a *assignment) getReady() bool {
	if !a.preparing.TryLock() {
		return false
	}
	defer a.preparing.Unlock()
	if a.is(coming) {
		a.prepare()
	}
	return a.is(within)
}

// prepare gets ready: it reads what there is to know, and plays the first run.
func (a *assignment) prepare() {
	err := a.open()
	switch {
	case err == nil:
		a.stand(within)
		a.ringAll()
	case a.ctx.Err() != nil:
	case isMissing(err):
		// it has just ended, or is not complete yet
	case isRefusal(err):
		a.stand(apart)
		a.note(err.Error())
	default:
		a.tellOnce(fmt.Sprintf("sweep %s: %v; it is tried again", a.name, refused(err)))
	}
}

// refusal is why a worker has no part in a sweep.
type refusal struct{ error }

func isRefusal(err error) bool { return errors.As(err, new(refusal)) }

func (a *assignment) open() error {
	b, err := openBoard(a.ctx, a.conn, a.name)
	if err != nil {
		return err
	}
	spec, files, err := b.spec(a.ctx)
	if err != nil {
		return err
	}
	if _, err := b.work.Consumer(a.ctx, consumerName); err != nil {
		return err
	}
	player, err := a.Open(spec, files)
	if err != nil {
		return refusal{err}
	}
	if err := a.prove(player, spec.First); err != nil {
		return errors.Join(err, player.Close())
	}
	if a.work, err = newPuller(a.conn, a.name); err != nil {
		return errors.Join(err, player.Close())
	}
	a.board, a.spec, a.player = b, spec, player
	return nil
}

// prove plays the first run. A worker on which it comes out otherwise would answer with
// other rows than others do.
func (a *assignment) prove(player Player, first *First) error {
	if first == nil {
		return nil
	}
	row, err := player.Play(a.ctx, first.Run)
	switch {
	case err != nil:
		return err
	case sweep.Known(row.Verdict) && row.Digest != first.Digest:
		return refusal{fmt.Errorf("seed %d came out with digest %v here, and with %v at the submitter: this worker plays "+
			"nothing of the sweep", first.Run.Seed, row.Digest, first.Digest)}
	}
	return nil
}

// note says something to the submitter, and to who has started the worker.
func (a *assignment) note(text string) {
	a.Tell(fmt.Sprintf("sweep %s: %s", a.name, text))
	if data, err := encode(note{Worker: a.host, Text: text}); err == nil {
		_ = a.conn.nats.Publish(notesSubject(a.name), data)
	}
}

// leave ends all that is done for the sweep.
func (a *assignment) leave(why error) {
	a.end(why)
	go func() {
		defer a.leaving.Done()
		a.preparing.Lock()
		defer a.preparing.Unlock()
		a.stand(apart)
		a.inHand.Wait()
		if a.work != nil {
			a.work.close()
		}
		if a.player != nil {
			_ = a.player.Close() // there is nothing left that it could do
		}
	}()
}
