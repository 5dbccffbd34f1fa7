package luabind

import (
	"reflect"

	lua "github.com/yuin/gopher-lua"
)

// smallIndex is a key that an array may grow to at no price.
const smallIndex = 64

// storeFunction stands for t[k] = v in compiled code. An array has an element
// for every index below its last, so that one assignment can take any amount of
// memory: it is charged.
var storeFunction = standInFor(func(L *lua.LState) int {
	if k, ok := L.Get(2).(lua.LNumber); ok && k > smallIndex {
		if t, ok := L.Get(1).(*lua.LTable); ok {
			vmOf(L).pay(L, growth(t, k))
		}
	}
	L.SetTable(L.Get(1), L.Get(2), L.Get(3))
	return 0
})

// spreadFunction stands before ... and f() in a table constructor: it returns
// its arguments.
var spreadFunction = standInFor(func(L *lua.LState) int {
	n := L.GetTop()
	vmOf(L).pay(L, 16*n)
	return n
})

// keyFunction stands for the key of a table constructor whose array has an
// element for every index up to its second argument.
var keyFunction = standInFor(func(L *lua.LState) int {
	key, had := L.Get(1), L.Get(2).(lua.LNumber)
	if k, ok := key.(lua.LNumber); ok && k > had && k < lua.LNumber(lua.MaxArrayIndex) {
		vmOf(L).pay(L, 16*int(k-had))
	}
	L.Push(key)
	return 1
})

// arrayField is where a table keeps its array. The interpreter does not say how
// long that is.
var arrayField = func() int {
	f, ok := reflect.TypeFor[lua.LTable]().FieldByName("array")
	if !ok {
		panic("gopher-lua's tables have no array")
	}
	return f.Index[0]
}()

// arrayLength is the length of a table's array, holes included.
func arrayLength(t *lua.LTable) int { return reflect.ValueOf(t).Elem().Field(arrayField).Len() }

// growth is how many bytes of holes a key puts into a table's array.
func growth(t *lua.LTable, key lua.LNumber) int {
	if key < 1 || key >= lua.LNumber(lua.MaxArrayIndex) {
		return 0
	}
	return 16 * max(0, int(key)-arrayLength(t)-1)
}
