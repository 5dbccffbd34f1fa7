package disk

import "simlua.example/core"

// dirtySectors are those that the next sync writes, in the order they were
// changed.
type dirtySectors struct {
	list  []int64
	known []uint64 // a bit for each
	bytes int64    // that were written
}

func (d *dirtySectors) add(i int64) {
	word, bit := i/64, uint64(1)<<(i%64)
	if word >= int64(len(d.known)) {
		d.known = append(d.known, make([]uint64, word+1-int64(len(d.known)))...)
	}
	if d.known[word]&bit == 0 {
		d.known[word] |= bit
		d.list = append(d.list, i)
	}
}

// clear forgets them.
func (d *dirtySectors) clear() {
	for _, i := range d.list {
		d.known[i/64] = 0
	}
	d.list, d.bytes = nil, 0
}

// flight is a sync under way: the file goes on meanwhile.
type flight struct {
	sectors []flown
	bytes   int64 // to be written
	size    int64
	tally   tally
}

// flown is the version of a sector that is being written, and the one that the
// drawn content had when that began.
type flown struct {
	i          int64
	now, drawn *sector
}

// sync makes durable what was written so far. A file that is closed meanwhile, or
// whose service dies, is as dirty as before.
func (f *plainFile) sync(d *device, closed func() bool) error {
	fly, done := f.launch(), false
	defer func() {
		f.flying = nil
		if !done {
			f.abandon(fly)
		}
	}()
	d.write(fly.bytes)
	lied, err := d.sync()
	if closed() {
		return core.ErrClosed
	}
	done = !lied
	switch {
	case err != nil:
		f.doomed.add(fly.tally)
		return unknown(err)
	case !lied:
		f.land(fly)
	}
	return nil
}

// launch begins a sync: what is dirty now is on its way, and what is written from
// here on is for the next one.
func (f *plainFile) launch() flight {
	if f.drawn.cut != never {
		f.drawn.resize(f.now.size)
	}
	fly := flight{bytes: min(f.dirty.bytes, sectorSize*int64(len(f.dirty.list))), size: f.now.size, tally: f.unsynced}
	for _, i := range f.dirty.list {
		if i < sectors(fly.size) {
			fly.sectors = append(fly.sectors, flown{i, f.now.get(i), f.drawn.get(i)})
		}
	}
	f.dirty.clear()
	f.unsynced, f.flying = tally{}, fly.sectors
	return fly
}

// land ends a sync that has succeeded. No truncation has happened meanwhile.
func (f *plainFile) land(fly flight) {
	f.durable.resize(fly.size)
	f.drawn.size = max(f.drawn.size, fly.size)
	for _, s := range fly.sectors {
		f.durable.set(s.i, s.now)
		if f.drawn.get(s.i) == s.drawn { // else it has a later one
			f.drawn.set(s.i, s.now)
		}
	}
	if f.doomed.all > 0 && f.durable.size == f.now.size && len(f.unsureSectors()) == 0 {
		f.doomed = tally{} // written again since
	}
}

// abandon ends a sync of which nothing came.
func (f *plainFile) abandon(fly flight) {
	for _, s := range fly.sectors {
		f.dirty.add(s.i)
	}
	f.dirty.bytes += fly.bytes
	f.unsynced.add(fly.tally)
}

// powerOff is the orderly end of a machine: the page cache is written, and gone.
func (f *plainFile) powerOff() {
	f.land(f.launch())
	f.restore(f.drawn)
}

// unknown is the error of a sync that has failed.
func unknown(err error) error { return &unknownError{err} }

// unknownError is of kind "unknown", whatever has happened to the device.
type unknownError struct{ cause error }

func (e *unknownError) Error() string   { return core.ErrUnknown.Error() + ": " + e.cause.Error() }
func (e *unknownError) Unwrap() []error { return []error{core.ErrUnknown, e.cause} }
