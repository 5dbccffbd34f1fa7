package message

import "time"

// Sizes of a Stream's buffer: the first it takes, and the largest it keeps once
// it is empty.
const (
	first = 512
	keep  = 64 << 10
)

// advance drops n bytes that were taken. They stay where they are until the
// next fill.
func (s *Stream) advance(n int) {
	s.start += n
	s.scanner.size, s.scanner.depth, s.scanner.err = 0, 0, nil
	if s.start == len(s.buf) {
		s.start, s.buf = 0, s.buf[:0]
	}
}

// fill reads what arrives next behind what is there.
func (s *Stream) fill(timeout time.Duration) error {
	s.reserve()
	n, err := s.Conn.Read(s.buf[len(s.buf):cap(s.buf)], timeout)
	s.buf = s.buf[:len(s.buf)+n]
	if n > 0 {
		return nil // an error comes again
	}
	return err
}

// reserve makes room for at least one byte: by moving what is left when at
// least half of the buffer is free, or else by doubling it.
func (s *Stream) reserve() {
	if len(s.buf) == 0 && cap(s.buf) > keep {
		s.buf = nil
	}
	if len(s.buf) < cap(s.buf) {
		return
	}
	rest := s.buf[s.start:]
	if cap(s.buf) > 0 && len(rest) <= cap(s.buf)/2 {
		s.buf = s.buf[:copy(s.buf[:cap(s.buf)], rest)]
	} else {
		s.buf = append(make([]byte, 0, max(first, 2*cap(s.buf))), rest...)
	}
	s.start = 0
}
