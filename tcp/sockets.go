package tcp

// sockets are what one service has of a stack: its connections, in order of
// their making, its listeners, and its ports for datagrams.
type sockets struct {
	first, last *conn
	listeners   map[int]*listener // by port
	bound       map[int]*socket   // by port
}

func newSockets() *sockets { return &sockets{listeners: map[int]*listener{}, bound: map[int]*socket{}} }

func (o *sockets) add(c *conn) {
	c.prev = o.last
	if o.last == nil {
		o.first = c
	} else {
		o.last.next = c
	}
	o.last = c
}

func (o *sockets) remove(c *conn) {
	if c.prev == nil {
		o.first = c.next
	} else {
		c.prev.next = c.next
	}
	if c.next == nil {
		o.last = c.prev
	} else {
		c.next.prev = c.prev
	}
	c.prev, c.next = nil, nil
}

func (o *sockets) empty() bool { return o.first == nil && len(o.listeners) == 0 && len(o.bound) == 0 }
