package reports

import (
	"fmt"
	"slices"
	"strings"

	"simlua.example/core/sweep"
	"simlua.example/core/sweep/stats"
)

// shown are the tables for people: how runs came out, what each metric comes to,
// a row a metric and a column a variant, and the differences, a table a variant.
func (c *Comparison) shown() []*table {
	tables := []*table{c.tallies()}
	tables = append(tables, c.levels()...)
	n := 0 // of the differences in each row of the metrics
	for v, base := range c.Bases {
		if v != base {
			tables = append(tables, c.against(n, v, base))
			n++
		}
	}
	return tables
}

func (c *Comparison) tallies() *table {
	t := &table{name: "variants", columns: []column{{title: "name", kind: text}, {title: "runs", kind: integer},
		{title: "pass", kind: integer}, {title: "fail", kind: integer}, {title: "stuck", kind: integer},
		{title: "crash", kind: integer}, {title: "void", kind: integer, sparse: true},
		{title: "defect", kind: integer, sparse: true}}}
	for v, n := range c.Compared.Tallies {
		t.rows = append(t.rows, []any{c.Variants[v].Name, n.Runs, n.Pass, n.Fail, n.Stuck, n.Crash, n.Void, n.Defect})
	}
	return t
}

// levels are one table, or several with some variants each, as many as the page
// takes.
func (c *Comparison) levels() (tables []*table) {
	name := "results"
	for from := 0; from < len(c.Variants); {
		t := &table{name: name, columns: []column{{title: "metric", kind: text}, {title: "shown", kind: text}}}
		t.rows = c.labels()
		sum := widthOf(t)
		for first := from; from < len(c.Variants); from++ {
			cells := c.column(from)
			wide := 2 + width(OneLine(c.Variants[from].Name))
			for _, cell := range cells {
				wide = max(wide, 2+width(cell))
			}
			if sum += wide; sum > widePage && from > first {
				break
			}
			t.columns = append(t.columns, column{title: OneLine(c.Variants[from].Name), kind: integer})
			for i, cell := range cells {
				t.rows[i] = append(t.rows[i], cell)
			}
		}
		tables = append(tables, t)
		name = "results, further variants"
	}
	return tables
}

func widthOf(t *table) (sum int) {
	header, rows, _ := t.cells()
	for _, w := range columnWidths(header, rows) {
		sum += w + 2
	}
	return sum
}

// labels are the first two columns of the levels; column has the same rows.
func (c *Comparison) labels() (rows [][]any) {
	for i := range c.Compared.Rows {
		row := &c.Compared.Rows[i]
		switch {
		case row.Unit == sweep.Verdict:
			rows = append(rows, []any{label(row), "share"})
		case row.Total:
			rows = append(rows, []any{label(row), "total"})
		case row.Pooled > 0:
			rows = append(rows, []any{label(row), "pooled"})
		default:
			rows = append(rows, []any{label(row), "median"})
		}
		if c.firstOfNoValue(i) {
			rows = append(rows, []any{c.noValueOf(row.NoValue), "runs"})
		}
		if c.lastOfOperation(i) {
			rows = append(rows, []any{operationOf(row) + ": unfinished", "calls"})
		}
	}
	return rows
}

// column is what labels name, of one variant.
func (c *Comparison) column(v int) (cells []string) {
	for i := range c.Compared.Rows {
		row := &c.Compared.Rows[i]
		l := &row.Levels[v]
		switch {
		case row.Unit == sweep.Verdict:
			cells = append(cells, shareCell(l))
		case row.Total:
			cells = append(cells, amount(row.Unit, l.Sum)+" in "+Count(l.Values, "run"))
		case row.Pooled > 0:
			cells = append(cells, pooledCell(l))
		default:
			cells = append(cells, medianCell(row.Unit, l))
		}
		if c.firstOfNoValue(i) {
			cells = append(cells, fmt.Sprintf("%d of %d", l.NoValue, l.NoValue+l.Values))
		}
		if c.lastOfOperation(i) {
			cells = append(cells, fmt.Sprintf("%s of %s", Number(uint64(l.Unfinished)), Number(uint64(l.Calls+l.Unfinished))))
		}
	}
	return cells
}

