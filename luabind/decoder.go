package luabind

import (
	"encoding/binary"
	"fmt"
	"math"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"simlua/core"
)

// decodeValue reads the one item of CBOR that src holds. An integer beyond 2^53
// is rounded; null in an array is a hole, and in a map a key that is missing;
// of a key that occurs twice the last value stays. Tags, indefinite lengths and
// keys that are no strings, numbers or booleans are an error of kind io.
func decodeValue(L *lua.LState, src []byte) (lua.LValue, error) {
	d := decoder{L: L, src: src}
	v, err := d.value(0)
	if err == nil && len(d.src) > 0 {
		err = unreadable("%d bytes after its end", len(d.src))
	}
	if err != nil {
		return lua.LNil, err
	}
	return v, nil
}

func unreadable(format string, args ...any) error {
	return fmt.Errorf("%w: not a value: %s", core.ErrIO, fmt.Sprintf(format, args...))
}

// decoder holds what is still to read.
type decoder struct {
	L   *lua.LState
	src []byte
}

// head reads the first byte of an item and its argument.
func (d *decoder) head() (first byte, n uint64, err error) {
	if len(d.src) == 0 {
		return 0, 0, unreadable("it is cut off")
	}
	first = d.src[0]
	d.src = d.src[1:]
	info := first & 31
	if info < 24 {
		return first, uint64(info), nil
	}
	if info > 27 {
		return 0, 0, unreadable("byte %#x", first)
	}
	b, err := d.bytes(1 << (info - 24))
	if err != nil {
		return 0, 0, err
	}
	switch info {
	case 24:
		n = uint64(b[0])
	case 25:
		n = uint64(binary.BigEndian.Uint16(b))
	case 26:
		n = uint64(binary.BigEndian.Uint32(b))
	case 27:
		n = binary.BigEndian.Uint64(b)
	}
	return first, n, nil
}

func (d *decoder) bytes(n uint64) ([]byte, error) {
	if n > uint64(len(d.src)) {
		return nil, unreadable("it is cut off")
	}
	b := d.src[:n]
	d.src = d.src[n:]
	return b, nil
}

func (d *decoder) value(depth int) (lua.LValue, error) {
	first, n, err := d.head()
	if err != nil {
		return nil, err
	}
	return d.content(first, n, depth)
}

// content reads what follows the head of an item.
func (d *decoder) content(first byte, n uint64, depth int) (lua.LValue, error) {
	switch first & 0xe0 {
	case cborUint:
		return lua.LNumber(n), nil
	case cborNegint:
		return lua.LNumber(-1 - float64(n)), nil
	case cborBytes, cborText:
		s, err := d.text(first, n)
		return lua.LString(s), err
	case cborArray:
		return d.array(n, depth)
	case cborMap:
		return d.hash(n, depth)
	case cborTag:
		return nil, unreadable("tag %d", n)
	}
	return simple(first, n)
}

func (d *decoder) text(first byte, n uint64) (string, error) {
	b, err := d.bytes(n)
	if err != nil {
		return "", err
	}
	if first&0xe0 == cborText && !utf8.Valid(b) {
		return "", unreadable("text that is not UTF-8")
	}
	return string(b), nil
}

func simple(first byte, n uint64) (lua.LValue, error) {
	switch first {
	case cborFalse:
		return lua.LFalse, nil
	case cborTrue:
		return lua.LTrue, nil
	case cborNull, cborUndef:
		return lua.LNil, nil
	case cborFloat16:
		return lua.LNumber(halfFloat(uint16(n))), nil
	case cborFloat32:
		return lua.LNumber(math.Float32frombits(uint32(n))), nil
	case cborFloat64:
		return lua.LNumber(math.Float64frombits(n)), nil
	}
	return nil, unreadable("simple value %d", n)
}

// halfFloat widens a float16 (RFC 8949, appendix D).
func halfFloat(h uint16) float64 {
	exponent, fraction := int(h>>10&31), float64(h&0x3ff)
	f := math.Ldexp(fraction+1024, exponent-25)
	switch {
	case exponent == 0:
		f = math.Ldexp(fraction, -24)
	case exponent == 31 && fraction == 0:
		f = math.Inf(1)
	case exponent == 31:
		f = math.NaN()
	}
	if h&0x8000 != 0 {
		f = -f
	}
	return f
}

// enter refuses tables that are nested too deep, or longer than what is left
// to read could be.
func (d *decoder) enter(n uint64, depth int) error {
	if depth == maxValueDepth {
		return unreadable("nested deeper than %d", maxValueDepth)
	}
	if n > uint64(len(d.src)) { // every element takes a byte
		return unreadable("it is cut off")
	}
	vmOf(d.L).charge(tableSize)
	return nil
}

func (d *decoder) array(n uint64, depth int) (lua.LValue, error) {
	if err := d.enter(n, depth); err != nil {
		return nil, err
	}
	t := d.L.CreateTable(int(n), 0)
	for i := 1; i <= int(n); i++ {
		v, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		t.RawSetInt(i, v)
	}
	return t, nil
}

func (d *decoder) hash(n uint64, depth int) (lua.LValue, error) {
	if err := d.enter(n, depth); err != nil {
		return nil, err
	}
	t := d.L.CreateTable(0, int(n))
	for range n {
		name, key, err := d.key()
		if err != nil {
			return nil, err
		}
		v, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if key == nil {
			t.RawSetString(name, v)
		} else {
			t.RawSet(key, v)
		}
	}
	return t, nil
}

// key reads the key of a map: a name, or else a number or a boolean.
func (d *decoder) key() (name string, other lua.LValue, err error) {
	first, n, err := d.head()
	if err != nil {
		return "", nil, err
	}
	if major := first & 0xe0; major == cborText || major == cborBytes {
		name, err = d.text(first, n)
		return name, nil, err
	}
	v, err := d.content(first, n, maxValueDepth)
	if err != nil {
		return "", nil, err
	}
	if k, ok := v.(lua.LNumber); v.Type() == lua.LTBool || ok && k == k {
		return "", v, nil
	}
	return "", nil, unreadable("a key that is %s", renderValue(v))
}
