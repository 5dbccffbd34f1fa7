package reports_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/reports"
)

// verified are twenty seeds of which three are not the same: one where something
// was seen, one that ended early, one of which nobody knows where.
func verified() *reports.Verified {
	seeds, _ := sweep.ParseSeeds("1-20")
	row := func(digest uint64) *sweep.Row {
		return sweep.NewRow(sweep.Run{}, &core.Result{Digest: digest, Verdict: core.Pass, Reason: "DONE",
			Time: 3 * time.Second})
	}
	side := func(digest uint64, facts ...string) reports.Side {
		return reports.Side{Row: row(digest), Step: &reports.Step{Count: 7, At: 1234567891, Scope: "a.net", Facts: facts}}
	}
	return &reports.Verified{
		Variant: sweep.Variant{Script: "it's my.lua", Digest: "5f0c", Set: []string{"n=1"}, Plan: "none"},
		Seeds:   seeds, Asked: 20, Played: 20, Void: 1, Version: "v1.2.3",
		Partings: []*reports.Parting{
			{Seed: 3, Step: 7, Here: side(1, "  1.234 s  a.net  it is noon", "  1.234 s  a.net  returned"), There: side(2)},
			{Seed: 5, Step: 9, Here: side(1, "  1.234 s  \x1b[2J"), There: reports.Side{Row: row(2)}},
			{Seed: 7, Here: reports.Side{Row: row(1)}, There: reports.Side{Row: row(1)}},
		},
	}
}

func writeVerified(t *testing.T, v *reports.Verified, f reports.Format) string {
	t.Helper()
	var b bytes.Buffer
	if err := reports.WriteVerified(&b, v, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWriteVerified(t *testing.T) {
	for _, f := range reports.Formats {
		golden(t, "verify."+string(f), writeVerified(t, verified(), f))
	}
	v := verified()
	v.Color = true
	plain, colored := writeVerified(t, verified(), reports.Table), writeVerified(t, v, reports.Table)
	if colored == plain || escapes.ReplaceAllString(colored, "") != plain {
		t.Errorf("with colours: %q", colored)
	}
	for want, change := range map[string]func(v *reports.Verified){
		"20 seeds, each played twice, here and in a fresh process: all the same\n": func(v *reports.Verified) { v.Partings, v.Void = nil, 0 },
		"0 seeds, each played twice, here and in a fresh process: nothing to compare": func(v *reports.Verified) {
			v.Partings, v.Played = nil, 0
		},
	} {
		v := verified()
		change(v)
		if text := writeVerified(t, v, reports.Table); !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
