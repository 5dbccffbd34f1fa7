package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// maxExact bounds the whole numbers that Lua represents exactly.
const maxExact = 1 << 53

// randomObject is a stream of chance in the hand of a script.
type randomObject struct{ r *core.Random }

func (*randomObject) kind() string { return "random" }

var randomSection = section{
	name: "random:",
	doc: "A stream of chance of its own: env.random belongs to this boot of the service, plan.random to the " +
		"plan. The same seed gives the same numbers; what others draw does not shift them.",
	entries: []entry{
		{"int", "(a, b) -> number", "A whole number from a to b, both included.", randomInt},
		{"float", "() -> number", "A number from 0 up to, not including, 1.", randomFloat},
		{"chance", "(p) -> boolean", "true with probability p, a number from 0 to 1.", randomChance},
		{"sample", "(distribution) -> number",
			`A duration drawn from a distribution such as sim.exponential("2s"), in seconds.`, randomSample},
		{"pick", "(array) -> value",
			"One of the elements, each equally likely. The array is not empty.", randomPick},
		{"shuffle", "(array) -> array",
			"Puts the elements in a random order, in place, and returns the array.", randomShuffle},
	},
}

var randomClass = newClass(randomSection)

func newRandom(r *core.Random) lua.LValue { return randomClass.wrap(&randomObject{r}) }

func checkRandom(L *lua.LState) *core.Random { return checkSelf[*randomObject](L, "random").r }

func randomInt(L *lua.LState) int {
	r := checkRandom(L)
	a := checkInt(L, 2, -maxExact, maxExact)
	b := checkInt(L, 3, -maxExact, maxExact)
	if b < a {
		L.RaiseError("random:int(%d, %d): the second number is smaller than the first", a, b)
	}
	L.Push(lua.LNumber(r.Int(a, b)))
	return 1
}

func randomFloat(L *lua.LState) int {
	L.Push(lua.LNumber(checkRandom(L).Float64()))
	return 1
}

func randomChance(L *lua.LState) int {
	r := checkRandom(L)
	p, err := core.NewProbability(checkNumber(L, 2))
	if err != nil {
		L.RaiseError("random:chance: %s", err.Error())
	}
	L.Push(lua.LBool(r.Chance(p)))
	return 1
}

func randomSample(L *lua.LState) int {
	r := checkRandom(L)
	u, _ := L.Get(2).(*lua.LUserData)
	if u == nil {
		badArgument(L, 2, "a distribution such as sim.uniform(\"1s\", \"2s\")")
	}
	d, ok := u.Value.(core.Distribution)
	if !ok {
		badArgument(L, 2, "a distribution such as sim.uniform(\"1s\", \"2s\")")
	}
	sampler := core.Sampler{Distribution: d}
	L.Push(lua.LNumber(sampler.Sample(r).Seconds()))
	return 1
}

func randomPick(L *lua.LState) int {
	r := checkRandom(L)
	t := checkTable(L, 2)
	n := t.Len()
	if n == 0 {
		badArgument(L, 2, "an array with something in it")
	}
	L.Push(t.RawGetInt(int(r.Int(1, int64(n)))))
	return 1
}

func randomShuffle(L *lua.LState) int {
	r := checkRandom(L)
	t := checkTable(L, 2)
	r.Shuffle(t.Len(), func(i, j int) {
		a, b := t.RawGetInt(i+1), t.RawGetInt(j+1)
		t.RawSetInt(i+1, b)
		t.RawSetInt(j+1, a)
	})
	L.Push(t)
	return 1
}
