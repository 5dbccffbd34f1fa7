package disk

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
)

// A meta page of bbolt, as its internal/common/meta.go lays it out, in the byte
// order of the host: behind the header of the page
//
//	magic, version, page size, flags    4 bytes each
//	root, sequence, freelist, end       8 bytes each
//	number of the transaction           8 bytes
//	FNV-1a of all that                  8 bytes
//
// Pages 0 and 1 are metas; a transaction writes the one of its parity. Of those
// that are whole, the one with the higher number counts.
const (
	metaStart   = 16 // behind the header of the page
	metaBytes   = 64
	metaMagic   = 0xED0CDAED
	metaVersion = 2
	pageSizeAt  = 8
	txidAt      = 48
	checksumAt  = 56
	minPageSize = 1 << 10
	maxPageSize = 16 << 20
)

var errNoMeta = errors.New("no meta page is whole")

// wholeMeta finds the meta in a page that begins at an offset. It is nil when
// there is none or its checksum is wrong.
func wholeMeta(image []byte, page int) []byte {
	from := page + metaStart
	if len(image) < from+metaBytes {
		return nil
	}
	m := image[from:][:metaBytes]
	sum := fnv.New64a()
	_, _ = sum.Write(m[:checksumAt]) // it cannot fail
	order := binary.NativeEndian
	if order.Uint32(m) != metaMagic || order.Uint32(m[4:]) != metaVersion || order.Uint64(m[checksumAt:]) != sum.Sum64() {
		return nil
	}
	return m
}

// pageSizeOf looks for it where bbolt does: in the first page, or in the second,
// wherever that may begin.
func pageSizeOf(image []byte) (int, error) {
	if m := wholeMeta(image, 0); m != nil {
		return int(binary.NativeEndian.Uint32(m[pageSizeAt:])), nil
	}
	for at := minPageSize; at <= maxPageSize && at < len(image); at *= 2 {
		if m := wholeMeta(image, at); m != nil {
			return int(binary.NativeEndian.Uint32(m[pageSizeAt:])), nil
		}
	}
	return 0, errNoMeta
}

// newestMeta finds the meta page that counts: the offset of the page, and the
// number of the transaction that wrote it.
func newestMeta(image []byte, pageSize int) (at int, txid uint64, err error) {
	err = errNoMeta
	for page := 0; page <= pageSize; page += pageSize {
		m := wholeMeta(image, page)
		if m == nil {
			continue
		}
		if n := binary.NativeEndian.Uint64(m[txidAt:]); err != nil || n > txid {
			at, txid, err = page, n, nil
		}
	}
	return at, txid, err
}
