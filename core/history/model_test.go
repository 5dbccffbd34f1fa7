package history

import (
	"fmt"
	"strings"
	"testing"
)

// TestModelFrom: a model that begins with something, and what none can begin with.
func TestModelFrom(t *testing.T) {
	for _, c := range []struct {
		model  string
		init   any
		script string
		want   Validity
	}{
		{"register", int64(7), "1 read; 1 ok 7", Pass},
		{"mutex", true, "1 release; 1 ok; 1 acquire; 1 ok", Pass},
		{"mutex", true, "1 acquire; 1 ok", Failed},
		{"queue", []any{"a"}, "1 enqueue b; 1 ok; 1 dequeue; 1 ok a; 1 dequeue; 1 ok b", Pass},
		{"set", []any{int64(3), int64(1), int64(3)}, "1 add 2; 1 ok; 1 read; 1 ok [3 1 2]", Pass},
		{"set", []any{int64(3), int64(1)}, "1 read; 1 ok [3]", Failed},
	} {
		m, err := mustModel(t, c.model).From(c.init)
		if v := Linearizable(scripted(t, c.script), m, Options{}); v.Valid != c.want || err != nil {
			t.Errorf("%s from %v, %s: %s, want %s: %s %v", c.model, c.init, c.script, v.Valid, c.want, v.Message, err)
		}
	}
	refused := map[string]string{"mutex": "want true, held, or false, free", "queue": "want a list", "set": "want a list"}
	for model, want := range refused {
		for _, init := range []any{nil, int64(5), "free", map[string]any{"a": true}} {
			if _, err := mustModel(t, model).From(init); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s from %v: %v, want %s", model, init, err, want)
			}
		}
	}
}

// TestCas: the values of a cas, as Lua writes them too, where a nil is missing.
func TestCas(t *testing.T) {
	m := mustModel(t, "cas_register")
	for _, c := range []struct {
		input any
		want  string
	}{
		{[]any{nil, int64(5)}, "5 true"},
		{map[string]any{"[2]": int64(5)}, "5 true"},
		{map[string]any{"to": int64(5)}, "5 true"},
		{map[string]any{"from": int64(5)}, "nil false"}, // nil is not 5
		{map[string]any{"form": int64(1), "to": int64(5)}, "refused"},
		{map[string]any{"from": int64(1), "[2]": int64(5)}, "refused"},
		{[]any{int64(5)}, "refused"},
		{[]any{}, "refused"},
		{map[string]any{}, "refused"},
		{int64(5), "refused"},
		{nil, "refused"},
	} {
		next, ok, err := m.Step(nil, &Op{F: "cas", Input: c.input, Type: OK})
		got := fmt.Sprint(Text(next), " ", ok)
		if err != nil {
			got = "refused"
		}
		if got != c.want {
			t.Errorf("%v: %s, want %s", c.input, got, c.want)
		}
	}
}

// TestAppendText: appending is for strings.
func TestAppendText(t *testing.T) {
	for script, want := range map[string]string{
		"1 append a; 1 ok; 1 append b; 1 ok; 1 get; 1 ok ab": "",
		"1 append 5; 1 ok":                   "operation 0: append 5: want a string",
		"1 put 5; 1 ok; 1 append a; 1 ok":    `operation 1: append "a": to 5, which is no string`,
		"1 put 5; 1 ok; 1 append a; 1 info ": `to 5, which is no string`,
	} {
		v := Linearizable(scripted(t, script), mustModel(t, "key_value"), Options{})
		if got := fmt.Sprint(v.Err); !strings.Contains(got, want) || (v.Err == nil) != (want == "") {
			t.Errorf("%s: %s, want %s", script, got, want)
		}
	}
}

// TestBinaryStrings: values that only look the same are different, wherever they are.
func TestBinaryStrings(t *testing.T) {
	for _, wrap := range []func(any) any{
		func(v any) any { return v },
		func(v any) any { return []any{v} },
		func(v any) any { return map[string]any{"a": v} },
		func(v any) any { return []any{map[string]any{"a": v}} },
	} {
		h := scripted(t, "1 write 1; 1 ok; 1 read; 1 ok 1")
		h.Ops[0].Input, h.Ops[1].Output = wrap("\xff"), wrap("\xfe")
		if v := Linearizable(h, mustModel(t, "register"), Options{}); v.Valid != Failed {
			t.Errorf("%q and %q are different: %+v", h.Ops[0].Input, h.Ops[1].Output, v)
		}
		h = scripted(t, "1 generate; 1 ok 1; 1 generate; 1 ok 1")
		h.Ops[0].Output, h.Ops[1].Output = wrap("\xff"), wrap("\xfe")
		if v := UniqueIDs(h); v.Valid != Pass {
			t.Errorf("%+v", v)
		}
	}
}

// TestComparisonsAreSteps: a model that compares states itself has no hash, so that
// each state is compared with all that were kept of the same operations.
func TestComparisonsAreSteps(t *testing.T) {
	var script strings.Builder
	for i := range 9 {
		fmt.Fprintf(&script, "%d enqueue %d; ", i, i)
	}
	script.WriteString("9 dequeue; 9 ok x")
	m := mustModel(t, "queue")
	m.Hash = nil
	compared := 0
	m.Equal = func(a, b any) bool {
		compared++
		return equal(a, b)
	}
	for name, check := range map[string]func(*History, Model, Options) Verdict{
		"linearizable": Linearizable, "sequential": Sequential} {
		compared = 0
		v := check(scripted(t, script.String()), m, Options{Steps: 20_000})
		if v.Valid != Unknown || compared > 20_000 {
			t.Errorf("%s: %s after %d comparisons", name, v.Valid, compared)
		}
	}
}
