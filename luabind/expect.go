package luabind

import (
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"

	"simlua.example/core"
)

const inParentheses = "put parentheses around a call that returns several values"

func envExpect(L *lua.LState) int {
	e := checkEnv(L)
	name, want, got := checkString(L, 2), L.Get(3), L.Get(4)
	why := mismatch{want, got, checkMessage(L, 5)}
	return e.expect(L, name, equalValues(want, got), &why)
}

func envExpectTrue(L *lua.LState) int {
	e := checkEnv(L)
	name, condition := checkString(L, 2), L.Get(3)
	if condition != lua.LNil && condition.Type() != lua.LTBool {
		badArgument(L, 3, "true, false or nil, as x ~= nil gives; or write env:expect(name, want, got)")
	}
	message := checkMessage(L, 4)
	if message == "" {
		message = "the condition is " + condition.String()
	}
	return e.expect(L, name, condition == lua.LTrue, message)
}

// expect records a check and returns whether it holds.
func (e *envObject) expect(L *lua.LState, name string, holds bool, why any) int {
	if err := e.env.Expect(name, holds, why); err != nil {
		L.RaiseError("%v", err)
	}
	L.Push(lua.LBool(holds))
	return 1
}

// checkMessage reads the last argument, n, which may be missing.
func checkMessage(L *lua.LState, n int) string {
	if L.GetTop() > n {
		L.RaiseError("'%s' takes at most %d arguments, got %d: %s", called(L), n-1, L.GetTop()-1, inParentheses)
	}
	message := L.Get(n)
	if text, ok := message.(lua.LString); ok {
		return string(text)
	}
	if message != lua.LNil {
		badArgument(L, n, "a message, which is a string ("+inParentheses+")")
	}
	return ""
}

// mismatch says why an expectation does not hold, when it is asked.
type mismatch struct {
	want, got lua.LValue
	message   string
}

func (m *mismatch) String() string {
	text := difference(m.want, m.got)
	if m.message != "" {
		text = m.message + ": " + text
	}
	return text
}

// simExpect declares an expectation.
func simExpect(L *lua.LState) int {
	d := declaring(L, "sim.expect")
	name := checkString(L, 1)
	o := readOptions(L, 2, "sim.expect", "required")
	if name == "" || d.expected[name] {
		badArgument(L, 1, "a name that is declared once")
	}
	d.expected[name] = true
	d.expectation(name).Required = o.boolean("required", false)
	return 0
}

// expectation is what the scenario knows of a name.
func (d *declaration) expectation(name string) *core.Expectation {
	i, known := d.expects[name]
	if !known {
		i = len(d.scenario.Expects)
		d.expects[name] = i
		d.scenario.Expects = append(d.scenario.Expects, core.Expectation{Name: name})
	}
	return &d.scenario.Expects[i]
}

// learn takes in the names of expectations that were found in a text.
func (d *declaration) learn(names []string) {
	for _, name := range names {
		d.expectation(name)
	}
}

// learn notes the name of an expectation, if a call is one and it is a literal.
func (r *rewriter) learn(call *ast.FuncCallExpr) {
	if call.Method != "expect" && call.Method != "expect_true" || len(call.Args) < 2 {
		return
	}
	if name, ok := call.Args[0].(*ast.StringExpr); ok {
		r.expects = append(r.expects, name.Value)
	}
}
