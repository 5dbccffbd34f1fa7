package luabind

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
	"simlua.example/core/history"
)

// checkerValue is what check.linearizable{...} and its like give: a checker of
// core/history with its options. It does not change: all VMs share it.
type checkerValue struct {
	name    string // "check.linearizable"
	at      string // where it was made, "file:line"
	history string
	allowed bool             // a verdict that is unknown does not fail the run
	model   []*lua.LFunction // of a model written in Lua: see luaModel
	judge   func(h *history.History, m *luaModel) history.Verdict
}

func (*checkerValue) kind() string { return "checker" }

// checkerKind is a checker, by its name in the module sim.check.
type checkerKind struct {
	name    string
	options []string // beside history and unknown
	read    func(c *checkerValue, o options)
}

// searching are the options of checkers that search, with a model.
var searching = []string{"model", "init", "steps", "states"}

func readBudget(o options) history.Options {
	return history.Options{Steps: int(o.integer("steps", 1, 1e12, 0)), States: int(o.integer("states", 1, 1e9, 0))}
}

var checkerKinds = []checkerKind{
	{"linearizable", searching, modelled(history.Linearizable)},
	{"sequential", searching, modelled(history.Sequential)},
	{"set", nil, plainChecker(history.Set)},
	{"set_full", []string{"linearizable"}, func(c *checkerValue, o options) {
		linearizable := o.boolean("linearizable", false)
		c.judge = func(h *history.History, _ *luaModel) history.Verdict { return history.SetFull(h, linearizable) }
	}},
	{"counter", []string{"final", "steps", "states"}, func(c *checkerValue, o options) {
		budget := readBudget(o)
		c.judge = func(h *history.History, _ *luaModel) history.Verdict { return history.Counter(h) }
		if o.boolean("final", false) {
			c.judge = func(h *history.History, _ *luaModel) history.Verdict { return history.FinalCounter(h, budget) }
		}
	}},
	{"unique_ids", nil, plainChecker(history.UniqueIDs)},
	{"total_queue", []string{"once"}, func(c *checkerValue, o options) {
		once := o.boolean("once", false)
		c.judge = func(h *history.History, _ *luaModel) history.Verdict { return history.TotalQueue(h, once) }
	}},
	{"log", nil, plainChecker(history.Log)},
	{"list_append", []string{"consistency", "steps"}, func(c *checkerValue, o options) {
		txn := readTxnOptions(o)
		c.judge = func(h *history.History, _ *luaModel) history.Verdict { return history.ListAppend(h, txn) }
	}},
	{"rw_register", []string{"consistency", "wfr_keys", "sequential_keys", "linearizable_keys", "steps"},
		func(c *checkerValue, o options) {
			register := history.RegisterOptions{TxnOptions: readTxnOptions(o), WFRKeys: o.boolean("wfr_keys", false),
				SequentialKeys: o.boolean("sequential_keys", false), LinearizableKeys: o.boolean("linearizable_keys", false)}
			c.judge = func(h *history.History, _ *luaModel) history.Verdict { return history.RWRegister(h, register) }
		}},
	{"bank", []string{"total", "negative"}, func(c *checkerValue, o options) {
		bank := history.BankOptions{Negative: o.boolean("negative", false)}
		if o.has("total") {
			total := o.integer("total", -maxExact, maxExact, 0)
			bank.Total = &total
		}
		c.judge = func(h *history.History, _ *luaModel) history.Verdict { return history.Bank(h, bank) }
	}},
}

func readTxnOptions(o options) history.TxnOptions {
	txn := history.TxnOptions{Consistency: o.str("consistency", history.DefaultConsistency), Options: readBudget(o)}
	if !slices.Contains(history.Consistencies(), txn.Consistency) {
		o.wrong("consistency", core.Unknown("consistency", txn.Consistency, history.Consistencies()))
	}
	return txn
}

// plainChecker is one without options.
func plainChecker(judge func(*history.History) history.Verdict) func(*checkerValue, options) {
	return func(c *checkerValue, _ options) {
		c.judge = func(h *history.History, _ *luaModel) history.Verdict { return judge(h) }
	}
}

type modelChecker func(*history.History, history.Model, history.Options) history.Verdict

// modelled is a checker with a model, built in or written in Lua.
func modelled(judge modelChecker) func(*checkerValue, options) {
	return func(c *checkerValue, o options) {
		budget := readBudget(o)
		if _, isName := o.get("model").(lua.LString); isName {
			m := builtIn(o)
			c.judge = func(h *history.History, _ *luaModel) history.Verdict { return judge(h, m, budget) }
			return
		}
		c.model = readLuaModel(o)
		c.judge = func(h *history.History, m *luaModel) history.Verdict { return judge(h, m.model(), budget) }
	}
}

