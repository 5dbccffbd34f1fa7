package luabind

import (
	"errors"
	"fmt"
	"io/fs"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// What WithPlan takes beside the name of a file.
const (
	NoPlan    = "none"  // every service starts at time zero, and nothing else happens
	SwarmPlan = "swarm" // chaos.swarm with its defaults
)

// otherPlan is played instead of the script's own plan.
type otherPlan struct {
	given string // as WithPlan got it
	name  string // of its file, in messages
	shown string // the folder of the file, to put before name in messages about loading
	text  []byte // of the file
	code  *code  // nil for NoPlan
}

// swarmText is what SwarmPlan stands for.
const swarmText = `return require("sim.chaos").swarm {}`

// WithPlan plays another plan than the script's own, which it may do without: that
// of a file of Lua, which returns a function(plan) and declares nothing; NoPlan; or
// SwarmPlan. What the file requires are modules in the script's folder. The empty
// string is the script's own plan.
func WithPlan(plan string) Option {
	return func(p *Program) {
		p.plan = nil
		if plan != "" {
			p.plan = &otherPlan{given: plan}
		}
	}
}

// Plan is what WithPlan was given.
func (p *Program) Plan() string {
	if p.plan == nil {
		return ""
	}
	return p.plan.given
}

// read gets the text of the plan and compiles it. Enter opens the folder of a file.
func (o *otherPlan) read(enter func(file string) (files folder, name, dir string, err error)) error {
	var err error
	switch o.given {
	case NoPlan:
		return nil
	case SwarmPlan:
		o.name, o.text = "sim/swarm.lua", []byte(swarmText)
	default:
		err = o.open(enter)
	}
	if err != nil {
		return err
	}
	if o.code, err = compileWith(o.text, o.name, keepLine); err != nil {
		if script := (*ScriptError)(nil); errors.As(err, &script) {
			script.dir = o.shown
		}
	}
	return err
}

// open reads the file of the plan.
func (o *otherPlan) open(enter func(file string) (files folder, name, dir string, err error)) error {
	files, name, dir, err := enter(o.given)
	if err != nil {
		return err
	}
	o.name, o.shown = name, dir
	o.text, err = readBounded(files, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: no such file: a plan is a file of Lua, %s or %s", o.given, NoPlan, SwarmPlan)
	case err != nil:
		return fmt.Errorf("%s: %w", o.given, cause(err))
	}
	return nil
}

// keepLine makes what the file returns no tail call, which would take the line of
// "return chaos.kill { … }" from the errors of that call.
func keepLine(script []ast.Stmt) {
	if len(script) == 0 {
		return
	}
	if last, ok := script[len(script)-1].(*ast.ReturnStmt); ok && len(last.Exprs) == 1 {
		last.Exprs[0] = oneValue(last.Exprs[0])
	}
}

// replace puts the plan into the place of the one that the script declared.
func (o *otherPlan) replace(v *vm, d *declaration) error {
	if d.plan = nil; o.code == nil {
		return nil
	}
	v.declare, v.undeclared = nil, o.name
	defer func() { v.undeclared = "" }()
	returned, err := v.call(v.L, v.L.NewFunctionFromProto(o.code.proto), 1)
	if err != nil {
		return err
	}
	fn, ok := returned[0].(*lua.LFunction)
	if !ok {
		return &ScriptError{File: o.name, Message: fmt.Sprintf("a file with a plan returns a function(plan), "+
			"such as chaos.graceful_monkey{} gives; this one returned %s", describe(returned[0]))}
	}
	d.plan = fn
	return nil
}

// isFile says whether the plan is a user's file.
func (o *otherPlan) isFile() bool { return o.given != NoPlan && o.given != SwarmPlan }
