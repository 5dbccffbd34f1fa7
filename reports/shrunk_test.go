package reports_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/reports"
)

// shrunk is a failure of which one fault is left, and a proof of that.
func shrunk(t *testing.T) *reports.Shrunk {
	t.Helper()
	r := failed()
	of := reports.Command{Script: "it's my.lua", Seed: r.Seed, Set: []string{"iterations=30"}}
	replay := of
	replay.Set = append(replay.Set, "iterations=4")
	replay.OnlyFaults = "plan#1"
	s := reports.NewStory(reports.LogOptions{Width: 11})
	for _, f := range strings.Split("boot cold fault plan more more more", " ") {
		s.Observe(&core.Fact{Kind: core.FactLog, Machine: "api1.public", Text: f})
	}
	pass := sweep.NewRow(sweep.Run{}, passed())
	row := sweep.NewRow(sweep.Run{}, r)
	return &reports.Shrunk{
		Of: of, Replay: replay, Faults: 17, Also: []sweep.Param{{Name: "iterations", Value: 30}}, Result: r,
		Version: "v1.2.3",
		Left: &sweep.Shrunk{Faults: r.Trace.Faults[1:2], Also: []sweep.Param{{Name: "iterations", Value: 4}}, Row: row,
			Runs: 41, Minimal: true},
		Story: s.End(&core.Result{}), Proved: true,
		Proof: []sweep.Without{{Removed: "plan#1", Row: pass}, {Removed: "iterations=3", Row: pass}},
	}
}

func writeShrunk(t *testing.T, s *reports.Shrunk, f reports.Format) string {
	t.Helper()
	var b bytes.Buffer
	if err := reports.WriteShrunk(&b, s, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWriteShrunk(t *testing.T) {
	for _, f := range reports.Formats {
		golden(t, "shrink."+string(f), writeShrunk(t, shrunk(t), f))
	}
}

func TestShrunkHeadline(t *testing.T) {
	s := shrunk(t)
	for _, test := range []struct {
		change func()
		want   string
	}{
		{func() {}, "fails with 1 of 17 faults, with iterations=4 instead of 30, found in 41 runs\n"},
		{func() { s.Left.Also[0].Value = 30 }, "fails with 1 of 17 faults, found in 41 runs\n"},
		{func() { s.Left.Faults, s.Left.Runs = nil, 1 }, "fails without any fault: 0 of 17 needed, found in 1 run\n"},
		{func() { s.Left.Minimal = false }, "found in 1 run; fewer may do: the search ended early\n"},
		{func() { s.Proof[0].Same = true }, "\nnot 1-minimal: without plan#1 it fails in the same way\n"},
		{func() { s.Proof = nil }, "\n1-minimal: nothing is left to take away\n"},
	} {
		test.change()
		if text := writeShrunk(t, s, reports.Table); !strings.Contains(text, test.want) {
			t.Errorf("no %q in\n%s", test.want, text)
		}
	}
}

// A story tells faults with what the plan said of them and what followed,
// failures with what came before, the end, and how much it leaves out.
func TestStory(t *testing.T) {
	s := reports.NewStory(reports.LogOptions{})
	at := time.Duration(0)
	tell := func(f core.Fact) {
		at += time.Second
		f.At = at
		s.Observe(&f)
	}
	chat := func(n int) {
		for range n {
			tell(core.Fact{Kind: core.FactLog, Machine: "a", Text: fmt.Sprint("line ", at)})
		}
	}
	fault := func(masked bool) {
		tell(core.Fact{Kind: core.FactLog, Text: "MONKEY"})
		tell(core.Fact{Kind: core.FactFault, Fault: &core.Fault{ID: core.FaultID{Stream: "plan", Ordinal: 1},
			Kind: core.FaultKill, Where: "a", Masked: masked}})
	}
	chat(5)
	fault(true)
	chat(1)
	fault(false)
	chat(10)
	tell(core.Fact{Kind: core.FactGauge, Machine: "a", Gauge: &core.GaugeValue{Name: "g"}})
	tell(core.Fact{Kind: core.FactLog, Text: "PEACE"})
	tell(core.Fact{Kind: core.FactExpect, Level: core.Error, Machine: "b", Text: "lost"})
	chat(4)
	want := `   …       6 lines
  9.000 s  MONKEY
 10.000 s  a  fault plan#1: kill
 11.000 s  a  line 10s
 12.000 s  a  line 11s
 13.000 s  a  line 12s
   …       5 lines
 19.000 s  a  line 18s
 20.000 s  a  line 19s
 22.000 s  PEACE
 23.000 s  b  !! does not hold: lost
   …       1 line
 25.000 s  a  line 24s
 26.000 s  a  line 25s
 27.000 s  a  line 26s`
	if got := strings.Join(s.End(&core.Result{}), "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// The end of a run that failed by a check of all of it, or was stuck, has a line.
func TestStoryOfAnEnd(t *testing.T) {
	lost := core.CheckResult{Name: "kept", Kind: "check", Message: "2 lost\nand more"}
	for want, r := range map[string]*core.Result{
		"  9.000 s  !! does not hold: kept: 2 lost\\nand more": {Verdict: core.Fail,
			Checks: []core.CheckResult{{Held: true}, lost}},
		"  9.000 s  !! idle limit": {Verdict: core.Stuck, Reason: "idle limit"},
		"":                         {Verdict: core.Fail, Checks: []core.CheckResult{{Kind: "expect"}, lost}},
	} {
		r.Time = 9 * time.Second
		if got := strings.Join(reports.NewStory(reports.LogOptions{}).End(r), "\n"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// However many faults there are, a story is one.
func TestStoryIsShort(t *testing.T) {
	s := reports.NewStory(reports.LogOptions{})
	for range 5000 {
		s.Observe(&core.Fact{Kind: core.FactFault, Fault: &core.Fault{Kind: core.FaultKill, Where: "a"}})
		for range 5 {
			s.Observe(&core.Fact{Kind: core.FactLog, Machine: "a", Text: "x"})
		}
	}
	if n := len(s.End(&core.Result{})); n > 120 {
		t.Errorf("%d lines", n)
	}
}
