package disk

import "errors"

// A file is read through memory that the host fills when it is touched. When it
// cannot, because its disk fails or somebody cut the file short, the process gets
// a signal. Go makes that a panic where debug.SetPanicOnFault was called.

// errUnreadable is what heedFault says of a file.
var errUnreadable = errors.New("a part of the file cannot be read any more")

// heedFault is deferred by what touches a file: a fault in it is the host's.
func (f *file) heedFault() {
	switch r := recover().(type) {
	case nil:
	case interface{ Addr() uintptr }:
		f.lost = true
		f.hostFailed(errUnreadable)
	default:
		panic(r)
	}
}

// touch reads a byte of every 4 KiB of a value, so that no fault is left to whoever
// reads it.
func (f *file) touch(value []byte) []byte {
	for i := 0; i < len(value); i += 4 << 10 {
		f.touched += value[i]
	}
	if last := len(value) - 1; last > 0 {
		f.touched += value[last]
	}
	return value
}
