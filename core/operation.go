package core

import (
	"errors"
	"time"
)

// Operation is one call measured with Env.Measure, Env.MeasureCall or Env.Invoke.
type Operation struct {
	Name    string
	Service string
	// Process numbers the processes that had operations, from 1 in the order of
	// their first. A process is at one operation at a time, unless calls of
	// Measure are inside each other; one that died never comes back.
	Process int
	Start   time.Duration
	Latency time.Duration
	Err     string // kind of the error, or "error", or Unfinished; empty when it succeeded
	// Invoked and Completed order the beginnings and the ends of all operations
	// of a run, from 1, also those of one moment. An unfinished operation was
	// never completed: zero.
	Invoked, Completed uint64
	// Input and Output are what went in and came out, as Plain makes it. They
	// are kept when somebody wants KeepAll.
	Input, Output any
	// Oversize says that one of them was too large to be kept, and is nil.
	Oversize bool
}

// Unfinished is the outcome of an operation whose process was killed, or that
// was still going on when the run ended.
const Unfinished = "unfinished"

func (e *env) Measure(operation string, fn func() error) error {
	e.k.alive()
	o := e.invoke(operation, nil)
	defer func() { e.complete(o, nil) }()
	err := fn()
	e.k.alive()
	o.Err = outcome(err)
	return err
}

func (e *env) MeasureCall(operation string, input any, fn func() (any, error)) (output any, err error) {
	e.k.alive()
	o := e.invoke(operation, input)
	defer func() { e.complete(o, output) }()
	output, err = fn()
	e.k.alive()
	o.Err = outcome(err)
	return output, err
}

// invoke begins an operation.
func (e *env) invoke(name string, input any) Operation {
	r := e.s.m.c.trace
	r.order++
	r.active = e.k.Now()
	o := Operation{Name: name, Service: e.s.name, Process: r.processOf(e.k.current), Start: e.k.Now(),
		Err: Unfinished, Invoked: r.order}
	if r.wanted(KeepAll) {
		o.Input, o.Oversize = plainOf(input)
		r.tell(Fact{Kind: FactInvoke, Machine: e.s.m.name, Service: e.s.name, Operation: boxed(o)})
	}
	return o
}

// processOf is the number of a process; zero for what is none.
func (r *recorder) processOf(p *process) int {
	if p == nil {
		return 0
	}
	if p.number == 0 {
		r.processes++
		p.number = r.processes
	}
	return p.number
}

// complete ends an operation.
func (e *env) complete(o Operation, output any) {
	r := e.s.m.c.trace
	r.active = e.k.Now()
	o.Latency = e.k.Now() - o.Start
	if o.Err != Unfinished {
		r.order++
		o.Completed = r.order
	}
	if o.Err == "" && r.wanted(KeepAll) {
		var oversize bool
		o.Output, oversize = plainOf(output)
		o.Oversize = o.Oversize || oversize
	}
	e.ended(&o)
}

// ended tells of an operation that has ended.
func (e *env) ended(o *Operation) {
	r := e.s.m.c.trace
	d := &r.k.digest
	d.AddString(o.Name)
	d.AddString(o.Err)
	d.Add(uint64(o.Latency))
	if r.wanted(KeepAll) {
		r.tell(Fact{Kind: FactComplete, Machine: e.s.m.name, Service: e.s.name, Operation: boxed(*o)})
	}
	r.keepOperation(*o)
}

func (r *recorder) keepOperation(o Operation) {
	if len(r.trace.Operations) >= r.limit {
		r.trace.Dropped++
		return
	}
	if r.keep < KeepAll {
		o.Input, o.Output, o.Oversize = nil, nil, false
	}
	r.trace.Operations = append(withRoom(r.trace.Operations), o)
}

// outcome names the kind of an error: the world's, or the one it has itself.
func outcome(err error) string {
	if err == nil {
		return ""
	}
	var own interface{ Kind() string }
	if errors.As(err, &own) && own.Kind() != "" {
		return own.Kind()
	}
	if kind := ErrorKind(err); kind != "" {
		return kind
	}
	return "error"
}

// Percentile is the smallest of the values that so many percent of them do not
// exceed: the nearest rank. The values are in order; of none it is zero.
func Percentile(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := (len(sorted)*percent + 99) / 100
	return sorted[max(rank, 1)-1]
}
