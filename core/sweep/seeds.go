package sweep

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Seeds are an ordered set of seeds. Each is addressed by its position, from
// zero. The zero Seeds are none.
type Seeds struct {
	ranges []seedRange // ascending, with gaps between them
	open   bool        // the last range has no end: nobody means to play all of it
}

// seedRange is the seeds from one to another, both included.
type seedRange struct{ from, to uint64 }

// size is how many seeds there are, at most the largest number.
func (r seedRange) size() uint64 {
	if n := r.to - r.from; n < math.MaxUint64 {
		return n + 1
	}
	return math.MaxUint64
}

// SeedRange is the seeds from one to another, both included.
func SeedRange(from, to uint64) Seeds {
	if to < from {
		return Seeds{}
	}
	return Seeds{ranges: []seedRange{{from, to}}}
}

// howSeeds says what ParseSeeds expects.
const howSeeds = "expected seeds as 7, 1-1000, 1-10,20-30, or 1- for all from 1 on"

// ParseSeeds reads seeds: one number, decimal or hexadecimal with 0x, a range
// with both ends included, a range without end, or several of them, separated by
// commas, in any order. A seed that is named twice is an error.
func ParseSeeds(text string) (Seeds, error) {
	var s Seeds
	for part := range strings.SplitSeq(text, ",") {
		r, open, err := parseRange(strings.TrimSpace(part))
		if err != nil {
			return Seeds{}, err
		}
		s.ranges = append(s.ranges, r)
		s.open = s.open || open
	}
	slices.SortFunc(s.ranges, func(a, b seedRange) int { return cmp.Compare(a.from, b.from) })
	for i := range s.ranges[1:] {
		if a, b := s.ranges[i], s.ranges[i+1]; b.from <= a.to {
			return Seeds{}, fmt.Errorf("%s and %s overlap: expected each seed once", s.text(a), s.text(b))
		}
	}
	s.ranges = joined(s.ranges)
	return s, nil
}

// joined makes one range of those that leave no gap.
func joined(ranges []seedRange) []seedRange {
	out := ranges[:1]
	for _, r := range ranges[1:] {
		if last := &out[len(out)-1]; last.to+1 == r.from {
			last.to = r.to
			continue
		}
		out = append(out, r)
	}
	return out
}

func parseRange(text string) (r seedRange, open bool, err error) {
	if text == "" {
		return r, false, errors.New(howSeeds + "; not nothing")
	}
	first, last, isRange := strings.Cut(text, "-")
	if r.from, err = ParseSeed(first); err != nil {
		return r, false, fmt.Errorf("%s; not %q", howSeeds, text)
	}
	switch {
	case !isRange:
		r.to = r.from
		return r, false, nil
	case last == "":
		r.to = math.MaxUint64
		return r, true, nil
	}
	if r.to, err = ParseSeed(last); err != nil {
		return r, false, fmt.Errorf("%s; not %q", howSeeds, text)
	}
	if r.to < r.from {
		return r, false, fmt.Errorf("%s has no seeds: a range goes up, as %d-%d does", text, r.to, r.from)
	}
	return r, false, nil
}

// ParseSeed reads one seed, decimal or hexadecimal with 0x.
func ParseSeed(text string) (uint64, error) {
	digits, base := text, 10
	if rest, found := strings.CutPrefix(strings.ToLower(text), "0x"); found {
		digits, base = rest, 16
	}
	n, err := strconv.ParseUint(digits, base, 64)
	if err != nil {
		return 0, errors.New("a seed is a whole number from 0 to 18446744073709551615, decimal or hexadecimal (0x2a)")
	}
	return n, nil
}

// String writes the seeds as ParseSeeds reads them: ascending, decimal.
func (s Seeds) String() string {
	texts := make([]string, len(s.ranges))
	for i, r := range s.ranges {
		texts[i] = s.text(r)
	}
	return strings.Join(texts, ",")
}

func (s Seeds) text(r seedRange) string {
	from := strconv.FormatUint(r.from, 10)
	switch {
	case s.open && r.to == math.MaxUint64:
		return from + "-"
	case r.from == r.to:
		return from
	}
	return from + "-" + strconv.FormatUint(r.to, 10)
}

// MarshalText is String.
func (s Seeds) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is ParseSeeds.
func (s *Seeds) UnmarshalText(text []byte) (err error) {
	*s, err = ParseSeeds(string(text))
	return err
}

// Open says whether the seeds have no end.
func (s Seeds) Open() bool { return s.open }

// Len is how many seeds there are, at most the largest number.
func (s Seeds) Len() uint64 {
	n := uint64(0)
	for _, r := range s.ranges {
		if n > math.MaxUint64-r.size() {
			return math.MaxUint64
		}
		n += r.size()
	}
	return n
}

// At is the seed at a position; ok is false beyond the last one.
func (s Seeds) At(position uint64) (seed uint64, ok bool) {
	for _, r := range s.ranges {
		if position < r.size() {
			return r.from + position, true
		}
		position -= r.size()
	}
	return 0, false
}

// Position is where a seed is; ok is false when it is not one of them.
func (s Seeds) Position(seed uint64) (position uint64, ok bool) {
	for _, r := range s.ranges {
		if seed >= r.from && seed <= r.to {
			return position + seed - r.from, true
		}
		position += r.size()
	}
	return 0, false
}
