package disk

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"simlua.example/core"
)

// fileOp is an operation of a file in a crash test.
type fileOp struct {
	do      string // "append", "write", "truncate", "sync", "failed sync", "lying sync", or "begin" and "end" of a sync
	at, len int64
}

// legalStates finds all states of a file that a power cut after some operations may
// leave: it follows every device that there may be, by the rules of Pillai et al.
// An operation is a change of each of its sectors and one of the size; any of those
// have reached the device, a sector as the page cache had it then. What was cut off
// is gone before anything behind the cut is there.
func legalStates(ops []fileOp) map[string]bool {
	ref := &reference{dirty: map[int64]bool{}, devices: map[string]anyDevice{"": {cut: never}}}
	for i, op := range ops {
		ref.apply(op, byte('a'+i))
	}
	states := map[string]bool{}
	for _, d := range ref.devices { //tidy:sorted into a set
		states[d.content()] = true
	}
	return states
}

type reference struct {
	cache   []byte
	dirty   map[int64]bool
	devices map[string]anyDevice
	fly     anyDevice // what the sync under way writes
}

// anyDevice is one of the devices there may be.
type anyDevice struct {
	sectors map[int64]string
	size    int
	cut     int
	later   map[int64]bool // sectors, -1 for the size, that reached it since the sync under way began
}

func (d anyDevice) clone() anyDevice {
	d.sectors, d.later = maps.Clone(d.sectors), maps.Clone(d.later)
	if d.sectors == nil {
		d.sectors = map[int64]string{}
	}
	if d.later == nil {
		d.later = map[int64]bool{}
	}
	return d
}

// settle cuts off what was cut off.
func (d *anyDevice) settle() {
	if d.cut == never {
		return
	}
	for i, s := range d.sectors { //tidy:sorted each by itself
		if left := d.cut - int(i)*512; left <= 0 {
			delete(d.sectors, i)
		} else if left < 512 {
			d.sectors[i] = s[:left] + strings.Repeat("\x00", 512-left)
		}
	}
	d.cut = never
}

func (d anyDevice) content() string {
	data := make([]byte, max(d.size, 1<<13))
	for i, s := range d.sectors { //tidy:sorted each has a place
		copy(data[i*512:], s)
	}
	return string(data[:d.size])
}

func (d anyDevice) key() string {
	var b strings.Builder
	fmt.Fprint(&b, d.size, d.cut, d.later[-1])
	for _, i := range slices.Sorted(maps.Keys(d.sectors)) {
		fmt.Fprint(&b, "|", i, d.later[i], d.sectors[i])
	}
	return b.String()
}

// sector is what the page cache has of one.
func (r *reference) sector(i int64) string {
	s := make([]byte, 512)
	if from := i * 512; from < int64(len(r.cache)) {
		copy(s, r.cache[from:])
	}
	return string(s)
}

func (r *reference) apply(op fileOp, letter byte) {
	before := len(r.cache)
	switch op.do {
	case "append":
		r.write(before, int(op.len), letter)
	case "write":
		r.write(int(op.at), int(op.len), letter)
	case "truncate":
		r.truncate(int(op.at))
	case "sync":
		r.each(func(d anyDevice) []anyDevice {
			d.settle()
			d.size = len(r.cache)
			for i := range r.dirty { //tidy:sorted each has a place
				d.sectors[i] = r.sector(i)
			}
			return []anyDevice{d}
		})
		clear(r.dirty)
	case "failed sync":
		clear(r.dirty)
	case "begin":
		r.begin()
	case "end":
		r.each(func(d anyDevice) []anyDevice { return []anyDevice{r.end(d)} })
	}
}

// begin begins a sync: what is dirty now is on its way.
func (r *reference) begin() {
	r.fly = anyDevice{sectors: map[int64]string{}, size: len(r.cache)}
	for i := range r.dirty { //tidy:sorted each has a place
		r.fly.sectors[i] = r.sector(i)
	}
	clear(r.dirty)
	r.each(func(d anyDevice) []anyDevice {
		clear(d.later)
		return []anyDevice{d}
	})
}

