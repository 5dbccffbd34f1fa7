package schedule_test

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/schedule"
)

func sample() *schedule.Schedule {
	id := func(stream string, n uint64) core.FaultID { return core.FaultID{Stream: stream, Ordinal: n} }
	return &schedule.Schedule{
		Script: "shop.lua", Digest: "5f0c", Seed: 1<<64 - 1, Set: []string{"word=<a b>", "n=1"},
		Faults: []core.Fault{
			{ID: id("plan", 1), Kind: core.FaultReboot, Where: "shop.net", At: 8750 * time.Millisecond, End: 15 * time.Second,
				Params: []core.FaultParam{{Name: "grace", Value: 2300 * time.Millisecond}, {Name: "wipe", Value: true}}},
			{ID: id("plan", 2), Kind: core.FaultLink, Where: "net>lan", At: 9*time.Second + 1, Params: []core.FaultParam{
				{Name: "loss", Value: 1e-9}, {Name: "limit", Value: int64(1000)}, {Name: "rate", Value: nil}}},
			{ID: id("net>lan/loss of duplicate", 69), Kind: core.FaultLoss, Where: "net>lan", At: 9*time.Second + 1},
			{ID: id("a/point/after x, y", 1), Kind: core.FaultPoint, Where: "a", At: time.Hour},
		},
	}
}

func written(t *testing.T, s *schedule.Schedule) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRoundTrip(t *testing.T) {
	text := written(t, sample())
	want := sample()
	want.Faults[0].Params[0].Value = "2.3s"
	for name, read := range map[string]func(*strings.Reader) (*schedule.Schedule, error){
		"Read":       func(r *strings.Reader) (*schedule.Schedule, error) { return schedule.Read(r) },
		"ReadEdited": func(r *strings.Reader) (*schedule.Schedule, error) { return schedule.ReadEdited(r) },
	} {
		got, err := read(strings.NewReader(text))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v of\n%s", name, got, err, text)
		}
		if again := written(t, got); again != text {
			t.Errorf("%s: written again it is\n%s, not\n%s", name, again, text)
		}
	}
	if !strings.Contains(text, `"set":["word=<a b>","n=1"]`) || !strings.Contains(text, `"where":"net>lan"`) {
		t.Errorf("not to be read by people:\n%s", text)
	}
}

// Any line but the first can be deleted, any of them together.
func TestDeletedLines(t *testing.T) {
	lines := strings.SplitAfter(written(t, sample()), "\n")
	for kept := range 1 << 4 {
		text, want := lines[0], ""
		for i, f := range sample().Faults {
			if kept&(1<<i) != 0 {
				text += lines[i+1]
				want += f.ID.String() + " "
			}
		}
		got, err := schedule.Read(strings.NewReader(text))
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		ids := ""
		for _, id := range got.IDs() {
			ids += id.String() + " "
		}
		if ids != want {
			t.Errorf("got %q, want %q", ids, want)
		}
	}
}

// No byte can be changed so that the file says another thing.
func TestChangedBytes(t *testing.T) {
	text := written(t, sample())
	want, err := schedule.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	changed := 0
	for i := range text {
		for _, c := range []byte{'0', '1', '9', 'a', ' ', '"', '}', '\n', 0, 0xff} {
			b := []byte(text)
			b[i] = c
			got, err := schedule.Read(bytes.NewReader(b))
			if err == nil && !reflect.DeepEqual(got, want) {
				t.Errorf("byte %d as %q: read as %+v", i, c, got)
			}
			if err != nil {
				changed++
			}
		}
	}
	if changed < 9*len(text) {
		t.Errorf("only %d of %d changes are errors", changed, 10*len(text))
	}
}

