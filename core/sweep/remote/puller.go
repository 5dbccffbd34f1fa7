package remote

import (
	"context"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

// puller takes items from the stream of work, one at a time. One that comes late, from
// a server or to a host that has much to do, is there at the next call: it is not lost
// until the server delivers it again.
type puller struct {
	conn    *nats.Conn
	subject string
	inbox   string
	sub     *nats.Subscription

	mu    sync.Mutex // held while an answer is waited for
	comes chan *nats.Msg
}

// lateAfter is how long an answer is waited for.
const lateAfter = 2 * time.Second

// noWait asks for one message, or for the answer that there is none.
const noWait = `{"batch":1,"no_wait":true}`

func newPuller(c *Conn, sweep string) (*puller, error) {
	p := &puller{conn: c.nats, inbox: c.nats.NewInbox(), comes: make(chan *nats.Msg, 64),
		subject: "$JS.API.CONSUMER.MSG.NEXT." + workStream(sweep) + "." + consumerName}
	var err error
	p.sub, err = c.nats.ChanSubscribe(p.inbox, p.comes)
	return p, err
}

// close gives back what has come late.
func (p *puller) close() {
	_ = p.sub.Unsubscribe()
	for m := p.next(); m != nil; m = p.next() {
		_ = m.Nak() // else it is delivered again later
	}
}

// next is an item that has come; nil when there is none.
func (p *puller) next() *nats.Msg {
	for len(p.comes) > 0 {
		if m := <-p.comes; !isStatus(m) {
			return m
		}
	}
	return nil
}

// pull takes an item; nil when there is none. Nothing is asked for once stop is done.
func (p *puller) pull(ctx, stop context.Context) *nats.Msg {
	p.mu.Lock()
	defer p.mu.Unlock()
	if stop.Err() != nil {
		return nil
	}
	if m := p.next(); m != nil {
		return m
	}
	if p.conn.PublishRequest(p.subject, p.inbox, []byte(noWait)) != nil {
		return nil
	}
	late := time.NewTimer(lateAfter)
	defer late.Stop()
	select {
	case m := <-p.comes:
		if !isStatus(m) {
			return m
		}
	case <-late.C:
	case <-ctx.Done():
	}
	return nil
}

// isStatus says whether a message is the answer that there is none.
func isStatus(m *nats.Msg) bool { return len(m.Data) == 0 && m.Header.Get("Status") != "" }
