package disk_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/disk"
)

// trial is a machine with a profile, whose service is struck at some time after
// its first second.
type trial struct {
	profile core.DiskProfile
	strike  func(*core.Control, string) error
	within  time.Duration
	run     func(boot int, env core.Env) error
	mask    core.Mask
}

// play plays a trial: the service boots again after the strike.
func (x trial) play(t *testing.T, seed uint64) *core.Result {
	t.Helper()
	s := lab(func(world *core.Control) error {
		at := time.Second + time.Duration(world.Random().Int(0, int64(x.within)))
		return errors.Join(world.Start("m.lab"), world.Sleep(at), x.strike(world, "m.lab"), world.Start("m.lab"))
	}, x.run)
	s.Machines = []core.MachineSpec{{Name: "m.lab", Disk: &x.profile}}
	c, err := core.NewCluster(s, core.Settings{Seed: seed, Disk: disk.Factory(disk.Bbolt), Mask: x.mask,
		Keep: core.KeepAll})
	if err != nil {
		t.Fatal(err)
	}
	r := c.Run(context.Background())
	if r.Verdict != core.Pass {
		t.Fatalf("seed %d: %s: %s\n%v", seed, r.Verdict, r.Reason, r.Err)
	}
	return r
}

// openFiles opens files of a machine.
func openFiles(env core.Env, names ...string) ([]core.File, error) {
	var all []core.File
	for _, name := range names {
		f, err := env.OpenFile(name)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

// contentOf is all that is in a file; one that is missing has nothing.
func contentOf(env core.Env, name string) (string, error) {
	f, err := env.OpenFile(name)
	if err != nil {
		return "", err
	}
	size, err := f.Size()
	if err != nil {
		return "", err
	}
	data, err := f.ReadAt(0, int(size))
	return string(data), err
}

// TestReplace replaces a file as every database does: write a new one, sync it,
// rename it, sync the directory. Each step that is left out shows in some seeds,
// and only then.
func TestReplace(t *testing.T) {
	old, fresh := strings.Repeat("old ", 300), strings.Repeat("new ", 400)
	for left, want := range map[string]string{ //tidy:sorted each by itself
		"": "", "sync": "damaged", "sync_dir": "lost", "rename": "damaged"} {
		t.Run("without "+left, func(t *testing.T) {
			anomalies := map[string]int{}
			for seed := range uint64(400) {
				found, done := "", false
				trial{core.SSD, (*core.Control).PowerFail, 1300 * time.Microsecond, func(boot int, env core.Env) (err error) {
					if boot == 1 {
						found, err = contentOf(env, "state")
						return err
					}
					err = errors.Join(replace(env, old, ""), env.Sleep(time.Second-env.Now()), replace(env, fresh, left))
					done = true
					return errors.Join(err, env.Sleep(time.Minute))
				}, core.Mask{}}.play(t, seed)
				switch {
				case found != old && found != fresh:
					anomalies["damaged"]++
				case found == old && done:
					anomalies["lost"]++
				}
			}
			if len(anomalies) > 1 || (len(anomalies) == 1) != (want != "") || want != "" && anomalies[want] == 0 {
				t.Errorf("anomalies %v, want %q", anomalies, want)
			}
		})
	}
}

func replace(env core.Env, content, without string) error {
	name := "state.tmp"
	if without == "rename" {
		name = "state"
	}
	f, err := env.OpenFile(name)
	if err == nil && without == "rename" {
		err = f.Truncate(0)
	}
	if err == nil {
		_, err = f.Append([]byte(content))
	}
	if err == nil && without != "sync" {
		err = f.Sync()
	}
	if err == nil && without != "rename" {
		err = f.Rename("state")
	}
	if err == nil && without != "sync_dir" {
		err = env.SyncDir()
	}
	return err
}

// frame puts a length and a checksum before a record.
func frame(record []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(record)))
	return append(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(record)), record...)
}

// records reads those of a log up to the first that is damaged.
func records(log []byte) (found [][]byte) {
	for len(log) >= 8 {
		n, sum := int(binary.BigEndian.Uint32(log)), binary.BigEndian.Uint32(log[4:])
		if n == 0 || n > len(log)-8 || crc32.ChecksumIEEE(log[8:8+n]) != sum {
			break
		}
		found, log = append(found, log[8:8+n]), log[8+n:]
	}
	return found
}

