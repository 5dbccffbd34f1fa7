package sweep_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"simlua.example/core/sweep"
)

func spec(t *testing.T, text string) sweep.Spec {
	return sweep.Spec{Simlua: "v1", Seeds: seeds(t, text), Variants: []sweep.Variant{{Script: "a.lua", Digest: "ab"}}}
}

// playStored plays a sweep into a store and returns its rows, kept ones included.
func playStored(t *testing.T, store *sweep.Store, text string, play sweep.Play) (lines []string) {
	t.Helper()
	lines, err := rows(t, &sweep.Sweep{Seeds: seeds(t, text), Jobs: 4, Play: play, Kept: store.Kept, Keep: store.Keep})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return lines
}

func create(t *testing.T, dir string, s sweep.Spec, resume bool) *sweep.Store {
	t.Helper()
	store, err := sweep.CreateStore(dir, s, resume)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func noPlay(context.Context, sweep.Run) (*sweep.Row, error) {
	return nil, errors.New("it is played again")
}

// What a store holds is not played again, and more seeds can follow.
func TestResume(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "results")
	want := playStored(t, create(t, dir, spec(t, "1-100"), false), "1-100", fake)
	if got := playStored(t, create(t, dir, spec(t, "1-100"), true), "1-100", noPlay); !slices.Equal(got, want) {
		t.Error("other rows come back")
	}
	more := playStored(t, create(t, dir, spec(t, "1-150"), true), "1-150", fake)
	whole, err := rows(t, &sweep.Sweep{Seeds: seeds(t, "1-150"), Play: fake})
	if err != nil || !slices.Equal(more, whole) {
		t.Errorf("more seeds: other rows than at once; %v", err)
	}
}

// Wherever a store is cut off, and whatever byte of it is changed, the sound rows
// are kept, and the others are played again.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	want := playStored(t, create(t, dir, spec(t, "1-40"), false), "1-40", fake)
	file := filepath.Join(dir, "rows.jsonl")
	sound, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewSource(4))
	for i := range 60 {
		broken := bytes.Clone(sound)
		at := random.Intn(len(broken))
		if i%2 == 0 {
			broken = broken[:at]
		} else {
			broken[at] ^= 1 << random.Intn(8)
		}
		if err := os.WriteFile(file, broken, 0o644); err != nil {
			t.Fatal(err)
		}
		store := create(t, dir, spec(t, "1-40"), true)
		kept, damage := store.Len(), store.Damage()
		if i%2 == 0 && kept != bytes.Count(broken, []byte("\n")) || i%2 == 1 && (kept < 38 || len(damage) == 0) {
			t.Errorf("byte %d: %d rows are kept; %v", at, kept, damage)
		}
		if got := playStored(t, store, "1-40", fake); !slices.Equal(got, want) {
			t.Fatalf("byte %d: other rows than in one piece", at)
		}
		store = create(t, dir, spec(t, "1-40"), true)
		if got := playStored(t, store, "1-40", noPlay); !slices.Equal(got, want) {
			t.Fatalf("byte %d: not all was kept the second time", at)
		}
	}
}

// A void run is tried again; its new row counts.
func TestVoidIsTriedAgain(t *testing.T) {
	dir := t.TempDir()
	void := func(_ context.Context, run sweep.Run) (*sweep.Row, error) { return sweep.NewVoid(run, "too slow"), nil }
	playStored(t, create(t, dir, spec(t, "1-10"), false), "1-10", void)
	want := playStored(t, create(t, dir, spec(t, "1-10"), true), "1-10", fake)
	got := playStored(t, create(t, dir, spec(t, "1-10"), true), "1-10", noPlay)
	if !slices.Equal(got, want) || strings.Contains(got[0], "void") {
		t.Errorf("got %s", got[0])
	}
}

