package disk

import (
	"math/bits"
	"strings"
	"testing"

	"simlua.example/core"
)

// lettered makes a file of so many sectors, the first of a, the next of b, synced.
func lettered(n int) *plainFile {
	f := newPlainFile()
	r := core.NewRandom(1, "files")
	for i := range n {
		f.write(f.now.size, []byte(strings.Repeat(string(byte('a'+i)), sectorSize)), false, 0, r)
	}
	f.land(f.launch())
	return f
}

// A misdirected write leaves its own place as it was, and harms another one.
func TestMisdirect(t *testing.T) {
	seen := map[string]bool{}
	for place := range uint64(30) {
		f := lettered(4)
		f.write(sectorSize+100, []byte("misdirected"), true, place, core.NewRandom(1, "files"))
		left := string(f.now.read(0, 1<<20))
		seen[runs(strings.Replace(left, strings.Repeat("b", 100)+"misdirected"+strings.Repeat("b", 401), "", 1))] = true
	}
	for _, want := range []string{"512 b, 512 c, 512 d", "512 a, 512 b, 512 d", "512 a, 512 b, 512 c"} {
		if !seen["a file of "+want] {
			t.Errorf("%s is not there", want)
		}
	}
	if len(seen) != 3 {
		t.Errorf("%d outcomes: %v", len(seen), seen)
	}
	f := lettered(1)
	if f.write(0, []byte("x"), true, 7, core.NewRandom(1, "files")); string(f.now.read(0, 1)) != "a" {
		t.Error("a write without another place to go was not lost")
	}
}

// Rot flips one bit of what is on the device. A sector that was written since is
// not harmed; it is on its way there.
func TestRot(t *testing.T) {
	f := lettered(3)
	before := f.now.read(0, 1<<20)
	if !f.rot(1_234_567) {
		t.Fatal("nothing was there")
	}
	flips := 0
	for i, b := range f.now.read(0, 1<<20) {
		flips += bits.OnesCount8(b ^ before[i])
	}
	if flips != 1 {
		t.Errorf("%d bits flipped", flips)
	}
	f = lettered(1)
	f.write(0, []byte("x"), false, 0, core.NewRandom(1, "files"))
	f.rot(3)
	if got := string(f.now.read(0, 2)); got != "xa" {
		t.Errorf("the page cache has %q", got)
	}
	if got := string(f.durable.read(0, 2)); got != "ia" {
		t.Errorf("the device has %q", got)
	}
	if newPlainFile().rot(1) {
		t.Error("an empty file has rotted")
	}
}
