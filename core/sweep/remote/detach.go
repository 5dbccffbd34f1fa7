package remote

import (
	"context"
	"crypto/rand"
	"errors"
	"iter"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"simlua.example/core/sweep"
)

// mostPending is how many items are published at once.
const mostPending = 256

// Detach begins a sweep that has no submitter: all of its runs are put on the server,
// where rows lie until Attach. took is about how long a run takes.
func Detach(ctx context.Context, c *Conn, name string, spec Spec, files map[string][]byte, runs iter.Seq[sweep.Run],
	took time.Duration) error {
	spec.fill()
	ctx, cancel := c.while(ctx)
	defer cancel()
	b, err := createBoard(ctx, c, name, &spec, files)
	if err != nil {
		return c.why(ctx, err)
	}
	if err := b.publishAll(ctx, runs, batchOf(took)); err != nil {
		return errors.Join(c.why(ctx, err), b.delete(deleteWithin))
	}
	return b.announce()
}

// batchOf is how many runs of so long a batch has.
func batchOf(took time.Duration) int { return int(min(mostRuns, max(1, aimedAt/max(1, took)))) }

// publishAll puts runs on the server, in batches.
func (b *board) publishAll(ctx context.Context, runs iter.Seq[sweep.Run], size int) error {
	var pending []jetstream.PubAckFuture
	batch := &item{}
	send := func() error {
		batch.ID = rand.Text()
		m, err := b.message(ctx, workSubject(b.name), batch.ID, batch)
		if err != nil {
			return err
		}
		ack, err := b.js.PublishMsgAsync(m, jetstream.WithMsgID(batch.ID), jetstream.WithExpectStream(workStream(b.name)))
		pending, batch = append(pending, ack), &item{}
		if err == nil && len(pending) >= mostPending {
			err = await(ctx, pending)
			pending = nil
		}
		return err
	}
	for run := range runs {
		if batch.Runs = append(batch.Runs, run); len(batch.Runs) < size {
			continue
		}
		if err := send(); err != nil {
			return err
		}
	}
	if len(batch.Runs) > 0 {
		if err := send(); err != nil {
			return err
		}
	}
	return await(ctx, pending)
}

// await waits until the server has all messages.
func await(ctx context.Context, pending []jetstream.PubAckFuture) error {
	late := time.After(4 * requestTimeout)
	for _, p := range pending {
		select {
		case <-p.Ok():
		case err := <-p.Err():
			return err
		case <-late:
			return context.DeadlineExceeded
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}
