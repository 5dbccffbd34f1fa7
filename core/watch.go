package core

import "time"

// What a service does with connections and databases is told by these, which
// stand between it and the network and disk of its machine, but only in runs in
// which somebody wants to know.

// dialled tells how opening a connection ended.
func (s *service) dialled(to Address, conn Conn, err error) (Conn, error) {
	if !s.watched() {
		return conn, err
	}
	ends := Ends{Remote: to}
	if err == nil {
		ends = Ends{conn.Local(), conn.Remote()}
		s.m.c.underWay.forget(ends)
		conn = &watchedConn{Conn: conn, s: s}
	}
	s.tellConn(FactDial, ends, outcome(err))
	return conn, err
}

func (s *service) listening(listener Listener, err error) (Listener, error) {
	if err != nil || !s.watched() {
		return listener, err
	}
	return &watchedListener{listener, s}, nil
}

func (s *service) opened(name string, db DB, err error) (DB, error) {
	if err != nil || !s.watched() {
		return db, err
	}
	return &watchedDB{db, s, name}, nil
}

func (s *service) watched() bool { return s.m.c.trace.wanted(KeepAll) }

func (s *service) tellConn(kind FactKind, ends Ends, text string) {
	s.m.c.trace.tell(Fact{Kind: kind, Machine: s.m.name, Service: s.name, Peer: ends.Remote.Machine,
		Text: text, Conn: &ends})
}

// dying says whether the running process is being killed: nothing that it does
// can be seen any more.
func (s *service) dying() bool {
	p := s.m.c.k.current
	return p != nil && p.killed
}

type watchedConn struct {
	Conn
	s      *service
	closed bool
}

func (c *watchedConn) Close() error {
	err := c.Conn.Close()
	if !c.closed && !c.s.dying() {
		c.closed = true
		c.s.tellConn(FactClose, Ends{c.Local(), c.Remote()}, "")
	}
	return err
}

type watchedListener struct {
	Listener
	s *service
}

func (l *watchedListener) Accept(timeout time.Duration) (Conn, error) {
	conn, err := l.Listener.Accept(timeout)
	if err != nil {
		return nil, err
	}
	l.s.tellConn(FactAccept, Ends{conn.Local(), conn.Remote()}, "")
	return &watchedConn{Conn: conn, s: l.s}, nil
}

type watchedDB struct {
	DB
	s    *service
	name string
}

func (d *watchedDB) Update(fn func(Tx) error) error {
	err := d.DB.Update(fn)
	if err == nil && !d.s.dying() {
		d.s.m.c.trace.tell(Fact{Kind: FactCommit, Machine: d.s.m.name, Service: d.s.name, Text: d.name})
	}
	return err
}

func (d *watchedDB) Bucket(name string) DB { return &watchedDB{d.DB.Bucket(name), d.s, d.name} }
