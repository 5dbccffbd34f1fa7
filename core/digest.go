package core

import (
	"encoding/binary"
	"math/bits"
)

// Digest folds facts into 64 bits. The same facts in the same order give the
// same sum on every platform. The zero Digest is ready for use.
//
// That of a run has every step, every packet with all its bytes, every fact worth
// a line of a log, and every gauge and operation as it ends. Other facts follow
// from these (connections from packets, commits from the steps that wait for
// them, what went into an operation from who asked) and are left out: whether
// somebody is told changes no digest.
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
// side by side.
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

// addLanes folds whole runs of 64 bytes in, 16 to a lane at a time, and returns
// the rest.
func (d *Digest) addLanes(b []byte) []byte {
	w, x, y, z := uint64(*d), uint64(*d)^mixA, uint64(*d)^mixB, uint64(*d)^mixA^mixB
	for ; len(b) >= 64; b = b[64:] {
		w = fold(w, b[:16:16])
		x = fold(x, b[16:32:32])
		y = fold(y, b[32:48:48])
		z = fold(z, b[48:64:64])
	}
	d.Add(w)
	d.Add(x)
	d.Add(y)
	d.Add(z)
	return b
}

// fold multiplies the two halves of 16 bytes, the first mixed with what was
// before them.
func fold(lane uint64, b []byte) uint64 {
	hi, lo := bits.Mul64(lane^binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])^mixA)
	return hi ^ lo + mixB
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
