package luabind

import (
	"errors"

	lua "github.com/yuin/gopher-lua"

	"simlua/core"
)

// judge is the VM behind the always and check functions of one run.
type judge struct {
	r *run
	v *vm
	d *declaration
}

func (j *judge) always(i int, w *core.World) error {
	if err := j.ready(); err != nil {
		return err
	}
	return j.ask(j.d.always[i], j.v.newWorld(w))
}

func (j *judge) check(i int, result *core.Result) error {
	if err := j.ready(); err != nil {
		return err
	}
	return j.ask(j.d.checks[i], j.v.newRun(result))
}

// ready boots the VM when it is first needed, and again when its budget is
// spent.
func (j *judge) ready() (err error) {
	if j.v != nil && j.v.doom == nil && j.v.limit >= 0 {
		j.v.limit = j.v.program.instructions()
		return nil
	}
	j.v, j.d, err = j.r.bootLike("judge", -1)
	if err != nil {
		j.v = nil
	}
	return err
}

// ask calls a function and judges what it returns: nothing or true holds.
func (j *judge) ask(fn *lua.LFunction, arg lua.LValue) error {
	results, err := j.v.call(j.v.L, fn, lua.MultRet, arg)
	if script := (*ScriptError)(nil); errors.As(err, &script) {
		return script
	}
	switch {
	case err != nil:
		return err
	case len(results) == 0 || results[0] == lua.LTrue:
		return nil
	case lua.LVAsBool(results[0]):
		return errors.New("the function must return true or false, and a message; it returned " + describe(nil, results[0]))
	case len(results) > 1 && results[1] != lua.LNil:
		return errors.New(j.v.message(j.v.L, results[1]))
	}
	return errors.New("it returned " + results[0].String())
}
