package message_test

import (
	"math"
	"strings"
	"testing"

	"simlua.example/core/message"
)

func TestAppendText(t *testing.T) {
	for _, test := range []struct {
		value any
		want  string
	}{
		{nil, "nil"}, {true, "true"}, {false, "false"}, {0, "0"}, {-1, "-1"}, {uint64(math.MaxInt64), "9223372036854775807"},
		{int64(math.MinInt64), "-9223372036854775808"}, {2.5, "2.5"}, {1e300, "1e+300"}, {math.Inf(-1), "-Inf"},
		{"tea", `"tea"`}, {"", `""`}, {"a\"b\x1b[2J\n", `"a\"b\x1b[2J\n"`}, {[]byte{0xff, 'a'}, `"\xffa"`},
		{[]any{}, "{}"}, {[]any{1, "a", []any{nil}}, `{1, "a", {nil}}`},
		{map[string]any{"op": "move", "b-c": 1, "end": 2, "": 3}, `{[""] = 3, op = "move", ["b-c"] = 1, ["end"] = 2}`},
		{map[int]any{1: true, -1: false}, "{[1] = true, [-1] = false}"},
	} {
		item, err := message.Marshal(test.value)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(message.AppendText([]byte("> "), item, 1000)); strings.ReplaceAll(got, "> ", "") != test.want {
			t.Errorf("%v: got %s, want %s", test.value, got, test.want)
		}
	}
}

// However long a message is, no more than a little beyond its beginning is made.
func TestAppendTextEndsEarly(t *testing.T) {
	deep := any("x")
	for range 60 {
		deep = []any{deep, "some more text"}
	}
	long := map[string]any{"text": strings.Repeat("é", 400_000), "list": make([]int, 100_000), "nested": deep}
	for name, value := range long {
		item, err := message.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		if got := message.AppendText(nil, item, 50); len(got) < 50 || len(got) > 130 {
			t.Errorf("%s: %d bytes: %.200s", name, len(got), got)
		}
	}
}

// What is cut off or no message at all is shown as far as it goes.
func FuzzAppendText(f *testing.F) {
	whole, _ := message.Marshal(map[string]any{"op": []any{1, -1, 2.5, "tea", []byte{1}, nil}})
	for i := range whole {
		f.Add(whole[:i])
	}
	f.Fuzz(func(t *testing.T, item []byte) {
		if got := message.AppendText(nil, item, 40); len(got) == 0 || len(got) > 40+10*len(item)+10 {
			t.Errorf("%x: %q", item, got)
		}
	})
}
