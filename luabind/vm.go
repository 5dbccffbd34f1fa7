package luabind

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// worldClock tells whether virtual time has moved. A core.Env is one.
type worldClock interface{ Now() time.Duration }

// Bounds of a VM's stacks. They start small and grow.
const (
	maxFrames     = 1000      // Lua functions inside each other
	maxRegisters  = 256 << 10 // values on the stack of one thread
	maxProtection = 150       // pcall, coroutine.resume and the like inside each other
)

var stateOptions = lua.Options{
	SkipOpenLibs:        true,
	CallStackSize:       maxFrames,
	MinimizeStackMemory: true,
	RegistrySize:        128,
	RegistryGrowStep:    1024,
	RegistryMaxSize:     maxRegisters,
}

// vm is one Lua virtual machine: one per evaluation of the script, and one per
// boot of a Lua service or bot, per plan and per judge. All processes of a
// service share it; they take turns, never run beside each other.
type vm struct {
	L       *lua.LState // the thread that evaluates the script
	program *Program
	world   worldClock        // nil while nothing has booted
	machine string            // whose code runs, for messages; may be empty
	print   func(text string) // where print goes; nil for nowhere
	brake   *core.Brake

	limit      int           // instructions left in this slice of virtual time
	slice      time.Duration // when the slice began
	doom       any           // what unwinds this VM: once set, pcall raises it again
	modules    map[string]lua.LValue
	properties map[core.Expectation]bool // that were looked for, and are literals
	params     settings
	declare    *declaration // nil once the script was evaluated
	undeclared string       // the file with a plan, while it is evaluated: it declares nothing
	threads    *threads     // shared with the other VMs of the run
	texts      texts        // the same
	objects    objects
	inChannels int // values that wait to be received

	stringLibrary *lua.LTable
	numbers       map[lua.LValue]int // of what tostring has shown
	numbered      int                // so many
}

// strand is the context of all Lua threads of one process. The interpreter
// asks for Done before every instruction, which makes it an exact and
// deterministic counter.
type strand struct {
	v      *vm
	outer  []*lua.LState // threads in protected calls and coroutines, one inside the other
	at     *lua.LState   // the thread that waits, while one does
	doing  string        // what it waits in
	stops  int           // calls that raised an error of kind "stopped"
	raised lua.LValue    // what has left its function
	dirty  bool          // its thread cannot be used again
	pcall  bool          // the innermost protected call is pcall, which shows nobody where an error was raised

	invoked *historyObject // whose operation it is at
}

func strandOf(L *lua.LState) *strand { return L.Context().(*strand) }

// vmOf finds the VM that a Go function was called from.
func vmOf(L *lua.LState) *vm { return strandOf(L).v }

// newVM makes a VM with the sandbox in it.
func newVM(p *Program, params settings, brake *core.Brake) *vm {
	v := bareVM(p, params, brake)
	v.openSandbox()
	return v
}

// bareVM makes a VM without any global variable.
func bareVM(p *Program, params settings, brake *core.Brake) *vm {
	v := &vm{L: lua.NewState(stateOptions), program: p, params: params, brake: brake, limit: p.instructions(),
		threads: new(threads), texts: texts{}}
	v.L.Panic = raise
	v.L.G.MainThread, v.L.G.CurrentThread = v.L, v.L
	v.L.G.Registry = newTable() // that of the interpreter takes 2 KiB, and nobody uses it
	v.L.SetContext(&strand{v: v})
	nameCulprits(v.L)
	return v
}

// where says what a process waits in, and where in the script.
func (s *strand) where() string {
	if s.at == nil {
		return s.v.machine
	}
	for _, th := range slices.Backward(append(slices.Clone(s.outer), s.at)) {
		for level := range maxWhere {
			place := strings.TrimRight(th.Where(level), ": ")
			if place != "" && !strings.HasPrefix(place, "[G]") {
				return s.doing + " at " + place
			}
		}
	}
	return s.doing
}

