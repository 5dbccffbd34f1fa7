package luabind

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"github.com/fxamacker/cbor/v2"
	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
	"simlua.example/core/message"
)

// something makes a value for Go and the same one for Lua. Numbers that are
// whole are integers, as Lua has no other ones.
func something(L *lua.LState, r *core.Random, depth int) (any, lua.LValue) {
	most := int64(9)
	if depth == 0 {
		most = 6
	}
	switch r.Int(0, most) {
	case 0:
		return true, lua.LTrue
	case 1:
		n := int64(r.Uint64()) >> (11 + r.Int(0, 52))
		return n, lua.LNumber(n)
	case 2:
		f := float64(int64(r.Uint64())>>(11+r.Int(0, 52))) + 0.5
		if f == math.Trunc(f) {
			f = 0.25
		}
		return f, lua.LNumber(f)
	case 3:
		f := []float64{math.Inf(1), math.Inf(-1), math.NaN(), math.Copysign(0, -1), 0.1, 1.5, 1e-7, 0x1p-24, 0x1p-25,
			0x1.8p-15, 65504.5, 0x1p63, 0x1p100, math.MaxFloat64, math.SmallestNonzeroFloat64}[r.Int(0, 14)]
		return f, lua.LNumber(f)
	case 4, 5:
		s := "grüße\x00"[:2*r.Int(0, 1)] + fmt.Sprint(r.Int(0, 1000))
		return s, lua.LString(s)
	case 6:
		b := []byte{0xff, byte(r.Uint64())}
		return b, lua.LString(b)
	case 7:
		list, t := []any{}, L.NewTable()
		for range r.Int(0, 30) {
			v, l := something(L, r, depth-1)
			list = append(list, v)
			t.Append(l)
		}
		return list, t
	}
	hash, t := map[any]any{}, L.NewTable()
	for range r.Int(1, 30) {
		v, l := something(L, r, depth-1)
		if n := r.Int(-3000, 300); n < 0 {
			hash[n] = v
			t.RawSet(lua.LNumber(n), l)
		} else {
			hash[fmt.Sprint("k", n)] = v
			t.RawSetString(fmt.Sprint("k", n), l)
		}
	}
	return hash, t
}

// TestCodersWriteTheSameBytes compares what Lua writes with what engines do, and
// reads it with both.
func TestCodersWriteTheSameBytes(t *testing.T) {
	L := newState()
	defer L.Close()
	r := core.NewRandom(1, "coders")
	for range 1000 {
		v, l := something(L, r, 4)
		want, err := message.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := encodeValue(nil, l); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%v: Lua writes %x, Go %x (%v)", v, got, want, err)
		}
		agree(t, L, want)
	}
}

// TestCodersReadAlike mutates messages: both readers take them, or none does.
func TestCodersReadAlike(t *testing.T) {
	L := newState()
	defer L.Close()
	r := core.NewRandom(1, "coders")
	taken, refused := 0, 0
	for range 10_000 {
		v, _ := something(L, r, 2)
		b, err := message.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		for range r.Int(1, 3) {
			b[r.Int(0, int64(len(b)-1))] = byte(r.Uint64())
		}
		if agree(t, L, b) {
			taken++
		} else {
			refused++
		}
	}
	if taken < 500 || refused < 500 {
		t.Errorf("%d taken, %d refused: the test has lost its point", taken, refused)
	}
}

func FuzzCoders(f *testing.F) {
	for _, seed := range []string{"\xa2aa\x01ab\x02", "\x82\xf9\x38\x00\xf6", "\xa2\x01\x01\x18\x01\x02", "\xf8\x20"} {
		f.Add([]byte(seed))
	}
	L := newState()
	defer L.Close()
	f.Fuzz(func(t *testing.T, b []byte) { agree(t, L, b) })
}

// agree checks that both readers take an item, or none, and that they write the
// same after it where it has a meaning in both languages.
func agree(t *testing.T, L *lua.LState, b []byte) bool {
	t.Helper()
	var v any
	goErr := message.Unmarshal(b, &v)
	l, luaErr := decodeValue(L, b)
	if goErr == nil && foreign(v) {
		return luaErr == nil
	}
	if (goErr == nil) != (luaErr == nil) {
		t.Fatalf("%x: Go says %v, Lua %v", b, goErr, luaErr)
	}
	if goErr != nil {
		return false
	}
	want, err := message.Marshal(v)
	got, luaErr := encodeValue(nil, l)
	if err != nil || luaErr != nil || !bytes.Equal(got, want) {
		t.Fatalf("%x: Lua writes it as %x, Go as %x (%v, %v)", b, got, want, luaErr, err)
	}
	return true
}

// foreign says whether Lua has no such value, or another one: nil in a table, an
// empty map, a whole number that is no integer or beyond 2^53, a string of bytes
// that are UTF-8, and keys that are none in Lua or one.
func foreign(v any) bool {
	switch v := v.(type) {
	case int64:
		return v > 1<<53 || v < -1<<53
	case float64:
		return v == math.Trunc(v) && math.Abs(v) < 1<<63 && (v != 0 || !math.Signbit(v))
	case []byte:
		return string(bytes.ToValidUTF8(v, nil)) == string(v)
	case cbor.ByteString:
		return foreign([]byte(v))
	case []any:
		for _, e := range v {
			if e == nil || foreign(e) {
				return true
			}
		}
	case map[any]any:
		for key, e := range v {
			n, number := key.(float64)
			if key == nil || e == nil || foreign(key) || foreign(e) || number && n != n {
				return true
			}
		}
		return len(v) == 0 || sequence(v)
	}
	return false
}

// sequence says whether the keys are those of an array.
func sequence(v map[any]any) bool {
	for n := range v {
		i, ok := n.(int64)
		if !ok || i < 1 || i > int64(len(v)) {
			return false
		}
	}
	return true
}
