package history

import (
	"slices"

	"simlua.example/core"
)

// Of is the history of a name in what a run has recorded: its operations of
// that name, which have what was asked as a map with "f", "key" and "value".
func Of(t *core.Trace, name string) (*History, error) {
	var ops []Op
	cut := t.Dropped > 0
	for i := range t.Operations {
		if o := &t.Operations[i]; o.Name == name {
			ops = append(ops, op(o))
			cut = cut || o.Oversize
		}
	}
	h, err := New(name, ops)
	h.Cut = cut
	return h, err
}

func op(o *core.Operation) Op {
	asked, _ := o.Input.(map[string]any)
	f, _ := asked["f"].(string)
	p := Op{
		Process: o.Process, F: f, Key: asked["key"], Input: asked["value"], Output: o.Output,
		Type: TypeOf(f, o.Err), Err: o.Err, Invoked: o.Invoked, Completed: o.Completed, Start: o.Start,
	}
	if p.Completed != 0 {
		p.End = o.Start + o.Latency
	}
	return p
}

// definite are the kinds of errors after which it is certain that nothing has
// happened.
var definite = []string{"refused", "no_route", "in_use", "no_space", "fail"}

// TypeOf is how an operation f ended that had an error of this kind: empty when
// it had none. A read that failed has changed nothing, whatever the error was.
func TypeOf(f, kind string) Type {
	switch {
	case kind == "":
		return OK
	case kind == core.Unfinished:
		return Info
	case f == "read" || slices.Contains(definite, kind):
		return Fail
	}
	return Info
}
