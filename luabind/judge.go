package luabind

import (
	"errors"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// judge is the VM behind the always and check functions of one run.
type judge struct {
	r         *run
	v         *vm
	functions []*lua.LFunction // see asked
	fresh     *core.World      // what the VM was booted for: it has seen nothing before
	seen      *core.World      // the one whose changes the views have followed
	shown     *worldObject     // it as scripts see it
	views     map[string]*gaugeView
}

// asked are the functions of all that the judge is asked, in order.
func (d *declaration) asked() []*lua.LFunction {
	functions := slices.Concat(d.always, d.sometimes, d.eventually)
	for i := range d.checks {
		functions = append(functions, d.checks[i].functions()...)
	}
	return functions
}

// ofCheck are those of one check.
func (j *judge) ofCheck(i int) []*lua.LFunction {
	d := j.r.declared
	from := len(d.always) + len(d.sometimes) + len(d.eventually)
	for before := range i {
		from += len(d.checks[before].functions())
	}
	return j.functions[from : from+len(d.checks[i].functions())]
}

// holds asks an invariant.
func (j *judge) holds(i int, w *core.World) error {
	_, err := j.askOf(w, i)
	return err
}

// reached asks a property that is to hold once.
func (j *judge) reached(i int, w *core.World) (bool, error) {
	says, err := j.askOf(w, len(j.r.declared.always)+i)
	if untrue := (*untrue)(nil); errors.As(err, &untrue) {
		return false, nil
	}
	return err == nil && says.answered, err
}

// eventually asks a property of liveness.
func (j *judge) eventually(i int, w *core.World) error {
	d := j.r.declared
	_, err := j.askOf(w, len(d.always)+len(d.sometimes)+i)
	return err
}

// askOf asks a function about the world.
func (j *judge) askOf(w *core.World, i int) (answer, error) {
	before := j.v
	if err := j.ready(); err != nil {
		return answer{}, err
	}
	if j.v != before {
		j.fresh, j.seen, j.shown, j.views = w, w, newWorld(j), map[string]*gaugeView{}
	}
	if j.seen != w {
		j.follow(w)
	}
	return j.ask(j.functions[i], j.shown.at(w))
}

// follow takes what has changed into the views. There is one for each gauge that an
// invariant has asked for.
func (j *judge) follow(w *core.World) {
	j.seen = w
	for i := range w.Changed {
		g := &w.Changed[i]
		if view := j.views[g.Name]; view != nil {
			if view.change(g); view.worn() {
				delete(j.views, g.Name)
			}
		}
	}
}

// view is what an invariant sees of a gauge.
func (j *judge) view(w *core.World, name string) *gaugeView {
	view := j.views[name]
	if view == nil {
		view = newGaugeView(w.GaugesOf(name))
		j.views[name] = view
	}
	return view
}

// changed is what an invariant has not seen yet.
func (j *judge) changed(w *core.World) []core.GaugeValue {
	if j.fresh == w {
		return w.Gauges()
	}
	return w.Changed
}

func (j *judge) check(i int, result *core.Result) (says string, err error) {
	if err := j.ready(); err != nil {
		return "", err
	}
	functions := j.ofCheck(i)
	if c := j.r.declared.checks[i].checker; c != nil {
		return j.history(c, functions, result)
	}
	answer, err := j.ask(functions[0], j.v.newRun(result))
	return answer.says, err
}

// ready boots the VM when it is first needed, and again when its budget is
// spent.
func (j *judge) ready() error {
	if j.v != nil && j.v.doom == nil && j.v.limit >= 0 {
		j.v.limit = j.v.program.instructions()
		return nil
	}
	v, functions, err := j.r.boot("judge", (*declaration).asked)
	if err == nil {
		j.v, j.functions = v, functions
	}
	return err
}

// answer is what a function returned that did not object: whether it returned
// anything, and what beside true.
type answer struct {
	answered bool
	says     string
}

// untrue is the error of a function that returned false or nil.
type untrue struct{ message string }

func (u *untrue) Error() string { return u.message }

// ask calls a function and judges what it returns: nothing or true holds.
func (j *judge) ask(fn *lua.LFunction, arg lua.LValue) (answer, error) {
	L, done := j.v.thread()
	defer done()
	results, err := j.v.call(L, fn, lua.MultRet, arg)
	if script := (*ScriptError)(nil); errors.As(err, &script) {
		return answer{}, script
	}
	if err != nil {
		return answer{}, err
	}
	a := answer{answered: len(results) > 0}
	if len(results) > 1 && results[1] != lua.LNil {
		says, ok := j.v.messageIn(L, results[1])
		if a.says = says; !ok {
			a.says = renderValue(results[1])
		}
	}
	switch {
	case !a.answered || results[0] == lua.LTrue:
		return a, nil
	case lua.LVAsBool(results[0]):
		return answer{}, errors.New("the function must return true or false, and a message; it returned " +
			describe(results[0]))
	case a.says != "":
		return answer{}, &untrue{a.says}
	}
	return answer{}, &untrue{"it returned " + results[0].String()}
}
