package reports

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"simlua.example/core/sweep"
)

// data are the tables for programs.
func (c *Comparison) data() []table {
	return []table{c.dataOverall(), c.dataVariants(), c.dataResults(), c.dataDifferences()}
}

func (c *Comparison) dataOverall() table {
	var metrics []string
	for i := range c.Compared.Rows {
		if row := &c.Compared.Rows[i]; row.Chosen {
			metrics = append(metrics, row.String())
		}
	}
	return table{
		name: "comparison", doc: "The comparison as a whole.", single: true,
		columns: []column{
			{key: "command", kind: text, doc: "The first line of the report for people."},
			{key: "simlua", kind: text, doc: "The version of simlua; empty when it is not known."},
			{key: "seeds", kind: text, doc: "The seeds, as `--seeds` takes them."},
			{key: "seeds_played", kind: integer, doc: "How many seeds all variants have played: all numbers are of these."},
			{key: "tests", kind: integer, doc: "How many differences were tested: `p_adjusted` is corrected for all of them."},
			{key: "digest", kind: text, doc: "Digest of all runs that are known, hexadecimal; equal digests, same runs."},
			{key: "metrics", kind: object, doc: "What `--metric` was given, a list."},
		},
		rows: [][]any{{c.Title, c.Version, c.Seeds, c.Compared.Seeds, c.Compared.Tests,
			c.Compared.Digest.String(), rawList(metrics)}},
	}
}

func (c *Comparison) dataVariants() table {
	t := table{
		name: "variants", doc: "What was compared, and how the runs came out.",
		columns: []column{
			{key: "name", kind: text, doc: "The variant."},
			{key: "script", kind: text, doc: "The script."},
			{key: "script_digest", kind: text, doc: "What tells scripts apart, as in the tables of a run."},
			{key: "set", kind: object, doc: "Parameters that differ from the script's, a list of `name=value`."},
			{key: "plan", kind: text, doc: "The plan in place of the script's, as `--plan` takes it; empty for the script's."},
			{key: "stop_at_first_failure", kind: boolean, doc: "Whether each run ends when a check does not hold."},
			{key: "compared_with", kind: text, doc: "The variant that it is compared with; null for the first one."},
			{key: "runs", kind: integer, doc: "Runs."},
			{key: "pass", kind: integer, doc: "Runs that passed."},
			{key: "fail", kind: integer, doc: "Runs in which a check does not hold."},
			{key: "stuck", kind: integer, doc: "Runs that a limit ended."},
			{key: "crash", kind: integer, doc: "Runs in which an engine or a plan returned an error."},
			{key: "void", kind: integer, doc: "Runs that a guard on the host ended; left out of everything else."},
			{key: "defect", kind: integer, doc: "Runs that ended in a defect of simlua; left out likewise."},
		},
	}
	for v, n := range c.Compared.Tallies {
		var base any
		if c.Bases[v] != v {
			base = c.Variants[c.Bases[v]].Name
		}
		variant := &c.Variants[v]
		t.rows = append(t.rows, []any{variant.Name, variant.Script, variant.Digest, rawList(variant.Set), variant.Plan,
			variant.StopAtFirstFailure, base, n.Runs, n.Pass, n.Fail, n.Stuck, n.Crash, n.Void, n.Defect})
	}
	return t
}

func (c *Comparison) dataResults() table {
	t := table{
		name: "results", doc: "What each metric comes to, for each variant.",
		columns: []column{
			{key: "metric", kind: text, doc: "Its name."},
			{key: "spec", kind: text, doc: "What it is, as `--metric` takes it; `passed` is 1 for a run that passed."},
			{key: "better", kind: text, doc: "`lower` or `higher`, when that is declared."},
			{key: "unit", kind: text, doc: "`ns`, simulated nanoseconds; `number`; or `passed`."},
			{key: "variant", kind: text, doc: "The variant."},
			{key: "values", kind: integer, doc: "Runs that have a value."},
			{key: "no_value", kind: integer, doc: "Runs that have none: they got stuck, crashed, or never came to it."},
			{key: "min", kind: value, doc: "The least value of a run."},
			{key: "median", kind: value, doc: "The median over runs."},
			{key: "mean", kind: value, doc: "The mean over runs; of `passed` the share that passed."},
			{key: "max", kind: value, doc: "The largest value of a run."},
			{key: "sum", kind: value, doc: "Of all runs."},
			{key: "share_low", kind: value, doc: "Of `passed`: the low end of Wilson's 95 % interval of the share."},
			{key: "share_high", kind: value, doc: "Its high end."},
			{key: "calls", kind: integer, doc: "Of a percentile: calls of all runs that ended."},
			{key: "unfinished", kind: integer, doc: "Calls that did not end."},
			{key: "pooled_ns", kind: duration, doc: "The percentile over the calls of all runs together."},
			{key: "pooled_low_ns", kind: duration, doc: "The low end of its 95 % interval, from resampling seeds."},
			{key: "pooled_high_ns", kind: duration, doc: "Its high end."},
		},
	}
	for i := range c.Compared.Rows {
		row := &c.Compared.Rows[i]
		for v := range row.Levels {
			t.rows = append(t.rows, append(metricFields(row), c.level(row, v)...))
		}
	}
	return t
}

func metricFields(row *sweep.ComparedMetric) []any {
	return []any{row.Name, row.Spec, string(row.Better), string(row.Unit)}
}

