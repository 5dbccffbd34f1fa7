package remote

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/nats-io/nats.go/jetstream"

	"simlua.example/core/sweep"
)

// assignment is a sweep that a worker has a part in.
type assignment struct {
	*crewman
	name string
	ctx  context.Context // done when the sweep is left
	end  context.CancelCauseFunc

	preparing sync.Mutex // held by the job that gets ready
	board     *board     // once it is ready; nil before
	refused   bool       // it is left alone
	spec      *Spec
	work      *puller
	player    Player
	inHand    sync.WaitGroup // deliveries
}

func newAssignment(m *crewman, name string) *assignment {
	a := &assignment{crewman: m, name: name}
	a.ctx, a.end = context.WithCancelCause(m.playing)
	return a
}

// take takes an item; nil when there is none, or another job gets ready for the sweep.
func (a *assignment) take() *delivery {
	if !a.preparing.TryLock() {
		return nil
	}
	ready := !a.refused && (a.board != nil || a.prepare())
	if ready {
		a.inHand.Add(1)
	}
	a.preparing.Unlock()
	if !ready {
		return nil
	}
	d := a.fetch()
	if d == nil {
		a.inHand.Done()
	}
	return d
}

// prepare gets ready: it reads what there is to know, and plays the first run.
func (a *assignment) prepare() bool {
	err := a.open()
	switch {
	case err == nil:
		for range a.Jobs {
			a.ring()
		}
		return true
	case a.ctx.Err() != nil:
	case errors.Is(err, jetstream.ErrStreamNotFound), errors.Is(err, jetstream.ErrBucketNotFound),
		errors.Is(err, jetstream.ErrConsumerNotFound):
		// it has just ended, or is not complete yet
	case isRefusal(err):
		a.refused = true
		a.note(err.Error())
	default:
		a.Tell(fmt.Sprintf("sweep %s: %v; it is tried again", a.name, err))
	}
	return false
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

// fetch takes an item from the server; nil when there is none.
func (a *assignment) fetch() *delivery {
	if m := a.work.pull(a.ctx); m != nil {
		return newDelivery(a, m)
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
		a.refused = true
		a.inHand.Wait()
		if a.work != nil {
			a.work.close()
		}
		if a.player != nil {
			_ = a.player.Close() // there is nothing left that it could do
		}
	}()
}
