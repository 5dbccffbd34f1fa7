package core_test

import (
	"bytes"
	"testing"

	"simlua.example/core"
)

// TestDigestSeesEveryBit flips each bit of strings of many lengths, and swaps
// pieces of them.
func TestDigestSeesEveryBit(t *testing.T) {
	sum := func(b []byte) uint64 {
		var d core.Digest
		d.AddBytes(b)
		return d.Sum()
	}
	seen := map[uint64]bool{}
	see := func(b []byte) {
		if s := sum(b); seen[s] {
			t.Fatalf("two strings of about %d bytes have the same digest", len(b))
		} else {
			seen[s] = true
		}
	}
	for _, n := range []int{0, 1, 7, 8, 9, 63, 64, 65, 127, 128, 129, 200, 1460} {
		b := bytes.Repeat([]byte{0}, n)
		see(b)
		for i := range 8 * n {
			b[i/8] ^= 1 << (i % 8)
			see(b)
			b[i/8] ^= 1 << (i % 8)
		}
	}
	words := make([]byte, 256)
	for i := range words {
		words[i] = byte(i / 8)
	}
	see(words)
	for i := 0; i+8 < len(words); i += 8 {
		swapped := bytes.Clone(words)
		copy(swapped[i:], words[i+8:i+16])
		copy(swapped[i+8:], words[i:i+8])
		see(swapped)
	}
}
