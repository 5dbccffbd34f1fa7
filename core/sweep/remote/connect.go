package remote

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Options say which server, and as whom.
type Options struct {
	URL string // as nats.Connect takes it
}

// Conn is a connection to a server, which comes back by itself when it was lost.
type Conn struct {
	nats *nats.Conn
	js   jetstream.JetStream
}

// requestTimeout bounds one request to the server.
const requestTimeout = 5 * time.Second

// Connect connects to a server that has JetStream. An error is for the user.
func Connect(ctx context.Context, o Options) (*Conn, error) {
	nc, err := nats.Connect(o.URL, nats.Name("simlua"), nats.MaxReconnects(-1), nats.ReconnectWait(250*time.Millisecond),
		nats.PingInterval(5*time.Second), nats.MaxPingsOutstanding(2),
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}))
	if err != nil {
		return nil, err
	}
	c := &Conn{nats: nc}
	if c.js, err = jetstream.New(nc, jetstream.WithDefaultTimeout(requestTimeout)); err == nil {
		_, err = c.js.AccountInfo(ctx)
	}
	if err != nil {
		nc.Close()
		if errors.Is(err, jetstream.ErrJetStreamNotEnabled) || errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount) {
			return nil, errors.New("the server is there, but without JetStream")
		}
		return nil, fmt.Errorf("JetStream: %w", err)
	}
	return c, nil
}

// Close closes the connection.
func (c *Conn) Close() { c.nats.Close() }
