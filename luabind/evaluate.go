package luabind

import (
	"errors"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// evaluate runs the script in a fresh VM and returns what it declares.
func (p *Program) evaluate(set settings, brake *core.Brake) (*vm, *declaration, error) {
	brake.Progress()
	v, d := newVM(p, set, brake), newDeclaration()
	v.declare = d
	d.learn(p.main.expects)
	v.print = func(text string) { d.printed = append(d.printed, text) }
	_, err := v.call(v.L, v.L.NewFunctionFromProto(p.main.proto), 0)
	if err == nil && p.plan != nil {
		err = p.plan.replace(v, d)
	}
	if err == nil {
		err = d.known()
	}
	v.declare, v.print = nil, nil
	if d.usage != nil {
		return nil, nil, d.usage
	}
	return v, d, err
}

// boot makes a VM as the evaluation of the script left it, for some of the
// functions that it declared: one that was copied, or evaluated again.
func (r *run) boot(machine string, wanted func(*declaration) []*lua.LFunction) (*vm, []*lua.LFunction, error) {
	if !r.evaluated.failed {
		if v, functions := r.evaluated.copy(wanted(r.declared)); v != nil {
			v.machine = machine
			return v, functions, nil
		}
	}
	v, d, err := r.program.evaluate(r.set, r.brake)
	if err != nil {
		if script := (*ScriptError)(nil); errors.As(err, &script) {
			script.Machine = machine
		}
		return nil, nil, err
	}
	v.machine = machine
	return v, wanted(d), nil
}

// luaEngine is one boot of a service, or a bot, written in Lua.
type luaEngine struct {
	v     *vm
	fn    *lua.LFunction
	index lua.LValue // in the range of the service
}

// Run calls the function of the service with its env.
func (e *luaEngine) Run(env core.Env) error {
	v := e.v
	v.world = env
	v.print = func(text string) { env.Log(core.Info, text) }
	L, done := v.thread()
	env.Where(strandOf(L).where)
	_, err := v.call(L, e.fn, 0, v.newEnv(env, e.index))
	done()
	return err
}
