package luabind

import (
	"slices"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

func envSometimes(L *lua.LState) int {
	e, name := checkProperty(L, core.KindSometimes)
	condition := L.Get(3)
	if condition != lua.LNil && condition.Type() != lua.LTBool {
		badArgument(L, 3, "true, false or nil, as x ~= nil gives")
	}
	return raisedBy(L, e.env.Sometimes(name, condition == lua.LTrue))
}

func envReachable(L *lua.LState) int {
	e, name := checkProperty(L, core.KindReachable)
	return raisedBy(L, e.env.Reachable(name))
}

func envUnreachable(L *lua.LState) int {
	e, name := checkProperty(L, core.KindUnreachable)
	return raisedBy(L, e.env.Unreachable(name))
}

// raisedBy raises an error of core, if there is one.
func raisedBy(L *lua.LState, err error) int {
	if err != nil {
		L.RaiseError("%v", err)
	}
	return 0
}

// checkProperty reads argument 2, the name of a property, which must be a literal in
// the text that was loaded: what a run never comes to is only known so.
func checkProperty(L *lua.LState, kind string) (*envObject, string) {
	e, name := checkEnv(L), checkString(L, 2)
	if key := (core.Expectation{Name: name, Kind: kind}); !e.v.properties[key] {
		if name == "" || !e.v.hasLiteral(key) {
			badArgument(L, 2, `a name that is a literal in the script, env:`+kind+`("…"): it must be known before the run, `+
				`so that one that never comes to it shows it`)
		}
		if e.v.properties == nil {
			e.v.properties = map[core.Expectation]bool{}
		}
		e.v.properties[key] = true
	}
	return e, name
}

// hasLiteral looks for a property in the text of the script and its modules.
func (v *vm) hasLiteral(e core.Expectation) bool {
	p := v.program
	if slices.Contains(p.main.expects, e) {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for name := range v.modules { //tidy:sorted any of them will do
		if text := p.modules[name]; text != nil && slices.Contains(text.expects, e) {
			return true
		}
	}
	return false
}
