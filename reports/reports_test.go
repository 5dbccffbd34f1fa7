package reports_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter/pkg/twwidth"

	"simlua.example/core"
	"simlua.example/reports"
)

var update = flag.Bool("update", false, "rewrite the golden files and schema.md")

const ms = time.Millisecond

func loss(n uint64) core.FaultID { return core.FaultID{Stream: "botnet>public", Ordinal: n} }

// passed is a small run in which every check held.
func passed() *core.Result {
	return &core.Result{
		Scenario: "mover.lua", Seed: 1, Verdict: core.Pass, Reason: "DONE",
		Params: []core.Setting{{Name: "iterations", Value: "30"}, {Name: "pause", Value: "4s"}},
		Time:   130*time.Second + 417*ms, Steps: 20_517, Digest: 0x0123456789abcdef,
		Links: []core.LinkStats{
			{Name: "botnet>public", Sent: 412, Delivered: 405, Lost: 4, InFlight: 3, Bytes: 23_412, Retransmitted: 4},
			{Name: "public>botnet", Sent: 398, Delivered: 398, Bytes: 1_022_117},
		},
		Machines: []core.MachineStats{
			{Name: "api1.public", Boots: 3, Kills: 1, Wipes: 1, Downtime: 11*time.Second + 250*ms,
				Disk: core.DiskStats{Commits: 61, Syncs: 122, Written: 1_022_117, Busy: 61 * ms}, Open: 2},
			{Name: "mover.botnet", Boots: 1},
		},
		Checks: []core.CheckResult{
			{Name: "one owner", Kind: "always", Held: true, Evaluated: 312},
			{Name: "nobody asked", Kind: "always", Held: true},
			{Name: "final count", Kind: "expect", Held: true, Evaluated: 1},
			{Name: "the last move", Kind: "expect", Held: true},
			{Name: "nothing lost", Kind: "check", Held: true, Evaluated: 1, Message: "30 of 30 moves"},
		},
		Trace: &core.Trace{
			Operations: []core.Operation{
				{Name: "move_item", Service: "mover.botnet", Process: 1, Start: time.Second, Latency: 410 * ms},
				{Name: "move_item", Latency: 34200 * time.Microsecond},
				{Name: "move_item", Latency: 15 * time.Second, Err: "timeout"},
				{Name: "move_item", Latency: 2 * time.Second, Err: "reset"},
				{Name: "move_item", Latency: 15 * time.Second, Err: "timeout"},
				{Name: "add_item", Latency: 612 * ms},
			},
			Faults: []core.Fault{
				{ID: loss(17), Kind: core.FaultLoss, Where: "botnet>public", At: 903 * ms},
				{ID: core.FaultID{Stream: "plan", Ordinal: 1}, Kind: core.FaultReboot, Where: "api1.public",
					At: 5 * time.Second, End: 7 * time.Second,
					Params: []core.FaultParam{{Name: "down", Value: 2 * time.Second}, {Name: "wipe", Value: true}}},
				{ID: core.FaultID{Stream: "plan", Ordinal: 2}, Kind: core.FaultWipe, Where: "api1.public", At: 5 * time.Second},
				{ID: loss(31), Kind: core.FaultLoss, Where: "botnet>public", At: 9 * time.Second, Masked: true},
			},
			Facts: []core.Fact{
				{At: 0, Kind: core.FactBoot, Machine: "api1.public", Service: "api1.public"},
				{At: ms, Kind: core.FactLog, Level: core.Warn, Machine: "api1.public", Service: "api1.public",
					Text: "cold, \"still\""},
				{At: 5 * time.Second, Kind: core.FactFault, Text: "api1.public", Fault: &core.Fault{}},
				{At: 7 * time.Second, Kind: core.FactGauge, Gauge: &core.GaugeValue{Name: "items", Machine: "api1.public",
					Service: "api1.public", Value: 3.0, At: 7 * time.Second}},
				{At: 9 * time.Second, Kind: core.FactGauge, Gauge: &core.GaugeValue{Name: "items", Machine: "api1.public",
					Service: "api1.public", At: 9 * time.Second}},
				{At: 9 * time.Second, Kind: core.FactHeal, Text: "public<>botnet"},
			},
			Gauges: []core.GaugeValue{
				{Name: "items", Machine: "api1.public", Service: "api1.public", Value: 3.0, At: 7 * time.Second},
				{Name: "role", Machine: "api1.public", Service: "api1.public", Value: "leader", At: 8 * time.Second},
			},
		},
	}
}

