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
	// first makes a first state of what was asked for one; nil: it is as it is.
	first func(init any) (any, error)
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

// From is the model with another first state: what each object is when nothing has
// happened. That of a mutex is whether it is held, of a queue and a set a list.
func (m Model) From(init any) (Model, error) {
	if m.first != nil {
		first, err := m.first(init)
		if err != nil {
			return m, fmt.Errorf("model %s: its first state is %s: %w", m.Name, shorten(Text(init), maxDescribed), err)
		}
		init = first
	}
	m.Init = init
	return m, nil
}

var models = map[string]func() Model{
	"register":     func() Model { return of(nil, steps{"read": read, "write": write}) },
	"cas_register": func() Model { return of(nil, steps{"read": read, "write": write, "cas": cas}) },
	"key_value": func() Model {
		return of(nil, steps{"read": read, "get": read, "write": write, "put": write, "cas": cas,
			"append": appendText, "delete": remove})
	},
	"mutex": func() Model { return of(false, steps{"acquire": acquire, "release": release}).as(held) },
	"queue": func() Model { return of([]any{}, steps{"enqueue": enqueue, "dequeue": dequeue}).as(listed) },
	"set":   func() Model { return of([]any{}, steps{"add": add, "read": readSet}).as(inOrder) },
}

func (m Model) as(first func(any) (any, error)) Model {
	m.first = first
	return m
}

func held(init any) (any, error) {
	if _, ok := init.(bool); !ok {
		return nil, fmt.Errorf("want true, held, or false, free")
	}
	return init, nil
}

func listed(init any) (any, error) {
	if _, ok := init.([]any); !ok {
		return nil, fmt.Errorf("want a list")
	}
	return init, nil
}

// inOrder is a set as add keeps it.
func inOrder(init any) (any, error) {
	list, err := listed(init)
	if err != nil {
		return nil, err
	}
	return slices.CompactFunc(slices.SortedFunc(slices.Values(list.([]any)), anyOrder), equal), nil
}

// steps says what each operation of a model does.
type steps map[string]func(state any, o *Op) (next any, ok bool, err error)

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
			next, ok, err := f(state, o)
			if err != nil {
				return nil, false, fmt.Errorf("operation %d: %w", o.Index, err)
			}
			return next, ok || o.Type == Info, nil
		},
	}
}

func read(state any, o *Op) (any, bool, error) { return state, equal(state, o.Output), nil }

func write(_ any, o *Op) (any, bool, error) { return o.Input, true, nil }

// cas is a compare-and-set: its input is a list of the old and the new value, or
// a map with "from" and "to". An answer of false says that the old one was not
// there.
func cas(state any, o *Op) (any, bool, error) {
	from, to, isPair := fromTo(o.Input)
	switch {
	case !isPair:
		return nil, false, fmt.Errorf("a cas of %s: want [from to], or a map with from and to", Text(o.Input))
	case equal(state, from):
		return to, o.Output != false, nil
	}
	return state, o.Output == false, nil
}

// fromTo are the values of a cas. In a map, as in a table of Lua, a value that is nil
// is missing: also in {nil, to}, which is no list there.
func fromTo(v any) (from, to any, ok bool) {
	switch x := v.(type) {
	case []any:
		if len(x) == 2 {
			return x[0], x[1], true
		}
	case map[string]any:
		if from, to, ok = fieldsOf(x, "from", "to"); !ok {
			from, to, ok = fieldsOf(x, "[1]", "[2]")
		}
		return from, to, ok
	}
	return nil, nil, false
}

// fieldsOf are two fields of a map that has one of them, or both, and no others.
func fieldsOf(m map[string]any, a, b string) (first, second any, ok bool) {
	first, hasFirst := m[a]
	second, hasSecond := m[b]
	if hasFirst && hasSecond {
		return first, second, len(m) == 2
	}
	return first, second, len(m) == 1 && (hasFirst || hasSecond)
}

func appendText(state any, o *Op) (any, bool, error) {
	old, wasText := state.(string)
	more, isText := o.Input.(string)
	switch {
	case !isText:
		return nil, false, fmt.Errorf("%s: want a string", describe(o))
	case !wasText && state != nil:
		return nil, false, fmt.Errorf("%s: to %s, which is no string", describe(o), Text(state))
	}
	return old + more, true, nil
}

func remove(_ any, _ *Op) (any, bool, error) { return nil, true, nil }

func acquire(state any, _ *Op) (any, bool, error) { return true, state == false, nil }

func release(state any, _ *Op) (any, bool, error) { return false, state == true, nil }

func enqueue(state any, o *Op) (any, bool, error) {
	return append(slices.Clip(state.([]any)), o.Input), true, nil
}

// dequeue answers nil when the queue is empty.
func dequeue(state any, o *Op) (any, bool, error) {
	q := state.([]any)
	if len(q) == 0 {
		return state, o.Output == nil, nil
	}
	return q[1:], equal(q[0], o.Output), nil
}

// add puts an element into its place, so that equal sets are equal lists.
func add(state any, o *Op) (any, bool, error) {
	set := state.([]any)
	place, found := slices.BinarySearchFunc(set, o.Input, anyOrder)
	if found {
		return state, true, nil
	}
	return slices.Insert(slices.Clip(set), place, o.Input), true, nil
}

func readSet(state any, o *Op) (any, bool, error) {
	answer, isList := o.Output.([]any)
	if !isList && o.Output != nil {
		return state, false, nil
	}
	return state, slices.EqualFunc(state.([]any), slices.SortedFunc(slices.Values(answer), anyOrder), equal), nil
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
