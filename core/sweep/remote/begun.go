package remote

import (
	"context"
	"errors"
	"strconv"

	"github.com/nats-io/nats.go/jetstream"
)

// deaths is how many workers have begun a run that was alone in its item, and were not
// there to answer.
func (d *delivery) deaths(key string) (n int, err error) {
	ctx, cancel := context.WithTimeout(d.ctx, requestTimeout)
	defer cancel()
	entry, err := d.board.begun.Get(ctx, key)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, inWords(err)
	}
	n, _ = strconv.Atoi(string(entry.Value())) // what is no number is none
	return n, nil
}

// charge notes on the server, where it stays when the worker dies, how many deaths there
// are if this is one.
func (d *delivery) charge(key string, deaths int) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(d.ctx), requestTimeout)
	defer cancel()
	_, err := d.board.begun.Put(ctx, key, []byte(strconv.Itoa(deaths)))
	return inWords(err)
}

// discharge removes the note of a run that nobody will play again, so that a server has
// one for each run under way, not for each run. What is left goes with the sweep.
func (d *delivery) discharge(key string) {
	ctx, cancel := d.concluding()
	defer cancel()
	_ = d.board.notes.Purge(ctx, jetstream.WithPurgeSubject(keySubject(d.name, key)))
}