func TestWrongFiles(t *testing.T) {
	lines := strings.SplitAfter(written(t, sample()), "\n")
	other := sample()
	other.Seed = 2
	foreign := strings.SplitAfter(written(t, other), "\n")
	for text, want := range map[string]string{
		"":                             "line 1: this is no schedule",
		"-- lua\n":                     "line 1: this is no schedule",
		"{}":                           "line 1: this is no schedule",
		`{"schema":"simlua.faults/2"}`: "line 1: the schema is simlua.faults/2, this version of simlua reads simlua.faults/1",
		lines[1]:                       "line 1: this is no schedule",
		foreign[0] + lines[1]:          "line 2: changed since it was saved",
		lines[0] + lines[2] + lines[1]: "line 3: moved since it was saved",
		lines[0] + lines[1] + lines[1]: "line 3: this fault has a line already",
		lines[0] + "{\n":               "line 2: not an object of JSON on one line",
		lines[0] + lines[1] + "plan#3": "line 3: not an object of JSON on one line",
		lines[0] + `{"id":1}`:          "line 2: id: a JSON number is not expected there",
		lines[0] + strings.Replace(lines[1], `"8.75s"`, `"8.75"`, 1):      `line 2: expected a time as 12.5s or 1m30s, not "8.75"`,
		lines[0] + strings.Replace(lines[1], `"wipe":true`, `"wipe":`, 1): "line 2: not an object of JSON on one line",
		strings.Replace(lines[0], `"n=1"`, `"n=2"`, 1):                    "line 1: changed since it was saved",
		lines[0] + strings.Repeat("x", 1<<20) + "\n":                      "token too long",
	} {
		_, err := schedule.Read(strings.NewReader(text))
		if !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%.200s\n  got %v, want %s", text, err, want)
		}
	}
}

// Who plays a schedule by its times may have edited it, but not beyond sense.
func TestReadEdited(t *testing.T) {
	head := `{"schema":"simlua.faults/1","seed":"1"}` + "\n"
	text := head + `{"id":"plan#2","kind":"kill","where":"b.net","at":"2s"}` + "\n\n" +
		`{"id":"plan#1","kind":"clock","where":"a.net","at":"1s","parameters":{"drift_ppm":-50,"offset":"20ms"}}`
	s, err := schedule.ReadEdited(strings.NewReader(text))
	if err != nil || len(s.Faults) != 2 || s.Faults[1].At != time.Second ||
		fmt.Sprint(s.Faults[1].Params) != "[{drift_ppm -50} {offset 20ms}]" {
		t.Errorf("got %+v, %v", s, err)
	}
	for line, want := range map[string]string{
		`{"id":"plan","kind":"kill","at":"1s"}`:                           `line 2: a fault is written stream#ordinal`,
		`{"id":"plan#1","kind":"kil","at":"1s"}`:                          `line 2: fault plan#1: there is no kind of fault "kil"`,
		`{"id":"plan#1","kind":"kill","at":"-1s"}`:                        `line 2: fault plan#1: expected times from 0s on`,
		`{"id":"plan#1","kind":"kill","at":"2s","end":"1s"}`:              `the end not before the beginning`,
		`{"id":"plan#1","kind":"kill","at":2}`:                            `line 2: expected a time as 12.5s or 1m30s, in quotes, not 2`,
		`{"id":"plan#1","kind":"kill","at":"1s","when":1}`:                `line 2: unknown field "when"`,
		`{"id":"plan#1","kind":"kill","at":"1s","parameters":{"a":[1]}}`:  `line 2: expected an object with numbers, words and booleans`,
		`{"id":"plan#1","kind":"kill","at":"1s","parameters":{"a":1}} {}`: `line 2: more than an object on this line`,
		`{"id":"plan#1","kind":"kill","at":"1s","parameters":"drift=1"}`:  `line 2: expected an object with numbers, words and booleans`,
		`{"id":"plan#1","kind":"kill","at":"1s","where":{"name":"a"}}`:    `line 2: where: a JSON object is not expected there`,
	} {
		if _, err := schedule.ReadEdited(strings.NewReader(head + line)); !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%s\n  got %v, want %s", line, err, want)
		}
	}
}