// maxWhere is how many functions of ours can lie above the script's own.
const maxWhere = 8

// call runs fn on thread L and waits for it to end. An error it raises becomes
// a *ScriptError. A power cut passes through as a panic.
//
// A Go function that a script called must raise the error again: the variables
// that the functions on L share with closures are no longer shared.
func (v *vm) call(L *lua.LState, fn *lua.LFunction, nret int, args ...lua.LValue) ([]lua.LValue, error) {
	v.renew()
	base := L.GetTop()
	L.Push(fn)
	for _, arg := range args {
		L.Push(arg)
	}
	err := L.PCall(len(args), nret, nil)
	passKilled(v.doom)
	if err != nil {
		strandOf(L).dirty = true
		return nil, v.scriptError(L, err)
	}
	if L.GetTop() == base {
		return nil, nil
	}
	results := make([]lua.LValue, L.GetTop()-base)
	for i := range results {
		results[i] = L.Get(base + 1 + i)
	}
	L.SetTop(base)
	return results, nil
}

// park runs a call of core that may wait. Meanwhile other processes use the VM.
func (v *vm) park(L *lua.LState, wait func() error) error {
	current := L.G.CurrentThread
	defer func() {
		L.G.CurrentThread = current
		if r := recover(); r != nil {
			if core.Killed(r) {
				v.doom = r
			}
			panic(r)
		}
	}()
	err := wait()
	v.renew()
	return err
}

// protect calls the function below nargs arguments on a borrowed thread, and
// returns what it raised. A VM that is doomed goes on unwinding instead.
//
// The caller's own thread would do, but an error there cuts every variable of
// all its functions from the closures that share it, also of those that go on
// after the error was caught. Errors on a thread of its own leave them alone.
func (v *vm) protect(th *lua.LState, nargs int) (raised lua.LValue, failed bool) {
	if err := v.caught(th, nargs); err != nil {
		return v.errorObject(err), true
	}
	return nil, false
}

// caught is protect, with all that is known of the error: panic raises it again.
func (v *vm) caught(th *lua.LState, nargs int) *lua.ApiError {
	current := th.G.CurrentThread
	err := th.PCall(nargs, lua.MultRet, nil)
	if err == nil {
		return nil
	}
	if v.doom != nil {
		v.giveBack(th) // the functions that share variables with its stack never run again
	}
	v.passDoom(err)
	th.G.CurrentThread = current
	api := err.(*lua.ApiError)
	if api.Type == lua.ApiErrorRun {
		th.Panic = raise
		v.giveBack(th)
	}
	return api
}

// protectWith is protect with a handler that is called where the error
// happens, and returns what to raise instead.
func (v *vm) protectWith(th *lua.LState, nargs int, handler *lua.LFunction) (raised lua.LValue, failed bool) {
	current := th.G.CurrentThread
	th.Panic = func(failing *lua.LState) { v.handle(failing, handler) }
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		v.passDoom(r)
		th.G.CurrentThread = current
		raised, failed = v.recovered(th, r), true
	}()
	th.Call(nargs, lua.MultRet)
	th.Panic = raise
	return nil, false
}

// passDoom panics again with what must not be caught: a power cut, the end of
// the instruction budget, or of the run.
func (v *vm) passDoom(r any) {
	if v.doom == nil && v.limit < 0 {
		v.doom = r
	}
	if v.doom != nil {
		panic(v.doom)
	}
}

// recovered is the error object in a recovered panic.
func (v *vm) recovered(L *lua.LState, r any) lua.LValue {
	var api *lua.ApiError
	if err, ok := r.(error); !ok || !errors.As(err, &api) {
		api = &lua.ApiError{Type: lua.ApiErrorPanic, Object: lua.LString(fmt.Sprint(r)), StackTrace: L.Where(0)}
	}
	return v.errorObject(api)
}
