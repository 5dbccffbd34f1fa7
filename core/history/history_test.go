package history

import (
	"strings"
	"testing"
	"time"

	"simlua.example/core"
)

func TestOf(t *testing.T) {
	call := func(process int, f string, input any, o core.Operation) core.HistoryCall {
		o.Process, o.Input = process, input
		return core.HistoryCall{Operation: o, F: f, Key: "x"}
	}
	register := core.History{Name: "register", Calls: []core.HistoryCall{
		call(1, "write", int64(1), core.Operation{Invoked: 1, Start: 1, Err: core.Unfinished}),
		call(2, "read", nil, core.Operation{Invoked: 2, Completed: 3, Start: 1, Latency: 4, Output: int64(1)}),
		call(2, "read", nil, core.Operation{Invoked: 6, Completed: 7, Start: 6, Err: "timeout"}),
		call(2, "write", int64(2), core.Operation{Invoked: 8, Completed: 9, Start: 6, Err: "timeout"}),
	}}
	trace := &core.Trace{Histories: []core.History{{Name: "other", Cut: true}, register}}
	h, err := Of(trace, "register")
	if err != nil {
		t.Fatal(err)
	}
	want := []Op{
		{Index: 0, Process: 1, F: "write", Key: "x", Input: int64(1), Type: Info, Err: core.Unfinished, Invoked: 1, Start: 1},
		{Index: 1, Process: 2, F: "read", Key: "x", Output: int64(1), Type: OK, Invoked: 2, Completed: 3, Start: 1, End: 5},
		{Index: 2, Process: 2, F: "read", Key: "x", Type: Fail, Err: "timeout", Invoked: 6, Completed: 7, Start: 6, End: 6},
		{Index: 3, Process: 2, F: "write", Key: "x", Input: int64(2), Type: Info, Err: "timeout", Invoked: 8, Completed: 9,
			Start: 6, End: 6},
	}
	if len(h.Ops) != len(want) || h.Cut {
		t.Fatalf("got %+v", h)
	}
	for i := range want {
		if h.Ops[i] != want[i] {
			t.Errorf("got  %+v\nwant %+v", h.Ops[i], want[i])
		}
	}
}

func TestValidate(t *testing.T) {
	for name, ops := range map[string][]Op{
		`type "done"`: {{Type: "done", Invoked: 1, Completed: 2}},
		"in the order": {{Type: OK, Invoked: 1, Completed: 2},
			{Index: 1, Process: 1, Type: OK, Invoked: 1, Completed: 3}},
		"never completed":      {{Type: OK, Invoked: 1}},
		"before it begins":     {{Type: OK, Invoked: 2, Completed: 1}},
		"ends before it":       {{Type: OK, Invoked: 1, Completed: 2, Start: time.Second}},
		"nobody knows whether": {{Type: Info, Invoked: 1, Completed: 2}, {Index: 1, Type: OK, Invoked: 3, Completed: 4}},
		"still at its":         {{Type: OK, Invoked: 1, Completed: 4}, {Index: 1, Type: OK, Invoked: 2, Completed: 5}},
	} {
		h := &History{Name: "h", Ops: ops}
		if err := h.Validate(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
