package remote

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// collector reads the stream of rows.
type collector struct {
	*Submitter
	consumer jetstream.Consumer

	taken   int64    // bytes, since the stream was purged
	objects []string // that messages stood for, since then
}

// collectorName is that of its consumer.
const collectorName = "submitter"

func newCollector(ctx context.Context, s *Submitter) (*collector, error) {
	consumer, err := s.board.rows.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{Durable: collectorName,
		AckPolicy: jetstream.AckExplicitPolicy, AckWait: unheard, MaxAckPending: -1, MaxDeliver: -1})
	return &collector{Submitter: s, consumer: consumer}, err
}

// How rows are fetched.
const (
	fetched   = 64 // messages
	fetchWait = 2 * time.Second
	unheard   = 3 * time.Second // after which one comes again that was sent to nobody, as the connection was lost
)

// collect reads rows until the sweep ends.
func (c *collector) collect() {
	for c.ctx.Err() == nil {
		if err := c.fetch(); err == nil || c.ctx.Err() != nil {
			continue
		}
		if c.board.isGone(c.ctx) {
			c.end(ErrCancelled)
			return
		}
		sleep(c.ctx, leastPause)
	}
}

// fetch reads what has come, or comes soon.
func (c *collector) fetch() error {
	ctx, cancel := context.WithTimeout(c.ctx, fetchWait)
	defer cancel()
	batch, err := c.consumer.Fetch(fetched, jetstream.FetchContext(ctx))
	if err != nil {
		return err
	}
	for m := range batch.Messages() {
		c.take(m)
	}
	if err := batch.Error(); !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// take takes a message. One that does not decode costs itself only.
func (c *collector) take(m jetstream.Msg) {
	var a answer
	switch err := c.board.read(c.ctx, m.Headers(), m.Data(), &a); {
	case isDamaged(err):
		c.tell(fmt.Sprintf("a message with rows is damaged (%v); its runs are played again", err))
	case err != nil:
		_ = m.NakWithDelay(time.Second)
		return
	}
	took := time.Duration(0)
	for i := range a.Played {
		p := &a.Played[i]
		took += p.Took
		if err := c.ledger.answer(p); err != nil {
			c.tell(fmt.Sprintf("a row of worker %q is damaged (%v); its run is played again", a.Worker, err))
		}
	}
	if len(a.Played) > 0 {
		c.ledger.learn(len(a.Played), took)
	}
	_ = m.Ack() // else it comes once more
	c.purge(m)
}

// purge removes rows from the server that were read, before there are too many.
func (c *collector) purge(m jetstream.Msg) {
	c.taken += int64(len(m.Data()))
	if object := m.Headers().Get(objectHeader); object != "" {
		c.objects = append(c.objects, object)
	}
	about, err := m.Metadata()
	if c.taken < mostRows/4 && len(c.objects) < fetched || err != nil {
		return
	}
	if c.board.rows.Purge(c.ctx, jetstream.WithPurgeSequence(about.Sequence.Stream+1)) != nil {
		return
	}
	for _, object := range c.objects {
		_ = c.board.objects.Delete(c.ctx, object) // it goes with the sweep, at the latest
	}
	c.taken, c.objects = 0, nil
}

// isIdle asks the server whether no work is there, and no row that was not read.
func (b *board) isIdle(ctx context.Context) bool {
	work, err := b.work.Info(ctx)
	if err != nil || work.State.Msgs > 0 {
		return false
	}
	rows, err := b.js.Consumer(ctx, rowsStream(b.name), collectorName)
	if err != nil {
		return false
	}
	info := rows.CachedInfo()
	return info.NumPending == 0 && info.NumAckPending == 0
}

// listen hears what workers have to say of the sweep.
func (c *collector) listen() error {
	told := map[string]bool{}
	sub, err := c.board.nats.Subscribe(notesSubject(c.board.name), func(m *nats.Msg) {
		var n note
		if decode(m.Data, &n) != nil || told[n.Worker+n.Text] || len(told) > fetched {
			return
		}
		told[n.Worker+n.Text] = true
		c.tell(fmt.Sprintf("worker %s: %s", n.Worker, n.Text))
	})
	if err == nil {
		context.AfterFunc(c.ctx, func() { _ = sub.Unsubscribe() })
	}
	return err
}

// note is what a worker says of a sweep, for people.
type note struct {
	Worker string `json:"worker"`
	Text   string `json:"text"`
}

func runsText(n int) string {
	if n == 1 {
		return "1 run was"
	}
	return fmt.Sprintf("%d runs were", n)
}
