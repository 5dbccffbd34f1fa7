package luabind

import (
	"errors"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// judge is the VM behind the always and check functions of one run.
type judge struct {
	r              *run
	v              *vm
	always, checks []*lua.LFunction
	fresh          *core.World // what the VM was booted for: it has seen nothing before
	seen           *core.World // the one whose changes the views have followed
	views          map[string]*gaugeView
}

func (j *judge) holds(i int, w *core.World) error {
	before := j.v
	if err := j.ready(); err != nil {
		return err
	}
	if j.v != before {
		j.fresh, j.seen, j.views = w, w, map[string]*gaugeView{}
	}
	if j.seen != w {
		j.follow(w)
	}
	_, err := j.ask(j.always[i], j.v.newWorld(j, w))
	return err
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
	return j.ask(j.checks[i], j.v.newRun(result))
}

// ready boots the VM when it is first needed, and again when its budget is
// spent.
func (j *judge) ready() error {
	if j.v != nil && j.v.doom == nil && j.v.limit >= 0 {
		j.v.limit = j.v.program.instructions()
		return nil
	}
	v, functions, err := j.r.boot("judge", func(d *declaration) []*lua.LFunction {
		return slices.Concat(d.always, d.checks)
	})
	if err != nil {
		return err
	}
	n := len(j.r.declared.always)
	j.v, j.always, j.checks = v, functions[:n], functions[n:]
	return nil
}

// ask calls a function and judges what it returns: nothing or true holds. Says is
// what it returns beside that.
func (j *judge) ask(fn *lua.LFunction, arg lua.LValue) (says string, err error) {
	L, done := j.v.thread()
	defer done()
	results, err := j.v.call(L, fn, lua.MultRet, arg)
	if script := (*ScriptError)(nil); errors.As(err, &script) {
		return "", script
	}
	if err != nil {
		return "", err
	}
	if len(results) > 1 && results[1] != lua.LNil {
		says = j.v.message(L, results[1])
	}
	switch {
	case len(results) == 0 || results[0] == lua.LTrue:
		return says, nil
	case lua.LVAsBool(results[0]):
		return "", errors.New("the function must return true or false, and a message; it returned " + describe(results[0]))
	case says != "":
		return "", errors.New(says)
	}
	return "", errors.New("it returned " + results[0].String())
}
