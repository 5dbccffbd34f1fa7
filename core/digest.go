package core

import (
	"encoding/binary"
	"math/bits"
)

// Digest folds facts into 64 bits. The same facts in the same order give the
// same sum on every platform. The zero Digest is ready for use.
type Digest uint64

const (
	mixA = 0x9E3779B97F4A7C15
	mixB = 0xD6E8FEB86659FD93
)

// Add folds one number in.
func (d *Digest) Add(x uint64) {
	hi, lo := bits.Mul64(uint64(*d)^x^mixA, mixB)
	*d = Digest(hi ^ lo + mixA)
}

// AddBytes folds a string of bytes in, length first: long ones in four lanes
// side by side, 32 bytes at a time.
func (d *Digest) AddBytes(b []byte) {
	d.Add(uint64(len(b)))
	if len(b) >= 64 {
		b = d.addLanes(b)
	}
	for ; len(b) >= 8; b = b[8:] {
		d.Add(binary.LittleEndian.Uint64(b))
	}
	var tail uint64
	for i, c := range b {
		tail |= uint64(c) << (8 * uint(i))
	}
	d.Add(tail)
}

// addLanes folds whole runs of 32 bytes in and returns the rest.
func (d *Digest) addLanes(b []byte) []byte {
	w, x, y, z := *d, *d^mixA, *d^mixB, *d^(mixA^mixB)
	for ; len(b) >= 32; b = b[32:] {
		w.Add(binary.LittleEndian.Uint64(b))
		x.Add(binary.LittleEndian.Uint64(b[8:]))
		y.Add(binary.LittleEndian.Uint64(b[16:]))
		z.Add(binary.LittleEndian.Uint64(b[24:]))
	}
	*d = w
	d.Add(uint64(x))
	d.Add(uint64(y))
	d.Add(uint64(z))
	return b
}

// AddString folds the bytes of s in.
func (d *Digest) AddString(s string) {
	d.Add(uint64(len(s)))
	for len(s) >= 8 {
		d.Add(uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56)
		s = s[8:]
	}
	var tail uint64
	for i := range len(s) {
		tail |= uint64(s[i]) << (8 * uint(i))
	}
	d.Add(tail)
}

// Sum is the digest of what was folded in.
func (d Digest) Sum() uint64 { return uint64(d) }
