package message

import (
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
	errTag      = errors.New("a CBOR tag")
	errNesting  = fmt.Errorf("CBOR nested deeper than %d levels", MaxNesting)
	errElements = fmt.Errorf("CBOR with more than %d elements in one level", MaxElements)
)

// scan goes on where it stopped, now that b is what has arrived of the item
// and of what follows it. It says whether the item is whole; its size is then
// s.size. A size above limit ends the scan before the bytes arrive.
func (s *scanner) scan(b []byte, limit int) (whole bool, err error) {
	if s.depth == 0 && s.size == 0 {
		s.depth, s.open[0] = 1, 1
	}
	for s.err == nil && s.depth > 0 && s.size <= len(b) {
		major, _, argument, size, err := ReadHead(b[s.size:])
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
	case MajorTag:
		return errTag
	case MajorBytes, MajorText, MajorArray, MajorMap:
		if argument > uint64(limit) { // an element has at least one byte
			return tooLarge(limit)
		}
	}
	switch major {
	case MajorBytes, MajorText:
		s.size += int(argument)
	case MajorArray, MajorMap:
		if argument > MaxElements {
			return errElements
		}
		if s.depth > MaxNesting {
			return errNesting
		}
		s.open[s.depth] = uint32(argument) << (major - MajorArray)
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

func tooLarge(limit int) error { return fmt.Errorf("a message larger than %d bytes", limit) }
