package luabind

import (
	"errors"
	"slices"

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

// evaluated is one evaluation of the script with some settings. Runs copy what it
// left, and do not change it.
type evaluated struct {
	set      settings
	declared *declaration
	copier   *copier // of the VM in which it was declared
}

// evaluation is one for a run that looks at this brake: that which an earlier run with
// the same settings has left, or a new one.
func (p *Program) evaluation(set settings, brake *core.Brake) (*evaluated, error) {
	p.mu.Lock()
	spare := p.spare
	p.spare = nil
	p.mu.Unlock()
	if spare != nil && slices.Equal(spare.set, set) {
		spare.copier.of.brake = brake
		return spare, nil
	}
	v, d, err := p.evaluate(set, brake)
	if err != nil {
		return nil, p.located(err)
	}
	if err := set.known(d.params); err != nil {
		return nil, err
	}
	return &evaluated{set, d, newCopier(v)}, nil
}

// keep leaves an evaluation to the next run: unless it cannot be copied, or engines
// of others may remember what happened in the last one.
func (p *Program) keep(e *evaluated) {
	if e.copier.failed || len(p.engines) > len(builtinEngines()) {
		return
	}
	v := e.copier.of
	v.brake, v.threads, v.texts = nil, new(threads), texts{} // nothing of the run is kept
	p.mu.Lock()
	defer p.mu.Unlock()
	p.spare = e
}

// boot makes a VM as the evaluation of the script left it, for some of the
// functions that it declared: one that was copied, or evaluated again.
func (r *run) boot(machine string, wanted func(*declaration) []*lua.LFunction) (*vm, []*lua.LFunction, error) {
	if !r.copier.failed {
		if v, functions := r.copier.copy(wanted(r.declared)); v != nil {
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
