package luabind

import (
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core/message"
)

// encodeValue appends v in CBOR to dst. The error is an *uncopiable.
func encodeValue(dst []byte, v lua.LValue) ([]byte, error) {
	e := encoder{dst: dst, limit: len(dst) + maxValueSize}
	if err := e.value(v, 0); err != nil {
		return dst, err
	}
	if len(e.dst) > e.limit {
		return dst, tooLarge()
	}
	return e.dst, nil
}

type encoder struct {
	dst   []byte
	limit int
	path  [maxValueDepth]*lua.LTable // the tables around the present value
}

func (e *encoder) value(v lua.LValue, depth int) *uncopiable {
	if len(e.dst) > e.limit {
		return tooLarge()
	}
	switch v := v.(type) {
	case lua.LString:
		return e.text(string(v))
	case lua.LNumber:
		e.number(float64(v))
	case *lua.LTable:
		return e.table(v, depth)
	case lua.LBool:
		if v {
			e.head(message.MajorSimple, message.True)
		} else {
			e.head(message.MajorSimple, message.False)
		}
	case *lua.LNilType:
		e.head(message.MajorSimple, message.Null)
	default:
		return &uncopiable{what: "a " + kindOf(v)}
	}
	return nil
}

func (e *encoder) head(major byte, n uint64) {
	if n < 24 { // most are
		e.dst = append(e.dst, major<<5|byte(n))
		return
	}
	e.dst = message.AppendHead(e.dst, major, n)
}

func (e *encoder) number(f float64) {
	whole := f == math.Trunc(f) && math.Abs(f) < 1<<63 && (f != 0 || !math.Signbit(f))
	switch {
	case whole && f >= 0:
		e.head(message.MajorUint, uint64(f))
	case whole:
		e.head(message.MajorNegint, uint64(-1-int64(f)))
	default:
		e.dst = message.AppendFloat(e.dst, f)
	}
}

func (e *encoder) text(s string) *uncopiable {
	if len(s) > maxValueSize {
		return &uncopiable{what: fmt.Sprintf("a string of more than %d MiB", maxValueSize>>20)}
	}
	major := byte(message.MajorText)
	if !utf8.ValidString(s) {
		major = message.MajorBytes
	}
	e.head(major, uint64(len(s)))
	e.dst = append(e.dst, s...)
	return nil
}

func (e *encoder) table(t *lua.LTable, depth int) *uncopiable {
	if slices.Contains(e.path[:depth], t) {
		return &uncopiable{what: "a table that contains itself"}
	}
	if depth == maxValueDepth {
		return &uncopiable{what: fmt.Sprintf("tables nested deeper than %d", maxValueDepth)}
	}
	e.path[depth] = t
	t = behind(t)
	if n := t.Len(); isArray(t, n) {
		return e.array(t, n, depth+1)
	}
	return e.hash(t, depth+1)
}

// isArray says whether the keys of t are 1..n and nothing else.
func isArray(t *lua.LTable, n int) bool {
	for i := 1; i <= n; i++ {
		if t.RawGetInt(i) == lua.LNil {
			return false
		}
	}
	last := lua.LValue(lua.LNil)
	if n > 0 {
		last = lua.LNumber(n)
	}
	key, _ := t.Next(last)
	return key == lua.LNil
}

func (e *encoder) array(t *lua.LTable, n, depth int) *uncopiable {
	if n > message.MaxElements {
		return tooMany()
	}
	e.head(message.MajorArray, uint64(n))
	for i := 1; i <= n; i++ {
		if err := e.value(t.RawGetInt(i), depth); err != nil {
			return err.inside(lua.LNumber(i))
		}
	}
	return nil
}

func tooLarge() *uncopiable {
	return &uncopiable{what: fmt.Sprintf("more than %d MiB", maxValueSize>>20)}
}

func tooMany() *uncopiable {
	return &uncopiable{what: fmt.Sprintf("a table of more than %d elements", message.MaxElements)}
}

// pair is where one key and its value lie in the bytes of a map.
type pair struct{ start, value, end int }

func (e *encoder) hash(t *lua.LTable, depth int) *uncopiable {
	var room [16]pair
	pairs := room[:0]
	start := len(e.dst)
	e.dst = append(e.dst, message.MajorMap<<5) // enough for the head of a small map
	for key, v := t.Next(lua.LNil); key != lua.LNil; key, v = t.Next(key) {
		p := pair{start: len(e.dst)}
		switch k := key.(type) {
		case lua.LString, lua.LNumber, lua.LBool:
			if err := e.value(k, depth); err != nil {
				return err
			}
		default:
			return &uncopiable{what: "a " + kindOf(key) + " as a key"}
		}
		p.value = len(e.dst)
		if err := e.value(v, depth); err != nil {
			return err.inside(key)
		}
		p.end = len(e.dst)
		pairs = append(pairs, p)
	}
	if len(pairs) > message.MaxElements {
		return tooMany()
	}
	e.arrange(start, pairs)
	return nil
}

// arrange puts the pairs written since start into the order of their keys, and
// the head of the map before them.
func (e *encoder) arrange(start int, pairs []pair) {
	before := func(a, b pair) int { return slices.Compare(e.dst[a.start:a.value], e.dst[b.start:b.value]) }
	if len(pairs) < 24 && slices.IsSortedFunc(pairs, before) {
		e.dst[start] |= byte(len(pairs))
		return
	}
	slices.SortFunc(pairs, before)
	end := len(e.dst)
	e.head(message.MajorMap, uint64(len(pairs)))
	for _, p := range pairs {
		e.dst = append(e.dst, e.dst[p.start:p.end]...)
	}
	n := copy(e.dst[start:], e.dst[end:])
	e.dst = e.dst[:start+n]
}
