package luabind

import (
	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"

	"simlua.example/core"
)

const inParentheses = "put parentheses around a call that returns several values"

func envExpect(L *lua.LState) int {
	e := checkEnv(L)
	name, want, got := checkNonEmpty(L, 2), L.Get(3), L.Get(4)
	why := mismatch{want, got, checkMessage(L, 5)}
	equality := equality{look: func() { e.v.look(L) }}
	return e.expect(L, name, equality.values(want, got), &why)
}

func envExpectTrue(L *lua.LState) int {
	e := checkEnv(L)
	name, condition := checkNonEmpty(L, 2), L.Get(3)
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
	required := o.boolean("required", false)
	d.expected[name] = true
	d.expectation(core.Expectation{Name: name, Kind: core.KindExpect}).Required = required
	return 0
}

// expectation is what the scenario knows of one.
func (d *declaration) expectation(e core.Expectation) *core.Expectation {
	i, known := d.expects[e]
	if !known {
		i = len(d.scenario.Expects)
		d.expects[e] = i
		d.scenario.Expects = append(d.scenario.Expects, e)
	}
	return &d.scenario.Expects[i]
}

// learn takes in the expectations that were found in a text.
func (d *declaration) learn(expects []core.Expectation) {
	for _, e := range expects {
		d.expectation(e)
	}
}

// expecting are the methods whose first argument is the name of an expectation, how
// many arguments they have at least, and its kind.
var expecting = map[string]struct {
	arguments int
	kind      string
}{
	"expect":      {2, core.KindExpect},
	"expect_true": {2, core.KindExpect},
	"sometimes":   {2, core.KindSometimes},
	"reachable":   {1, core.KindReachable},
	"unreachable": {1, core.KindUnreachable},
}

// learn notes the name of an expectation, if a call is one and it is a literal.
func (r *rewriter) learn(call *ast.FuncCallExpr) {
	method, known := expecting[call.Method]
	if !known || len(call.Args) < method.arguments {
		return
	}
	if name, ok := call.Args[0].(*ast.StringExpr); ok {
		r.expects = append(r.expects, core.Expectation{Name: name.Value, Kind: method.kind})
	}
}
