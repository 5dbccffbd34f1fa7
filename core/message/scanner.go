package message

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// scanner finds the end of one item while its bytes arrive in pieces. It looks
// at each head once and at the content of strings never.
type scanner struct {
	size  int                    // of what was scanned, content still to arrive included
	open  [MaxNesting + 1]uint32 // items still missing at each level
	depth int                    // levels in use; zero before the first byte
	err   error                  // why the item is refused, from then on
}

// Why an item is refused.
var (
	errReserved   = errors.New("malformed CBOR: a reserved value")
	errIndefinite = errors.New("CBOR of indefinite length")
	errTag        = errors.New("a CBOR tag")
	errNesting    = fmt.Errorf("CBOR nested deeper than %d levels", MaxNesting)
	errElements   = fmt.Errorf("CBOR with more than %d elements in one level", MaxElements)
)

// Major types of CBOR (RFC 8949, 3.1).
const (
	majorBytes  = 2
	majorText   = 3
	majorArray  = 4
	majorMap    = 5
	majorTag    = 6
	majorSimple = 7
)

// scan goes on where it stopped, now that b is what has arrived of the item
// and of what follows it. It says whether the item is whole; its size is then
// s.size. A size above limit ends the scan before the bytes arrive.
func (s *scanner) scan(b []byte, limit int) (whole bool, err error) {
	if s.depth == 0 && s.size == 0 {
		s.depth, s.open[0] = 1, 1
	}
	for s.err == nil && s.depth > 0 && s.size <= len(b) {
		major, argument, size, err := head(b[s.size:])
		switch {
		case err != nil:
			s.err = err
		case size == 0:
			return false, nil
		default:
			s.size += size
			s.err = s.enter(major, argument, limit)
		}
	}
	return s.err == nil && s.depth == 0 && s.size <= len(b), s.err
}

// enter counts the item whose head was read, and everything it completes.
func (s *scanner) enter(major byte, argument uint64, limit int) error {
	s.open[s.depth-1]--
	switch major {
	case majorTag:
		return errTag
	case majorBytes, majorText, majorArray, majorMap:
		if argument > uint64(limit) { // an element has at least one byte
			return tooLarge(limit)
		}
	}
	switch major {
	case majorBytes, majorText:
		s.size += int(argument)
	case majorArray, majorMap:
		if argument > MaxElements {
			return errElements
		}
		if s.depth > MaxNesting {
			return errNesting
		}
		s.open[s.depth] = uint32(argument) << (major - majorArray)
		s.depth++
	}
	if s.size > limit {
		return tooLarge(limit)
	}
	for s.depth > 0 && s.open[s.depth-1] == 0 {
		s.depth--
	}
	return nil
}

// head reads the head of an item: its major type, its argument and the size of
// the head, which is zero while b is too short.
func head(b []byte) (major byte, argument uint64, size int, err error) {
	if len(b) == 0 {
		return 0, 0, 0, nil
	}
	major, info := b[0]>>5, b[0]&31
	switch {
	case info < 24:
		return major, uint64(info), 1, nil
	case info == 31 && major >= majorBytes && major <= majorMap:
		return 0, 0, 0, errIndefinite
	case info > 27:
		return 0, 0, 0, errReserved
	}
	size = 1 + 1<<(info-24)
	if len(b) < size {
		return 0, 0, 0, nil
	}
	switch info {
	case 24:
		argument = uint64(b[1])
		if major == majorSimple && argument < 32 {
			return 0, 0, 0, errReserved
		}
	case 25:
		argument = uint64(binary.BigEndian.Uint16(b[1:]))
	case 26:
		argument = uint64(binary.BigEndian.Uint32(b[1:]))
	case 27:
		argument = binary.BigEndian.Uint64(b[1:])
	}
	return major, argument, size, nil
}

func tooLarge(limit int) error { return fmt.Errorf("a message larger than %d bytes", limit) }
