package message

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"simlua.example/core"
)

// DefaultMax is the largest message of a Stream that sets no other: 1 MiB.
const DefaultMax = 1 << 20

// Stream is a Conn that also carries messages and lines. All reading goes
// through one buffer, so the ways of reading can be mixed.
//
// Errors of the connection pass through. Beyond them, the end of the stream is
// core.ErrClosed between messages (or lines, or blocks) and core.ErrReset
// inside one; what is malformed or too large is core.ErrIO, and stays so. A
// timeout bounds the whole call; what had arrived is kept for the next one.
//
// One process reads at a time; a second one gets core.ErrInUse.
type Stream struct {
	core.Conn
	// Max bounds one message in either direction, in bytes. Zero means DefaultMax.
	Max int

	world   World
	buf     []byte // buf[start:] has arrived and was not yet taken
	start   int
	scanner scanner // of the message at start
	out     *bytes.Buffer
	reading bool
}

// World is what a Stream needs beside its connection. A core.Env is one.
type World interface {
	Clock
	Sent(conn core.Ends, message []byte)
	Received(conn core.Ends, message []byte)
}

// NewStream puts messages on a connection.
func NewStream(conn core.Conn, world World) *Stream { return &Stream{Conn: conn, world: world} }

// Send encodes v and writes it as one message.
func (s *Stream) Send(v any) error {
	b := s.out
	s.out = nil // another process may send while this one waits in Write
	if b == nil {
		b = new(bytes.Buffer)
	}
	b.Reset()
	if err := EncMode.MarshalToBuffer(v, b); err != nil {
		return fmt.Errorf("send to %v: %w", s.Remote(), err)
	}
	err := s.SendRaw(b.Bytes())
	if b.Cap() <= keep {
		s.out = b
	}
	return err
}

// SendRaw writes one message that is encoded already, in one Write.
func (s *Stream) SendRaw(item []byte) error {
	if len(item) > s.max() {
		return fmt.Errorf("send to %v: %w", s.Remote(), tooLarge(s.max()))
	}
	if err := s.Write(item); err != nil {
		return err
	}
	s.world.Sent(s.ends(), item)
	return nil
}

// Receive waits for the next message and decodes it into what v points at. A
// message that does not fit v is core.ErrIO too, but the next one can be read.
func (s *Stream) Receive(v any, timeout time.Duration) error {
	item, err := s.ReceiveRaw(timeout)
	if err != nil {
		return err
	}
	if err := Unmarshal(item, v); err != nil {
		return fmt.Errorf("receive from %v: %w", s.Remote(), err)
	}
	return nil
}

// ReceiveRaw waits for the next message and returns its bytes: one CBOR item,
// well formed. They are valid until the next call that reads.
func (s *Stream) ReceiveRaw(timeout time.Duration) ([]byte, error) {
	item, err := s.take("receive", timeout, s.message)
	if err == nil {
		s.world.Received(s.ends(), item)
	}
	return item, err
}

func (s *Stream) ends() core.Ends { return core.Ends{Local: s.Local(), Remote: s.Remote()} }

func (s *Stream) message(b []byte) (size, skip int, err error) {
	whole, err := s.scanner.scan(b, s.max())
	if !whole || err != nil {
		return 0, 0, err
	}
	return s.scanner.size, 0, nil
}

func (s *Stream) max() int {
	if s.Max == 0 {
		return DefaultMax
	}
	return s.Max
}

// ReadFull waits for exactly n bytes; n is at most Max. They are valid until
// the next call that reads.
func (s *Stream) ReadFull(n int, timeout time.Duration) ([]byte, error) {
	if n <= 0 {
		return nil, nil
	}
	return s.take("read", timeout, func(b []byte) (size, skip int, err error) {
		switch {
		case n > s.max():
			return 0, 0, fmt.Errorf("%d bytes at once; the limit is %d", n, s.max())
		case len(b) < n:
			return 0, 0, nil
		}
		return n, 0, nil
	})
}

// ReadLine waits for a line of at most limit bytes and returns it without its
// end, which is "\n" or "\r\n". Bytes after the last end of line are no line.
// The bytes are valid until the next call that reads.
func (s *Stream) ReadLine(limit int, timeout time.Duration) ([]byte, error) {
	seen := 0
	return s.take("read line", timeout, func(b []byte) (size, skip int, err error) {
		i := bytes.IndexByte(b[seen:], '\n')
		if i < 0 {
			if seen = len(b); seen > limit+1 {
				err = fmt.Errorf("a line longer than %d bytes", limit)
			}
			return 0, 0, err
		}
		i += seen
		skip = 1
		if i > 0 && b[i-1] == '\r' {
			skip = 2
		}
		if i+1-skip > limit {
			return 0, 0, fmt.Errorf("a line longer than %d bytes", limit)
		}
		return i + 1, skip, nil
	})
}

// Read fills p with what has arrived, waiting for at least one byte, as
// core.Conn.Read does: at the end of the stream it returns io.EOF.
func (s *Stream) Read(p []byte, timeout time.Duration) (int, error) {
	if s.reading {
		return 0, s.fail("read", core.ErrInUse)
	}
	if s.start == len(s.buf) {
		s.reading = true
		n, err := s.Conn.Read(p, timeout)
		s.reading = false
		return n, err
	}
	n := copy(p, s.buf[s.start:])
	s.advance(n)
	return n, nil
}

// take waits until measure finds something whole at the beginning of what has
// arrived, and takes it: size bytes, of which the last skip are not returned.
// A size of zero means that more is needed.
func (s *Stream) take(what string, timeout time.Duration,
	measure func(b []byte) (size, skip int, err error)) ([]byte, error) {
	if s.reading {
		return nil, s.fail(what, core.ErrInUse)
	}
	s.reading = true
	defer func() { s.reading = false }()
	var deadline Deadline
	waited := false
	for {
		b := s.buf[s.start:]
		size, skip, err := measure(b)
		switch {
		case err != nil:
			return nil, s.fail(what, fmt.Errorf("%w: %w", core.ErrIO, err))
		case size > 0:
			s.advance(size)
			return b[: size-skip : size-skip], nil
		case !waited:
			deadline, waited = NewDeadline(s.world, timeout), true
		}
		left, over := deadline.Left()
		if over {
			return nil, s.fail(what, core.ErrTimeout)
		}
		if err := s.fill(left); errors.Is(err, io.EOF) {
			return nil, s.fail(what, s.ended(len(b)))
		} else if err != nil {
			return nil, err
		}
	}
}

func (s *Stream) ended(rest int) error {
	if rest == 0 {
		return core.ErrClosed
	}
	return fmt.Errorf("%w: the stream ends inside, after %d bytes", core.ErrReset, rest)
}

func (s *Stream) fail(what string, err error) error {
	return fmt.Errorf("%s from %v: %w", what, s.Remote(), err)
}
