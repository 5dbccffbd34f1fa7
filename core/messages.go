package core

import "time"

// Messages are counted in every run. Who sent which and when is remembered and
// told only in runs in which somebody wants to know.

// underWay are messages that were sent and not received yet, in order, by the
// ends of their connection as the sender sees them.
type underWay map[Ends][]sentMessage

// sentMessage is one of them; the sum of its bytes tells it from what a script
// wrote and read as bytes.
type sentMessage struct {
	at  time.Duration
	sum uint64
}

func sumOf(message []byte) uint64 {
	var d Digest
	d.AddBytes(message)
	return d.Sum()
}

func (e *env) Sent(conn Ends, message []byte) {
	e.k.alive()
	c := e.s.m.c
	if e.s.watched() {
		c.underWay[conn] = append(c.underWay[conn], sentMessage{e.k.Now(), sumOf(message)})
	}
	e.sentTo(conn, message)
}

// sentTo counts a message and shows it.
func (e *env) sentTo(conn Ends, message []byte) {
	if peer := e.s.m.c.byName[conn.Remote.Machine]; peer != nil {
		if path := e.s.m.path(peer.id); path != nil {
			path.link.stats.Messages++
		}
	}
	if e.s.watched() {
		e.s.tellMessage(FactSent, conn, message, 0)
	}
}

func (e *env) Received(conn Ends, message []byte) {
	e.k.alive()
	if e.s.watched() {
		delay := e.s.m.c.underWay.take(Ends{Local: conn.Remote, Remote: conn.Local}, message, e.k.Now())
		e.s.tellMessage(FactReceived, conn, message, delay)
	}
}

// take removes a message that has arrived, and all before it, and says how long
// it was under way; it is less than zero when nobody has sent it as a message.
func (u underWay) take(conn Ends, message []byte, now time.Duration) time.Duration {
	sum := sumOf(message)
	for i, m := range u[conn] {
		if m.sum != sum {
			continue
		}
		if u[conn] = u[conn][i+1:]; len(u[conn]) == 0 {
			delete(u, conn)
		}
		return now - m.at
	}
	return -1
}

// forget is for a connection that begins: another had the same ends, perhaps.
func (u underWay) forget(conn Ends) {
	delete(u, conn)
	delete(u, Ends{Local: conn.Remote, Remote: conn.Local})
}

func (s *service) tellMessage(kind FactKind, conn Ends, message []byte, delay time.Duration) {
	s.m.c.trace.tell(Fact{Kind: kind, Machine: s.m.name, Service: s.name, Peer: conn.Remote.Machine,
		Conn: boxed(conn), Message: message, Delay: delay})
}
