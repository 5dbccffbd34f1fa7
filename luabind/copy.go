package luabind

import (
	"sync"

	lua "github.com/yuin/gopher-lua"
)

// copier makes copies of a VM in which the script was evaluated: each is as
// good as another evaluation, which would end with the same tables, functions
// and variables, but costs no more than what its own functions can reach.
//
// What is one value in the original is one in the copy. Strings, numbers,
// engines and distributions do not change and are shared, and so is what
// belongs to all VMs.
type copier struct {
	of       *vm  // nothing changes it any more
	failed   bool // met a coroutine, whose stack nobody can read
	to       *vm
	tables   map[*lua.LTable]*lua.LTable
	closures map[*lua.LFunction]*lua.LFunction
	upvalues map[*lua.Upvalue]*lua.Upvalue
	emptyT   []*lua.LTable    // what was copied, and is to be filled
	emptyF   []*lua.LFunction // likewise
	pairs    [][2]lua.LValue  // of the table being filled
}

func newCopier(of *vm) *copier {
	return &copier{of: of, tables: map[*lua.LTable]*lua.LTable{},
		closures: map[*lua.LFunction]*lua.LFunction{}, upvalues: map[*lua.Upvalue]*lua.Upvalue{}}
}

// copy makes a VM with copies of functions, or none when they reach a coroutine.
func (c *copier) copy(functions []*lua.LFunction) (*vm, []*lua.LFunction) {
	from := c.of
	c.to = bareVM(from.program, from.params, from.brake)
	c.to.limit, c.to.slice, c.to.numbered = from.limit, from.slice, from.numbered
	c.to.threads, c.to.texts = from.threads, from.texts
	c.tables[from.L.G.Global] = c.to.L.G.Global
	c.emptyT = append(c.emptyT, from.L.G.Global)
	if from.modules != nil {
		c.to.modules = make(map[string]lua.LValue, len(from.modules))
	}
	for name, module := range from.modules { //tidy:sorted the copies are the same in any order
		c.to.modules[name] = c.value(module)
	}
	c.table(from.stringLibrary) // also when no variable has it any more
	copies := make([]*lua.LFunction, len(functions))
	for i, fn := range functions {
		copies[i] = c.closure(fn)
	}
	c.fill()
	return c.finish(), copies
}

// finish gives the VM what it has beside values, and makes ready for the next.
func (c *copier) finish() *vm {
	v := c.to
	v.setStringLibrary(c.tables[c.of.stringLibrary])
	for object, n := range c.of.numbers { //tidy:sorted it becomes a map again
		if copied := c.known(object); copied != nil {
			v.number(copied, n)
		}
	}
	clear(c.tables)
	clear(c.closures)
	clear(c.upvalues)
	c.to = nil
	if c.failed {
		return nil
	}
	return v
}

// known is the copy of an object, or nil when it has none.
func (c *copier) known(object lua.LValue) lua.LValue {
	switch x := object.(type) {
	case *lua.LTable:
		if copied := c.tables[x]; copied != nil {
			return copied
		}
		return nil
	case *lua.LFunction:
		if copied := c.closures[x]; copied != nil {
			return copied
		}
	}
	return object
}

// value is the copy of a value. Tables and functions are filled later, so that
// they can be as deep inside each other as they like.
func (c *copier) value(v lua.LValue) lua.LValue {
	switch x := v.(type) {
	case *lua.LTable:
		return c.table(x)
	case *lua.LFunction:
		return c.closure(x)
	case *lua.LState:
		c.failed = true
	}
	return v
}

func (c *copier) table(t *lua.LTable) *lua.LTable {
	copied := c.tables[t]
	switch {
	case copied != nil:
		return copied
	case ofAll()[t]:
		return t
	}
	copied = &lua.LTable{}
	c.tables[t] = copied
	c.emptyT = append(c.emptyT, t)
	return copied
}

// closure copies a function with variables of its own; others are shared.
func (c *copier) closure(fn *lua.LFunction) *lua.LFunction {
	copied := c.closures[fn]
	switch {
	case copied != nil:
		return copied
	case fn.IsG && (len(fn.Upvalues) == 0 || ofAll()[fn]):
		return fn
	}
	copied = &lua.LFunction{IsG: fn.IsG, Env: c.to.L.G.Global, Proto: fn.Proto, GFunction: fn.GFunction}
	c.closures[fn] = copied
	c.emptyF = append(c.emptyF, fn)
	return copied
}

// fill fills the copies of tables and functions, and those that come up
// meanwhile.
func (c *copier) fill() {
	for len(c.emptyT)+len(c.emptyF) > 0 {
		if c.of.brake.Pulled() != nil {
			c.failed = true
			return
		}
		if last := len(c.emptyT) - 1; last >= 0 {
			t := c.emptyT[last]
			c.emptyT = c.emptyT[:last]
			c.fillTable(c.tables[t], t)
		}
		if last := len(c.emptyF) - 1; last >= 0 {
			fn := c.emptyF[last]
			c.emptyF = c.emptyF[:last]
			c.fillClosure(c.closures[fn], fn)
		}
	}
}

// fillTable copies what is in a table, in the order in which pairs visits it.
func (c *copier) fillTable(into, from *lua.LTable) {
	array, strings := 0, 0
	c.pairs = c.pairs[:0]
	for k, v := from.Next(lua.LNil); k != lua.LNil; k, v = from.Next(k) {
		c.pairs = append(c.pairs, [2]lua.LValue{k, v})
		switch k.(type) {
		case lua.LString:
			strings++
		case lua.LNumber:
			array++
		}
	}
	*into = *c.to.L.CreateTable(array, strings)
	into.Metatable = c.value(from.Metatable)
	for _, p := range c.pairs {
		into.RawSet(c.value(p[0]), c.value(p[1]))
	}
}

// fillClosure copies the variables of a function, which others may share.
func (c *copier) fillClosure(into, from *lua.LFunction) {
	into.Upvalues = make([]*lua.Upvalue, len(from.Upvalues))
	for i, u := range from.Upvalues {
		copied := c.upvalues[u]
		if copied == nil {
			copied = &lua.Upvalue{}
			c.upvalues[u] = copied
			copied.SetValue(c.value(u.Value()))
		}
		into.Upvalues[i] = copied
	}
}

// ofAll are the tables and functions that all VMs share and none changes.
var ofAll = sync.OnceValue(func() map[lua.LValue]bool {
	all := map[lua.LValue]bool{worldErrors: true}
	p, s := prepare(), shareSim()
	for _, meta := range append([]*lua.LTable{p.meta, s.sim, s.profile, s.disk, s.params, s.engine}, p.metas...) {
		all[meta] = true
	}
	all[shareCheckers()] = true
	for _, value := range p.globals.values {
		all[value] = true
	}
	return all
})
