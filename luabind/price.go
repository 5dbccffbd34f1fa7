package luabind

import (
	"math/bits"

	lua "github.com/yuin/gopher-lua"
)

// threadSize is about what a thread, a coroutine or a process takes, in bytes.
const threadSize = 4 << 10

// tableSize is about what a table of Lua takes beside its elements, in bytes.
const tableSize = 256

// declarationSize is about what a declaration of a script takes, in bytes.
const declarationSize = 2 << 10

func priceDeclaration(*lua.LState) int { return declarationSize }

// prices are what functions of the interpreter's own libraries cost beside
// their instruction, in bytes made; 16 bytes are an instruction.
var prices = map[string]func(L *lua.LState) int{
	"rawset":          priceRawSet,
	"string.char":     (*lua.LState).GetTop,
	"string.lower":    priceText,
	"string.reverse":  priceText,
	"string.upper":    priceText,
	"tonumber":        priceText,
	"debug.traceback": priceText,
	"table.getn":      priceScan,
	"table.insert":    priceInsert,
	"table.maxn":      priceScan,
	"table.remove":    priceRemove,
	"table.sort":      priceSort,
}

// priced makes a function that charges before it does its work.
func priced(fn *lua.LFunction, price func(L *lua.LState) int) *lua.LFunction {
	return goFunction(func(L *lua.LState) int {
		vmOf(L).pay(L, price(L))
		return fn.GFunction(L)
	})
}

// priceText is that of a function whose result is as long as its argument.
func priceText(L *lua.LState) int {
	text, _ := L.Get(1).(lua.LString)
	return len(text)
}

// priceScan is that of looking at every element of an array.
func priceScan(L *lua.LState) int { return tableLength(L) }

func tableLength(L *lua.LState) int {
	if t, ok := L.Get(1).(*lua.LTable); ok {
		return arrayLength(t)
	}
	return 0
}

func priceRawSet(L *lua.LState) int {
	t, isTable := L.Get(1).(*lua.LTable)
	key, isNumber := L.Get(2).(lua.LNumber)
	if !isTable || !isNumber {
		return 0
	}
	return growth(t, key)
}

// priceInsert is that of moving what is behind, or of the holes before.
func priceInsert(L *lua.LState) int {
	t, isTable := L.Get(1).(*lua.LTable)
	at, isNumber := L.Get(2).(lua.LNumber)
	if !isTable || !isNumber || L.GetTop() < 3 {
		return 0
	}
	return growth(t, at) + priceMove(t, at)
}

func priceRemove(L *lua.LState) int {
	t, isTable := L.Get(1).(*lua.LTable)
	at, isNumber := L.Get(2).(lua.LNumber)
	if !isTable || !isNumber {
		return 0
	}
	return priceMove(t, at)
}

// priceMove is that of moving the elements from an index on: half a byte each,
// for so fast it is.
func priceMove(t *lua.LTable, at lua.LNumber) int {
	return max(0, arrayLength(t)-int(max(at, 1))) / 2
}

// priceSort is an instruction for each comparison.
func priceSort(L *lua.LState) int {
	n := tableLength(L)
	return 16 * n * bits.Len(uint(n))
}