// failed breaks one check in a message that no table can take as it is.
func failed() *core.Result {
	r := passed()
	r.Seed, r.Verdict, r.Reason = math.MaxUint64, core.Fail, "final count does not hold"
	r.Trace.Dropped = 7
	r.Checks[2] = core.CheckResult{Name: "final | count", Kind: "expect", Evaluated: 2, FailedAt: 129 * time.Second,
		Message: "mover.botnet: expected 1, got 0\n\tat <b>move_item</b> " + strings.Repeat("and again ", 15) + "\x1b[2J\xff"}
	r.Checks[4] = core.CheckResult{Name: "linear | izable", Kind: "check", Evaluated: 1, FailedAt: r.Time, FailedStep: 9,
		Message: "read -> 2 fits nowhere", Picture: "  process 1  write 1  |--|\n  process 2  read -> 2  |-|  <b>\x1b[2J\n"}
	r.Checks = append(r.Checks, core.CheckResult{Name: "set", Kind: "check", Evaluated: 1, Unknown: true,
		Message: "the history was cut"})
	r.Trace.Histories = []core.History{{Name: "register", Cut: true, Calls: []core.HistoryCall{
		{F: "write", Key: "x", Operation: core.Operation{Service: "mover.botnet", Process: 1, Start: ms, Latency: ms,
			Invoked: 1, Completed: 4, Input: int64(1)}},
		{F: "read", Key: "x", Operation: core.Operation{Service: "mover.botnet", Process: 2, Start: ms, Latency: ms,
			Invoked: 2, Completed: 3, Output: map[string]any{"b": math.Inf(1), "a": []any{"c", nil}}}},
		{F: "write", Key: "y", Operation: core.Operation{Process: 3, Invoked: 5, Err: core.Unfinished}},
		{F: "read", Key: "y", Operation: core.Operation{Process: 4, Invoked: 6, Completed: 7, Err: "timeout"}},
	}}}
	r.Checks[3].Held, r.Checks[3].Required, r.Checks[3].Message = false, true, "required, and never tested"
	return r
}

// wide has a number in every column.
func wide() *core.Result {
	r := passed()
	r.Links = append(r.Links, core.LinkStats{Name: "production>internal", Sent: 123_456,
		Delivered: 122_222, Lost: 1_034, Partitioned: 100, PowerFailed: 50, Off: 40, InFlight: 10,
		Bytes: 123_456_789, Retransmitted: 1_234, Reordered: 5_432})
	r.Machines = append(r.Machines, core.MachineStats{Name: "production.internal", Boots: 9, Disk: core.DiskStats{
		Commits: 1_022_117, Syncs: 2_044_235, Read: 5_022_117, Written: 123_456_789_000, Busy: time.Hour, Full: 12_345,
		Errors: 1_034}})
	const db = "production.internal/db"
	for i, took := range []string{"", "3 commits lost on " + db, db + " comes back damaged"} {
		id := core.FaultID{Stream: "plan", Ordinal: uint64(i) + 3}
		r.Trace.Faults = append(r.Trace.Faults, core.Fault{ID: id, Kind: core.FaultPowerFail, Where: "production.internal",
			At: time.Minute, Took: took})
	}
	return r
}

type scriptError struct{}

func (scriptError) Error() string { return "kv.lua:12: attempt to index a nil value" }
func (scriptError) Details() string {
	return "kv.lua:12: attempt to index a nil value\nkv.internal at 1.25 s\n  kv.lua:12: in function 'answer'\n"
}

func crashed() *core.Result {
	return &core.Result{Scenario: "kv.lua", Seed: 3, Verdict: core.Crash,
		Reason: "kv.internal: kv.lua:12: attempt to index a nil value", Err: fmt.Errorf("kv.internal: %w", scriptError{}),
		Time: 1250 * ms, Steps: 99, Digest: 0xff}
}

var cases = []struct {
	name    string
	result  func() *core.Result
	command reports.Command
}{
	{"pass", passed, reports.Command{Script: "scripts/mover.lua", Seed: 1}},
	{"fail", failed, reports.Command{Script: "it's my.lua", Seed: math.MaxUint64,
		Set: []string{"iterations=30", "pause=4 s"}}},
	{"crash", crashed, reports.Command{Script: "-kv.lua", Seed: 3}},
	{"wide", wide, reports.Command{Script: "wide.lua", Seed: 1}},
}

