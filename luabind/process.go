package luabind

import lua "github.com/yuin/gopher-lua"

// processObject is a process in the hand of the one that started it.
type processObject struct {
	v      *vm
	in     processes
	self   lua.LValue
	ended  bool
	values []lua.LValue // what its function has returned
	raised lua.LValue   // or the error that left it
	line   line
}

func (*processObject) kind() string { return "process" }

var processSection = section{
	name: "process:",
	doc: "A process of a service, started by env:go, or of the plan, started by plan:go. An error that leaves its " +
		"function is raised in those who wait in join then. When nobody does, it is an error of the service, or of the " +
		"plan, at once: nothing fails unseen because nobody asks.",
	entries: []entry{
		{"join", "([timeout]) -> ...",
			"Waits for the process to end, and returns what its function returned or raises what it raised. Can be " +
				`called again. Kind of error of its own: "timeout".`, processJoin},
	},
}

var processClass = newClass(processSection)

func (v *vm) newProcess(in processes) *processObject {
	p := &processObject{v: v, in: in}
	p.self = processClass.wrap(p)
	return p
}

func (p *processObject) waiting() *line { return &p.line }

func (p *processObject) take() *outcome {
	if !p.ended {
		return nil
	}
	return &outcome{of: p.self, values: p.values, raised: p.raised}
}

// run is the process: it calls fn on a Lua thread of its own, and tells those who
// wait how that ended. It returns an error that nobody waits for.
func (p *processObject) run(fn *lua.LFunction, args ...lua.LValue) error {
	L, done := p.v.thread()
	defer done()
	p.in.Where(strandOf(L).where)
	values, err := p.v.call(L, fn, lua.MultRet, args...)
	p.ended, p.values, p.raised = true, values, strandOf(L).raised
	if heard := p.line.all(p.take()); heard && (err == nil || p.raised != nil) {
		return nil
	}
	return err
}

func processJoin(L *lua.LState) int {
	p := checkSelf[*processObject](L, "process")
	return push(L, p.v.await(L, "join", p.in, optTimeout(L, 2), p).values)
}

const someSources = "an array of channels, conditions and processes"

// maxSources bounds what one wait is for: each wait costs as much as it has sources.
const maxSources = 10_000

// waitAny waits for the first of the sources in argument 2.
func (v *vm) waitAny(L *lua.LState, in processes) int {
	t, ok := L.Get(2).(*lua.LTable)
	if !ok {
		badArgument(L, 2, someSources)
	}
	timeout := optTimeout(L, 3)
	n := t.Len()
	if n > maxSources {
		L.RaiseError("wait_any: at most %d channels, conditions and processes, not %d", maxSources, n)
	}
	sources := make([]source, n)
	for i := range sources {
		if u, ok := t.RawGetInt(i + 1).(*lua.LUserData); ok {
			sources[i], _ = u.Value.(source)
		}
		if sources[i] == nil {
			L.RaiseError("wait_any: element %d: expected a channel, a condition or a process, got %s", i+1,
				describe(t.RawGetInt(i+1)))
		}
	}
	if n == 0 {
		badArgument(L, 2, someSources)
	}
	o := v.await(L, "wait_any", in, timeout, sources...)
	L.Push(o.of)
	return 1 + push(L, o.values)
}
