package disk

import (
	"bytes"

	"github.com/tidwall/btree"

	"simlua.example/core"
)

// memory is a store without a file. Its trees are never changed, only replaced: a
// power cut goes back to the durable one.
type memory struct {
	disk         *disk
	now, durable *tree
}

// tree has the pairs of all buckets of a database, by name of the bucket and key:
// see memoryTx.full. A copy takes no time, however large it is: it shares the
// nodes that neither has changed since.
type tree = btree.BTreeG[pair]

// degree of a tree. A change copies one node of each level, of less than twice as
// many pairs, so few are better than btree's default of 32.
const degree = 8

func newMemory(d *disk) *memory {
	byKey := func(a, b pair) bool { return bytes.Compare(a.key, b.key) < 0 }
	empty := btree.NewBTreeGOptions(byKey, btree.Options{Degree: degree, NoLocks: true})
	return &memory{disk: d, now: empty, durable: empty}
}

func (m *memory) update(bucket string, fn func(core.Tx) error, noSync bool) error {
	t := &memoryTransaction{tree: m.now, shared: true, access: access{writable: true}}
	if err := m.run(t, bucket, fn); err != nil {
		return err
	}
	m.now = t.tree
	if !noSync {
		m.sync()
	}
	return nil
}

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

func (m *memory) sync()    { m.durable = m.now }
func (m *memory) restore() { m.now = m.durable }
func (m *memory) close()   {}
func (m *memory) remove()  {}
