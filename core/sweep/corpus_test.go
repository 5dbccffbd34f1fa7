package sweep_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"simlua.example/core"
	"simlua.example/core/sweep"
)

func heads(n int) sweep.Signature {
	return sweep.Signature{Verdict: core.Fail, Check: fmt.Sprintf("heads %d", n), Reason: "<machine>: tails > <n> & more"}
}

var coin = sweep.Variant{Script: "scripts/coin.lua", Set: []string{"n=1", "careful"}, Plan: "plans/p.lua"}

func TestKnownFailureRoundTrip(t *testing.T) {
	dir := t.TempDir()
	k := sweep.NewKnownFailure(&coin, heads(1), 1<<64-1, "v1")
	k.Also, k.Note = []string{"iterations=3"}, "seen on a Monday"
	for _, file := range []string{"README.md", "faults.jsonl"} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte("{"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.Save(dir); err != nil || k.File == "" {
		t.Fatalf("%q, %v", k.File, err)
	}
	got, err := sweep.ReadCorpus(dir)
	if err != nil || len(got) != 1 || !reflect.DeepEqual(got[0], k) {
		t.Errorf("got %+v, %v; want %+v", got, err, k)
	}
	before, _ := os.ReadFile(filepath.Join(dir, k.File))
	again := *k
	again.Note = "another"
	if err := again.Save(dir); !os.IsExist(err) {
		t.Errorf("saved over what was there: %v", err)
	}
	if after, _ := os.ReadFile(filepath.Join(dir, k.File)); string(after) != string(before) {
		t.Errorf("changed to\n%s", after)
	}
	if none, err := sweep.ReadCorpus(filepath.Join(dir, "nowhere")); none != nil || err != nil {
		t.Errorf("a folder that is not there has %v, %v", none, err)
	}
}

func TestKnownFailureIsOf(t *testing.T) {
	for want, others := range map[bool][]sweep.Variant{
		true: {
			coin,
			{Script: "coin.lua", Set: []string{"careful=true", "n=2", "n=1"}, Plan: "p.lua", Digest: "5f0c"},
		},
		false: {
			{Script: "coins.lua", Set: coin.Set, Plan: coin.Plan},
			{Script: coin.Script, Set: coin.Set[:1], Plan: coin.Plan},
			{Script: coin.Script, Set: []string{"n=1", "careful=false"}, Plan: coin.Plan},
			{Script: coin.Script, Set: coin.Set},
			{Script: coin.Script, Set: coin.Set, Plan: coin.Plan, StopAtFirstFailure: true},
		},
	} {
		for _, v := range others {
			if got := sweep.NewKnownFailure(&coin, heads(1), 1, "").IsOf(&v); got != want {
				t.Errorf("%+v: got %t", v, got)
			}
		}
	}
}

func TestNoCorpus(t *testing.T) {
	head := `{"schema":"simlua.known/1","script":"coin.lua","verdict":"fail"`
	for text, want := range map[string]string{
		"":                              "a.json: this is no known failure: EOF",
		"{}":                            "this is no known failure",
		`{"name":"package"}`:            "this is no known failure",
		`{"schema":"simlua.known/2"}`:   "the schema is simlua.known/2, this version of simlua reads simlua.known/1",
		head:                            "unexpected EOF",
		head + "}{":                     "more than one object",
		head + `,"sed":"1"}`:            `unknown field "sed"`,
		head + `,"set":"n=1"}`:          "set: a JSON string is not expected there",
		head + `,"seed":"1x"}`:          "1x",
		head + `,"schedule":"../a"}`:    `schedule: expected a file in the folder of the corpus, not "../a"`,
		head + `,"schedule":"/a"}`:      `schedule: expected a file in the folder of the corpus, not "/a"`,
		head + `,"verdict":"pass"}`:     `verdict: expected fail, stuck or crash, not "pass"`,
		head + `,"script":"b/a.lua"}`:   `script: expected the name of a file without its folder, not "b/a.lua"`,
		strings.Repeat(" ", 1<<20) + "": "this is no known failure",
		strings.Repeat(" ", 1<<20+1):    "too large: a known failure has at most 1024 KiB",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "a.json"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := sweep.ReadCorpus(dir); !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%.100s\n  got %v, want %s", text, err, want)
		}
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "b.json"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := sweep.ReadCorpus(dir); !strings.Contains(fmt.Sprint(err), "b.json: a regular file is expected") {
		t.Errorf("a folder: %v", err)
	}
}

// What somebody has not written down is any.
func TestKnownFailureIs(t *testing.T) {
	is := func(check, reason string) bool {
		k := &sweep.KnownFailure{Signature: sweep.Signature{Verdict: core.Fail, Check: check, Reason: reason}}
		return k.Is(heads(1))
	}
	if !is("", "") || !is("heads 1", "") || !is("heads 1", heads(1).Reason) || !is("", heads(1).Reason) {
		t.Error("another failure, it says")
	}
	if is("heads 2", "") || is("", "tails") || is("heads 1", "tails") {
		t.Error("the same failure, it says")
	}
}

// TestCorpus is what becomes of known failures.
func TestCorpus(t *testing.T) {
	row := func(seed uint64, s sweep.Signature) *sweep.Row {
		r := &sweep.Row{Seed: seed, Verdict: s.Verdict, Pattern: s.Reason}
		if s.Check != "" {
			r.Failed = []sweep.Failure{{Check: s.Check}}
		}
		return r
	}
	passed, voided := sweep.Signature{Verdict: core.Pass}, sweep.Signature{Verdict: core.Void}
	stuck := sweep.Signature{Verdict: core.Stuck, Reason: "so"}
	summary := sweep.NewSummary(sweep.SummaryOptions{})
	for seed, s := range []sweep.Signature{passed, heads(1), heads(4), stuck, heads(4), voided} {
		summary.Add(row(uint64(seed), s))
	}
	var c sweep.Corpus
	for n, own := range []sweep.Signature{passed, heads(1), heads(2), passed, heads(5), voided, heads(1)} {
		c.Add(sweep.NewKnownFailure(&coin, heads(n), 100, "v1"), row(100, own))
	}
	c.Conclude(&coin, summary, "v2")
	var got []string
	for _, f := range c.Failures {
		got = append(got, fmt.Sprint(f.Check, " ", f.Fate, " ", f.IsOwn, " ", f.Swept, " ", f.Seen, " ", f.Seed, " ",
			f.Simlua))
	}
	want := []string{
		"heads 0 resolved false false 0 100 v1",
		"heads 1 ongoing true true 1 100 v1",
		"heads 2 ongoing true false 0 100 v1",
		"heads 3 resolved false false 0 100 v1",
		"heads 4 ongoing false true 2 100 v1", // elsewhere
		"heads 5 unknown false false 0 100 v1",
		"heads 6 changed false false 0 100 v1",
		" new true true 3 3 v2",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if !c.Failing() || !c.Unknown() {
		t.Error("there are failures, and one of which nothing is known")
	}
}
