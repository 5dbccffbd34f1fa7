package luabind

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
	"simlua.example/disk"
	"simlua.example/tcp"
)

// RunOptions are what a run has beside its Program.
type RunOptions struct {
	Seed      uint64
	Set       []string // parameters, "name=value"; "name" is "name=true"
	Mask      core.Mask
	Observers []core.Observer
	EachStep  func(core.Step)     // told after each step; nil when nobody asks
	Keep      core.Keep           // which facts the Result has; none by default
	Folder    string              // where machine folders live; empty for a temporary one, removed afterwards
	Clock     core.Clock          // nil: core.VirtualClock
	Brake     *core.Brake         // what may end the run from outside; nil: only the context
	Network   core.NetworkFactory // nil: tcp.New
	Disk      core.DiskFactory    // nil: that of package disk
	Databases disk.Kind           // where they are, without a Disk; "" is disk.Bbolt; those in memory have no Folder

	StopAtFirstFailure bool // as core.Limits says, whatever the script says
}

// Run plays the program once. The error is only about what prevents a run: a
// setting that no parameter takes, an invalid scenario, a folder that cannot be
// used. All else is in the Result. Cancelling ctx ends the run early, with the
// verdict Interrupted, and o.Brake does with that of its Stop; while the script is
// still evaluated, the error is the *core.Stop.
func (p *Program) Run(ctx context.Context, o RunOptions) (result *core.Result, err error) {
	set, err := parseSettings(o.Set)
	if err != nil {
		return nil, err
	}
	if o.Brake == nil {
		o.Brake = new(core.Brake)
	}
	defer core.BrakeWhenDone(ctx, o.Brake)()
	r, err := p.newRun(set, o.Brake)
	if err != nil {
		return nil, err
	}
	scenario := r.scenario()
	scenario.Limits.StopAtFirstFailure = scenario.Limits.StopAtFirstFailure || o.StopAtFirstFailure
	if err := scenario.Validate(); err != nil {
		return nil, p.prefixed(err)
	}
	folder, remove, err := o.machineFolder()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, remove()) }()
	cluster, err := core.NewCluster(scenario, o.world(r.declared.values, folder))
	if err != nil {
		return nil, err
	}
	result = cluster.Run(ctx)
	p.keep(r.evaluated)
	return result, nil
}

// world is what the options say about the world, with defaults.
func (o RunOptions) world(params []core.Setting, folder string) core.Settings {
	if o.Network == nil {
		o.Network = tcp.New
	}
	if o.Disk == nil {
		o.Disk = disk.Factory(cmp.Or(o.Databases, disk.Bbolt))
	}
	return core.Settings{
		Seed: o.Seed, Mask: o.Mask, Observers: o.Observers, EachStep: o.EachStep, Keep: o.Keep, Params: params,
		Folder: folder, Clock: o.Clock, Brake: o.Brake, Network: o.Network, Disk: o.Disk,
	}
}

// machineFolder is where machines keep their files: in a folder that is kept,
// or in one that remove erases; remove gives either back. Databases in memory
// have none.
func (o RunOptions) machineFolder() (folder string, remove func() error, err error) {
	switch {
	case o.Databases != "" && o.Disk != nil:
		return "", nil, errors.New("a disk of its own knows nothing of kinds of databases")
	case o.Databases == disk.Memory && o.Folder != "":
		return "", nil, errors.New("databases in memory have no folder")
	case o.Databases == disk.Memory:
		return "", func() error { return nil }, nil
	case o.Folder == "":
		return disk.TempRoot()
	}
	if remove, err = disk.KeepRoot(o.Folder); err != nil {
		return "", nil, fmt.Errorf("the folder for machines: %w", err)
	}
	return o.Folder, remove, nil
}

// run is one run of a program.
type run struct {
	*evaluated
	program *Program
	judge   *judge
	brake   *core.Brake
}

func (p *Program) newRun(set settings, brake *core.Brake) (*run, error) {
	e, err := p.evaluation(set, brake)
	if err != nil {
		return nil, err
	}
	r := &run{evaluated: e, program: p, brake: brake}
	r.judge = &judge{r: r}
	return r, nil
}

// scenario is what the script declared, with the functions that bring it to
// life.
func (r *run) scenario() *core.Scenario {
	s := r.declared.scenario
	s.Name = r.program.name
	s.Services, s.Always, s.Sometimes = slices.Clone(s.Services), slices.Clone(s.Always), slices.Clone(s.Sometimes)
	s.Eventually, s.Checks = slices.Clone(s.Eventually), slices.Clone(s.Checks)
	for i := range r.declared.software {
		software := &r.declared.software[i]
		for n := range software.len() {
			s.Services[software.from+n].Boot = r.starter(i, n)
		}
	}
	for i := range s.Always {
		s.Always[i].Holds = func(w *core.World) error { return r.judge.holds(i, w) }
	}
	for i := range s.Sometimes {
		s.Sometimes[i].Reached = func(w *core.World) (bool, error) { return r.judge.reached(i, w) }
	}
	for i := range s.Eventually {
		s.Eventually[i].Holds = func(w *core.World) error { return r.judge.eventually(i, w) }
	}
	for i := range s.Checks {
		s.Checks[i].Holds = func(result *core.Result) (string, error) { return r.judge.check(i, result) }
	}
	if r.declared.plan != nil {
		s.Plan = r.plan
	}
	return &s
}

// starter makes the engines of service n of a software.
func (r *run) starter(i, n int) func() (core.Engine, error) {
	software := &r.declared.software[i]
	if open := software.engine; open != nil {
		return func() (core.Engine, error) { return open(), nil }
	}
	return func() (core.Engine, error) {
		v, functions, err := r.boot(r.declared.scenario.Services[software.from+n].FullName(),
			func(d *declaration) []*lua.LFunction { return []*lua.LFunction{d.software[i].fn} })
		if err != nil {
			return nil, err
		}
		return &luaEngine{v, functions[0], software.index(n)}, nil
	}
}

// plan runs the function of sim.plan.
func (r *run) plan(control *core.Control) error {
	v, functions, err := r.boot("plan", func(d *declaration) []*lua.LFunction { return []*lua.LFunction{d.plan} })
	if err != nil {
		return err
	}
	v.world = control
	v.print = func(text string) { control.Log(core.Info, text) }
	L, done := v.thread()
	_, err = v.call(L, functions[0], 0, v.newPlan(control))
	done()
	return err
}
