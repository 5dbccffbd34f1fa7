package sweep_test

import (
	"fmt"
	"strings"
	"testing"

	"simlua.example/core"
	"simlua.example/core/sweep"
)

func TestParseClaims(t *testing.T) {
	claims, err := sweep.ParseClaims("a.lua", `-- A script.
--
-- test: seeds 1-200 pass
  -- test:  seeds 1-10,20  set fixed=true set "who=a b" plan none  fail   "final \"count\""
local text = "-- test: this is none"
-- test: set x=1 seeds 0x10 fail-all
--test:seeds 7 pass
	--  test : seeds 8 pass
-- tests: this is none either
`)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range claims {
		got = append(got, fmt.Sprintf("%d: %s", c.Line, &c))
	}
	want := `3: seeds 1-200 pass
4: seeds 1-10,20 set fixed=true set "who=a b" plan none fail "final \"count\""
6: seeds 16 set x=1 fail-all
7: seeds 7 pass
8: seeds 8 pass`
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	for _, c := range claims {
		again, err := sweep.ParseClaims("again.lua", "-- test: "+c.String())
		if err != nil || len(again) != 1 || again[0].String() != c.String() {
			t.Errorf("%s: read again: %v, %v", &c, again, err)
		}
	}
}

func TestParseClaimsMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "no outcome: expected seeds 1-200",
		"seeds 1-10":                 "no outcome",
		"seeds":                      "nothing behind seeds",
		"pass":                       "no seeds",
		"seeds 1-10 passes":          `"passes": expected`,
		"seeds 10-1 pass":            "10-1 has no seeds",
		"seeds 1- pass":              "seeds 1- never end",
		"seeds 1 seeds 2 pass":       "a second seeds",
		"seeds 1 plan a plan b pass": "a second plan",
		`seeds 1 pass "x"`:           `"x" behind pass`,
		`seeds 1 fail "x" y`:         `"y" behind the end`,
		`seeds 1 fail "x`:            "no second quote",
	} {
		_, err := sweep.ParseClaims("a.lua", "\n-- test: "+text)
		if err == nil || !strings.HasPrefix(err.Error(), "a.lua:2: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want a.lua:2: …%s", text, err, want)
		}
	}
}

// What is told of a surprise is the check that makes it one.
func TestTrialBlames(t *testing.T) {
	row := &sweep.Row{Verdict: core.Fail, Failed: []sweep.Failure{{Check: "x", Message: "1"}, {Check: "y", Message: "2"}}}
	for _, c := range []struct {
		claim sweep.Claim
		row   *sweep.Row
		want  string
	}{
		{sweep.Claim{Outcome: sweep.AllPass}, row, "x"},
		{sweep.Claim{Outcome: sweep.SomeFail, Check: "x"}, row, "y"},
		{sweep.Claim{Outcome: sweep.AllFail, Check: "y"}, row, "x"},
		{sweep.Claim{Outcome: sweep.AllPass}, &sweep.Row{Verdict: core.Stuck}, ""},
		{sweep.Claim{Outcome: sweep.AllFail}, &sweep.Row{Verdict: core.Pass}, ""},
	} {
		trial := &sweep.Trial{Claim: c.claim}
		trial.Add(c.row)
		got := ""
		if trial.Wrong != nil {
			got = trial.Wrong.Check
		}
		if got != c.want || trial.Surprise == nil {
			t.Errorf("%s: %q is to blame, not %q", &c.claim, got, c.want)
		}
	}
}

func TestTrial(t *testing.T) {
	pass := &sweep.Row{Verdict: core.Pass}
	void := &sweep.Row{Verdict: core.Void}
	stuck := &sweep.Row{Verdict: core.Stuck}
	defect := &sweep.Row{Verdict: sweep.Defect}
	fails := func(checks ...string) *sweep.Row {
		r := &sweep.Row{Verdict: core.Fail}
		for _, c := range checks {
			r.Failed = append(r.Failed, sweep.Failure{Check: c})
		}
		return r
	}
	for _, c := range []struct {
		claim string
		rows  []*sweep.Row
		want  string
	}{
		{"pass", []*sweep.Row{pass, pass}, "pass "},
		{"pass", []*sweep.Row{pass, stuck}, "fail it fails"},
		{"pass", []*sweep.Row{pass, void}, "void a guard ended 1 of 2 runs"},
		{"pass", []*sweep.Row{pass, defect}, "fail a defect of simlua"},
		{"fail", []*sweep.Row{pass, pass}, "fail none of 2 seeds fails"},
		{"fail", []*sweep.Row{pass, stuck, fails("x")}, "pass "},
		{"fail", []*sweep.Row{pass, void}, "void a guard ended 1 of 2 runs"},
		{"fail", []*sweep.Row{void, fails("x")}, "pass "},
		{`fail "x"`, []*sweep.Row{pass, fails("x"), fails("x")}, "pass "},
		{`fail "x"`, []*sweep.Row{fails("x"), fails("x", "y")}, `fail "y" fails, where only "x" may`},
		{`fail "x"`, []*sweep.Row{fails("x"), stuck}, `fail stuck, where only "x" may fail`},
		{`fail "x"`, []*sweep.Row{fails("x"), defect}, "fail a defect of simlua"},
		{"fail-all", []*sweep.Row{stuck, fails("x")}, "pass "},
		{"fail-all", []*sweep.Row{fails("x"), pass}, "fail it passes"},
		{`fail-all "x"`, []*sweep.Row{fails("x"), fails("y")}, `fail "y" fails, where only "x" may`},
		{`fail-all "x"`, []*sweep.Row{fails("x"), void}, "void a guard ended 1 of 2 runs"},
	} {
		claims, err := sweep.ParseClaims("a.lua", "-- test: seeds 1-9 "+c.claim)
		if err != nil {
			t.Fatal(err)
		}
		trial := &sweep.Trial{Claim: claims[0]}
		for _, r := range c.rows {
			trial.Add(r)
		}
		verdict, why := trial.Verdict()
		if got := string(verdict) + " " + why; got != c.want {
			t.Errorf("%s: got %q, want %q", c.claim, got, c.want)
		}
	}
}
