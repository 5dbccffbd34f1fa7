package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"simlua.example/core/message"
)

// Lua values leave their VM as deep copies, written in CBOR (RFC 8949):
//
//	nil, boolean     null, true, false
//	number           integer when it is whole and below 2^63, otherwise the
//	                 shortest floating point that holds it
//	string           text when it is valid UTF-8, bytes otherwise
//	table            array when its keys are 1..n without holes, map otherwise;
//	                 the empty table is an empty array
//
// Keys are strings, numbers and booleans. Metatables are left behind. The keys
// of a map are in the order of RFC 8949, section 4.2.1, so equal values give
// equal bytes.

// Bounds of a value that crosses.
const (
	maxValueDepth = message.MaxNesting // tables inside tables
	maxValueSize  = message.DefaultMax // bytes of CBOR
)

// uncopiable is why a value cannot leave its VM: a noun, to follow "cannot
// send" or "cannot store", and where in the value it was found.
type uncopiable struct {
	what string
	path string // ".items[3].cb"
}

func (e *uncopiable) Error() string {
	if e.path == "" {
		return e.what
	}
	return e.what + " (at " + e.path + ")"
}

// inside adds the key under which the offender was found, on the way out.
func (e *uncopiable) inside(key lua.LValue) *uncopiable {
	e.path = keyPath(key) + e.path
	return e
}

// keyPath is how a script reads the field of a key: ".name", "[3]".
func keyPath(key lua.LValue) string {
	if s, ok := key.(lua.LString); ok && identifier(string(s)) {
		return "." + string(s)
	}
	return "[" + renderValue(key) + "]"
}

func identifier(s string) bool {
	for i, c := range []byte(s) {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// kindOf names the type of a value for a message: an object of the API by its
// own name.
func kindOf(v lua.LValue) string {
	if u, ok := v.(*lua.LUserData); ok {
		if o, ok := u.Value.(interface{ kind() string }); ok {
			return o.kind()
		}
	}
	return v.Type().String()
}

// equalValues compares what two values hold: tables by their contents, without
// metamethods, everything else as == does.
func equalValues(a, b lua.LValue) bool {
	return (&equality{look: func() {}}).values(a, b)
}

// equality compares tables, however deep they are inside each other. It looks before
// each field, so that what is large is charged for.
type equality struct {
	look func()
	seen map[tablePair]bool // for tables that contain themselves
	todo []tablePair
}

type tablePair struct{ a, b *lua.LTable }

func (e *equality) values(a, b lua.LValue) bool {
	if !e.alike(a, b) {
		return false
	}
	for len(e.todo) > 0 {
		last := len(e.todo) - 1
		pair := e.todo[last]
		if e.todo = e.todo[:last]; !e.fields(pair.a, pair.b) {
			return false
		}
	}
	return true
}

// alike compares two values, but for what is in tables: that is still to do.
func (e *equality) alike(a, b lua.LValue) bool {
	e.look()
	x, xTable := a.(*lua.LTable)
	y, yTable := b.(*lua.LTable)
	if !xTable || !yTable {
		return a == b
	}
	pair := tablePair{behind(x), behind(y)}
	if pair.a == pair.b || e.seen[pair] {
		return true
	}
	if e.seen == nil {
		e.seen = map[tablePair]bool{}
	}
	e.seen[pair] = true
	e.todo = append(e.todo, pair)
	return true
}

func (e *equality) fields(a, b *lua.LTable) bool {
	for key, v := a.Next(lua.LNil); key != lua.LNil; key, v = a.Next(key) {
		if !e.alike(v, b.RawGet(key)) {
			return false
		}
	}
	for key, _ := b.Next(lua.LNil); key != lua.LNil; key, _ = b.Next(key) {
		if e.look(); a.RawGet(key) == lua.LNil {
			return false
		}
	}
	return true
}