// firstOfNoValue says whether a row is the first one that has no value in its runs.
func (c *Comparison) firstOfNoValue(i int) bool {
	n := c.Compared.Rows[i].NoValue
	return n != nil && n.Rows[0] == i
}

// noValueOf is a row for people: "no value: lost, buy p99".
func (c *Comparison) noValueOf(n *sweep.NoValue) string {
	names := make([]string, len(n.Rows))
	for i, row := range n.Rows {
		names[i] = title(&c.Compared.Rows[row])
	}
	return none + ": " + strings.Join(names, ", ")
}

// lastOfOperation says whether a row is the last pooled one of its operation.
func (c *Comparison) lastOfOperation(i int) bool {
	rows := c.Compared.Rows
	return rows[i].Pooled > 0 && !slices.ContainsFunc(rows[i+1:], func(r sweep.ComparedMetric) bool {
		return r.Pooled > 0 && operationOf(&r) == operationOf(&rows[i])
	})
}

// operationOf is the operation of a pooled metric.
func operationOf(row *sweep.ComparedMetric) string {
	_, name, _ := strings.Cut(row.Spec, ":")
	return name
}

// against are the nth differences of each row.
func (c *Comparison) against(n, variant, base int) *table {
	t := &table{name: OneLine(c.Variants[variant].Name + " against " + c.Variants[base].Name + ", seed by seed"),
		columns: []column{{title: "metric", kind: text}, {title: "pairs", kind: integer}, {title: "of these", kind: text},
			{title: "median difference", kind: integer}, {title: "p", kind: integer}, {title: "mark", kind: text}}}
	for i := range c.Compared.Rows {
		row := &c.Compared.Rows[i]
		if row.Total {
			continue
		}
		d := &row.Differences[n]
		t.rows = append(t.rows, []any{label(row), d.Pairs, split(row.Unit, d), medianDifference(row.Unit, d), pText(d),
			string(d.Mark)})
		if c.firstOfNoValue(i) {
			d := &row.NoValue.Differences[n]
			t.rows = append(t.rows, []any{c.noValueOf(row.NoValue), d.Pairs, splitNoValue(d), "", pText(d), string(d.Mark)})
		}
	}
	return t
}

// widePage is how wide the tables of a comparison are at most.
const widePage = 116

// notes are what a reader of the tables has to know.
func (c *Comparison) notes() []string {
	notes := []string{fmt.Sprintf("%s played by all variants. p is corrected for all %s (Holm); a mark: at most %.2g. "+
		"In brackets: 95 %% intervals; of a median, the range.",
		Count(c.Compared.Seeds, "seed"), Count(c.Compared.Tests, "test"), stats.Level)}
	if c.Compared.Tests == 0 {
		notes = []string{fmt.Sprintf("%s played by all variants. Nothing was tested.", Count(c.Compared.Seeds, "seed"))}
	}
	if least := stats.Fewest(c.Compared.Tests); least > c.Compared.Seeds && c.Compared.Tests > 0 {
		notes = append(notes, fmt.Sprintf("With fewer than %d seeds nothing can get a mark, however it differs.", least))
	}
	if n := c.Compared.LeftOut; n > 0 {
		notes = append(notes, fmt.Sprintf("%d operations more are left out; --metric p99:OPERATION shows one.", n))
	}
	return notes
}

// replays are commands that play, of each variant, the first seed that passes with
// the other one only.
func (c *Comparison) replays() (lines []string) {
	for i := range c.Compared.Rows {
		if c.Compared.Rows[i].Unit != sweep.Verdict {
			continue
		}
		for _, d := range c.Compared.Rows[i].Differences {
			if d.Lower > 0 {
				replay := CommandOf(&c.Variants[d.Variant], d.Loss)
				lines = append(lines, fmt.Sprintf("seed %d passes with %s only: %s", d.Loss, OneLine(c.Variants[d.Base].Name),
					replay.String()))
			}
		}
	}
	return lines
}
