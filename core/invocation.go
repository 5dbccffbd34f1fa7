package core

import (
	"errors"
	"fmt"
	"slices"
)

// Invocation is what Env.Invoke asks.
type Invocation struct {
	History string // its name
	F       string // what is done: "read"
	Key     any    // of the object that is meant: a number, a string or a bool; nil when there is only one
	Value   any    // what is asked, as MeasureCall takes it
}

// History is what Env.Invoke has recorded under one name.
type History struct {
	Name  string
	Calls []HistoryCall // in the order in which they were invoked
	Cut   bool          // some were not kept, or a value was too large: see Trace
}

// HistoryCall is an operation of a history. Its Process stands for a client in
// Jepsen's sense: one whose operation ended, and nobody knows how, has no other; the
// process goes on under a fresh number. Input and Output are always kept.
type HistoryCall struct {
	Operation
	F   string
	Key any // nil, bool, int64, float64 or string
}

// ErrFail is what Env.Invoke is told of an operation that did not happen, for certain.
var ErrFail error = certainFailure{}

type certainFailure struct{}

func (certainFailure) Error() string { return "it did not happen" }
func (certainFailure) Kind() string  { return "fail" }

// certain are the kinds of errors after which it is certain that nothing has happened.
var certain = []string{"refused", "no_route", "in_use", "no_space", "fail"}

// reads are the operations that change nothing.
var reads = []string{"read", "get"}

// Certain says whether an operation f that ended with an error of this kind has
// changed nothing, for certain. A read or a get that failed has changed nothing,
// whatever the error was; of others nobody knows, as after a timeout.
func Certain(f, kind string) bool {
	return kind != Unfinished && (slices.Contains(reads, f) || slices.Contains(certain, kind))
}

// Ended is how it ended, in Jepsen's words: "ok" (it happened), "fail" (it did not) or
// "info" (nobody knows).
func (c *HistoryCall) Ended() string {
	switch {
	case c.Err == "":
		return "ok"
	case Certain(c.F, c.Err):
		return "fail"
	}
	return "info"
}

// histories are what is recorded of them.
type histories struct {
	all     []*historian
	byName  map[string]*historian
	calls   int // kept
	clients int // numbers given to processes
}

// historian records one history.
type historian struct {
	History
	names map[string]string // of operations, in the report, by f
	keys  string            // what sort of keys it has; empty when there is none yet
}

func (e *env) Invoke(i Invocation, fn func() (any, error)) (output any, err error) {
	e.k.alive()
	r, p := e.s.m.c.trace, e.k.here()
	h, err := r.historian(&i, p)
	if err != nil {
		return nil, err
	}
	call := e.invoked(h, &i, p)
	place := r.keepCall(h, &call)
	p.invoking = true
	defer func() { e.completed(h, place, &call, p, output) }()
	output, err = fn()
	e.k.alive()
	call.Err = outcome(err)
	return output, err
}

// historian finds a history, or makes it, and refuses what it cannot have.
func (r *recorder) historian(i *Invocation, p *process) (*historian, error) {
	if i.History == "" || i.F == "" {
		return nil, errors.New("an operation of a history has the name of the history, and f: what is done")
	}
	if p.invoking {
		return nil, fmt.Errorf("history %q, %s: this process is at an operation of a history already: one at a time, "+
			"others are for other processes", i.History, i.F)
	}
	key, sort, err := keyOf(i.Key)
	if err != nil {
		return nil, fmt.Errorf("history %q, %s: %w", i.History, i.F, err)
	}
	h := r.histories.of(i.History)
	if h.keys == "" {
		h.keys = sort
	}
	if sort != "" && h.keys != sort {
		return nil, fmt.Errorf("history %q, %s: all keys of a history are of one type: so far it had %s, and now %s",
			i.History, i.F, h.keys, sort)
	}
	i.Key = key
	return h, nil
}

// of is the history of a name.
func (s *histories) of(name string) *historian {
	h := s.byName[name]
	if h == nil {
		h = &historian{History: History{Name: name}, names: map[string]string{}}
		if s.byName == nil {
			s.byName = map[string]*historian{}
		}
		s.byName[name] = h
		s.all = append(s.all, h)
	}
	return h
}

// keyOf is a key as Plain makes it, and what sort of key it is.
func keyOf(v any) (key any, sort string, err error) {
	if _, isText := v.(string); isText {
		return v, "strings", nil
	}
	key, _ = Plain(v)
	switch key.(type) {
	case nil:
		return nil, "", nil // what is about all objects, as a poll is
	case bool:
		return key, "booleans", nil
	case int64, float64:
		return key, "numbers", nil
	}
	return nil, "", errors.New("a key is a number, a string or a boolean")
}

// invoked begins an operation of a history.
func (e *env) invoked(h *historian, i *Invocation, p *process) HistoryCall {
	r := e.s.m.c.trace
	if p.client == 0 {
		r.histories.clients++
		p.client = r.histories.clients
	}
	r.order++
	r.active = e.k.Now()
	call := HistoryCall{F: i.F, Key: i.Key, Operation: Operation{Name: h.nameOf(i.F), Service: e.s.name,
		Process: p.client, Start: e.k.Now(), Err: Unfinished, Invoked: r.order}}
	call.Input, call.Oversize = plainOf(i.Value)
	if r.wanted(KeepAll) {
		r.tell(Fact{Kind: FactInvoke, Machine: e.s.m.name, Service: e.s.name, Operation: boxed(call.Operation)})
	}
	return call
}

// nameOf is what the report calls an operation.
func (h *historian) nameOf(f string) string {
	name := h.names[f]
	if name == "" {
		name = h.Name + " " + f
		h.names[f] = name
	}
	return name
}

// keepCall puts an operation that has begun into its history, and returns its place;
// less than zero when there is no room.
func (r *recorder) keepCall(h *historian, call *HistoryCall) (place int) {
	if r.histories.calls >= r.limit {
		h.Cut = true
		r.trace.Dropped++
		return -1
	}
	r.histories.calls++
	h.Calls = append(withRoom(h.Calls), *call)
	return len(h.Calls) - 1
}

// completed ends an operation of a history. A client that does not know how its
// operation ended is never heard of again.
func (e *env) completed(h *historian, place int, call *HistoryCall, p *process, output any) {
	p.invoking = false
	if call.Err != "" && !Certain(call.F, call.Err) {
		p.client = 0
	}
	r := e.s.m.c.trace
	r.active = e.k.Now()
	call.Latency = e.k.Now() - call.Start
	if call.Err != Unfinished {
		r.order++
		call.Completed = r.order
	}
	if call.Err == "" {
		var oversize bool
		call.Output, oversize = plainOf(output)
		call.Oversize = call.Oversize || oversize
	}
	h.Cut = h.Cut || call.Oversize
	if place >= 0 {
		h.Calls[place] = *call
	}
	e.ended(&call.Operation)
}

// results are the histories of a run that has ended.
func (s *histories) results() []History {
	results := make([]History, len(s.all))
	for i, h := range s.all {
		h.Calls = fit(h.Calls)
		results[i] = h.History
	}
	return results
}