// A store of something else is refused, and says what differs.
func TestOtherSpec(t *testing.T) {
	dir := t.TempDir()
	if err := create(t, dir, spec(t, "1-10"), false).Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := sweep.CreateStore(dir, spec(t, "1-10"), false); !errors.Is(err, sweep.ErrHasResults) {
		t.Errorf("without resume: %v", err)
	}
	for want, change := range map[string]func(*sweep.Spec){
		"simlua was v1 and is v2":                       func(s *sweep.Spec) { s.Simlua = "v2" },
		"the shard was 1/1 and is 2/4":                  func(s *sweep.Spec) { s.Shard = sweep.Shard{I: 2, N: 4} },
		"the script was a.lua and is b.lua":             func(s *sweep.Spec) { s.Variants[0].Script = "b.lua" },
		"the digest of a.lua was ab and is cd":          func(s *sweep.Spec) { s.Variants[0].Digest = "cd" },
		"--set was not given and is moves=5":            func(s *sweep.Spec) { s.Variants[0].Set = []string{"moves=5"} },
		"--plan was not given and is none":              func(s *sweep.Spec) { s.Variants[0].Plan = "none" },
		"--stop-at-first-failure was false and is true": func(s *sweep.Spec) { s.Variants[0].StopAtFirstFailure = true },
		"the number of variants was 1 and is 2": func(s *sweep.Spec) {
			s.Variants = append(s.Variants, s.Variants[0])
		},
	} {
		other := spec(t, "1-10")
		change(&other)
		if _, err := sweep.CreateStore(dir, other, true); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// Folders with anything else inside are refused and left as they are, and one
// that is in use, too.
func TestForeignFolder(t *testing.T) {
	for _, name := range []string{"notes.txt", "rows.jsonl"} {
		dir := t.TempDir()
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte("mine"), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := sweep.CreateStore(dir, spec(t, "1"), true)
		if text, _ := os.ReadFile(file); err == nil || !strings.Contains(err.Error(), name) || string(text) != "mine" {
			t.Errorf("%s: %v; it holds %q now", name, err, text)
		}
	}
	dir := t.TempDir()
	store := create(t, dir, spec(t, "1"), false)
	_, err := sweep.CreateStore(dir, spec(t, "1"), true)
	if err == nil || err.Error() != "it is in use by another process" {
		t.Errorf("while it is in use: %v", err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sweep.json"), []byte(`{"schema": "simlua.rows/9"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	want := `sweep.json says schema "simlua.rows/9"; this simlua reads simlua.rows/1`
	if _, err := sweep.CreateStore(dir, spec(t, "1"), true); err == nil || err.Error() != want {
		t.Errorf("another schema: %v", err)
	}
	if _, err := sweep.OpenStore(t.TempDir()); err == nil || !strings.Contains(err.Error(), "expected a folder of --out") {
		t.Errorf("an empty folder to read: %v", err)
	}
}

// A line of a store is JSON for everybody.
func TestLineIsJSON(t *testing.T) {
	dir := t.TempDir()
	playStored(t, create(t, dir, spec(t, "7"), false), "7", fake)
	text, err := os.ReadFile(filepath.Join(dir, "rows.jsonl"))
	var line struct {
		CRC32C string
		Row    sweep.Row
	}
	if err := errors.Join(err, json.Unmarshal(text, &line)); err != nil || line.Row.Seed != 7 || len(line.CRC32C) != 8 {
		t.Errorf("%v: %s", err, text)
	}
}

// Shards that are merged have the rows of one sweep, void ones too; where a shard
// has not finished, they end.
func TestMerge(t *testing.T) {
	play := func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
		if run.Seed == 13 {
			return sweep.NewVoid(run, "too slow"), nil
		}
		return fake(ctx, run)
	}
	want, err := rows(t, &sweep.Sweep{Seeds: seeds(t, "1-50"), Play: play})
	if err != nil {
		t.Fatal(err)
	}
	merge := func(last string) (lines []string, missing error) {
		var stores []*sweep.Store
		for i := range uint64(4) {
			s := spec(t, "1-50")
			s.Shard = sweep.Shard{I: i + 1, N: 4}
			played := s.Seeds
			if i == 2 {
				played = seeds(t, last) // that shard has positions 2, 6, …, 46
			}
			dir := t.TempDir()
			store := create(t, dir, s, false)
			if _, err := rows(t, &sweep.Sweep{Seeds: played, Shard: s.Shard, Play: play, Keep: store.Keep}); err != nil {
				t.Fatal(err)
			}
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
			if store, err = sweep.OpenStore(dir); err != nil {
				t.Fatal(err)
			}
			stores = append([]*sweep.Store{store}, stores...)
		}
		merged, err := sweep.Merge(stores)
		if err != nil {
			t.Fatal(err)
		}
		missing = merged.Rows(t.Context(), func(r *sweep.Row) error {
			text, err := json.Marshal(r)
			lines = append(lines, string(text))
			return err
		})
		return lines, missing
	}
	if got, err := merge("1-50"); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v: %d rows, other than at once", err, len(got))
	}
	if got, err := merge("1-20"); !errors.Is(err, sweep.ErrMissing) || !slices.Equal(got, want[:22]) {
		t.Errorf("%v: %d rows, want 22", err, len(got))
	}
}

func TestCannotMerge(t *testing.T) {
	open := func(change func(*sweep.Spec)) *sweep.Store {
		s := spec(t, "1-50")
		s.Shard = sweep.Shard{I: 1, N: 2}
		change(&s)
		dir := t.TempDir()
		if err := create(t, dir, s, false).Close(); err != nil {
			t.Fatal(err)
		}
		store, err := sweep.OpenStore(dir)
		if err != nil {
			t.Fatal(err)
		}
		return store
	}
	first := open(func(*sweep.Spec) {})
	for want, change := range map[string]func(*sweep.Spec){
		"both are shard 1/2":                func(*sweep.Spec) {},
		"--seeds was 1-50 and is 1-60":      func(s *sweep.Spec) { s.Seeds = seeds(t, "1-60"); s.Shard.I = 2 },
		"simlua was v1 and is v2":           func(s *sweep.Spec) { s.Simlua = "v2"; s.Shard.I = 2 },
		"it is shard 2/3, the first is 1/2": func(s *sweep.Spec) { s.Shard = sweep.Shard{I: 2, N: 3} },
		"--stop-after was 0 and is 7":       func(s *sweep.Spec) { s.StopAfter = 7; s.Shard.I = 2 },
	} {
		if _, err := sweep.Merge([]*sweep.Store{first, open(change)}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := sweep.Merge([]*sweep.Store{first}); err == nil || err.Error() != "missing: shard 2/2" {
		t.Errorf("one of two: %v", err)
	}
}
