package disk

import (
	"math/bits"
	"slices"
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
	f.rot(1_234_567)
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
	if !f.perishable() || newPlainFile().perishable() {
		t.Error("an empty file can rot, or another cannot")
	}
}

// A misdirected write leaves zeros behind the end of the file, which nothing has written.
func TestMisdirectBehindTheEnd(t *testing.T) {
	f, r := newPlainFile(), core.NewRandom(1, "files")
	f.write(0, []byte(strings.Repeat("a", 600)), false, 0, r)
	f.land(f.launch())
	f.write(0, []byte(strings.Repeat("m", sectorSize)), true, 0, r) // the other sector is the last
	f.truncate(700, r)
	if got := runs(string(f.now.read(0, 1<<20))); got != "a file of 512 a, 88 m, 100 zeros" {
		t.Error(got)
	}
}

// What a sync has made durable stays so, although it rotted while it was written.
func TestRotDuringSync(t *testing.T) {
	for seed := range uint64(100) {
		f, r := lettered(1), core.NewRandom(seed, "files")
		f.write(0, []byte("new"), false, 0, r)
		fly := f.launch()
		f.rot(seed)
		f.land(fly)
		if took := f.powerFail(r); took != "" || string(f.now.read(0, 3)) != "new" {
			t.Fatalf("seed %d: took %q, left %q", seed, took, f.now.read(0, 3))
		}
	}
}

// A power cut takes nothing of what was written again after a sync has failed.
func TestWrittenAgainIsNotLost(t *testing.T) {
	for seed := range uint64(50) {
		f, r := newPlainFile(), core.NewRandom(seed, "files")
		again := func() { f.write(0, []byte(strings.Repeat("a", 600)), false, 0, r) }
		again()
		f.doomed.add(f.launch().tally)
		again()
		f.land(f.launch())
		f.write(600, []byte("tail"), false, 0, r)
		if took := f.powerFail(r); !slices.Contains([]string{"", "1 write lost", "1 write torn"}, took) {
			t.Fatalf("seed %d: took %q", seed, took)
		}
		if took := f.powerFail(r); took != "" {
			t.Fatalf("seed %d: another one took %q", seed, took)
		}
	}
}
