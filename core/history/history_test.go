package history

import (
	"strings"
	"testing"
	"time"

	"simlua.example/core"
)

func TestOf(t *testing.T) {
	asked := func(f string, value any) map[string]any { return map[string]any{"f": f, "key": "x", "value": value} }
	trace := &core.Trace{Operations: []core.Operation{ // in the order they ended
		{Name: "register", Process: 2, Invoked: 2, Completed: 3, Start: 1, Latency: 4,
			Input: asked("read", nil), Output: int64(1)},
		{Name: "other", Process: 3, Invoked: 4, Completed: 5},
		{Name: "register", Process: 2, Invoked: 6, Completed: 7, Start: 6, Input: asked("read", nil), Err: "timeout"},
		{Name: "register", Process: 2, Invoked: 8, Completed: 9, Start: 6, Input: asked("write", int64(2)), Err: "timeout"},
		{Name: "register", Process: 1, Invoked: 1, Start: 1, Input: asked("write", int64(1)), Err: core.Unfinished},
	}}
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
