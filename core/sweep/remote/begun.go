package remote

import (
	"context"
	"errors"
	"strconv"

	"github.com/nats-io/nats.go/jetstream"
)

// begin notes that a run begins, on the server, where it stays when the worker dies.
// Dead is how many workers have begun it and are not there any more, if those are as
// many as there may be: then it does not begin.
func (d *delivery) begin(key string) (dead int, err error) {
	ctx, cancel := context.WithTimeout(d.ctx, requestTimeout)
	defer cancel()
	n, err := d.begunBefore(ctx, key)
	if err != nil || n >= d.spec.Tries {
		return n, err
	}
	_, err = d.board.begun.Put(ctx, key, []byte(strconv.Itoa(n+1)))
	return 0, err
}

func (d *delivery) begunBefore(ctx context.Context, key string) (n int, err error) {
	entry, err := d.board.begun.Get(ctx, key)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	n, _ = strconv.Atoi(string(entry.Value())) // what is no number is none
	return n, nil
}

// withdraw takes back that a run has begun: it is given back on purpose.
func (d *delivery) withdraw(key string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(d.ctx), requestTimeout)
	defer cancel()
	if n, err := d.begunBefore(ctx, key); err == nil && n > 0 {
		_, _ = d.board.begun.Put(ctx, key, []byte(strconv.Itoa(n-1))) // else it counts as one try
	}
}