func (c *Comparison) level(row *sweep.ComparedMetric, v int) []any {
	l := &row.Levels[v]
	fields := []any{c.Variants[v].Name, l.Values, l.NoValue}
	if l.Values == 0 {
		fields = append(fields, nil, nil, nil, nil, nil)
	} else {
		fields = append(fields, exact(l.Min), exact(l.Median), rounded(l.Mean), exact(l.Max), exact(l.Sum))
	}
	if row.Unit == sweep.Verdict {
		_, lo, hi := l.Share()
		fields = append(fields, rounded(lo), rounded(hi))
	} else {
		fields = append(fields, nil, nil)
	}
	switch {
	case row.Pooled == 0:
		return append(fields, nil, nil, nil, nil, nil)
	case !l.HasValue:
		return append(fields, int(l.Calls), int(l.Unfinished), nil, nil, nil)
	}
	return append(fields, int(l.Calls), int(l.Unfinished), l.Quantile, l.Lo, l.Hi)
}

func (c *Comparison) dataDifferences() table {
	t := table{
		name: "differences", doc: "How variants differ from the one they are compared with, seed by seed. A pair is a seed " +
			"for which the runs of both are known and, but for the rows of `no value`, both have a value.",
		columns: []column{
			{key: "metric", kind: text, doc: "Its name."},
			{key: "spec", kind: text, doc: "What it is."},
			{key: "better", kind: text, doc: "`lower` or `higher`, when that is declared."},
			{key: "unit", kind: text, doc: "Of the values."},
			{key: "variant", kind: text, doc: "The variant."},
			{key: "compared_with", kind: text, doc: "The one it is compared with."},
			{key: "of", kind: text, doc: "`value`: how the values differ. `no value`: whether there is one; one test for all " +
				"metrics that have none in the same runs."},
			{key: "pairs", kind: integer, doc: "Seeds that tell."},
			{key: "higher", kind: integer, doc: "The variant has the higher value; of `no value`, only it has one."},
			{key: "lower", kind: integer, doc: "It has the lower value; of `no value`, only the other has one."},
			{key: "ties", kind: integer, doc: "Both have the same."},
			{key: "wins", kind: integer, doc: "Of `higher` and `lower`, the better one; null when no direction is declared."},
			{key: "losses", kind: integer, doc: "The other one."},
			{key: "median_difference", kind: value, doc: "The median of the differences, variant less the other."},
			{key: "low", kind: value, doc: "The low end of its interval: exact, from order statistics; null with fewer than " +
				"6 pairs."},
			{key: "high", kind: value, doc: "Its high end."},
			{key: "coverage", kind: value, doc: "The confidence that this interval really has, at least 0.95."},
			{key: "test", kind: text, doc: "`mcnemar`: McNemar's exact test; `sign`: exact sign test. Two-sided, no mid-p."},
			{key: "p", kind: value, doc: "Of the test; where a direction is declared the larger one of two: without the pairs " +
				"that lack a value, and with them, no value being worst; 1 when they disagree."},
			{key: "p_adjusted", kind: value, doc: "Corrected for all tests of the comparison (Holm)."},
			{key: "mark", kind: text, doc: "`better`, `worse`, or `differs` where no direction is declared: p_adjusted is " +
				"at most 0.05. Empty otherwise."},
		},
	}
	for i := range c.Compared.Rows {
		row := &c.Compared.Rows[i]
		for j := range row.Differences {
			d := c.difference(&row.Differences[j], row.Unit, "value")
			t.rows = append(t.rows, append(metricFields(row), d...))
			if row.NoValue != nil {
				d := c.difference(&row.NoValue.Differences[j], sweep.Verdict, "no value")
				t.rows = append(t.rows, append(metricFields(row), d...))
			}
		}
	}
	return t
}

func (c *Comparison) difference(d *sweep.Difference, unit sweep.Unit, of string) []any {
	fields := []any{c.Variants[d.Variant].Name, c.Variants[d.Base].Name, of, d.Pairs, d.Higher, d.Lower, d.Ties}
	if wins, losses, declared := d.Wins(); declared {
		fields = append(fields, wins, losses)
	} else {
		fields = append(fields, nil, nil)
	}
	yesNo, test := unit == sweep.Verdict, "sign"
	if yesNo {
		test = "mcnemar"
	}
	if yesNo || d.Pairs == 0 {
		fields = append(fields, nil)
	} else {
		fields = append(fields, exact(d.Median))
	}
	if yesNo || !d.HasInterval {
		fields = append(fields, nil, nil, nil)
	} else {
		fields = append(fields, exact(d.Interval.Lo), exact(d.Interval.Hi), rounded(d.Interval.Coverage))
	}
	if d.Pairs == 0 {
		return append(fields, test, nil, nil, "")
	}
	return append(fields, test, rounded(d.P), rounded(d.Adjusted), string(d.Mark))
}

// exact is a number that is known exactly, whole where it is.
func exact(v float64) any {
	if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
		return int(v)
	}
	return v
}

// rounded is a number of six digits: more of them could differ from platform to
// platform.
func rounded(v float64) any {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	if err != nil {
		panic(fmt.Sprintf("reports: %v is no number", v))
	}
	return r
}

// rawList is a list of texts as JSON, null when there are none.
func rawList(texts []string) any {
	if texts == nil {
		return nil
	}
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = string(encode(text))
	}
	return json.RawMessage("[" + strings.Join(quoted, ", ") + "]")
}