// end ends it: what was on its way is there, unless something later is.
func (r *reference) end(d anyDevice) anyDevice {
	d.settle()
	if !d.later[-1] {
		d.size = r.fly.size
	}
	for i, s := range r.fly.sectors { //tidy:sorted each has a place
		if !d.later[i] {
			d.sectors[i] = s
		}
	}
	return d
}

// each replaces each device by those that it may become.
func (r *reference) each(become func(anyDevice) []anyDevice) {
	next := map[string]anyDevice{}
	for _, d := range r.devices { //tidy:sorted into a set
		for _, e := range become(d.clone()) {
			next[e.key()] = e
		}
	}
	r.devices = next
}

func (r *reference) write(at, n int, letter byte) {
	before := len(r.cache)
	r.cache = append(r.cache, make([]byte, max(0, at+n-before))...)
	copy(r.cache[at:], strings.Repeat(string(letter), n))
	from, to := at/512, (at+n+511)/512
	for i := from; i < to; i++ {
		r.dirty[int64(i)] = true
	}
	sizes := []int{-1} // not told
	if len(r.cache) > before {
		sizes = append(sizes, len(r.cache))
		for b := before/512*512 + 512; b < len(r.cache); b += 512 {
			sizes = append(sizes, b)
		}
	}
	r.each(func(d anyDevice) (all []anyDevice) {
		for some := range 1 << (to - from) {
			for _, size := range sizes {
				all = append(all, r.after(d, from, to, some, size))
			}
		}
		return all
	})
}

// after is a device that some of the sectors have reached, and a size unless it is
// less than zero.
func (r *reference) after(d anyDevice, from, to, some, size int) anyDevice {
	d = d.clone()
	if size < 0 && some != 0 && to*512 > d.cut {
		size = len(r.cache)
	}
	if size >= 0 {
		d.settle()
		d.size, d.later[-1] = size, true
	}
	for i := from; i < to; i++ {
		if some&(1<<(i-from)) != 0 {
			d.sectors[int64(i)], d.later[int64(i)] = r.sector(int64(i)), true
		}
	}
	return d
}

func (r *reference) truncate(size int) {
	before := len(r.cache)
	if size < before {
		r.cache = r.cache[:size:size]
		if size%512 != 0 {
			r.dirty[int64(size/512)] = true
		}
	} else {
		r.cache = append(r.cache, make([]byte, size-before)...)
	}
	r.each(func(d anyDevice) []anyDevice {
		absent, told := d.clone(), d.clone()
		if size < before {
			absent.cut, told.cut = min(d.cut, size), min(d.cut, size)
		}
		told.settle()
		told.size = size
		return []anyDevice{absent, told}
	})
}

// playOps plays the operations on a file of the model and cuts the power.
func playOps(ops []fileOp, seed uint64) (left string) {
	r := core.NewRandom(seed, "files")
	f, fly := newPlainFile(), flight{}
	for i, op := range ops {
		switch op.do {
		case "append":
			f.write(f.now.size, []byte(strings.Repeat(string(byte('a'+i)), int(op.len))), false, 0, r)
		case "write":
			f.write(op.at, []byte(strings.Repeat(string(byte('a'+i)), int(op.len))), false, 0, r)
		case "truncate":
			f.truncate(op.at, r)
		case "sync":
			f.land(f.launch())
		case "failed sync":
			f.doomed.add(f.launch().tally)
		case "lying sync":
			f.abandon(f.launch())
		case "begin":
			fly = f.launch()
		case "end":
			f.land(fly)
		}
	}
	f.powerFail(core.NewRandom(seed, "power cut"))
	return string(f.now.read(0, int(f.now.size)))
}

