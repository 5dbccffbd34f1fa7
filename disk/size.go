package disk

import (
	"sync/atomic"

	"go.etcd.io/bbolt"
)

// inUse is what TotalBytes tells.
var inUse atomic.Int64

// TotalBytes is how large the databases of all runs in this process are, but for
// what their last transactions added. Any goroutine may ask.
func TotalBytes() uint64 { return uint64(inUse.Load()) }

// measure notes the size of a file as a transaction found it.
func (f *file) measure(b *bbolt.Tx) { f.resize(b.Size()) }

func (f *file) resize(size int64) {
	if size != f.size {
		inUse.Add(size - f.size)
		f.size = size
	}
}
