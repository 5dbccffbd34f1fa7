package message

import (
	"encoding/binary"
	"errors"
	"math"
)

// Major types of CBOR (RFC 8949, 3.1): the upper three bits of an item's first
// byte.
const (
	MajorUint   = 0
	MajorNegint = 1
	MajorBytes  = 2
	MajorText   = 3
	MajorArray  = 4
	MajorMap    = 5
	MajorTag    = 6
	MajorSimple = 7
)

// The lower five bits of the first byte of a MajorSimple (RFC 8949, 3.3).
const (
	False     = 20
	True      = 21
	Null      = 22
	Undefined = 23
	Float16   = 25
	Float32   = 26
	Float64   = 27
)

// Why a head is refused.
var (
	errReserved   = errors.New("malformed CBOR: a reserved value")
	errSimple     = errors.New("a simple value of CBOR that is not false, true, null or undefined")
	errIndefinite = errors.New("CBOR of indefinite length")
)

// ReadHead reads the head of an item: its major type, the lower five bits of its
// first byte, its argument, and the size of the head, which is zero while b is
// too short.
func ReadHead(b []byte) (major, info byte, argument uint64, size int, err error) {
	if len(b) == 0 {
		return 0, 0, 0, 0, nil
	}
	major, info = b[0]>>5, b[0]&31
	switch {
	case major == MajorSimple && (info < False || info == 24):
		return 0, 0, 0, 0, errSimple
	case info < 24:
		return major, info, uint64(info), 1, nil
	case info == 31 && major >= MajorBytes && major <= MajorMap:
		return 0, 0, 0, 0, errIndefinite
	case info > 27:
		return 0, 0, 0, 0, errReserved
	}
	size = 1 + 1<<(info-24)
	if len(b) < size {
		return 0, 0, 0, 0, nil
	}
	switch info {
	case 24:
		argument = uint64(b[1])
	case 25:
		argument = uint64(binary.BigEndian.Uint16(b[1:]))
	case 26:
		argument = uint64(binary.BigEndian.Uint32(b[1:]))
	case 27:
		argument = binary.BigEndian.Uint64(b[1:])
	}
	return major, info, argument, size, nil
}

// AppendHead appends the head of an item, as short as it goes.
func AppendHead(dst []byte, major byte, argument uint64) []byte {
	first := major << 5
	switch {
	case argument < 24:
		return append(dst, first|byte(argument))
	case argument <= math.MaxUint8:
		return append(dst, first|24, byte(argument))
	case argument <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(dst, first|25), uint16(argument))
	case argument <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(dst, first|26), uint32(argument))
	}
	return binary.BigEndian.AppendUint64(append(dst, first|27), argument)
}
