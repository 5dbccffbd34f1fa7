package luabind

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// evaluate runs a Lua expression in a bare VM.
// newState is an interpreter with a budget.
func newState() *lua.LState {
	L := lua.NewState()
	L.SetContext(&strand{v: &vm{limit: math.MaxInt, brake: new(core.Brake), texts: texts{}}})
	return L
}

func evaluate(t testing.TB, L *lua.LState, expression string) lua.LValue {
	t.Helper()
	if err := L.DoString("return " + expression); err != nil {
		t.Fatal(err)
	}
	v := L.Get(-1)
	L.Pop(1)
	return v
}

func TestValueRoundTrip(t *testing.T) {
	tests := []struct{ lua, cbor, back string }{
		{lua: `nil`, cbor: "f6"},
		{lua: `true`, cbor: "f5"},
		{lua: `false`, cbor: "f4"},
		{lua: `0`, cbor: "00"},
		{lua: `23`, cbor: "17"},
		{lua: `24`, cbor: "1818"},
		{lua: `255`, cbor: "18ff"},
		{lua: `256`, cbor: "190100"},
		{lua: `65536`, cbor: "1a00010000"},
		{lua: `2^32`, cbor: "1b0000000100000000"},
		{lua: `2^53`, cbor: "1b0020000000000000"},
		{lua: `2^63`, cbor: "fa5f000000"},
		{lua: `-1`, cbor: "20"},
		{lua: `-25`, cbor: "3818"},
		{lua: `-2^62`, cbor: "3b3fffffffffffffff"},
		{lua: `0.5`, cbor: "f93800"},
		{lua: `-1/(1/0)`, cbor: "f98000", back: "0"},
		{lua: `1/0`, cbor: "f97c00", back: "inf"},
		{lua: `0.1`, cbor: "fb3fb999999999999a"},
		{lua: `2^-24`, cbor: "f90001"},
		{lua: `2^-25`, cbor: "fa33000000"},
		{lua: `1.00048828125`, cbor: "fa3f801000"},
		{lua: `65504.5`, cbor: "fa477fe080"},
		{lua: `""`, cbor: "60"},
		{lua: `"grüße"`, cbor: "676772c3bcc39f65"},
		{lua: `"\255\0"`, cbor: "42ff00"},
		{lua: `{}`, cbor: "80"},
		{lua: `{1, "a", false}`, cbor: "83016161f4"},
		{lua: `{{}, {{}}}`, cbor: "82808180"},
		{lua: `{b = 1, a = 2, aa = 3}`, cbor: "a361610261620162616103"},
		{lua: `{[1] = "x", [3] = "y"}`, cbor: "a2016178036179"},
		{lua: `{[-1] = 1, [0] = 2, [1.5] = 3, [true] = 4}`, cbor: "a400022001f504f93e0003"},
		{lua: `{"x", n = 1}`, cbor: "a2016178616e01"},
		{lua: `{x = {y = {1}}}`, cbor: "a16178a161798101"},
	}
	L := newState()
	defer L.Close()
	for _, tt := range tests {
		v := evaluate(t, L, tt.lua)
		b, err := encodeValue([]byte("before"), v)
		if err != nil {
			t.Errorf("%s: %v", tt.lua, err)
			continue
		}
		if got := hex.EncodeToString(b[len("before"):]); got != tt.cbor {
			t.Errorf("%s is written %s, want %s", tt.lua, got, tt.cbor)
		}
		back, err := decodeValue(L, b[len("before"):])
		if err != nil {
			t.Errorf("%s: %v", tt.lua, err)
			continue
		}
		want := tt.back
		if want == "" {
			want = renderValue(v)
		}
		if got := renderValue(back); got != want || !equalValues(v, back) {
			t.Errorf("%s comes back as %s, want %s", tt.lua, got, want)
		}
	}
}

