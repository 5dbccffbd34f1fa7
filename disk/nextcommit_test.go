package disk

import (
	"bytes"
	"fmt"
	"testing"

	"go.etcd.io/bbolt"

	"simlua.example/core"
)

// threeMoments are a file at three moments, with one commit between each two: the
// one in question, and the next. The next may write over what the older meta needs.
type threeMoments struct {
	r                  *core.Random
	before, now, after moment
	last, next         *crash
}

// badMeta makes the file that a power cut leaves when something is wrong with the
// meta page of the commit in question.
type badMeta func(m *threeMoments, image []byte)

// unsynced is a meta page that never came to the disk.
func unsynced(m *threeMoments, image []byte) {
	copy(image[m.last.meta:][:m.last.pageSize], m.before.bytes[m.last.meta:])
}

// rotten is one with a bit turned over.
func rotten(m *threeMoments, image []byte) {
	bit := m.r.Uint64n(8 * metaBytes)
	image[m.last.meta+metaStart+int(bit/8)] ^= 1 << (bit % 8)
}

// dataOfNext is the file with all data of the next commit, and without its meta.
func (m *threeMoments) dataOfNext() []byte {
	image := bytes.Clone(m.after.bytes)
	copy(image[m.next.meta:][:m.next.pageSize], m.now.bytes[m.next.meta:])
	return image
}

// TestNextCommit measures what the model says of a commit whose meta page is not
// on the disk, though it was synced (the sync had an error) or has gone bad since:
// bbolt finds what was there before it, until the next commit begins; then that may
// have written over what the older meta needs; and when the next one is durable,
// all is well.
func TestNextCommit(t *testing.T) {
	for _, kind := range []struct {
		name string
		harm badMeta
	}{{"unsynced", unsynced}, {"rotten", rotten}} {
		for name, o := range fileKinds { //tidy:sorted each has its own stream
			t.Run(kind.name+" "+name, func(t *testing.T) { testNextCommit(t, o, kind.harm) })
		}
	}
}

func testNextCommit(t *testing.T, o bbolt.Options, harm badMeta) {
	j := newJudge(t)
	var before, damaged, well, all int
	for all = range commitsToJudge() {
		m := newMoments(newBusyFile(t, fmt.Sprint("file ", all), o))
		look := func(image []byte) opinion {
			harm(m, image)
			return j.look(image)
		}
		if o := look(bytes.Clone(m.now.bytes)); o == (opinion{Content: m.before.content}) {
			before++
		}
		if o := look(m.dataOfNext()); o.Trouble != "" || o.Content != m.before.content {
			damaged++
		}
		if o := look(bytes.Clone(m.after.bytes)); o == (opinion{Content: m.after.content}) {
			well++
		}
	}
	all++
	t.Logf("of %d: %d hold what was before, %d are damaged when the next commit has begun, %d are well after it",
		all, before, damaged, well)
	if before < all || damaged*10 <= all*9 || well < all {
		t.Error("the model says otherwise")
	}
}

func newMoments(f *busyFile) *threeMoments {
	f.t.Helper()
	for range f.r.Int(1, 5) {
		f.commit()
	}
	m := &threeMoments{r: f.r, before: f.now()}
	f.commit()
	m.now = f.now()
	f.commit()
	m.after = f.now()
	var err error
	if m.last, err = newCrash(m.before.bytes, m.now.bytes); err == nil {
		m.next, err = newCrash(m.now.bytes, m.after.bytes)
	}
	if err != nil {
		f.t.Fatal(err)
	}
	return m
}