func write(t *testing.T, r *core.Result, f reports.Format, o reports.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := reports.Write(&b, r, f, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWrite(t *testing.T) {
	for _, c := range cases {
		for _, f := range reports.Formats {
			t.Run(c.name+"/"+string(f), func(t *testing.T) {
				got := write(t, c.result(), f, reports.Options{Command: c.command})
				golden(t, c.name+"."+string(f), got)
				if again := write(t, c.result(), f, reports.Options{Command: c.command}); again != got {
					t.Error("a second time the bytes differ")
				}
			})
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; if that is meant: go test ./reports -update\n got:\n%s\nwant:\n%s", file, got, want)
	}
}

func TestTableFitsThePage(t *testing.T) {
	for _, c := range cases {
		for line := range strings.Lines(write(t, c.result(), reports.Table, reports.Options{})) {
			line = strings.TrimSuffix(line, "\n")
			if n := utf8.RuneCountInString(line); n > 100 {
				t.Errorf("%s: %d columns: %s", c.name, n, line)
			}
			if strings.TrimRight(line, " ") != line {
				t.Errorf("%s: ends in blanks: %q", c.name, line)
			}
		}
	}
}

// The locale can tell tablewriter that lines are drawn two columns wide.
func TestTableIgnoresLocale(t *testing.T) {
	twwidth.SetEastAsian(true)
	golden(t, "pass.table", write(t, passed(), reports.Table, reports.Options{Command: cases[0].command}))
}

func TestTableLastLineIsDigest(t *testing.T) {
	for _, c := range cases {
		lines := strings.Split(write(t, c.result(), reports.Table, reports.Options{}), "\n")
		if last := lines[len(lines)-2]; !strings.HasPrefix(last, "digest ") || len(last) != len("digest ")+16 {
			t.Errorf("%s: the last line is %q", c.name, last)
		}
	}
}

func TestColorAddsOnlyColor(t *testing.T) {
	for _, c := range cases {
		colored := write(t, c.result(), reports.Table, reports.Options{Color: true})
		plain := write(t, c.result(), reports.Table, reports.Options{})
		if !strings.Contains(colored, "\x1b[") {
			t.Error("no colour")
		}
		if stripped := escapes.ReplaceAllString(colored, ""); stripped != plain {
			t.Errorf("without its colours it is\n%s\nnot\n%s", stripped, plain)
		}
	}
	for _, f := range []reports.Format{reports.JSON, reports.CSV, reports.Markdown} {
		if strings.Contains(write(t, failed(), f, reports.Options{Color: true}), "\x1b[31m") {
			t.Errorf("%s is coloured", f)
		}
	}
}

// JSON and CSV tell the same: every value of one is in the other.
func TestJSONEqualsCSV(t *testing.T) {
	for _, c := range cases {
		o := reports.Options{Command: c.command}
		fromJSON := flatten(t, write(t, c.result(), reports.JSON, o))
		records, err := csv.NewReader(strings.NewReader(write(t, c.result(), reports.CSV, o))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(records[0], ","); got != "table,row,column,value" {
			t.Fatalf("the header is %s", got)
		}
		for _, r := range records[1:] {
			key := r[0] + " " + r[1] + " " + r[2]
			if value, ok := fromJSON[key]; !ok || value != r[3] {
				t.Errorf("%s: CSV has %s = %q, JSON %q", c.name, key, r[3], value)
			}
			delete(fromJSON, key)
		}
		for key, value := range fromJSON {
			t.Errorf("%s: only JSON has %s = %q", c.name, key, value)
		}
	}
}

// flatten reads JSON into "table row column" = text.
func flatten(t *testing.T, text string) map[string]string {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var document map[string]any
	if err := decoder.Decode(&document); err != nil {
		t.Fatal(err)
	}
	flat := map[string]string{}
	for name, content := range document {
		switch content := content.(type) {
		case string:
			flat[name+" 1 "+name] = content
		case map[string]any:
			flattenRow(flat, name, 1, content)
		case []any:
			for i, row := range content {
				flattenRow(flat, name, i+1, row.(map[string]any))
			}
		}
	}
	return flat
}

func flattenRow(flat map[string]string, name string, n int, row map[string]any) {
	for key, v := range row {
		text := fmt.Sprint(v)
		if object, ok := v.(map[string]any); ok {
			sorted, _ := json.Marshal(object)
			text = string(sorted)
		}
		if v == nil {
			text = ""
		}
		flat[fmt.Sprintf("%s %d %s", name, n, key)] = text
	}
}

func TestJSONTables(t *testing.T) {
	var document map[string]json.RawMessage
	if err := json.Unmarshal([]byte(write(t, crashed(), reports.JSON, reports.Options{})), &document); err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Fields("settings operations faults fault_list links machines checks gauges") {
		if string(document[name]) != "[]" {
			t.Errorf("%s of an empty run is %q, not an empty list", name, document[name])
		}
	}
	if got := string(document["schema"]); got != `"simlua.run/1"` {
		t.Errorf("the schema is %s", got)
	}
}

func TestGaugeThatIsNoNumber(t *testing.T) {
	r := passed()
	r.Trace.Gauges = []core.GaugeValue{{Name: "odd", Value: math.NaN()}, {Name: "end", Value: math.Inf(-1)},
		{Name: "on", Value: true}}
	text := write(t, r, reports.JSON, reports.Options{})
	for _, want := range []string{`"value": "NaN"`, `"value": "-Inf"`, `"value": true`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing", want)
		}
	}
	flatten(t, text)
}

func TestParseFormat(t *testing.T) {
	for _, f := range reports.Formats {
		if got, err := reports.ParseFormat(string(f)); err != nil || got != f {
			t.Errorf("%s: %v, %v", f, got, err)
		}
	}
	_, err := reports.ParseFormat("yaml")
	if err == nil || !strings.Contains(err.Error(), `one of table, json, markdown, csv, not "yaml"`) {
		t.Errorf("yaml: %v", err)
	}
}

func TestWriteError(t *testing.T) {
	want := errors.New("no paper")
	for _, f := range reports.Formats {
		if err := reports.Write(brokenWriter{want}, passed(), f, reports.Options{}); !errors.Is(err, want) {
			t.Errorf("%s: %v", f, err)
		}
	}
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }
