package message

import (
	"errors"
	"time"

	"simlua.example/core"
)

// Session answers the requests of one connection, one after the other.
type Session interface {
	// Answer returns the value to send back. The request is one CBOR item,
	// valid during the call. When the service is being stopped, waiting ends
	// with core.ErrStopped, but the answer is still sent.
	Answer(request []byte) (answer any)
	// Close is called when the connection is over.
	Close()
}

// Server serves request and response on a port: a process per connection, one
// answer per message. A client that sends what is no message, or none for
// Idle, loses its connection.
type Server struct {
	Port        int
	Max         int            // bytes of a request; zero means DefaultMax
	Connections int            // at once, further ones are closed; zero means DefaultConnections
	Idle        time.Duration  // without a request; zero means DefaultIdle
	Session     func() Session // called for each connection
}

// Defaults of a Server.
const (
	DefaultConnections = 1024
	DefaultIdle        = time.Minute
)

// Run serves until the service is asked to stop; then it waits for the answers
// under way and returns nil.
func (s Server) Run(env core.Env) error {
	listener, err := env.Listen(s.Port)
	if err != nil {
		return err
	}
	if s.Connections == 0 {
		s.Connections = DefaultConnections
	}
	if s.Idle == 0 {
		s.Idle = DefaultIdle
	}
	return (&serving{Server: s, env: env}).run(listener)
}

// serving is a Server at work.
type serving struct {
	Server
	env     core.Env
	open    int          // connections
	pending int          // answers under way
	settled *core.Future // the last answer is sent, once the service stops
}

func (s *serving) run(listener core.Listener) error {
	for {
		conn, err := listener.Accept(core.Forever)
		switch {
		case errors.Is(err, core.ErrStopped):
			return s.settle()
		case err != nil:
			return err
		case s.open >= s.Connections:
			_ = conn.Close()
		default:
			s.open++
			s.env.Go("session", func() error { s.serve(conn); return nil })
		}
	}
}

func (s *serving) settle() error {
	if s.pending == 0 {
		return nil
	}
	s.settled = s.env.NewFuture()
	_, err := s.settled.WaitUninterruptible(core.Forever)
	return err
}

func (s *serving) serve(conn core.Conn) {
	stream, session := NewStream(conn, s.env), s.Session()
	stream.Max = s.Max
	defer func() {
		session.Close()
		_ = conn.Close()
		s.open--
	}()
	for s.exchange(stream, session) == nil {
	}
}

func (s *serving) exchange(stream *Stream, session Session) error {
	request, err := stream.ReceiveRaw(s.Idle)
	if err != nil {
		return err
	}
	s.pending++
	err = stream.Send(session.Answer(request))
	if s.pending--; s.pending == 0 && s.settled != nil {
		s.settled.Set(nil)
	}
	return err
}
