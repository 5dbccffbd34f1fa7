package sweep

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Shard is every Nth position of the seeds, beginning with the Ith: those with
// position mod N = I-1. The zero Shard is all of them, as 1/1 is.
type Shard struct{ I, N uint64 }

// MaxShards is the most shards that there can be.
const MaxShards = 1_000_000

// NewShard is shard i, from 1, of n.
func NewShard(i, n uint64) (Shard, error) {
	if i < 1 || i > n || n > MaxShards {
		return Shard{}, fmt.Errorf("expected I/N, where I counts from 1 to N, and N is at most %d; not %d/%d",
			MaxShards, i, n)
	}
	return Shard{i, n}, nil
}

// ParseShard reads "I/N".
func ParseShard(text string) (Shard, error) {
	first, second, _ := strings.Cut(text, "/")
	i, err := strconv.ParseUint(first, 10, 32)
	n, err2 := strconv.ParseUint(second, 10, 32)
	if errors.Join(err, err2) != nil {
		return Shard{}, fmt.Errorf("expected I/N, as 2/4 for the second of four shards; not %q", text)
	}
	return NewShard(i, n)
}

// String is "I/N".
func (s Shard) String() string {
	s = s.whole()
	return fmt.Sprintf("%d/%d", s.I, s.N)
}

// MarshalText is String.
func (s Shard) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is ParseShard.
func (s *Shard) UnmarshalText(text []byte) (err error) {
	*s, err = ParseShard(string(text))
	return err
}

// whole is the shard with numbers that can be computed with.
func (s Shard) whole() Shard {
	if s.N == 0 {
		return Shard{1, 1}
	}
	return s
}

// IsAll says whether it has all positions.
func (s Shard) IsAll() bool { return s.whole().N == 1 }

// At is the nth position of the shard, from zero; ok is false where there is none.
func (s Shard) At(n uint64) (position uint64, ok bool) {
	s = s.whole()
	if n > (math.MaxUint64-s.I)/s.N {
		return 0, false
	}
	return n*s.N + s.I - 1, true
}

// Len is how many of so many positions are of the shard.
func (s Shard) Len(positions uint64) uint64 {
	s = s.whole()
	n := positions / s.N
	if positions%s.N >= s.I {
		n++
	}
	return n
}
