package disk

import (
	"bytes"
	"slices"

	"github.com/tidwall/btree"

	"simlua.example/core"
)

// memory is a store without a file. Its trees are never changed, only replaced: a
// power cut goes back to the marked one.
type memory struct {
	disk        *disk
	now, marked *tree
	open        *tree // that begin has left; nil when there is none
}

// tree has the pairs of all buckets of a database, by name of the bucket and key:
// see memoryTx.full. A copy takes no time, however large it is: it shares the
// nodes that neither has changed since.
type tree = btree.BTreeG[packed]

// packed is a pair in one piece of memory: a change copies many of them.
type packed struct {
	bytes []byte // the key, and behind it the value
	end   int    // of the key
}

func (p packed) key() []byte   { return p.bytes[:p.end:p.end] }
func (p packed) value() []byte { return p.bytes[p.end:] } // nil when there is no pair

// degree of a tree. A change copies one node of each level, of less than twice as
// many pairs, so few are better than btree's default of 32.
const degree = 8

func newTree() *tree {
	byKey := func(a, b packed) bool { return bytes.Compare(a.bytes[:a.end], b.bytes[:b.end]) < 0 }
	return btree.NewBTreeGOptions(byKey, btree.Options{Degree: degree, NoLocks: true})
}

func newMemory(d *disk) *memory {
	empty := newTree()
	return &memory{disk: d, now: empty, marked: empty}
}

func (m *memory) begin(bucket string, fn func(core.Tx) error) (change, error) {
	t := &memoryTransaction{tree: m.now, shared: true, access: access{writable: true}}
	if err := m.run(t, bucket, fn); err != nil {
		return change{}, err
	}
	m.open = t.tree
	return t.change, nil
}

func (m *memory) commit()   { m.now, m.open = m.open, nil }
func (m *memory) rollback() { m.open = nil }

func (m *memory) view(bucket string, fn func(core.Tx) error) error {
	return m.run(&memoryTransaction{tree: m.now}, bucket, fn)
}

func (m *memory) run(t *memoryTransaction, bucket string, fn func(core.Tx) error) error {
	defer func() { t.ended = true }()
	if err := m.disk.transaction(func() error { return fn(t.over(bucket)) }); err != nil {
		return err
	}
	return t.mistake
}

func (m *memory) mark() { m.marked = m.now }

func (m *memory) crash(lost bool) {
	if lost {
		m.now = m.marked
	}
	m.marked = m.now
}

func (m *memory) each(fn func(bucket string, key, value []byte) bool) {
	m.now.Scan(func(p packed) bool {
		bucket, key, _ := bytes.Cut(p.key(), []byte{0})
		return fn(string(bucket), key, p.value())
	})
}

func (m *memory) decay(x decay) {
	both := []**tree{&m.now, &m.marked}
	full := append(append([]byte(x.bucket), 0), x.key...)
	for _, t := range both {
		if found, ok := (*t).Get(packed{full, len(full)}); ok && bytes.Equal(found.value(), x.old) {
			*t = (*t).Copy()
			(*t).Set(packed{slices.Concat(full, x.value), len(full)})
		}
	}
}

func (m *memory) close()  {}
func (m *memory) remove() {}
