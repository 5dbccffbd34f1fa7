package core

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"strconv"
)

// Random is one named stream of chance: xoshiro256** (Blackman & Vigna 2021),
// seeded by SHA-256 of the run's seed and the stream's name. Streams of
// different names have nothing to do with each other, and a stream gives the
// same numbers on every platform.
type Random struct {
	s [4]uint64
}

// NewRandom opens the stream of a seed and a name at its beginning.
func NewRandom(seed uint64, name string) *Random {
	sum := sha256.Sum256([]byte("simlua 1 " + strconv.FormatUint(seed, 10) + " " + name))
	r := new(Random)
	for i := range r.s {
		r.s[i] = binary.LittleEndian.Uint64(sum[8*i:])
	}
	return r
}

// Uint64 draws 64 bits.
func (r *Random) Uint64() uint64 {
	s := &r.s
	result := bits.RotateLeft64(s[1]*5, 7) * 9
	t := s[1] << 17
	s[2] ^= s[0]
	s[3] ^= s[1]
	s[1] ^= s[2]
	s[0] ^= s[3]
	s[2] ^= t
	s[3] = bits.RotateLeft64(s[3], 45)
	return result
}

// Uint64n draws a number from 0 to n-1, each equally likely (Lemire 2019).
// It panics when n is zero.
func (r *Random) Uint64n(n uint64) uint64 {
	if n == 0 {
		panic("core: Uint64n of nothing to choose from")
	}
	hi, lo := bits.Mul64(r.Uint64(), n)
	if lo < n {
		for threshold := -n % n; lo < threshold; {
			hi, lo = bits.Mul64(r.Uint64(), n)
		}
	}
	return hi
}

// Int draws an integer from a to b, both included. It panics when b < a.
func (r *Random) Int(a, b int64) int64 {
	if b < a {
		panic("core: Int of an empty range")
	}
	span := uint64(b) - uint64(a)
	if span == 1<<64-1 {
		return int64(r.Uint64())
	}
	return int64(uint64(a) + r.Uint64n(span+1))
}

// Float64 draws a multiple of 2^-53 from 0 up to, not including, 1.
func (r *Random) Float64() float64 { return float64(r.Uint64()>>11) / (1 << 53) }

// Chance is true with probability p. It always draws once.
func (r *Random) Chance(p Probability) bool { return r.Uint64n(uint64(Always)) < uint64(p) }

// Shuffle puts n things in a random order (Fisher & Yates).
func (r *Random) Shuffle(n int, swap func(i, j int)) {
	for i := n - 1; i > 0; i-- {
		swap(i, int(r.Uint64n(uint64(i)+1)))
	}
}
