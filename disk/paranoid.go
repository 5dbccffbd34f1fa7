package disk

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"

	"go.etcd.io/bbolt"

	"simlua.example/core"
)

// paranoid is a store that has everything twice: in memory, which is what can be
// seen, and in a bbolt file. A power cut leaves an image of the file that such a cut
// can leave when it has the outcome that was drawn; bbolt recovers it, and must find
// what is in memory. What it draws is for images only.
type paranoid struct {
	*memory
	name   string // of the database
	file   *file
	random *core.Random
	writes []edit  // of the transaction that is open, or was given up
	next   *crash  // the first commit behind the mark; nil when there is none
	bytes  []byte  // of the file; nil when it has to be read
	decays []decay // since the mark
}

// edit is one change of a transaction: the value is nil when the key is deleted.
type edit struct {
	bucket     string
	key, value []byte
}

func newParanoid(d *disk, name string) *paranoid {
	return &paranoid{memory: newMemory(d), name: name, file: create(d, name), random: d.host.Random("image " + name)}
}

func (p *paranoid) begin(bucket string, fn func(core.Tx) error) (change, error) {
	p.writes = nil
	c, err := p.memory.begin(bucket, func(tx core.Tx) error { return fn(&writer{tx, bucket, p}) })
	if err != nil {
		p.writes = nil
	}
	return c, err
}

// writer notes what a transaction changes.
type writer struct {
	core.Tx
	bucket string
	p      *paranoid
}

func (w *writer) Bucket(name string) core.Tx { return &writer{w.Tx.Bucket(name), name, w.p} }

func (w *writer) Put(key, value []byte) error {
	err := w.Tx.Put(key, value)
	if err == nil {
		w.p.writes = append(w.p.writes, edit{w.bucket, bytes.Clone(key), append([]byte{}, value...)})
	}
	return err
}

func (w *writer) Delete(key []byte) error {
	err := w.Tx.Delete(key)
	if err == nil {
		w.p.writes = append(w.p.writes, edit{w.bucket, bytes.Clone(key), nil})
	}
	return err
}

// commit needs the bytes of the first commit behind the mark only.
func (p *paranoid) commit() {
	p.memory.commit()
	if p.next == nil {
		p.next = p.watch()
	} else {
		p.replay()
	}
	p.writes = nil
}

// mark leaves no commit behind it.
func (p *paranoid) mark() {
	p.memory.mark()
	p.next, p.decays = nil, nil
}

// decay is of the file as it is, and of the marked state when it comes back.
func (p *paranoid) decay(x decay) {
	p.memory.decay(x)
	p.file.decay(x)
	p.bytes, p.decays = nil, append(p.decays, x)
}

// watch commits what was written, and keeps the file before and after it; nil when the host
// has refused to read it.
func (p *paranoid) watch() *crash {
	before := p.read()
	p.replay()
	c, err := newCrash(before, p.read())
	if err != nil {
		p.defect("bbolt has made a file that simlua does not understand: %v", err)
		return nil
	}
	return c
}

func (p *paranoid) read() []byte {
	if p.bytes == nil {
		var err error
		if p.bytes, err = os.ReadFile(p.file.path); err != nil {
			p.file.hostFailed(err)
		}
	}
	return p.bytes
}

// replay commits what was written to the file.
func (p *paranoid) replay() {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer p.file.heedFault()
	p.bytes = nil
	err := p.file.bolt.Update(func(tx *bbolt.Tx) error {
		p.file.measure(tx)
		for _, w := range p.writes {
			if err := w.to(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		p.file.hostFailed(err)
	}
}

func (w *edit) to(tx *bbolt.Tx) error {
	if w.value == nil {
		if b := tx.Bucket([]byte(w.bucket)); b != nil {
			return b.Delete(w.key)
		}
		return nil
	}
	b, err := tx.CreateBucketIfNotExists([]byte(w.bucket))
	if err != nil {
		return err
	}
	return b.Put(w.key, w.value)
}

func (p *paranoid) crash(lost bool) {
	p.memory.crash(lost)
	if image := p.image(lost); image != nil {
		p.recover(image)
	}
	p.writes, p.next, p.decays = nil, nil, nil
}

// image is what the power cut leaves of the file, or nil when the host refuses to tell. A
// transaction that was given up may have been in phase one of its commit.
func (p *paranoid) image(lost bool) []byte {
	switch {
	case lost && p.random.Chance(core.Always/2):
		return p.next.phaseOne(p.random)
	case lost:
		return p.next.phaseTwo(p.random, false)
	case p.writes != nil:
		if given := p.watch(); given != nil {
			return given.phaseOne(p.random)
		}
	}
	return p.read()
}

// recover puts an image in the place of the file and opens it. The new file is
// another one: nothing of the old one, locks and maps, has to do with it.
func (p *paranoid) recover(image []byte) {
	f := p.file
	f.erase()
	f.lost = true
	if err := os.WriteFile(f.path, image, 0o600); err != nil {
		f.hostFailed(err)
		return
	}
	err := p.reopen()
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		f.hostFailed(err)
	} else if err != nil {
		p.defect("a power cut has left something else in bbolt than it should: %v", err)
	}
	p.bytes = nil
}

// reopen opens the file and reads all of it.
func (p *paranoid) reopen() (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	if p.file.bolt, err = bbolt.Open(p.file.path, 0o600, &options); err != nil {
		return err
	}
	p.file.lost = false
	for _, x := range p.decays {
		p.file.decay(x)
	}
	return p.file.bolt.View(p.compare)
}

// compare says where bbolt and the memory differ.
func (p *paranoid) compare(tx *bbolt.Tx) error {
	want := p.now.Items()
	i := 0
	err := tx.ForEach(func(bucket []byte, b *bbolt.Bucket) error {
		return b.ForEach(func(key, value []byte) error {
			full := bytes.Join([][]byte{bucket, key}, []byte{0})
			if i == len(want) || !bytes.Equal(want[i].key(), full) || !bytes.Equal(want[i].value(), value) {
				return fmt.Errorf("pair %d is %q", i, full)
			}
			i++
			return nil
		})
	})
	if err == nil && i < len(want) {
		return fmt.Errorf("it has %d pairs, not %d", i, len(want))
	}
	return err
}

// defect ends simlua: the model and bbolt differ, and one of them is wrong.
func (p *paranoid) defect(format string, about ...any) {
	if p.file.refused {
		return // then nothing is known of them
	}
	panic(fmt.Sprintf("database %s of %s: ", p.name, p.disk.host.Name()) + fmt.Sprintf(format, about...))
}

func (p *paranoid) close()  { p.file.close() }
func (p *paranoid) remove() { p.file.erase() }
