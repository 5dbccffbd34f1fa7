package history

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Model says what an object does when its operations come one after another:
// the sequential specification.
type Model struct {
	Name string
	Init any // the first state
	// Step is what an operation makes of a state, or not ok when its answer is
	// none that the object gives in this state. It must not change the state, nor
	// depend on anything else. An operation that is Info has no answer: any will do,
	// and one that cannot happen changes nothing. An error ends the judgement.
	Step  func(state any, o *Op) (next any, ok bool, err error)
	Equal func(a, b any) bool    // nil: values are compared
	Hash  func(state any) uint64 // nil: none; equal states have equal hashes
	// Reads are the operations that change nothing: those that nobody knows the end
	// of are left out.
	Reads []string
	// Show is a state as text; nil: Text.
	Show func(state any) string
}

// Models are those that are built in, by their names: each describes one object,
// and a history with keys has an object for each key.
func Models() []string { return slices.Sorted(maps.Keys(models)) }

// ModelOf is the model of a name.
func ModelOf(name string) (Model, error) {
	build, ok := models[name]
	if !ok {
		return Model{}, fmt.Errorf("no model %q: there are %s", name, strings.Join(Models(), ", "))
	}
	m := build()
	m.Name = name
	return m, nil
}

var models = map[string]func() Model{
	"register":     func() Model { return of(nil, steps{"read": read, "write": write}) },
	"cas_register": func() Model { return of(nil, steps{"read": read, "write": write, "cas": cas}) },
	"key_value": func() Model {
		return of(nil, steps{"read": read, "get": read, "write": write, "put": write, "cas": cas,
			"append": appendText, "delete": remove})
	},
	"mutex": func() Model { return of(false, steps{"acquire": acquire, "release": release}) },
	"queue": func() Model { return of([]any{}, steps{"enqueue": enqueue, "dequeue": dequeue}) },
	"set":   func() Model { return of([]any{}, steps{"add": add, "read": readSet}) },
}

// steps says what each operation of a model does.
type steps map[string]func(state any, o *Op) (next any, ok bool)

func of(init any, fs steps) Model {
	return Model{
		Init:  init,
		Reads: []string{"read", "get"},
		Equal: equal,
		Hash:  func(state any) uint64 { return fold(basis, state) },
		Step: func(state any, o *Op) (any, bool, error) {
			f, known := fs[o.F]
			if !known {
				return nil, false, fmt.Errorf("operation %d: the model has no %q: it has %s",
					o.Index, o.F, strings.Join(slices.Sorted(maps.Keys(fs)), ", "))
			}
			if _, _, isPair := fromTo(o.Input); o.F == "cas" && !isPair {
				return nil, false, fmt.Errorf("operation %d: a cas of %s: want [from to]", o.Index, Text(o.Input))
			}
			next, ok := f(state, o)
			return next, ok || o.Type == Info, nil
		},
	}
}

func read(state any, o *Op) (any, bool) { return state, equal(state, o.Output) }

func write(_ any, o *Op) (any, bool) { return o.Input, true }

// cas is a compare-and-set: its input is a list of the old and the new value, or
// a map with "from" and "to". An answer of false says that the old one was not
// there.
func cas(state any, o *Op) (any, bool) {
	from, to, _ := fromTo(o.Input)
	if equal(state, from) {
		return to, o.Output != false
	}
	return state, o.Output == false
}

func fromTo(v any) (from, to any, ok bool) {
	switch x := v.(type) {
	case []any:
		if len(x) == 2 {
			return x[0], x[1], true
		}
	case map[string]any:
		return x["from"], x["to"], true
	}
	return nil, nil, false
}

func appendText(state any, o *Op) (any, bool) {
	old, _ := state.(string)
	more, _ := o.Input.(string)
	return old + more, true
}

func remove(_ any, _ *Op) (any, bool) { return nil, true }

func acquire(state any, _ *Op) (any, bool) { return true, state == false }

func release(state any, _ *Op) (any, bool) { return false, state == true }

func enqueue(state any, o *Op) (any, bool) {
	return append(slices.Clip(state.([]any)), o.Input), true
}

// dequeue answers nil when the queue is empty.
func dequeue(state any, o *Op) (any, bool) {
	q := state.([]any)
	if len(q) == 0 {
		return state, o.Output == nil
	}
	return q[1:], equal(q[0], o.Output)
}

// add puts an element into its place, so that equal sets are equal lists.
func add(state any, o *Op) (any, bool) {
	set := state.([]any)
	place, found := slices.BinarySearchFunc(set, o.Input, anyOrder)
	if found {
		return state, true
	}
	return slices.Insert(slices.Clip(set), place, o.Input), true
}

func readSet(state any, o *Op) (any, bool) {
	answer, ok := o.Output.([]any)
	if !ok {
		return state, o.Output == nil && len(state.([]any)) == 0
	}
	return state, slices.EqualFunc(state.([]any), slices.SortedFunc(slices.Values(answer), anyOrder), equal)
}

// anyOrder orders values of any kinds.
func anyOrder(a, b any) int {
	return cmp.Or(cmp.Compare(kindOf(a), kindOf(b)), compare(a, b))
}

func (m *Model) equal(a, b any) bool {
	if m.Equal == nil {
		return equal(a, b)
	}
	return m.Equal(a, b)
}

func (m *Model) show(state any) string {
	if m.Show == nil {
		return Text(state)
	}
	return m.Show(state)
}

// effective are the operations that a model has to place: not those that did not
// happen, nor reads that nobody knows the end of.
func (m *Model) effective(ops []*Op) []*Op {
	var all []*Op
	for _, o := range ops {
		if o.Type == OK || o.Type == Info && !slices.Contains(m.Reads, o.F) {
			all = append(all, o)
		}
	}
	return all
}
