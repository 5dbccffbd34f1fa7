package luabind

import (
	"errors"

	lua "github.com/yuin/gopher-lua"

	"simlua/core"
)

// evaluate runs the script in a fresh VM and returns what it declares.
func (p *Program) evaluate(set settings) (*declaration, error) {
	_, d, err := p.boot(set, &declaration{})
	if d != nil && d.usage != nil {
		return nil, d.usage
	}
	return d, p.located(err)
}

// boot makes a VM in which the script was evaluated, and fills in d.
func (p *Program) boot(set settings, d *declaration) (*vm, *declaration, error) {
	v := newVM(p, set)
	v.declare = d
	v.print = func(text string) { d.printed = append(d.printed, text) }
	_, err := v.call(v.L, v.L.NewFunctionFromProto(p.main), 0)
	v.declare, v.print = nil, nil
	return v, d, err
}

// bootLike is boot in a run, for one service or for none: what is declared must
// be what it was at first.
func (r *run) bootLike(machine string, service int) (*vm, *declaration, error) {
	v, d, err := r.program.boot(r.set, &declaration{first: r.first, wanted: service})
	v.machine = machine
	if err == nil {
		err = d.differs()
	}
	if script := (*ScriptError)(nil); errors.As(err, &script) {
		script.Machine = machine
	}
	return v, d, err
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
