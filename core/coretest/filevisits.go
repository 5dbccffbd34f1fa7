package coretest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"simlua.example/core"
)

// fileVisits are what one boot of one service can see of its plain files.
var fileVisits = []struct {
	name  string
	visit func(core.Env) error
}{
	{"files: a new one is empty", onFile(func(_ core.Env, f core.File) error { return reads(f, "") })},
	{"files: append", onFile(appends)},
	{"files: write", onFile(func(_ core.Env, f core.File) error {
		return errors.Join(f.WriteAt(0, []byte("hello")), f.WriteAt(1, []byte("ipp")), reads(f, "hippo"),
			f.WriteAt(7, []byte("!")), reads(f, "hippo\x00\x00!"), f.WriteAt(20, nil), reads(f, "hippo\x00\x00!"))
	})},
	{"files: read", onFile(readsParts)},
	{"files: truncate", onFile(func(_ core.Env, f core.File) error {
		return errors.Join(f.WriteAt(0, []byte("hello")), f.Truncate(2), reads(f, "he"), f.Truncate(4),
			reads(f, "he\x00\x00"), f.Truncate(0), reads(f, ""), f.WriteAt(1, []byte("x")), reads(f, "\x00x"))
	})},
	{"files: large", onFile(large)},
	{"files: data is copied", onFile(dataIsCopied)},
	{"files: names", fileNames},
	{"files: rename replaces", renameReplaces},
	{"files: bad calls", onFile(badFileCalls)},
	{"files: bad names", badFiles},
	{"files: too many", tooManyFiles},
	{"files: two handles", twoHandles},
	{"files: a second owner waits in vain", func(env core.Env) error {
		f, err := env.OpenFile("taken")
		if err != nil {
			return err
		}
		return errors.Join(env.Sleep(time.Second), reads(f, ""))
	}},
	{"files: closing lets a second owner in", func(env core.Env) error {
		f, err := env.OpenFile("taken")
		if err != nil {
			return err
		}
		if err := errors.Join(f.Close(), env.Sleep(time.Second)); err != nil {
			return err
		}
		return readsNamed(env, "taken", "intruder was here")
	}},
}

// fileHarms are what several boots see of their files.
var fileHarms = []struct {
	name  string
	plan  func(*core.Control) error
	boots []func(core.Env) error
}{
	{"files: a kill loses nothing", strike((*core.Control).Kill),
		boots(leavesFile("a", false), func(env core.Env) error { return readsNamed(env, "a", "content") })},
	{"files: what was synced survives a power cut", strike((*core.Control).PowerFail),
		boots(leavesFile("a", true), func(env core.Env) error { return readsNamed(env, "a", "content") })},
	{"files: killed, then synced, then the power cut", strike((*core.Control).Kill, (*core.Control).PowerFail),
		boots(leavesFile("a", false), func(env core.Env) error { return syncNamed(env, "a") },
			func(env core.Env) error { return readsNamed(env, "a", "content") })},
	{"files: an orderly end syncs", strike(reboot),
		boots(leavesFile("a", false), func(env core.Env) error { return readsNamed(env, "a", "content") },
			func(env core.Env) error { return readsNamed(env, "a", "content") })},
	{"files: a wipe erases", strike((*core.Control).Wipe),
		boots(leavesFile("a", true), func(env core.Env) error { return lists(env) })},
}

func reboot(world *core.Control, match string) error {
	return world.Reboot(match, core.RebootOptions{Grace: time.Second})
}

func onFile(visit func(core.Env, core.File) error) func(core.Env) error {
	return func(env core.Env) error {
		f, err := env.OpenFile("log")
		if err != nil {
			return err
		}
		return visit(env, f)
	}
}

// reads checks all that is in a file.
func reads(f core.File, want string) error {
	size, err := f.Size()
	if err != nil {
		return err
	}
	if got, err := f.ReadAt(0, int(size)); err != nil || string(got) != want {
		return fmt.Errorf("the file holds %q, want %q: %w", got, want, err)
	}
	return nil
}

func readsNamed(env core.Env, name, want string) error {
	if err := lists(env, name); err != nil {
		return err
	}
	f, err := env.OpenFile(name)
	if err != nil {
		return err
	}
	return reads(f, want)
}

func lists(env core.Env, want ...string) error {
	got, err := env.Files()
	if err == nil && !slices.Equal(got, want) {
		err = fmt.Errorf("there are the files %q, want %q", got, want)
	}
	return err
}

func appends(_ core.Env, f core.File) error {
	for i, text := range []string{"one", "", "two"} {
		if at, err := f.Append([]byte(text)); err != nil || at != int64(3*min(i, 1)) {
			return fmt.Errorf("%q at %d: %w", text, at, err)
		}
	}
	return reads(f, "onetwo")
}

func readsParts(_ core.Env, f core.File) error {
	err := f.WriteAt(0, []byte("hello"))
	for _, part := range []struct {
		offset int64
		n      int
		want   string
	}{{0, 0, ""}, {1, 3, "ell"}, {3, 100, "lo"}, {5, 1, ""}, {1 << 40, 1, ""}} {
		if got, err2 := f.ReadAt(part.offset, part.n); err2 != nil || string(got) != part.want {
			err = errors.Join(err, fmt.Errorf("%d bytes at %d: %q %w", part.n, part.offset, got, err2))
		}
	}
	return err
}