func TestMapOrderIsOfKeysNotOfInsertion(t *testing.T) {
	L := newState()
	defer L.Close()
	forward, backward := L.NewTable(), L.NewTable()
	for i := range 300 {
		forward.RawSetString(strings.Repeat("k", i%7)+string(rune('a'+i%26))+string(rune('A'+i/26)), lua.LNumber(i))
	}
	for i := 299; i >= 0; i-- {
		backward.RawSetString(strings.Repeat("k", i%7)+string(rune('a'+i%26))+string(rune('A'+i/26)), lua.LNumber(i))
	}
	a, errA := encodeValue(nil, forward)
	b, errB := encodeValue(nil, backward)
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Fatalf("equal tables are written differently: %v %v", errA, errB)
	}
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]int
	if err := cbor.Unmarshal(a, &m); err != nil || len(m) != 300 {
		t.Fatalf("another reader finds %d keys: %v", len(m), err)
	}
	if want, err := mode.Marshal(m); err != nil || !bytes.Equal(a, want) {
		t.Errorf("the bytes are not those of RFC 8949's deterministic encoding: %v", err)
	}
}

func TestWhatCannotBeCopied(t *testing.T) {
	tests := []struct{ lua, want string }{
		{`print`, "a function"},
		{`{items = {1, 2, {cb = print}}}`, "a function (at .items[3].cb)"},
		{`{["a b"] = coroutine.create(print)}`, `a thread (at ["a b"])`},
		{`{[{}] = 1}`, "a table as a key"},
		{`{a = {[print] = 1}}`, "a function as a key (at .a)"},
		{`(function() local t = {} t.a = {b = t} return t end)()`, "a table that contains itself (at .a.b)"},
		{`(function() local t = {} for i = 1, 70 do t = {t} end return t end)()`, "tables nested deeper than 64"},
		{`string.rep("x", 2^20 + 1)`, "a string of more than 1 MiB"},
		{`(function() local t = {string.rep("x", 1000)} for i = 1, 20 do t = {t, t} end return t end)()`,
			"more than 1 MiB"},
		{`{string.rep("x", 2^20)}`, "more than 1 MiB"},
		{`(function() local t = {} for i = 1, 131073 do t[i] = 1 end return t end)()`,
			"a table of more than 131072 elements"},
	}
	L := newState()
	defer L.Close()
	for _, tt := range tests {
		_, err := encodeValue(nil, evaluate(t, L, tt.lua))
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.lua, err, tt.want)
		}
	}
}

func TestSharedTablesBecomeTwo(t *testing.T) {
	L := newState()
	defer L.Close()
	b, err := encodeValue(nil, evaluate(t, L, `(function() local s = {1} return {s, s} end)()`))
	if err != nil || hex.EncodeToString(b) != "8281018101" {
		t.Errorf("%x %v", b, err)
	}
}

func TestDecodeOfOthers(t *testing.T) {
	tests := []struct{ cbor, want string }{
		{"f7", "nil"},
		{"f93c00", "1"},
		{"f9c000", "-2"},
		{"f90001", "5.960464477539063e-08"},
		{"f97c00", "inf"},
		{"fa3fc00000", "1.5"},
		{"8301f603", "{1, [3] = 3}"},
		{"a26161f6616201", "{b = 1}"},
		{"a1416101", "{a = 1}"},
		{"1818", "24"},
		{"190001", "1"},
	}
	L := newState()
	defer L.Close()
	for _, tt := range tests {
		b, _ := hex.DecodeString(tt.cbor)
		v, err := decodeValue(L, b)
		if err != nil || renderValue(v) != tt.want {
			t.Errorf("%s: %v %v, want %s", tt.cbor, v, err, tt.want)
		}
	}
}

func TestDecodeOfNonsense(t *testing.T) {
	tests := []string{
		"", "18", "19ff", "61", "61ff", "82", "8201", "a1", "a101", "9f01ff", "c000", "f8ff", "1c", "ff", "0000",
		"a1f600", "a1f97e0000", "a2616101616102", "a26161f6616102", "a3616101616202616103", "a36161f6616202616103",
		"a2416101616102", "a2010101f93c00", "a200010001", "a2f501f501", "a260016002", "1bffffffffffffffff",
		"3b8000000000000000", "f818", "e0", "f820", "a1800", "9affffffff", "bbffffffffffffffff", "5bffffffffffffffff",
		strings.Repeat("81", maxValueDepth+1) + "00",
	}
	L := newState()
	defer L.Close()
	for _, text := range tests {
		b, _ := hex.DecodeString(text)
		if v, err := decodeValue(L, b); !errors.Is(err, core.ErrIO) {
			t.Errorf("%s: %v %v, want an error of kind io", text, v, err)
		}
	}
}

