package disk

import (
	"fmt"
	"testing"

	"simlua.example/core"
)

// BenchmarkAppend appends to a log that is never synced: what it costs does not
// depend on how large the file is.
func BenchmarkAppend(b *testing.B) {
	for _, size := range []int64{0, 1 << 20, 1 << 28} {
		b.Run(fmt.Sprintf("size=%d", size), func(b *testing.B) {
			r := core.NewRandom(1, "files")
			f := newPlainFile()
			f.write(size, []byte("x"), false, 0, r)
			f.land(f.launch())
			data := make([]byte, 100)
			b.ReportAllocs()
			for b.Loop() {
				f.write(f.now.size, data, false, 0, r)
				if f.now.size > size+1<<20 {
					f.truncate(size, r)
				}
			}
		})
	}
}

// BenchmarkAppendSync is a log that syncs each record.
func BenchmarkAppendSync(b *testing.B) {
	for _, size := range []int64{0, 1 << 20, 1 << 28} {
		b.Run(fmt.Sprintf("size=%d", size), func(b *testing.B) {
			r := core.NewRandom(1, "files")
			f := newPlainFile()
			f.write(size, []byte("x"), false, 0, r)
			data := make([]byte, 100)
			b.ReportAllocs()
			for b.Loop() {
				f.write(f.now.size, data, false, 0, r)
				f.land(f.launch())
				if f.now.size > size+1<<20 {
					f.truncate(size, r)
				}
			}
		})
	}
}
