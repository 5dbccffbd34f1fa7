package history

import (
	"fmt"
	"strings"
)

// microOp is one read or write of a transaction.
type microOp struct {
	write   bool
	known   bool // what a read answered is known
	key     int32
	version int32   // written, or read from a register; noVersion for its first state
	list    []int32 // read from a list
}

// txn is a transaction: OK or Info, or one that failed.
type txn struct {
	op   *Op
	node int32 // in the graph, from 0; -1 of one that failed
	mops []microOp
}

// version is a value that a key has had. Values are unique, so that a version is
// what one transaction wrote.
type version struct {
	key    int32
	value  any
	writer *txn // nil: nobody wrote it
	last   bool // of its transaction's writes to the key
}

// txns are the transactions of a history, and what they wrote.
type txns struct {
	write    string // the name of the writing micro-operation
	all      []*txn
	nodes    []*txn // those that are in the graph
	keys     []any
	places   places // of keys
	versions []version
	known    []map[any]int32 // versions of each key, by value
}

// readTxns reads a history of operations "txn", whose input is a list of
// micro-operations, [write key value] and ["r" key], and whose output is that list
// with what was read: ["r" key value].
func readTxns(h *History, write string) (*txns, error) {
	t := &txns{write: write, places: places{}}
	for i := range h.Ops {
		if err := t.add(&h.Ops[i]); err != nil {
			return nil, fmt.Errorf("history %q: operation %d: %w", h.Name, i, err)
		}
	}
	for _, one := range t.all {
		if one.op.Type != OK {
			continue
		}
		if err := t.read(one); err != nil {
			return nil, fmt.Errorf("history %q: operation %d: %w", h.Name, one.op.Index, err)
		}
	}
	return t, nil
}

// add reads what a transaction wants, and the versions that it writes.
func (t *txns) add(o *Op) error {
	if o.F != "txn" {
		return fmt.Errorf("there is no %q here: want txn", o.F)
	}
	list, ok := o.Input.([]any)
	if !ok {
		return fmt.Errorf("its input is %s: want a list of micro-operations", Text(o.Input))
	}
	one := &txn{op: o, node: -1, mops: make([]microOp, 0, len(list))}
	for _, v := range list {
		f, key, value, err := t.microOp(v)
		if err != nil {
			return err
		}
		m := microOp{write: f == t.write, key: t.key(key), version: noVersion}
		if first := t.keys[0]; kindOf(first) != kindOf(key) {
			return mixedKeys(first, key)
		}
		if m.write {
			if m.version, err = t.written(one, m.key, value); err != nil {
				return err
			}
		}
		one.mops = append(one.mops, m)
	}
	t.all = append(t.all, one)
	if o.Type != Fail {
		one.node = int32(len(t.nodes))
		t.nodes = append(t.nodes, one)
	}
	return nil
}

// microOp takes [f key value] apart. A read may come without a value.
func (t *txns) microOp(v any) (f string, key, value any, err error) {
	list, _ := v.([]any)
	if len(list) > 0 {
		f, _ = list[0].(string)
	}
	switch {
	case f != "r" && f != t.write, len(list) < 2, len(list) > 3, f == t.write && (len(list) < 3 || list[2] == nil):
		return "", nil, nil, fmt.Errorf(`%s is no micro-operation: want ["r" key] or [%q key value]`, Text(v), t.write)
	case len(list) == 3:
		value = list[2]
	}
	return f, list[1], value, nil
}

func (t *txns) key(key any) int32 {
	place, isNew := t.places.of(key)
	if isNew {
		t.keys = append(t.keys, key)
		t.known = append(t.known, map[any]int32{})
	}
	return place
}

// written is the version that a write makes.
func (t *txns) written(one *txn, key int32, value any) (int32, error) {
	v := t.version(key, value)
	known := &t.versions[v]
	if known.writer != nil {
		return 0, fmt.Errorf("%s was written to key %s twice, by operation %d too: values must be unique",
			Text(value), Text(t.keys[key]), known.writer.op.Index)
	}
	known.writer, known.last = one, true
	for _, m := range one.mops {
		if m.write && m.key == key {
			t.versions[m.version].last = false
		}
	}
	return v, nil
}

func (t *txns) version(key int32, value any) int32 {
	k := comparableOf(value)
	v, ok := t.known[key][k]
	if !ok {
		v = int32(len(t.versions))
		t.known[key][k] = v
		t.versions = append(t.versions, version{key: key, value: value})
	}
	return v
}

// read takes what a transaction has read from its output.
func (t *txns) read(one *txn) error {
	list, ok := one.op.Output.([]any)
	if !ok || len(list) != len(one.mops) {
		return fmt.Errorf("its output is %s: want its %d micro-operations with what was read",
			shorten(Text(one.op.Output), maxDescribed), len(one.mops))
	}
	for i := range one.mops {
		m := &one.mops[i]
		f, key, value, err := t.microOp(list[i])
		if err != nil {
			return err
		}
		if (f == t.write) != m.write || !equal(key, t.keys[m.key]) {
			return fmt.Errorf("%s answers %s", Text(list[i]), Text(one.op.Input.([]any)[i]))
		}
		if m.write {
			continue
		}
		m.known = true
		if t.write == "append" {
			m.list, err = t.readList(m.key, value)
		} else if value != nil {
			m.version = t.version(m.key, value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *txns) readList(key int32, value any) ([]int32, error) {
	if m, ok := value.(map[string]any); ok && len(m) == 0 {
		return nil, nil // an empty table of Lua may be either
	}
	list, ok := value.([]any)
	if !ok && value != nil {
		return nil, fmt.Errorf("key %s was read as %s: want a list", Text(t.keys[key]), Text(value))
	}
	versions := make([]int32, len(list))
	for i, v := range list {
		versions[i] = t.version(key, v)
	}
	return versions, nil
}

// node is the one of the transaction that wrote a version, and whether it is one of
// the graph.
func (t *txns) writer(v int32) (int32, bool) {
	if v == noVersion || t.versions[v].writer == nil {
		return -1, false
	}
	node := t.versions[v].writer.node
	return node, node >= 0
}

func (t *txns) value(v int32) string {
	if v == noVersion {
		return "nothing"
	}
	return Text(t.versions[v].value)
}

// describeTxn shows the micro-operations of a transaction, with what it read.
func describeTxn(o *Op) string {
	list, ok := o.Output.([]any)
	if !ok || o.Type != OK {
		list, _ = o.Input.([]any)
	}
	var shown []string
	for _, v := range list {
		m, _ := v.([]any)
		var words []string
		for i, w := range m {
			s := Text(w)
			if f, isText := w.(string); isText && i == 0 {
				s = f
			}
			words = append(words, shorten(s, maxDescribed/2))
		}
		if len(m) == 2 && m[0] == "r" {
			words = append(words, map[bool]string{true: "nil", false: "?"}[o.Type == OK])
		}
		shown = append(shown, strings.Join(words, " "))
	}
	return strings.Join(shown, ", ")
}