// logTrial appends records and syncs some of them. It returns those written, how
// many of them were synced, and all that is there after the strike.
func logTrial(t *testing.T, seed uint64, profile core.DiskProfile, strike func(*core.Control, string) error) (
	written [][]byte, synced int, found string) {
	t.Helper()
	trial{profile, strike, 20 * time.Millisecond, func(boot int, env core.Env) (err error) {
		if boot == 1 {
			found, err = contentOf(env, "log")
			return err
		}
		log, err := openFiles(env, "log")
		err = errors.Join(err, env.SyncDir(), env.Sleep(time.Second-env.Now()))
		for n := 0; err == nil; n++ {
			record := bytes.Repeat([]byte{byte('a' + n%26)}, int(env.Random().Int(1, 1500)))
			_, err = log[0].Append(frame(record))
			written = append(written, record)
			if err == nil && env.Random().Chance(core.Always/3) {
				if err = log[0].Sync(); err == nil {
					synced = len(written)
				}
			}
		}
		return err
	}, core.Mask{}}.play(t, seed)
	return written, synced, found
}

// TestLog finds the first so many records of a log after a power cut, at least
// those that were synced; and more than these in some seeds.
func TestLog(t *testing.T) {
	more, torn := 0, 0
	for seed := range uint64(300) {
		written, synced, found := logTrial(t, seed, core.SSD, (*core.Control).PowerFail)
		kept := records([]byte(found))
		if len(kept) < synced || len(kept) > len(written) || !slices.EqualFunc(kept, written[:len(kept)], bytes.Equal) {
			t.Fatalf("seed %d: %d records of %d, %d of them synced", seed, len(kept), len(written), synced)
		}
		if len(kept) > synced {
			more++
		}
		if len(found) > len(bytes.Join(kept, nil))+8*len(kept) {
			torn++
		}
	}
	if more < 30 || torn < 30 {
		t.Errorf("%d logs have more than was synced, %d have a torn tail", more, torn)
	}
}

// A kill loses nothing that was written.
func TestKillKeepsFiles(t *testing.T) {
	for seed := range uint64(50) {
		written, _, found := logTrial(t, seed, core.SSD, (*core.Control).Kill)
		if kept := records([]byte(found)); len(kept) != len(written) {
			t.Fatalf("seed %d: %d records of %d", seed, len(kept), len(written))
		}
	}
}

// A disk that lies loses what was synced.
func TestLyingSync(t *testing.T) {
	profile := core.SSD
	profile.LyingSync = core.Always / 2
	lost := 0
	for seed := range uint64(100) {
		if _, synced, found := logTrial(t, seed, profile, (*core.Control).PowerFail); len(records([]byte(found))) < synced {
			lost++
		}
	}
	if lost < 10 {
		t.Errorf("%d logs lost something", lost)
	}
}

// A sync that fails may have written or not; the next one does not write it.
func TestSyncError(t *testing.T) {
	profile := core.SSD
	profile.SyncError = core.Always
	second := core.Withhold(core.FaultID{Stream: "m.lab/disk/sync_error", Ordinal: 2},
		core.FaultID{Stream: "m.lab/disk/sync_error", Ordinal: 3})
	outcomes := map[string]bool{}
	for seed := range uint64(60) {
		r := trial{profile, (*core.Control).PowerFail, 1, func(boot int, env core.Env) error {
			if boot == 1 {
				found, err := contentOf(env, "log")
				outcomes[strings.ReplaceAll(found, "\x00", "0")] = true
				return err
			}
			log, err := openFiles(env, "log")
			if err != nil {
				return err
			}
			_, err = log[0].Append(bytes.Repeat([]byte("x"), 4))
			if kind := core.ErrorKind(log[0].Sync()); kind != "unknown" || err != nil {
				return fmt.Errorf("kind %q %w", kind, err)
			}
			return errors.Join(log[0].Sync(), env.SyncDir(), env.Sleep(time.Minute))
		}, second}.play(t, seed)
		if r.Machines[0].Disk.Errors != 1 {
			t.Fatalf("%d errors", r.Machines[0].Disk.Errors)
		}
	}
	if len(outcomes) != 2 || !outcomes["xxxx"] || !outcomes["0000"] {
		t.Errorf("found %v", outcomes)
	}
}

