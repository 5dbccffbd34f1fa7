package reports_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/reports"
)

// compared plays, by hand, variants of a shop: the second one loses carts and gets
// stuck at times, the third is like the first but slower, and void once.
func compared(t *testing.T) *reports.Comparison {
	t.Helper()
	c := &reports.Comparison{Version: "v1.2.3", Seeds: "1-20", Bases: []int{0, 0, 0}}
	for i, name := range []string{"retry=false", "retry=true", "retry=true profile=<mobile|3g>"} {
		c.Variants = append(c.Variants, sweep.Variant{Name: name, Script: "it's my.lua", Digest: "1234",
			Set: []string{"retry=" + fmt.Sprint(i > 0)}})
	}
	var metrics []sweep.Metric
	for _, text := range []string{"lost:lower=gauge:carts lost", "p99:buy", "never=gauge:never"} {
		m, err := sweep.ParseMetric(text)
		if err != nil {
			t.Fatal(err)
		}
		metrics = append(metrics, m)
	}
	fold := sweep.NewComparison(c.Bases, metrics)
	for seed := 1; seed <= 20; seed++ {
		rows := []*sweep.Row{cart(seed, 0, core.Pass, 0, 300), cart(seed, 1, core.Pass, float64(seed%4), 200),
			cart(seed, 2, core.Pass, 0, 350)}
		if seed%3 == 0 {
			rows[1] = cart(seed, 1, core.Stuck, 0, 150)
		}
		if seed == 7 {
			rows[2] = &sweep.Row{Seed: 7, Variant: 2, Verdict: core.Void}
		}
		fold.Add(rows)
		for _, r := range rows {
			text, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			c.Rows = append(c.Rows, text)
		}
	}
	c.Title = reports.CompareTitle(c.Variants, sweep.SeedRange(1, 20), sweep.Shard{})
	c.Compared = fold.Result()
	return c
}

func cart(seed, variant int, verdict core.Verdict, lost float64, latency int) *sweep.Row {
	latencies := []time.Duration{time.Duration(latency+seed) * ms, time.Duration(3*latency+seed) * ms}
	buy := sweep.Operation{Name: "buy", OK: 2, Unfinished: int64(variant % 2), Latency: sweep.NewLatency(latencies)}
	return &sweep.Row{Seed: uint64(seed), Variant: variant, Verdict: verdict,
		Faults:     sweep.Counts{"loss": int64(seed % 5)},
		Gauges:     []sweep.Gauge{{Name: "carts lost", Service: "judge", Value: lost}},
		Operations: []sweep.Operation{buy}}
}

func writeComparison(t *testing.T, c *reports.Comparison, f reports.Format) string {
	t.Helper()
	var b bytes.Buffer
	if err := reports.WriteComparison(&b, c, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWriteComparison(t *testing.T) {
	for _, f := range reports.Formats {
		golden(t, "compare."+string(f), writeComparison(t, compared(t), f))
	}
}

// TestComparisonIsReadable: no line is longer than a wide terminal, and colours add
// nothing but colour.
func TestComparisonIsReadable(t *testing.T) {
	c := compared(t)
	plain := writeComparison(t, c, reports.Table)
	for line := range strings.Lines(plain) {
		if n := utf8.RuneCountInString(line); n > 120 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	c.Color = true
	colored := writeComparison(t, c, reports.Table)
	if colored == plain || escapes.ReplaceAllString(colored, "") != plain {
		t.Errorf("with colours: %q", colored)
	}
}

// TestComparisonOfOddNames: no value of a parameter commands a terminal, or is too long.
func TestComparisonOfOddNames(t *testing.T) {
	c := compared(t)
	c.Variants[1].Name = "name=\x1b[31m\n"
	c.Variants[2].Name = "name=" + strings.Repeat("é", 300)
	for _, f := range []reports.Format{reports.Table, reports.Markdown} {
		if text := writeComparison(t, c, f); strings.Contains(text, "\x1b") ||
			!strings.Contains(text, `name=\x1b[31m\n against retry=false`) && f == reports.Table {
			t.Errorf("%s: %q", f, text)
		}
	}
}

// TestReadComparison reads what was written, and says what it cannot read.
func TestReadComparison(t *testing.T) {
	text := writeComparison(t, compared(t), reports.JSON)
	s, err := reports.ReadComparison(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Rows) != 60 || len(s.Variants) != 3 || s.Variants[2].Set[0] != "retry=true" || s.Version != "v1.2.3" ||
		strings.Join(s.Metrics, " ") != "lost:lower=gauge:carts lost p99:buy never=gauge:never" {
		t.Errorf("%+v", s)
	}
	for _, c := range []struct{ text, want string }{
		{text[:len(text)/2], "cut short or damaged: unexpected end of JSON input"},
		{"-- a script", "expected what simlua compare --format json wrote; this is no JSON"},
		{"{}", "this has no schema"},
		{`{"schema": "simlua.run/1"}`, `its schema is "simlua.run/1", not "simlua.compare/1"`},
		{strings.Replace(text, "compare/1", "compare/2", 1), `its schema is "simlua.compare/2", not "simlua.compare/1"`},
		{`{"schema": "simlua.compare/1", "variants": [], "runs": []}`, "it has no runs"},
		{strings.Replace(text, `{"variant":2`, `{"variant":3`, 1), "damaged: a run is of no variant"},
		{strings.Replace(text, `"seed":1,`, `"seed":"x",`, 1), "damaged: json"},
	} {
		if _, err := reports.ReadComparison(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}