// large goes over the ends of what an implementation may keep apart.
func large(_ core.Env, f core.File) error {
	var want []byte
	for i := range 5000 {
		line := fmt.Appendf(nil, "line %d of a file that goes on and on\n", i)
		if at, err := f.Append(line); err != nil || at != int64(len(want)) {
			return fmt.Errorf("line %d at %d: %w", i, at, err)
		}
		want = append(want, line...)
	}
	patch := bytes.Repeat([]byte("patch"), 9000)
	copy(want[10_001:], patch)
	if err := errors.Join(f.WriteAt(10_001, patch), f.Truncate(100_100)); err != nil {
		return err
	}
	got, err := f.ReadAt(0, len(want))
	if err == nil && !bytes.Equal(got, want[:100_100]) {
		err = errors.New("a large file reads otherwise than it was written")
	}
	return err
}

func dataIsCopied(_ core.Env, f core.File) error {
	data := []byte("data")
	err := f.WriteAt(0, data)
	copy(data, "xxxx")
	got, err2 := f.ReadAt(0, 4)
	copy(got, "xxxx")
	return errors.Join(err, err2, reads(f, "data"))
}

func fileNames(env core.Env) error {
	err := lists(env)
	handles := map[string]core.File{}
	for _, name := range []string{"b", "a.log", "a", "B"} {
		f, err2 := env.OpenFile(name)
		handles[name], err = f, errors.Join(err, err2)
	}
	if err != nil {
		return err
	}
	return errors.Join(lists(env, "B", "a", "a.log", "b"), handles["a"].Rename("c"), lists(env, "B", "a.log", "b", "c"),
		handles["a"].Rename("c"), handles["b"].Remove(), lists(env, "B", "a.log", "c"), env.SyncDir(),
		fails(reads(handles["b"], ""), core.ErrClosed, "b"), fails(handles["b"].Remove(), core.ErrClosed),
		handles["b"].Close(), handles["a"].WriteAt(0, []byte("x")), readsOther(env, "c", "x"))
}

func readsOther(env core.Env, name, want string) error {
	f, err := env.OpenFile(name)
	if err != nil {
		return err
	}
	return reads(f, want)
}

func renameReplaces(env core.Env) error {
	old, err := env.OpenFile("a")
	tmp, err2 := env.OpenFile("a.tmp")
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	return errors.Join(old.WriteAt(0, []byte("old")), tmp.WriteAt(0, []byte("new")), tmp.Rename("a"), lists(env, "a"),
		reads(tmp, "new"), fails(reads(old, ""), core.ErrClosed), readsOther(env, "a", "new"))
}

func badFileCalls(_ core.Env, f core.File) error {
	_, err := f.ReadAt(-1, 1)
	_, err2 := f.ReadAt(0, -1)
	return errors.Join(fails(err, nil, "negative", "log"), fails(err2, nil, "negative"),
		fails(f.WriteAt(-1, nil), nil, "negative"), fails(f.Truncate(-1), nil, "-1"),
		fails(f.Truncate(core.MaxFileBytes+1), nil, "1073741824"),
		fails(f.WriteAt(core.MaxFileBytes, []byte("x")), core.ErrNoSpace, "log"),
		fails(f.Rename("../up"), nil, "name of a file"), reads(f, ""))
}

func badFiles(env core.Env) error {
	var mistakes []error
	for _, name := range []string{"", ".", "../up", "a/b", "-a", ".a", "a b", strings.Repeat("n", core.MaxNameBytes+1)} {
		_, err := env.OpenFile(name)
		mistakes = append(mistakes, fails(err, nil, "name of a file"))
	}
	return errors.Join(mistakes...)
}

func tooManyFiles(env core.Env) error {
	for i := range core.MaxFiles {
		f, err := env.OpenFile(fmt.Sprint("f", i))
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	_, err := env.OpenFile("another")
	return fails(err, core.ErrNoSpace, "another")
}

func twoHandles(env core.Env) error {
	first, err := env.OpenFile("log")
	second, err2 := env.OpenFile("log")
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	return errors.Join(first.WriteAt(0, []byte("x")), first.Close(), first.Close(), reads(second, "x"),
		fails(reads(first, ""), core.ErrClosed, "log"), fails(first.Sync(), core.ErrClosed), second.Rename("other"),
		second.Remove(), lists(env))
}

func leavesFile(name string, sync bool) func(core.Env) error {
	return func(env core.Env) error {
		f, err := env.OpenFile(name)
		if err != nil {
			return err
		}
		if _, err := f.Append([]byte("content")); err != nil || !sync {
			return err
		}
		return errors.Join(f.Sync(), env.SyncDir())
	}
}

func syncNamed(env core.Env, name string) error {
	f, err := env.OpenFile(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), env.SyncDir())
}

// intrudeFile tries to open the file "taken", which service a may have open.
func intrudeFile(env core.Env) error {
	if names, err := env.Files(); err != nil || !slices.Contains(names, "taken") {
		return err
	}
	f, err := env.OpenFile("taken")
	if err != nil {
		return fails(err, core.ErrInUse, "taken")
	}
	return f.WriteAt(0, []byte("intruder was here"))
}
