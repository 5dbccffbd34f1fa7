package luabind

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// jsonModule is what sim.json is made of.
const jsonModule = "sim.json.native"

// jsonNull is what json.null is: null on its way out.
var jsonNull = &lua.LUserData{Value: nothing{}, Metatable: lua.LNil}

type nothing struct{}

func (nothing) kind() string { return "json.null" }

func openJSON() *lua.LTable {
	module := newTable()
	module.RawSetString("encode", encodeJSON)
	module.RawSetString("decode", decodeJSON)
	module.RawSetString("null", jsonNull)
	return module
}

var encodeJSON = goFunction(func(L *lua.LState) int {
	if L.GetTop() < 1 {
		badArgument(L, 1, "a value")
	}
	b, err := appendJSON(nil, L.Get(1), 0)
	if err != nil {
		L.RaiseError("cannot encode %s", err.Error())
	}
	L.Push(lua.LString(b))
	return 1
})

// appendJSON appends a value as it would be sent: an array when its keys are 1..n or
// when it is empty, and an object otherwise, in the order of pairs.
func appendJSON(b []byte, v lua.LValue, depth int) ([]byte, *uncopiable) {
	switch v := v.(type) {
	case lua.LString:
		return appendJSONText(b, string(v))
	case lua.LNumber:
		f := float64(v)
		switch {
		case math.IsNaN(f) || math.IsInf(f, 0):
			return b, &uncopiable{what: "the number " + v.String() + ", which JSON does not have"}
		case f == math.Trunc(f) && math.Abs(f) < 1<<63 && (f != 0 || !math.Signbit(f)):
			return strconv.AppendInt(b, int64(f), 10), nil
		}
		return strconv.AppendFloat(b, f, 'g', -1, 64), nil
	case lua.LBool:
		return strconv.AppendBool(b, bool(v)), nil
	case *lua.LTable:
		return appendJSONTable(b, v, depth)
	}
	if v == lua.LNil || v == lua.LValue(jsonNull) {
		return append(b, "null"...), nil
	}
	return b, &uncopiable{what: "a " + kindOf(v)}
}

func appendJSONText(b []byte, s string) ([]byte, *uncopiable) {
	switch {
	case !utf8.ValidString(s):
		return b, &uncopiable{what: "a string that is not UTF-8"}
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' }):
		quoted, _ := json.Marshal(s) // a string has a form
		return append(b, quoted...), nil
	}
	return append(append(append(b, '"'), s...), '"'), nil
}

func appendJSONTable(b []byte, t *lua.LTable, depth int) ([]byte, *uncopiable) {
	if depth == maxValueDepth {
		return b, &uncopiable{what: fmt.Sprintf("tables nested deeper than %d", maxValueDepth)}
	}
	t = behind(t)
	n := t.Len()
	open, end := byte('{'), byte('}')
	if isArray(t, n) {
		open, end = '[', ']'
	}
	b = append(b, open)
	first := true
	for key, v := t.Next(lua.LNil); key != lua.LNil; key, v = t.Next(key) {
		if !first {
			b = append(b, ',')
		}
		first = false
		var err *uncopiable
		if open == '{' {
			name, isText := key.(lua.LString)
			if !isText {
				return b, &uncopiable{what: "a table with the key " + renderKey(key) + ": a key of an object is a string"}
			}
			if b, err = appendJSONText(b, string(name)); err != nil {
				return b, err
			}
			b = append(b, ':')
		}
		if b, err = appendJSON(b, v, depth+1); err != nil {
			return b, err.inside(key)
		}
		if len(b) > maxValueSize {
			return b, tooLarge()
		}
	}
	return append(b, end), nil
}

var decodeJSON = goFunction(func(L *lua.LState) int {
	d := json.NewDecoder(strings.NewReader(checkString(L, 1)))
	v, err := readJSON(L, d, 0)
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = fmt.Errorf("something follows at byte %d", d.InputOffset())
		}
	}
	if err != nil {
		vmOf(L).raise(L, fmt.Errorf("%w: not JSON: %w", core.ErrIO, err))
	}
	L.Push(v)
	return 1
})

// readJSON reads a value. null in an array is a hole, and in an object a key that is
// missing, as on the wire.
func readJSON(L *lua.LState, d *json.Decoder, depth int) (lua.LValue, error) {
	token, err := d.Token()
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, err
	}
	switch x := token.(type) {
	case string:
		return lua.LString(x), nil
	case float64:
		return lua.LNumber(x), nil
	case bool:
		return lua.LBool(x), nil
	case json.Delim:
		if depth == maxValueDepth {
			return nil, fmt.Errorf("nested deeper than %d", maxValueDepth)
		}
		return readJSONTable(L, d, x == '{', depth)
	}
	return lua.LNil, nil
}

func readJSONTable(L *lua.LState, d *json.Decoder, isObject bool, depth int) (lua.LValue, error) {
	t := L.CreateTable(0, 0)
	for i := 1; d.More(); i++ {
		key := lua.LValue(lua.LNumber(i))
		if isObject {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			key = lua.LString(name.(string)) // the decoder has seen to it
		}
		v, err := readJSON(L, d, depth+1)
		if err != nil {
			return nil, err
		}
		if v != lua.LNil {
			t.RawSet(key, v)
		}
	}
	_, err := d.Token() // the end of it
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return t, err
}