var crashCases = map[string][]fileOp{
	"one append":                   {{"append", 0, 100}},
	"a torn append":                {{"append", 0, 1500}},
	"an append to a synced tail":   {{"append", 0, 100}, {do: "sync"}, {"append", 0, 1000}},
	"appends to one sector":        {{"append", 0, 100}, {"append", 0, 100}, {"append", 0, 100}},
	"appends over sectors":         {{"append", 0, 300}, {"append", 0, 300}, {"append", 0, 600}},
	"an overwrite":                 {{"append", 0, 2000}, {do: "sync"}, {"write", 100, 1500}},
	"overwrites that overlap":      {{"append", 0, 1500}, {do: "sync"}, {"write", 0, 700}, {"write", 500, 700}},
	"a hole":                       {{"append", 0, 100}, {do: "sync"}, {"write", 1100, 100}},
	"cut off":                      {{"append", 0, 1000}, {do: "sync"}, {"truncate", 300, 0}},
	"written anew":                 {{"append", 0, 1000}, {do: "sync"}, {"truncate", 0, 0}, {"append", 0, 700}},
	"cut off and lengthened":       {{"append", 0, 1000}, {do: "sync"}, {"truncate", 300, 0}, {"truncate", 900, 0}},
	"cut off, overwritten":         {{"append", 0, 1500}, {do: "sync"}, {"truncate", 1200, 0}, {"write", 0, 600}},
	"everything synced":            {{"append", 0, 1000}, {"write", 100, 100}, {"truncate", 500, 0}, {do: "sync"}},
	"a sync failed":                {{"append", 0, 600}, {do: "failed sync"}},
	"a sync failed, the next none": {{"append", 0, 600}, {do: "failed sync"}, {"append", 0, 600}, {do: "sync"}},
	"failed, then written again":   {{"append", 0, 600}, {do: "failed sync"}, {"write", 0, 600}, {do: "sync"}},
	"a sync lied":                  {{"append", 0, 600}, {do: "lying sync"}, {"append", 0, 100}},
	"lied, then synced":            {{"append", 0, 600}, {do: "lying sync"}, {"append", 0, 100}, {do: "sync"}},
	"written over the end":         {{"append", 0, 1000}, {do: "sync"}, {"write", 100, 1200}},
	"written a little over it":     {{"append", 0, 700}, {do: "sync"}, {"write", 600, 200}},
	"written during a sync":        {{"append", 0, 1000}, {do: "begin"}, {"write", 100, 1200}, {do: "end"}},
	"appended during a sync": {{"append", 0, 700}, {do: "begin"}, {"append", 0, 700}, {do: "end"},
		{"append", 0, 60}},
	"cut off before such a sync": {{"append", 0, 1500}, {do: "sync"}, {"truncate", 600, 0},
		{do: "begin"}, {"write", 1000, 300}, {do: "end"}},
	"written behind a cut": {{"append", 0, 1500}, {do: "sync"}, {"truncate", 500, 0},
		{"write", 700, 100}, {"write", 0, 300}},
	"synced in between": {{"append", 0, 600}, {do: "sync"}, {"write", 0, 600}, {do: "sync"}, {"append", 0, 60}},
}

// TestCrashStates compares what power cuts leave over many seeds with all that
// they may leave: nothing else, and each of it.
func TestCrashStates(t *testing.T) {
	for name, ops := range crashCases { //tidy:sorted each by itself
		t.Run(name, func(t *testing.T) {
			legal, seen := legalStates(ops), map[string]int{}
			for seed := uint64(0); seed < 4000 || len(seen) < len(legal) && seed < 200_000; seed++ {
				left := playOps(ops, seed)
				if seen[left]++; !legal[left] {
					t.Fatalf("seed %d leaves %s", seed, runs(left))
				}
			}
			for state := range legal { //tidy:sorted all of them
				if seen[state] == 0 {
					t.Errorf("never seen: %s", runs(state))
				}
			}
		})
	}
}

// runs writes a state short: "512 a, 88 zeros".
func runs(state string) string {
	var parts []string
	for len(state) > 0 {
		n := len(state) - len(strings.TrimLeft(state, state[:1]))
		parts = append(parts, strings.ReplaceAll(fmt.Sprintf("%d %s", n, state[:1]), "\x00", "zeros"))
		state = state[n:]
	}
	return "a file of " + strings.Join(parts, ", ")
}
