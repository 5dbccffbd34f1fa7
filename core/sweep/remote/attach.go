package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"simlua.example/core/sweep"
)

// Detached is a sweep on the server that has no submitter, or whose submitter has died.
type Detached struct {
	board *board
	spec  *Spec
	files map[string][]byte
}

// Find finds a sweep on the server.
func Find(ctx context.Context, c *Conn, name string) (*Detached, error) {
	if !isName(name) {
		return nil, fmt.Errorf("%q is no name of a sweep: expected one as simlua sweeps lists them", name)
	}
	ctx, cancel := c.while(ctx)
	defer cancel()
	d := new(Detached)
	err := d.open(ctx, c, name)
	switch {
	case err == nil:
		return d, nil
	case !isMissing(err):
		return nil, c.why(ctx, err)
	case (&board{Conn: c, name: name}).isGone(ctx):
		return nil, errors.New("no such sweep is on the server: simlua sweeps lists those that are")
	}
	return nil, fmt.Errorf("its simlua has died before it was complete: simlua sweeps --cancel %s removes it", name)
}

func (d *Detached) open(ctx context.Context, c *Conn, name string) (err error) {
	if d.board, err = openBoard(ctx, c, name); err != nil {
		return err
	}
	if d.spec, d.files, err = d.board.spec(ctx); err != nil {
		return err
	}
	_, err = d.board.work.Consumer(ctx, consumerName)
	return err
}

// Spec is what there is to know of the sweep.
func (d *Detached) Spec() *Spec { return d.spec }

// Files are what belongs to it.
func (d *Detached) Files() map[string][]byte { return d.files }

// Attach makes the caller its submitter. keep is told the rows that lie on the server,
// some perhaps twice; what is not among them is to be played. Rows of runs with a mask
// or other settings are not among them.
func (d *Detached) Attach(ctx context.Context, here Here, tell func(string), keep func(*sweep.Row) error) (*Submitter,
	error) {
	ctx, cancel := d.board.while(ctx)
	defer cancel()
	at, err := attend(ctx, d.board.begun)
	if err == nil {
		err = d.board.work.Purge(ctx)
	}
	if err == nil {
		err = d.read(ctx, tell, keep)
	}
	if err != nil {
		return nil, d.board.why(ctx, err)
	}
	s := newSubmitter(d.board, d.spec, tell)
	s.attendance = at
	if err := s.begin(ctx, here); err != nil {
		s.stop(err)
		return nil, d.board.why(ctx, err)
	}
	return s, nil
}

// read reads the rows that lie on the server.
func (d *Detached) read(ctx context.Context, tell func(string), keep func(*sweep.Row) error) error {
	_ = d.board.rows.DeleteConsumer(ctx, collectorName) // what an earlier submitter has read is read again
	c, err := d.board.rows.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{DeliverPolicy: jetstream.DeliverAllPolicy})
	if err != nil {
		return err
	}
	info, err := d.board.rows.Info(ctx)
	if err != nil {
		return err
	}
	for seen := uint64(0); seen < info.State.LastSeq && info.State.Msgs > 0; {
		m, err := c.Next(jetstream.FetchMaxWait(requestTimeout))
		if err != nil {
			return err
		}
		about, err := m.Metadata()
		if err != nil {
			return err
		}
		seen = about.Sequence.Stream
		if err := d.take(ctx, m, tell, keep); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// take takes the rows of a message. One that does not decode costs itself only.
func (d *Detached) take(ctx context.Context, m jetstream.Msg, tell func(string), keep func(*sweep.Row) error) error {
	var a answer
	err := d.board.read(ctx, m.Headers(), m.Data(), &a)
	if isDamaged(err) {
		tell(fmt.Sprintf("a message with rows is damaged (%v); its runs are played again", err))
		return nil
	}
	if err != nil {
		return err
	}
	for i := range a.Played {
		row := new(sweep.Row)
		if json.Unmarshal(a.Played[i].Row, row) != nil || row.Verdict == "" || keyOf(row.Run()) != a.Played[i].Key {
			continue
		}
		if err := keep(row); err != nil {
			return err
		}
	}
	return nil
}
