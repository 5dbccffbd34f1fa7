package disk

import (
	"fmt"

	"simlua.example/core"
)

// plainFile is what is in a file, whatever it is called. It has three contents:
// that of the page cache, what is certainly on the device, and what a power cut may
// find. The last is drawn as the file is written: whether a write reaches the device before
// the next sync is decided when it happens, so that it need not be kept until then.
type plainFile struct {
	now, durable, drawn content
	dirty               dirtySectors // what the next sync writes
	unsynced            tally        // operations since the last sync
	doomed              tally        // those of syncs that failed, until all is durable
	flying              []flown      // what the sync under way writes
	inOrder             bool         // the operations since the last sync are lost from one of them on
	session             *fileSession // nil: nobody has it open
	random              *core.Random // what a power cut finds: no other file's has to do with it
}

// tally counts operations that a power cut takes when it finds the drawn content.
type tally struct{ all, lost, torn int }

func (t *tally) add(u tally) { t.all, t.lost, t.torn = t.all+u.all, t.lost+u.lost, t.torn+u.torn }

func newPlainFile() *plainFile {
	return &plainFile{now: newContent(), durable: newContent(), drawn: newContent()}
}

// write puts data into the page cache, and draws what a power cut finds of it. A
// misdirected write lands in another place of the file, drawn before.
func (f *plainFile) write(offset int64, data []byte, misdirected bool, place uint64, r *core.Random) {
	w := written{from: offset / sectorSize, to: sectors(offset + int64(len(data))), before: f.now.size,
		over: offset < f.now.size}
	f.now.size = max(f.now.size, offset+int64(len(data)))
	shift := int64(0)
	if misdirected {
		w, shift = f.misdirect(w, place)
	}
	f.now.versions(offset, data, func(i int64, s *sector) {
		if i += shift; i >= w.from && i < w.to {
			f.now.set(i, s)
			f.dirty.add(i)
		}
	})
	if misdirected {
		f.now.trim(f.now.size) // it may have met the last sector
	}
	f.dirty.bytes += int64(len(data))
	f.draw(w, r)
}

// misdirect finds another place for the sectors of an operation, and how far away
// it is. What would be behind the end of the file, or has no other place in it, is lost.
func (f *plainFile) misdirect(w written, place uint64) (elsewhere written, shift int64) {
	all := sectors(f.now.size)
	if all < 2 {
		return written{before: w.before}, 0
	}
	from := int64(place % uint64(all-1))
	if from >= w.from {
		from++
	}
	return written{from: from, to: min(from+w.to-w.from, all), before: w.before}, from - w.from
}

// truncate gives the file another size.
func (f *plainFile) truncate(size int64, r *core.Random) {
	before := f.now.size
	w := written{before: before}
	if size < before {
		f.durable.cut, f.drawn.cut = min(f.durable.cut, size), min(f.drawn.cut, size)
		f.now.trim(size)
		w.from, w.to = size/sectorSize, sectors(size) // zeros behind the end
		if w.from < w.to {
			f.dirty.add(w.from)
		}
	}
	f.now.size = size
	f.draw(w, r)
}

// written is one operation: the sectors it has changed, the size before it, and
// whether it changed some of what was there then.
type written struct {
	from, to, before int64
	over             bool
}

// The fates of an operation.
const (
	whole = iota
	absent
	torn
)

// draw draws the fate of an operation that has just happened. Half of the times
// between two syncs are in order: the first so many operations reach the device,
// each number as likely. In the others, each has a fate of its own.
func (f *plainFile) draw(w written, r *core.Random) {
	if f.unsynced.all == 0 {
		f.inOrder = r.Uint64n(2) == 0
	}
	f.unsynced.all++
	switch {
	case !f.inOrder:
		f.meets(w, [...]int{whole, whole, absent, torn}[r.Uint64n(4)], r)
	case r.Uint64n(uint64(f.unsynced.all)+1) == 0:
		f.catchUp()
	case f.unsynced.lost+f.unsynced.torn == 0 && r.Uint64n(2) == 0:
		f.meets(w, torn, r)
	default:
		f.unsynced.lost++
	}
}

// catchUp lets all that was written since the last sync reach the device.
func (f *plainFile) catchUp() {
	f.drawn.resize(f.now.size)
	for _, i := range f.dirty.list {
		f.drawn.set(i, f.now.get(i))
	}
	f.unsynced.lost, f.unsynced.torn = 0, 0
}

// meets lets an operation meet its fate.
func (f *plainFile) meets(w written, fate int, r *core.Random) {
	switch fate {
	case whole:
		f.reach(w)
		f.keep(w.from, w.to, every)
	case absent:
		f.unsynced.lost++
	case torn:
		if !f.tear(w, r) {
			f.unsynced.lost++
			return
		}
		f.unsynced.torn++
	}
}

// reach lets the drawn content know the size, when the operation tells it.
func (f *plainFile) reach(w written) {
	if f.now.size != w.before || w.to*sectorSize > f.drawn.cut {
		f.drawn.resize(f.now.size)
	}
}

