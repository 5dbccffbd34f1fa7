package luabind

import (
	"errors"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// txObject is a transaction over one bucket in the hand of a script.
type txObject struct {
	v      *vm
	tx     core.Tx
	shared *txState
}

// txState is what the buckets of one transaction share.
type txState struct {
	writable bool
	ended    bool
}

func (*txObject) kind() string { return "tx" }

var txSection = section{
	name: "tx:",
	doc: "A transaction, valid inside the function that got it. Keys are strings, not empty. Values are what " +
		"conn:send can carry, in the same CBOR; what a Go engine stored that is not CBOR reads as a string of " +
		"its bytes.",
	entries: []entry{
		{"get", "(key) -> value", "The value, or nil when the key is missing.", txGet},
		{"put", "(key, value)", "Stores a value that is not nil. Only in an update.", txPut},
		{"delete", "(key)", "Removes a key; a missing one is no error. Only in an update.", txDelete},
		{"each", "(prefix, fn)",
			"Calls fn(key, value) for the keys that begin with prefix, in the order of their bytes, " +
				"until fn returns false. In an update it visits what was there when it began.", txEach},
		{"bucket", "(name) -> tx", "The same transaction over another bucket.", txBucket},
	},
}

var txClass = newClass(txSection)

func checkTx(L *lua.LState) *txObject {
	t := checkSelf[*txObject](L, "tx")
	if t.shared.ended {
		L.RaiseError("the transaction has ended: tx is valid inside the function that got it")
	}
	return t
}

// checkWritable also checks that the transaction may change something.
func checkWritable(L *lua.LState) *txObject {
	t := checkTx(L)
	if !t.shared.writable {
		L.RaiseError("a view only reads: use db:update")
	}
	return t
}

func checkKey(L *lua.LState) []byte {
	key := checkString(L, 2)
	if key == "" {
		badArgument(L, 2, "a key that is not empty")
	}
	return []byte(key)
}

func txGet(L *lua.LState) int {
	t := checkTx(L)
	L.Push(t.decode(L, t.tx.Get(checkKey(L))))
	return 1
}

// decode reads a stored value; nil is a missing key.
func (t *txObject) decode(L *lua.LState, b []byte) lua.LValue {
	if b == nil {
		return lua.LNil
	}
	v, err := decodeValue(L, b)
	if err != nil {
		return lua.LString(b)
	}
	return v
}

func txPut(L *lua.LState) int {
	t := checkWritable(L)
	key := checkKey(L)
	if L.Get(3) == lua.LNil {
		badArgument(L, 3, "a value (tx:delete removes a key)")
	}
	b, err := encodeValue(nil, L.Get(3))
	if err != nil {
		L.RaiseError("cannot store %s", err.Error())
	}
	t.must(L, t.tx.Put(key, b))
	return 0
}

func txDelete(L *lua.LState) int {
	t := checkWritable(L)
	t.must(L, t.tx.Delete(checkKey(L)))
	return 0
}

func (t *txObject) must(L *lua.LState, err error) {
	if err != nil {
		t.v.raise(L, err)
	}
}

// errEnough ends a visit that the script has seen enough of.
var errEnough = errors.New("enough")

func txEach(L *lua.LState) int {
	t := checkTx(L)
	prefix := checkString(L, 2)
	fn := checkFunction(L, 3)
	var raised any
	visit := func(key, value []byte) (err error) {
		more := true
		if raised, err = protect(func() { more = t.visit(L, fn, key, value) }); err == nil && !more {
			err = errEnough
		}
		return err
	}
	err := t.tx.Each([]byte(prefix), visit)
	switch {
	case raised != nil:
		panic(raised)
	case !errors.Is(err, errEnough):
		t.must(L, err)
	}
	return 0
}

// visit calls fn and says whether it wants more.
func (t *txObject) visit(L *lua.LState, fn *lua.LFunction, key, value []byte) bool {
	L.Push(fn)
	L.Push(lua.LString(key))
	L.Push(t.decode(L, value))
	L.Call(2, 1)
	more := L.Get(-1) != lua.LFalse
	L.Pop(1)
	return more
}

func txBucket(L *lua.LState) int {
	t := checkTx(L)
	L.Push(another(L, &txObject{t.v, t.tx.Bucket(checkBucket(L)), t.shared}))
	return 1
}
