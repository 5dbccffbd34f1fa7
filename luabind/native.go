package luabind

import (
	"cmp"
	"path"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// nativeModule is what the modules in scripts/lib have from Go: functions that say what is
// wrong with an option when a plan is made, before anything runs.
const nativeModule = "sim.native"

func openNative() *lua.LTable {
	module := newTable()
	module.RawSetString("changes", wrongChanges)
	module.RawSetString("closest", closestName)
	module.RawSetString("match", wrongMatch)
	module.RawSetString("glob", wrongGlob)
	return module
}

// wrongChanges is function(where, table[, "disk"]), about a table of keys for plan:link, or
// plan:disk. What makes no sense together shows only over the profile that the link has then.
var wrongChanges = goFunction(func(L *lua.LState) int {
	var wrong error
	o := options{checkString(L, 1), checkTable(L, 2), func(err error) { wrong = cmp.Or(wrong, err) }}
	if optString(L, 3, "") == "disk" {
		_, err := diskTable{o}.over(core.DiskProfile{})
		wrong = cmp.Or(wrong, err)
	} else {
		o.only(profileNames())
		_, _ = profileTable{both: o}.over(options{}, core.Profile{})
	}
	return wrongWith(L, wrong)
})

// closestName is function(name, known), which finds the known name that may have been
// meant, or nil.
var closestName = goFunction(func(L *lua.LState) int {
	var known []string
	checkTable(L, 2).ForEach(func(_, name lua.LValue) { known = append(known, toText(L, name)) })
	if meant := core.Closest(checkString(L, 1), known); meant != "" {
		L.Push(lua.LString(meant))
		return 1
	}
	return 0
})

// wrongMatch is function(text), about a match of machines.
var wrongMatch = goFunction(func(L *lua.LState) int { return wrongWith(L, core.CheckMatch(checkString(L, 1))) })

// wrongGlob is function(text), about a glob over other names.
var wrongGlob = goFunction(func(L *lua.LState) int {
	_, err := path.Match(checkString(L, 1), "")
	return wrongWith(L, err)
})

// wrongWith returns what is wrong to a script: nothing, or a text.
func wrongWith(L *lua.LState, err error) int {
	if err == nil {
		return 0
	}
	L.Push(lua.LString(err.Error()))
	return 1
}