// keep lets some of the sectors reach the device.
func (f *plainFile) keep(from, to int64, some func(i int64) bool) {
	for i := from; i < to; i++ {
		if some(i) {
			f.drawn.set(i, f.now.get(i))
		}
	}
}

func every(int64) bool { return true }

// tear lets a part of an operation reach the device, if it has parts: some of its
// sectors, and where the file grew, some of that, to the end of a sector. Zeros are
// in the others. What it wrote over may be there, too, and the file as short as before.
func (f *plainFile) tear(w written, r *core.Random) bool {
	n, grew := w.to-w.from, f.now.size > w.before
	if n < 1 || n < 2 && !grew {
		return false
	}
	if grew && w.over && r.Uint64n(4) == 0 {
		f.tearOver(w, r)
		return true
	}
	coin := func(int64) bool { return r.Uint64n(2) == 0 }
	first, last := w.before/sectorSize+1, (f.now.size-1)/sectorSize // sectors that end inside of what grew
	if grew && first <= last && coin(0) {
		f.drawn.resize(r.Int(first, last) * sectorSize)
		some := coin
		if coin(0) {
			some = every
		}
		f.keep(w.from, min(w.to, f.drawn.size/sectorSize), some)
		return true
	}
	f.reach(w)
	missing := r.Int(0, n-1)
	there := w.from + (missing+1)%n // without growth: all missing would be absent
	f.keep(w.from, w.to, func(i int64) bool { return i != w.from+missing && (coin(i) || !grew && i == there) })
	return true
}

// tearOver lets some of what an operation wrote over reach the device, but not that
// the file grew.
func (f *plainFile) tearOver(w written, r *core.Random) {
	to := min(w.to, sectors(w.before))
	there := r.Int(w.from, to-1)
	f.keep(w.from, to, func(i int64) bool { return i == there || r.Uint64n(2) == 0 })
}

// powerFail chooses what a power cut has left: what was durable, all, or the drawn
// content. It draws once, and returns what was lost, for people.
func (f *plainFile) powerFail(r *core.Random) string {
	left, t := f.drawn, f.unsynced
	t.add(f.doomed)
	switch r.Uint64n(4) {
	case 0:
		left, t.lost, t.torn = f.durable, t.all, 0
	case 1:
		left, t.lost, t.torn = f.now, 0, 0
	}
	f.restore(left)
	return t.String()
}

// unsure says whether a power cut may take something.
func (f *plainFile) unsure() bool { return f.unsynced.all+f.doomed.all > 0 }

// unsureSectors are those that a power cut may take.
func (f *plainFile) unsureSectors() (unsure []int64) {
	for i := range sectors(f.now.size) {
		if f.now.get(i) != f.durable.get(i) {
			unsure = append(unsure, i)
		}
	}
	return unsure
}

// damage leaves the page cache's content after a power cut, with one of the sectors
// that were not synced full of garbage. It draws once, as powerFail does.
func (f *plainFile) damage(unsure []int64, r *core.Random) {
	own, garbage := core.NewRandom(r.Uint64(), "garbage"), new(sector)
	for i := range garbage {
		garbage[i] = byte(own.Uint64())
	}
	f.now.set(unsure[own.Uint64n(uint64(len(unsure)))], garbage)
	f.restore(f.now)
}

// restore makes a content all there is.
func (f *plainFile) restore(left content) {
	left.cut = never
	left.trim(left.size)
	*f = plainFile{now: left, durable: left.clone(), drawn: left.clone(), random: f.random}
}

// perishable says whether there is a bit of it on the device.
func (f *plainFile) perishable() bool { return f.durable.size > 0 }

// rot flips a bit of what is on the device, where there must be one; who has it from
// there sees it.
func (f *plainFile) rot(bit uint64) {
	at := int64(bit / 8 % uint64(f.durable.size))
	i, old, flipped := at/sectorSize, f.durable.get(at/sectorSize), new(sector)
	if old != nil {
		*flipped = *old
	}
	flipped[at%sectorSize] ^= 1 << (bit % 8)
	for _, m := range []*content{&f.now, &f.durable, &f.drawn} {
		if m.get(i) == old && at < m.size {
			m.set(i, flipped)
		}
	}
	for k := range f.flying { // what is drawn is no later version for that
		if x := &f.flying[k]; x.i == i && x.drawn == old {
			x.drawn = flipped
		}
	}
}

func (t tally) String() string {
	of := fmt.Sprintf("of %d writes ", t.all)
	if t.all == 1 {
		of = "write "
	}
	switch {
	case t.lost > 0 && t.torn > 0:
		return fmt.Sprintf("%d %slost, %d torn", t.lost, of, t.torn)
	case t.lost > 0:
		return fmt.Sprintf("%d %slost", t.lost, of)
	case t.torn > 0:
		return fmt.Sprintf("%d %storn", t.torn, of)
	}
	return ""
}