// builtIn is a model that is built in, with the first state that is wanted.
func builtIn(o options) history.Model {
	name := o.str("model", "")
	if !slices.Contains(history.Models(), name) {
		o.wrong("model", core.Unknown("model", name, history.Models()))
	}
	m, err := history.ModelOf(name)
	if err == nil && o.has("init") {
		p := plainer{left: core.MaxPlainBytes}
		first, fits := core.Plain(p.value(o.get("init"), 0))
		if !fits {
			o.bad("init", fmt.Sprintf("at most %d KiB", core.MaxPlainBytes>>10))
		}
		m, err = m.From(first)
	}
	if err != nil {
		o.wrong("init", err)
	}
	return m
}

// nativeCheckers is the part of sim.check that is not Lua: a table of checkers.
const nativeCheckers = "sim.check.native"

// shareCheckers is the metatable of that table: all VMs share it.
var shareCheckers = sync.OnceValue(func() *lua.LTable {
	table := newTable()
	for _, kind := range checkerKinds {
		table.RawSetString(kind.name, goFunction(kind.open))
	}
	table.Metatable = guard(goFunction(func(L *lua.LState) int {
		L.RaiseError("check: %s", core.Unknown("checker", toText(L, L.Get(2)), checkerNames()))
		return 0
	}))
	return guard(table)
})

func checkerNames() []string {
	names := make([]string, len(checkerKinds))
	for i, kind := range checkerKinds {
		names[i] = kind.name
	}
	return names
}

// open makes a checker of a table of options.
func (k *checkerKind) open(L *lua.LState) int {
	where := "check." + k.name
	if _, ok := L.Get(1).(*lua.LTable); !ok {
		badArgument(L, 1, `a table of options, such as {history = "register"}`)
	}
	o := readOptions(L, 1, where, slices.Concat([]string{"history"}, k.options, []string{"unknown"})...)
	c := &checkerValue{name: where, at: caller(L), history: o.str("history", "")}
	if c.history == "" {
		o.bad("history", "the name of a history, as sim.history declares it")
	}
	c.allowed = o.choice("unknown", "fail", "allow") == "allow"
	k.read(c, o)
	L.Push(&lua.LUserData{Value: c, Metatable: lua.LNil})
	return 1
}

// declaredCheck is what sim.check was given: a function, or a checker.
type declaredCheck struct {
	fn      *lua.LFunction
	checker *checkerValue
}

// functions are those that the judge calls.
func (c *declaredCheck) functions() []*lua.LFunction {
	if c.checker != nil {
		return c.checker.model
	}
	return []*lua.LFunction{c.fn}
}

// readCheck reads argument n of sim.check.
func readCheck(L *lua.LState, n int) declaredCheck {
	if u, ok := L.Get(n).(*lua.LUserData); ok {
		if c, ok := u.Value.(*checkerValue); ok {
			return declaredCheck{checker: c}
		}
	}
	fn, ok := L.Get(n).(*lua.LFunction)
	if !ok || fn.IsG {
		badArgument(L, n, `a function(run), or a checker such as check.linearizable {history = "register", model = `+
			`"register"}`)
	}
	return declaredCheck{fn: fn}
}

// known says what is wrong with the histories that checkers are to judge.
func (d *declaration) known() error {
	for i := range d.checks {
		c := d.checks[i].checker
		if c == nil || slices.Contains(d.scenario.Histories, c.history) {
			continue
		}
		wrong := core.Unknown("history", c.history, d.scenario.Histories).Error()
		if len(d.scenario.Histories) == 0 {
			wrong = fmt.Sprintf("there is no history: sim.history(%q) declares one", c.history)
		}
		err := &ScriptError{Message: c.at + ": " + c.name + ": " + wrong}
		err.File, err.Line = positioned(err.Message, "")
		return err
	}
	return nil
}

// judge judges what a run has recorded. A history in which nothing was answered has
// nothing to judge.
func (j *judge) history(c *checkerValue, functions []*lua.LFunction, result *core.Result) (says string, err error) {
	h, err := history.Of(result.Trace, c.history)
	if err != nil {
		return "", c.wrong(err)
	}
	answered := slices.ContainsFunc(h.Ops, func(o history.Op) bool { return o.Type == history.OK })
	if !answered {
		return "", &core.Unjudged{Allowed: c.allowed, Message: fmt.Sprintf("none of the %d operations of history %q was "+
			"answered: there is nothing to judge", len(h.Ops), c.history)}
	}
	m := &luaModel{j: j, functions: functions}
	v := c.judge(h, m)
	switch {
	case m.err != nil:
		return "", c.wrong(m.err)
	case v.Err != nil:
		return "", c.wrong(v.Err)
	case v.Valid == history.Unknown:
		return "", &core.Unjudged{Allowed: c.allowed, Message: v.Message}
	case v.Valid == history.Failed:
		return "", &core.Counterexample{Message: v.Message, Picture: v.Picture}
	}
	return v.Message, nil
}

// wrong is an error of the script with the line where it is: of a model, or else where
// the checker was made.
func (c *checkerValue) wrong(err error) error {
	if script := (*ScriptError)(nil); errors.As(err, &script) {
		return err
	}
	return fmt.Errorf("%s: %s: %w", c.at, c.name, err)
}
