package sweep_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"simlua.example/core"
	"simlua.example/core/sweep"
)

// playedBy is a store of a shard that has played known failures, whose files have these
// names.
func playedBy(t *testing.T, shard sweep.Shard, known int, files ...string) *sweep.Store {
	t.Helper()
	spec := sweep.Spec{Seeds: sweep.SeedRange(1, 4), Shard: shard, Variants: []sweep.Variant{{Script: "coin.lua"}}}
	store, err := sweep.CreateStore(t.TempDir(), spec, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	if files == nil {
		return store
	}
	p := &sweep.PlayedCorpus{Folder: "known", Known: known}
	for i, file := range files {
		k := &sweep.KnownFailure{Script: "coin.lua", Seed: uint64(i), Signature: heads(i)}
		p.Played = append(p.Played, sweep.Played{File: file, Failure: k, Row: &sweep.Row{Verdict: core.Pass}})
	}
	if err := store.KeepCorpus(p); err != nil {
		t.Fatal(err)
	}
	return store
}

// Shards have played their parts of one corpus, or it is said what is wrong.
func TestMergeCorpus(t *testing.T) {
	one, two := sweep.Shard{I: 1, N: 2}, sweep.Shard{I: 2, N: 2}
	all := []string{"a.json", "b.json", "c.json"}
	first, second := sweep.Part(one, all), sweep.Part(two, all)
	for _, c := range []struct {
		stores  []*sweep.Store
		missing int
		want    string
	}{
		{[]*sweep.Store{playedBy(t, two, 3, second...), playedBy(t, one, 3, first...)}, 0, "[a.json b.json c.json]"},
		{[]*sweep.Store{playedBy(t, one, 3), playedBy(t, two, 3, second...)}, 1, "[b.json]"},
		{[]*sweep.Store{playedBy(t, one, 3), playedBy(t, two, 3)}, 0, "[]"},
		{[]*sweep.Store{playedBy(t, one, 3, first...), playedBy(t, two, 2, second...)}, 0, "had 2 failures, others 3"},
		{[]*sweep.Store{playedBy(t, one, 3, first...), playedBy(t, two, 3, "b.json", "d.json")}, 0,
			"have played 4 of 3 known failures: they have seen different corpora"},
	} {
		merged, missing, err := sweep.MergeCorpus(c.stores)
		got := []string{}
		if merged != nil {
			for _, f := range merged.Corpus().Failures {
				got = append(got, f.File)
			}
		}
		if text := fmt.Sprint(got, err); !strings.Contains(text, c.want) || len(missing) != c.missing && err == nil {
			t.Errorf("got %s, %v missing, want %s", text, missing, c.want)
		}
	}
	if slices.Concat(first, second)[1] != "c.json" || len(sweep.Part(sweep.Shard{I: 5, N: 9}, all)) > 0 {
		t.Errorf("parts: %v, %v", first, second)
	}
}
