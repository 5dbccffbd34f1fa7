package reports

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"simlua.example/core"
	"simlua.example/core/sweep"
)

const preamble = "# The tables of a run, schema `" + Schema + "`\n\n" +
	"Generated from the definitions in this package by `go test ./reports -update`.\n\n" +
	"JSON is one object: `schema`, and every table under its name as a list of objects, one for each row; `run`\n" +
	"has one row and is that object. All tables and all fields are always there. CSV is one table with the columns\n" +
	"`table,row,column,value`, where rows count from 1; its first row is `schema,1,schema," + Schema + "`. A value\n" +
	"that is none is `null` in JSON and empty in CSV. In pandas:\n\n" +
	"    long = pandas.read_csv(\"run.csv\", dtype=str)\n" +
	"    links = long[long.table == \"links\"].pivot(index=\"row\", columns=\"column\", values=\"value\")\n\n" +
	"A latency plot is `latency_ns` over `start_ns` of `operation_list`. A timeline has the faults of `fault_list` as bars\n" +
	"from `at_ns` to `end_ns`, the values of `gauge_list` as steps, and `events` as points.\n\n" +
	"Fields may be added under the same schema; one that changes its meaning or goes away changes the schema's\n" +
	"number. Times and durations are simulated, in whole nanoseconds. A `value` is a number, a string or a\n" +
	"boolean; numbers that JSON does not have (NaN, infinities) are strings. An `object` is one of JSON; CSV has its text.\n"

const comparisonPreamble = "# The tables of a comparison, schema `" + ComparisonSchema + "`\n\n" +
	"Generated from the definitions in this package by `go test ./reports -update`. What `simlua compare` writes in the\n" +
	"formats JSON and CSV; what schema.md says of these holds here, too. JSON has, behind the tables, `runs`: what is kept\n" +
	"of each run, on a line of its own, so that `simlua compare OLD.json NEW.json` can compare them again. Intervals are\n" +
	"of 95 %. Numbers that are not counted but computed have six digits.\n"

const sweepPreamble = "# The tables of a sweep, schema `" + SweepSchema + "`\n\n" +
	"Generated from the definitions in this package by `go test ./reports -update`. What `simlua sweep` and `simlua merge`\n" +
	"write in the formats JSON and CSV; what schema.md says of these holds here, too. A `share` is a number from 0 to 1. A\n" +
	"seed is a string, since it can exceed 2^53.\n"

func noSweep() []table {
	return newSweepTables(sweep.NewSummary(sweep.SummaryOptions{}), &SweepOptions{})
}

// TestSchema keeps the documents and the tables the same.
func TestSchema(t *testing.T) {
	checkSchema(t, "schema.md", preamble, newTables(&core.Result{}, Options{}))
	checkSchema(t, "schema-sweep.md", sweepPreamble, noSweep())
	checkSchema(t, "schema-compare.md", comparisonPreamble, noComparison().data())
	checkSchema(t, "schema-shrink.md", shrinkPreamble, noShrunk().tables())
	checkSchema(t, "schema-verify.md", verifyPreamble, new(Verified).tables())
	checkSchema(t, "schema-sweeps.md", ongoingPreamble, []table{new(Ongoing).table()})
}

const shrinkPreamble = "# The tables of a failure that was shrunk, schema `" + ShrunkSchema + "`\n\n" +
	"Generated from the definitions in this package by `go test ./reports -update`. What `simlua shrink` writes in the\n" +
	"formats JSON and CSV; what schema.md says of these holds here, too.\n"

const verifyPreamble = "# The tables of seeds that were played twice, schema `" + VerifiedSchema + "`\n\n" +
	"Generated from the definitions in this package by `go test ./reports -update`. What `simlua verify` writes in the\n" +
	"formats JSON and CSV; what schema.md says of these holds here, too.\n"

const ongoingPreamble = "# The sweeps on a server, schema `" + OngoingSchema + "`\n\n" +
	"Generated from the definitions in this package by `go test ./reports -update`. What `simlua sweeps` writes in the\n" +
	"formats JSON and CSV; what schema.md says of these holds here, too.\n"

func noShrunk() *Shrunk {
	return &Shrunk{Left: &sweep.Shrunk{Row: &sweep.Row{}}, Result: &core.Result{Trace: &core.Trace{}}}
}

func noComparison() *Comparison { return &Comparison{Compared: &sweep.Compared{}} }

func checkSchema(t *testing.T, file, preamble string, tables []table) {
	t.Helper()
	var b bytes.Buffer
	b.WriteString(preamble)
	for _, table := range forPrograms(tables) {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| field | type | meaning |\n|---|---|---|\n", table.name, table.doc)
		for _, c := range table.columns {
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.key, c.kind, c.doc)
		}
	}
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(written) != b.String() {
		t.Errorf("%s is not what the tables are; go test ./reports -update", file)
	}
}

// TestColumns keeps the definitions consistent: a column that is not
// documented, or whose key hides its unit, cannot exist.
func TestColumns(t *testing.T) {
	for _, table := range slices.Concat(newTables(&core.Result{}, Options{}), noSweep(), noComparison().data(),
		noShrunk().tables(), new(Verified).tables(), []table{new(Ongoing).table()}) {
		if table.doc == "" {
			t.Errorf("%s is not documented", table.name)
		}
		for i, c := range table.columns {
			if c.doc == "" {
				t.Errorf("%s.%s is not documented", table.name, c.key)
			}
			if (c.kind == duration) != strings.HasSuffix(c.key, "_ns") {
				t.Errorf("%s.%s: a duration, and nothing else, ends in _ns", table.name, c.key)
			}
			for _, row := range table.rows {
				if len(row) != len(table.columns) {
					t.Fatalf("%s: %d values for %d columns", table.name, len(row), len(table.columns))
				}
				_ = encode(row[i])
			}
		}
	}
}