// What a power cut took is told, and is the same with another fault withheld.
func TestTookIsTold(t *testing.T) {
	profile := core.SSD
	profile.ReadError = core.Always
	run := func(boot int, env core.Env) error {
		files, err := openFiles(env, "a", "b")
		if boot == 1 || err != nil {
			return err
		}
		err = env.SyncDir()
		for _, f := range files {
			for range 5 {
				_, err2 := f.Append(make([]byte, 700))
				err = errors.Join(err, err2)
			}
		}
		if _, err2 := files[0].ReadAt(0, 1); core.ErrorKind(err2) != "io" {
			env.Log(core.Info, "the read went well")
		}
		return errors.Join(err, env.Sleep(time.Minute))
	}
	mask := core.Withhold(core.FaultID{Stream: "m.lab/disk/read_error", Ordinal: 1})
	took := map[string]bool{}
	for seed := range uint64(50) {
		one := trial{profile, (*core.Control).PowerFail, 1, run, core.Mask{}}.play(t, seed)
		two := trial{profile, (*core.Control).PowerFail, 1, run, mask}.play(t, seed)
		a, b := one.Trace.Faults, two.Trace.Faults
		if len(a) != 2 || len(b) != 2 || a[1].Took != b[1].Took || !b[0].Masked {
			t.Fatalf("seed %d:\n%v\n%v", seed, a, b)
		}
		took[a[1].Took] = true
	}
	if !took[""] || !took["m.lab/a: 5 of 5 writes lost; m.lab/b: 5 of 5 writes lost"] || len(took) < 10 {
		t.Errorf("took %v", took)
	}
}

// With corrupt, what was not synced comes back damaged, and nothing else; of a tmpfs,
// nothing comes back at all.
func TestDamagedAndVolatile(t *testing.T) {
	synced := strings.Repeat("synced", 300)
	run := func(found *string) func(boot int, env core.Env) error {
		return func(boot int, env core.Env) (err error) {
			if boot == 1 {
				*found, err = contentOf(env, "a")
				return err
			}
			files, err := openFiles(env, "a", "b")
			if err != nil {
				return err
			}
			_, err = files[0].Append([]byte(synced))
			_, err2 := files[1].Append([]byte(synced))
			err = errors.Join(err, err2, files[0].Sync(), files[1].Sync(), env.SyncDir())
			_, err2 = files[0].Append(make([]byte, 2000))
			return errors.Join(err, err2, env.Sleep(time.Minute))
		}
	}
	profile, damaged := core.SSD, 0
	profile.Corrupt = core.Always
	for seed := range uint64(20) {
		var found string
		r := trial{profile, (*core.Control).PowerFail, 1, run(&found), core.Mask{}}.play(t, seed)
		took := r.Trace.Faults[0].Took + r.Trace.Faults[1].Took
		if len(r.Trace.Faults) != 2 || took != "m.lab/a comes back damaged" || len(found) != len(synced)+2000 {
			t.Fatalf("seed %d: %d bytes, %v", seed, len(found), r.Trace.Faults)
		}
		if strings.HasPrefix(found, synced[:1536]) && strings.Trim(found[len(synced):], "\x00") != "" {
			damaged++
		}
	}
	if damaged != 20 {
		t.Errorf("%d of 20 logs are damaged, and only behind what was synced", damaged)
	}
	var found string
	r := trial{core.TmpFS, (*core.Control).PowerFail, 1, run(&found), core.Mask{}}.play(t, 1)
	if found != "" || r.Trace.Faults[0].Took != "m.lab/a is gone; m.lab/b is gone" {
		t.Errorf("%d bytes, %v", len(found), r.Trace.Faults)
	}
}

// What becomes of one file at a power cut has nothing to do with another's damage, withheld
// or not.
func TestDamageWithheld(t *testing.T) {
	profile := core.SSD
	profile.Corrupt = core.Always
	withheldOfAnother(t, 20, profile, core.FaultID{Stream: "m.lab/disk/disk_corrupt", Ordinal: 1},
		func(f core.File) error {
			_, err := f.Append(make([]byte, 2000))
			return err
		})
}