func TestEqualValues(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{`1`, `1`, true},
		{`1`, `"1"`, false},
		{`nil`, `false`, false},
		{`{}`, `{}`, true},
		{`{1, 2}`, `{1, 2}`, true},
		{`{1, 2}`, `{1, 2, 3}`, false},
		{`{1, 2, 3}`, `{1, 2}`, false},
		{`{a = {b = 1}}`, `{a = {b = 1}}`, true},
		{`{a = {b = 1}}`, `{a = {b = 2}}`, false},
		{`{a = 1}`, `{a = 1, b = 2}`, false},
		{`print`, `print`, true},
		{`{}`, `1`, false},
		{`loop`, `loop`, true},
		{`loop`, `pool`, true},
	}
	L := newState()
	defer L.Close()
	if err := L.DoString(`loop = {} loop.next = loop  pool = {} pool.next = {next = pool}`); err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		if got := equalValues(evaluate(t, L, tt.a), evaluate(t, L, tt.b)); got != tt.want {
			t.Errorf("%s equal to %s: %v", tt.a, tt.b, got)
		}
	}
}

func TestRenderValue(t *testing.T) {
	tests := []struct{ lua, want string }{
		{`"a\n"`, `"a\n"`},
		{`{3, x = 1, ["b c"] = {}, [10] = 0.5, [true] = print}`,
			`{3, [10] = 0.5, ["b c"] = {}, [true] = function, x = 1}`},
		{`string.rep("x", 1000)`, `"` + strings.Repeat("x", 199) + "..."},
	}
	L := newState()
	defer L.Close()
	for _, tt := range tests {
		if got := renderValue(evaluate(t, L, tt.lua)); got != tt.want {
			t.Errorf("%s is shown as %s", tt.lua, got)
		}
	}
}

func FuzzDecodeValue(f *testing.F) {
	for _, seed := range []string{
		"8301f603", "a26161f6616201", "f97c00", "a2616101616102", "9f01ff", "fb7ff8000000000000",
	} {
		b, _ := hex.DecodeString(seed)
		f.Add(b)
	}
	L := newState()
	defer L.Close()
	f.Fuzz(func(t *testing.T, src []byte) {
		v, err := decodeValue(L, src)
		if err != nil {
			return
		}
		once, err := encodeValue(nil, v)
		if err != nil {
			t.Fatalf("%x was read and cannot be written: %v", src, err)
		}
		again, err := decodeValue(L, once)
		if err != nil {
			t.Fatalf("%x cannot be read again: %v", once, err)
		}
		if twice, err := encodeValue(nil, again); err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%x is written as %x: %v", once, twice, err)
		}
		var other any
		if err := cbor.Unmarshal(once, &other); err != nil {
			t.Fatalf("another reader refuses %x: %v", once, err)
		}
	})
}

func BenchmarkValue(b *testing.B) {
	L := newState()
	defer L.Close()
	values := []struct{ name, lua string }{
		{"number", `42`},
		{"string", `"hello, world"`},
		{"map3", `{op = "put", key = "a", value = 7}`},
		{"list10", `{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}`},
		{"map20", `(function() local t = {} for i = 1, 20 do t["key" .. i] = i end return t end)()`},
	}
	for _, value := range values {
		v := evaluate(b, L, value.lua)
		src, err := encodeValue(nil, v)
		if err != nil {
			b.Fatal(err)
		}
		b.Run("encode/"+value.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				src, _ = encodeValue(src[:0], v)
			}
		})
		b.Run("decode/"+value.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = decodeValue(L, src)
			}
		})
	}
}
