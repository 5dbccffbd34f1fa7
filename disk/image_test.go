package disk

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"simlua.example/core"
)

// busyFile is a bbolt file that commits change at random.
type busyFile struct {
	t  *testing.T
	r  *core.Random
	db *bbolt.DB
}

// fileKinds are files as the store has them, and as bbolt makes them unless asked.
var fileKinds = map[string]bbolt.Options{"store": options, "defaults": {NoSync: true}}

func newBusyFile(t *testing.T, name string, o bbolt.Options) *busyFile {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(t.TempDir(), "busy.db"), 0o600, &o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return &busyFile{t, core.NewRandom(1, t.Name()+name), db}
}

// moment is a file and what is in it.
type moment struct {
	bytes   []byte
	content string
}

func (f *busyFile) now() (m moment) {
	f.t.Helper()
	err := f.db.View(func(tx *bbolt.Tx) (err error) {
		m.content, err = contentHash(tx)
		return err
	})
	if err == nil {
		m.bytes, err = os.ReadFile(f.db.Path())
	}
	if err != nil {
		f.t.Fatal(err)
	}
	return m
}

// commit changes a few pairs of several buckets, or many.
func (f *busyFile) commit() {
	f.t.Helper()
	changes := 30
	if f.r.Int(1, 10) == 1 {
		changes = 300
	}
	err := f.db.Update(func(tx *bbolt.Tx) error {
		for range changes {
			if err := f.change(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *busyFile) change(tx *bbolt.Tx) error {
	b, err := tx.CreateBucketIfNotExists([]byte(fmt.Sprint("bucket", f.r.Int(0, 3))))
	if err != nil {
		return err
	}
	key := []byte(fmt.Sprint("key", f.r.Int(0, 299)))
	switch f.r.Int(0, 8) {
	case 0, 1, 2:
		return b.Delete(key)
	case 3:
		return b.Put(key, f.value(9000))
	default:
		return b.Put(key, f.value(320))
	}
}

func (f *busyFile) value(most int64) []byte {
	value := make([]byte, f.r.Int(0, most))
	for i := range value {
		value[i] = byte(f.r.Uint64())
	}
	return value
}

// imageKind is one way to make an image, and what bbolt must find in it.
type imageKind struct {
	name string
	make func(c *crash, r *core.Random) []byte
	want func(c *crash, image []byte) found
}

type found string

const (
	foundOld found = "old"
	foundNew found = "new"
	caught   found = "caught" // wrong content, or trouble
)

func always(f found) func(*crash, []byte) found { return func(*crash, []byte) found { return f } }

// byMeta is for images that hold what their meta page decides.
func byMeta(c *crash, image []byte) found {
	if differs(image, c.after, c.meta, c.meta+sectorSize) {
		return foundOld
	}
	return foundNew
}

var imageKinds = []imageKind{
	{"any part of the data, old meta", (*crash).phaseOne, always(foundOld)},
	{"data torn at 512 bytes, old meta", func(c *crash, r *core.Random) []byte {
		image := c.start(true)
		for _, page := range c.data {
			c.tear(image, page, r)
		}
		return image
	}, always(foundOld)},
	{"old length, old meta", func(c *crash, r *core.Random) []byte {
		image := c.start(false)
		for _, page := range c.data {
			c.write(image, page)
		}
		return image
	}, always(foundOld)},
	{"all data, new meta", func(c *crash, r *core.Random) []byte {
		return c.phaseTwo(r, true)
	}, always(foundNew)},
	{"all data, old or torn meta", func(c *crash, r *core.Random) []byte {
		return c.phaseTwo(r, false)
	}, always(foundOld)},
	{"all data, meta torn at 512 bytes", func(c *crash, r *core.Random) []byte {
		image := bytes.Clone(c.after)
		copy(image[c.meta:], c.before[c.meta:][:c.pageSize])
		c.tear(image, c.meta, r)
		return image
	}, byMeta},
	{"all data, meta torn at a byte", func(c *crash, r *core.Random) []byte {
		image := bytes.Clone(c.after)
		copy(image[c.meta:], c.before[c.meta:][:c.pageSize])
		c.tearMeta(image, r)
		return image
	}, always(foundOld)},
	{"ILLEGAL: a data page missing, new meta", func(c *crash, r *core.Random) []byte {
		return c.without(c.start(true), c.data[r.Uint64n(uint64(len(c.data)))])
	}, always(caught)},
	{"ILLEGAL: a data page torn, new meta", func(c *crash, r *core.Random) []byte {
		page := c.data[r.Uint64n(uint64(len(c.data)))]
		image := bytes.Clone(c.after)
		for bytes.Equal(image, c.after) { // until a sector is lost in which something was written
			image = c.without(image, page)
			c.tear(image, page, r)
		}
		return image
	}, always(caught)},
	{"ILLEGAL: half of the data missing, new meta", func(c *crash, r *core.Random) []byte {
		image := c.start(true)
		c.write(image, c.meta)
		for _, page := range c.data {
			if r.Chance(core.Always / 2) {
				c.write(image, page)
			}
		}
		return image
	}, always(caught)},
}

// without is all data but for one page, and the new meta, over an image that is as
// long.
func (c *crash) without(image []byte, missing int) []byte {
	copy(image, c.after)
	clear(image[missing:][:c.pageSize])
	if missing < len(c.before) {
		copy(image[missing:][:c.pageSize], c.before[missing:])
	}
	return image
}

// commitsToJudge is how many, with many images of each: IMAGES=100 looks at more.
func commitsToJudge() int {
	switch n, err := strconv.Atoi(os.Getenv("IMAGES")); {
	case err == nil:
		return n
	case testing.Short():
		return 6
	}
	return 20
}

// TestImages has bbolt recover images of commits. Legal ones hold what was there
// before the commit, or after it, as their kind says. Of the others, more than nine
// in ten must be noticed: else the judge would let anything pass.
func TestImages(t *testing.T) {
	for name, o := range fileKinds { //tidy:sorted each has its own stream
		t.Run(name, func(t *testing.T) { testImages(t, o) })
	}
}

func testImages(t *testing.T, o bbolt.Options) {
	j, table, grown, largest := newJudge(t), newImageTable(), 0, 0
	var f *busyFile
	for i := range commitsToJudge() {
		if i%6 == 0 {
			f = newBusyFile(t, fmt.Sprint("file ", i), o)
		}
		for range f.r.Int(0, 3) {
			f.commit()
		}
		before := f.now()
		f.commit()
		after := f.now()
		c, err := newCrash(before.bytes, after.bytes)
		if err != nil {
			t.Fatal(err)
		}
		if largest = max(largest, len(after.bytes)); len(after.bytes) > len(before.bytes) {
			grown++
		}
		for i, kind := range imageKinds {
			for range 2 {
				image := kind.make(c, f.r)
				table[i].count(kind.want(c, image), j.look(image), before, after)
			}
		}
	}
	t.Logf("%d commits, %d of which grew the file, to %d KiB at most\n%s", commitsToJudge(), grown, largest>>10, table)
	if grown == 0 {
		t.Error("no commit grew the file: the test has lost its point")
	}
	table.check(t)
}

// imageTable counts by kind what bbolt found.
type imageTable []imageCount

type imageCount struct {
	kind                       string
	illegal                    bool
	all, old, new, wrong       int
	open, read, check, unalive int // trouble, and where
	right                      int
	first                      string // that was not right
}

func newImageTable() imageTable {
	table := make(imageTable, len(imageKinds))
	for i, kind := range imageKinds {
		table[i] = imageCount{kind: kind.name, illegal: strings.HasPrefix(kind.name, "ILLEGAL")}
	}
	return table
}

func (n *imageCount) count(want found, o opinion, before, after moment) {
	got := caught
	switch o.Content {
	case before.content:
		got = foundOld
		n.old++
	case after.content:
		got = foundNew
		n.new++
	default:
		n.wrong++
	}
	stage, _, _ := strings.Cut(o.Trouble, ":")
	switch stage {
	case "open":
		n.open++
	case "read":
		n.read++
	case "check":
		n.check++
	case "endless", died, "close":
		n.unalive++
	}
	if o.Trouble != "" {
		got = caught
	}
	n.all++
	if got == want {
		n.right++
	} else if n.first == "" {
		n.first = fmt.Sprintf("want %s, got %s %s", want, got, o.Trouble)
	}
}

func (table imageTable) String() string {
	s := fmt.Sprintf("%-45s%5s%5s%5s%7s%6s%6s%7s%6s", "", "all", "old", "new", "wrong", "open", "read", "check", "died")
	for _, n := range table {
		s += fmt.Sprintf("\n%-45s%5d%5d%5d%7d%6d%6d%7d%6d", n.kind, n.all, n.old, n.new, n.wrong, n.open, n.read, n.check,
			n.unalive)
	}
	return s
}

func (table imageTable) check(t *testing.T) {
	illegal, noticed := 0, 0
	for _, n := range table {
		switch {
		case n.illegal:
			illegal += n.all
			noticed += n.right
		case n.right < n.all:
			t.Errorf("%s: %d of %d right; %s", n.kind, n.right, n.all, n.first)
		}
	}
	if noticed*10 <= illegal*9 {
		t.Errorf("%d of %d illegal images are noticed", noticed, illegal)
	}
}

// Two commits, or none, are not one.
func TestCrashIsOfOneCommit(t *testing.T) {
	m := newMoments(newBusyFile(t, "", options))
	for _, pair := range [][2]moment{{m.before, m.after}, {m.now, m.now}, {m.now, m.before}, {{}, m.now}, {m.now, {}}} {
		if c, err := newCrash(pair[0].bytes, pair[1].bytes); err == nil {
			t.Errorf("%d data pages", len(c.data))
		}
	}
}

// A meta that an earlier power cut has torn may be the new one but for a byte: then
// there is nothing to tear.
func TestTearMetaThatIsAlmostThere(t *testing.T) {
	after := make([]byte, minPageSize)
	for i := range metaBytes {
		after[metaStart+i] = byte(i + 1)
	}
	before := bytes.Clone(after)
	before[metaStart+metaBytes-1] = 0
	c := &crash{before: before, after: after, pageSize: minPageSize}
	image := bytes.Clone(before)
	c.tearMeta(image, core.NewRandom(1, "tear"))
	if !bytes.Equal(image, before) {
		t.Error("the meta is another one")
	}
}
