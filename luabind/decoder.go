package luabind

import (
	"fmt"
	"math"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
	"simlua.example/core/message"
)

// decodeValue reads the one item of CBOR that src holds, by the rules of package
// message. An integer beyond 2^53 is rounded; null in an array is a hole, and in
// a map a key that is missing. Keys that are no strings, numbers or booleans,
// and keys that are one in Lua, are an error of kind io, as everything is that
// breaks the rules.
func decodeValue(L *lua.LState, src []byte) (lua.LValue, error) {
	d := decoder{L: L, src: src, texts: vmOf(L).texts}
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
	L     *lua.LState
	src   []byte
	texts texts
}

// head is that of an item.
type head struct {
	major, info byte
	n           uint64
}

func (d *decoder) head() (h head, err error) {
	if len(d.src) > 0 && d.src[0]&31 < 24 { // most are this short
		info := d.src[0] & 31
		h = head{d.src[0] >> 5, info, uint64(info)}
		d.src = d.src[1:]
		return h, nil
	}
	var size int
	h.major, h.info, h.n, size, err = message.ReadHead(d.src)
	switch {
	case err != nil:
		return h, unreadable("%v", err)
	case size == 0:
		return h, unreadable("it is cut off")
	}
	d.src = d.src[size:]
	return h, nil
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
	h, err := d.head()
	if err != nil {
		return nil, err
	}
	return d.content(h, depth)
}

// content reads what follows the head of an item.
func (d *decoder) content(h head, depth int) (lua.LValue, error) {
	switch h.major {
	case message.MajorUint, message.MajorNegint:
		return integer(h)
	case message.MajorBytes, message.MajorText:
		return d.text(h)
	case message.MajorArray:
		return d.array(h.n, depth)
	case message.MajorMap:
		return d.hash(h.n, depth)
	case message.MajorTag:
		return nil, unreadable("tag %d", h.n)
	}
	return simple(h)
}

func integer(h head) (lua.LValue, error) {
	switch {
	case h.n > math.MaxInt64:
		return nil, unreadable("an integer beyond 64 bits")
	case h.major == message.MajorNegint:
		return lua.LNumber(-1 - float64(h.n)), nil
	}
	return whole(h.n), nil
}

func (d *decoder) text(h head) (lua.LValue, error) {
	b, err := d.bytes(h.n)
	if err != nil {
		return nil, err
	}
	if h.major == message.MajorText && !utf8.Valid(b) {
		return nil, unreadable("text that is not UTF-8")
	}
	return d.texts.value(b), nil
}

func simple(h head) (lua.LValue, error) {
	switch h.info {
	case message.False:
		return lua.LFalse, nil
	case message.True:
		return lua.LTrue, nil
	case message.Null, message.Undefined:
		return lua.LNil, nil
	case message.Float16, message.Float32, message.Float64:
		return lua.LNumber(message.Float(h.info, h.n)), nil
	}
	return nil, unreadable("simple value %d", h.n)
}

// enter refuses tables that are nested too deep, or have more elements than they
// may, or than what is left to read could hold.
func (d *decoder) enter(n uint64, depth int) error {
	switch {
	case depth == maxValueDepth:
		return unreadable("nested deeper than %d", maxValueDepth)
	case n > uint64(len(d.src)): // every element takes a byte
		return unreadable("it is cut off")
	case n > message.MaxElements:
		return unreadable("more than %d elements in a table", message.MaxElements)
	}
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
	keys := keyCheck{table: t}
	for range n {
		name, key, err := d.key()
		if err != nil {
			return nil, err
		}
		if keys.again(name, key) {
			return nil, unreadable("a key that occurs twice")
		}
		v, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		switch {
		case v == lua.LNil:
			keys.skip(name, key)
		case key == nil:
			t.RawSetString(name, v)
		default:
			t.RawSet(key, v)
		}
	}
	return t, nil
}

// key reads the key of a map: a name, or else a number or a boolean.
func (d *decoder) key() (name string, other lua.LValue, err error) {
	h, err := d.head()
	if err != nil {
		return "", nil, err
	}
	if h.major == message.MajorText || h.major == message.MajorBytes {
		text, err := d.text(h)
		if err != nil {
			return "", nil, err
		}
		return string(text.(lua.LString)), nil, nil
	}
	v, err := d.content(h, maxValueDepth)
	if err != nil {
		return "", nil, err
	}
	if k, ok := v.(lua.LNumber); v.Type() == lua.LTBool || ok && k == k {
		return "", v, nil
	}
	return "", nil, unreadable("a key that is %s", renderValue(v))
}

// keyCheck finds keys of a map that occur twice. Names that come in the order
// of RFC 8949, 4.2.1, as every encoder here writes them, need no look-up.
type keyCheck struct {
	table   *lua.LTable
	last    string                  // name
	looking bool                    // not in order, or not names only
	nils    map[lua.LValue]struct{} // not in the table, as their value is nil
}

// again says whether a key has occurred before.
func (c *keyCheck) again(name string, other lua.LValue) bool {
	if other == nil {
		if !c.looking && (len(name) > len(c.last) || len(name) == len(c.last) && name > c.last) {
			c.last = name
			return false
		}
		other = lua.LString(name)
	}
	c.looking = true
	_, skipped := c.nils[other]
	return skipped || c.table.RawGet(other) != lua.LNil
}

// skip notes a key whose value is nil.
func (c *keyCheck) skip(name string, other lua.LValue) {
	if other == nil {
		other = lua.LString(name)
	}
	if c.nils == nil {
		c.nils = map[lua.LValue]struct{}{}
	}
	c.nils[other] = struct{}{}
}
