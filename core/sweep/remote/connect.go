package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Conn is a connection to a server, which comes back by itself when it was lost.
type Conn struct {
	nats *nats.Conn
	js   jetstream.JetStream
	lost context.Context // done when the server lets this user do no more; its cause says why
	end  context.CancelCauseFunc
}

// How a connection is made and kept.
const (
	dialTimeout    = 3 * time.Second // for a server to answer
	requestTimeout = 5 * time.Second // bounds one request to the server
	reconnectWait  = 250 * time.Millisecond
	pingInterval   = 5 * time.Second
	mostPings      = 2 // without an answer
)

// Connect connects to a server that has JetStream. An error is one line for the user.
func Connect(ctx context.Context, o Options) (*Conn, error) {
	hosts, err := o.hosts()
	if err != nil {
		return nil, err
	}
	all, err := o.options()
	if err != nil {
		return nil, err
	}
	d := &dialer{Dialer: net.Dialer{Timeout: dialTimeout}}
	c := new(Conn)
	c.lost, c.end = context.WithCancelCause(context.Background())
	all = append(all, nats.Name("simlua"), nats.MaxReconnects(-1), nats.ReconnectWait(reconnectWait),
		nats.Timeout(dialTimeout), nats.PingInterval(pingInterval), nats.MaxPingsOutstanding(mostPings),
		nats.SetCustomDialer(d), nats.ErrorHandler(c.heed), nats.ClosedHandler(c.closed))
	if c.nats, err = nats.Connect(o.URL, all...); err != nil {
		return nil, notConnected(err, hosts, d, o.isSecure())
	}
	if err := c.find(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// find finds JetStream.
func (c *Conn) find(ctx context.Context) (err error) {
	if c.js, err = jetstream.New(c.nats, jetstream.WithDefaultTimeout(requestTimeout)); err != nil {
		return err
	}
	ctx, cancel := c.while(ctx)
	defer cancel()
	_, err = c.js.AccountInfo(ctx)
	return c.why(ctx, err)
}

// while is a context that is done, too, when the connection is of no use any more.
func (c *Conn) while(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, end := context.WithCancelCause(ctx)
	stop := context.AfterFunc(c.lost, func() { end(context.Cause(c.lost)) })
	return ctx, func() { stop(); end(nil) }
}

// why is what lies behind an error of a request.
func (c *Conn) why(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case c.lost.Err() != nil:
		return context.Cause(c.lost)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return refused(err)
}

// heed is told what goes wrong beside requests.
func (c *Conn) heed(_ *nats.Conn, _ *nats.Subscription, err error) {
	if errors.Is(err, nats.ErrPermissionViolation) {
		c.end(denied(err))
	}
}

// closed is told that the connection does not come back.
func (c *Conn) closed(nc *nats.Conn) {
	if err := nc.LastError(); err != nil {
		c.end(fmt.Errorf("the connection to the NATS server has ended: %w", bare(err)))
	}
	c.end(errClosedConn)
}

var errClosedConn = errors.New("the connection to the NATS server was closed")

// Server is where it goes, without what is secret.
func (c *Conn) Server() string {
	u, err := url.Parse(c.nats.ConnectedUrl())
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// Close closes the connection.
func (c *Conn) Close() { c.nats.Close() }

// dialer remembers what came of the last attempt to reach a server.
type dialer struct {
	net.Dialer
	mu  sync.Mutex
	err error
}

// Dial is that of net.Dialer.
func (d *dialer) Dial(network, address string) (net.Conn, error) {
	conn, err := d.Dialer.Dial(network, address)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.err = err
	return conn, err
}

func (d *dialer) last() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}
