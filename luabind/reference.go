package luabind

import lua "github.com/yuin/gopher-lua"

// entry is one function of the Lua API. The reference in scripts/README.md is
// generated from these, so a function without documentation cannot exist.
type entry struct {
	name string // as the script writes it: "sleep"
	args string // "(duration)", or "(name, want, got) -> boolean"
	doc  string // one or two sentences: what it does, units, errors, bounds
	fn   lua.LGFunction
}

// section is a table of the API: a module, or the methods of an object.
type section struct {
	name    string // how a call reads: "sim.", "env:", "conn:"
	doc     string
	entries []entry
}