// What a power cut finds of a file has nothing to do with a fault of another one, withheld
// or not.
func TestFaultOfAnotherFileWithheld(t *testing.T) {
	profile := core.SSD
	profile.Misdirect = core.Always / 2
	withheldOfAnother(t, 40, profile, core.FaultID{Stream: "m.lab/disk/misdirect", Ordinal: 2},
		func(f core.File) (err error) {
			for n := range 5 {
				err = errors.Join(err, f.WriteAt(int64(1000*n), bytes.Repeat([]byte{byte('a' + n)}, 2000)))
			}
			return err
		})
}

// withheldOfAnother uses the files a and b alike before a power cut, with a fault of a and
// without: b has to be the same.
func withheldOfAnother(t *testing.T, seeds uint64, profile core.DiskProfile, fault core.FaultID,
	use func(core.File) error) {
	t.Helper()
	for seed := range seeds {
		var found [2]string
		for i, mask := range []core.Mask{{}, core.Withhold(fault)} {
			trial{profile, (*core.Control).PowerFail, 1, func(boot int, env core.Env) error {
				if boot == 1 {
					var err error
					found[i], err = contentOf(env, "b")
					return err
				}
				files, err := openFiles(env, "a", "b")
				for _, f := range files {
					err = errors.Join(err, use(f))
				}
				return errors.Join(err, env.SyncDir(), env.Sleep(time.Minute))
			}, mask}.play(t, seed)
		}
		if found[0] != found[1] {
			t.Fatalf("seed %d: file b is another one when %s is withheld", seed, fault)
		}
	}
}

// Nothing rots where nothing is.
func TestNothingToRot(t *testing.T) {
	profile := core.SSD
	profile.Rot = core.Always
	r := trial{profile, (*core.Control).Kill, 1, func(boot int, env core.Env) error {
		files, err := openFiles(env, "a")
		if boot == 0 && err == nil {
			_, err = files[0].Append([]byte("in the page cache"))
		}
		return err
	}, core.Mask{}}.play(t, 1)
	for _, f := range r.Trace.Faults {
		if f.Kind == core.FaultRot {
			t.Errorf("%v, and the device is empty", f.ID)
		}
	}
}

// A full disk refuses what does not fit and takes what does.
func TestFullDisk(t *testing.T) {
	profile := core.SSD
	profile.Capacity = 1000
	r := trial{profile, (*core.Control).Kill, 1, func(boot int, env core.Env) error {
		files, err := openFiles(env, "a", "b")
		if boot == 1 || err != nil {
			return err
		}
		a, b := files[0], files[1]
		_, err = a.Append(make([]byte, 600))
		_, full := b.Append(make([]byte, 401))
		_, fits := b.Append(make([]byte, 400))
		if !errors.Is(full, core.ErrNoSpace) {
			return fmt.Errorf("got %w", full)
		}
		return errors.Join(err, fits, a.Truncate(0), b.Truncate(1000), env.Sleep(time.Minute))
	}, core.Mask{}}.play(t, 1)
	if r.Machines[0].Disk.Full != 1 {
		t.Errorf("%d times full", r.Machines[0].Disk.Full)
	}
}

// With a folder that is kept, the files lie in it beside the databases, as the
// machine sees them at the end; the next run may use the folder again.
func TestFilesAreKept(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		release, err := disk.KeepRoot(dir)
		if err != nil {
			t.Fatal(err)
		}
		play(t, lab(nil, func(_ int, env core.Env) error {
			db, err := env.Open("log", core.DBOptions{})
			files, err2 := openFiles(env, "log", "log.db", "holes")
			if err := errors.Join(err, err2, put(db, "k", "v")); err != nil {
				return err
			}
			_, err = files[0].Append([]byte("text"))
			return errors.Join(err, files[2].WriteAt(1000, []byte("x")), files[2].Truncate(2000))
		}), disk.Factory(disk.Bbolt), dir)
		for name, want := range map[string]string{"files/log": "text", "files/log.db": "",
			"files/holes": strings.Repeat("\x00", 1000) + "x" + strings.Repeat("\x00", 999)} { //tidy:sorted each by itself
			if got, err := os.ReadFile(filepath.Join(dir, "m.lab", name)); err != nil || string(got) != want {
				t.Errorf("%s: %q %v", name, got, err)
			}
		}
		if err := release(); err != nil {
			t.Fatal(err)
		}
	}
}
