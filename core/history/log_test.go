package history

import (
	"slices"
	"strings"
	"testing"
)

// TestLog has the examples of jepsen/test/jepsen/tests/kafka_test.clj (g1a-test,
// lost-write-test, poll-skip-test, int-poll-skip-test and their like), as far as
// they need no answers from operations whose end nobody knows, and some of our own.
func TestLog(t *testing.T) {
	three := "0 txn [[send x 0] [send x 1] [send x 2]]; 0 ok [[send x [0 0]] [send x [1 1]] [send x [2 2]]]; "
	skip := "9 txn [[send x a] [send x b] [send x c] [send x d] [send x g]]; 9 info; 0 poll; 0 ok {x [[1 a] [2 b]]}; " +
		"1 poll; 1 ok {x [[3 c]]}; %s 0 poll; 0 ok {x [[4 d]]}; %s 2 txn [[send x f]]; 2 ok [[send x [6 f]]]; " +
		"0 poll; 0 ok {x [[7 g]]}"
	with := func(first, second string) string {
		return strings.Replace(strings.Replace(skip, "%s", first, 1), "%s", second, 1)
	}
	for _, c := range []struct {
		name, script string
		want         []string
	}{
		{"g1a", "0 txn [[send x 2] [send y 3]]; 0 fail; 1 poll; 1 ok {x [[0 2]]}", []string{"G1a"}},
		{"lost write, consistent", "0 txn [[send x a]]; 0 ok [[send x [0 a]]]; 0 txn [[send x b] [send x d]]; " +
			"0 ok [[send x [1 b]] [send x [3 d]]]; 1 txn [[send x c]]; 1 info; 0 poll; 0 ok {x [[2 c]]}",
			[]string{"lost-write"}},
		{"lost write, inconsistent", "0 txn [[send x a]]; 0 ok [[send x [0 a]]]; 0 txn [[send x b] [send x c]]; " +
			"0 ok [[send x [0 b]] [send x [2 c]]]; 0 poll; 0 ok {x [[0 b] [2 c]]}",
			[]string{"inconsistent-offsets", "lost-write", "nonmonotonic-send"}},
		{"poll skip", with("", ""), []string{"lost-write", "poll-skip"}},
		{"poll skip, assigned another key", with("0 assign [y]; 0 ok;", "0 assign [y]; 0 ok;"), []string{"lost-write"}},
		{"poll skip, assigned the same key", with("0 assign [x y]; 0 ok;", "0 assign [x y]; 0 ok;"),
			[]string{"lost-write", "poll-skip"}},
		{"poll skip, subscribed", with("0 subscribe [x]; 0 ok;", ""), []string{"lost-write"}},
		{"txn abort, good", three + "1 txn [[poll]]; 1 ok [[poll {x [[0 0]]}]]; 1 txn [[poll]]; 1 fail; " +
			"1 txn [[poll]]; 1 ok [[poll {x [[1 1] [2 2]]}]]", nil},
		{"txn abort, not rolled back", three + "1 txn [[poll]]; 1 ok [[poll {x [[0 0]]}]]; 1 txn [[poll]]; 1 fail; " +
			"1 txn [[poll]]; 1 ok [[poll {x [[2 2]]}]]", []string{"lost-write", "poll-skip"}},
		{"nonmonotonic poll", three + "1 poll; 1 ok {x [[0 0] [1 1] [2 2]]}; 1 poll; 1 ok {x [[1 1]]}",
			[]string{"nonmonotonic-poll"}},
		{"internal nonmonotonic poll", three + "1 poll; 1 ok {x [[0 0] [2 2] [1 1]]}",
			[]string{"int-nonmonotonic-poll", "int-poll-skip"}},
		{"internal poll skip", three + "1 poll; 1 ok {x [[0 0] [2 2]]}; 2 poll; 2 ok {x [[1 1]]}",
			[]string{"int-poll-skip"}},
		{"duplicate", three + "1 poll; 1 ok {x [[0 0] [1 1] [2 2]]}; 2 poll; 2 ok {x [[3 1]]}", []string{"duplicate"}},
		{"inconsistent offsets", "3 txn [[send 11 641]]; 3 ok [[send 11 [537 641]]]; 4 txn [[send 11 645]]; " +
			"4 ok [[send 11 [537 645]]]", []string{"inconsistent-offsets"}},
		{"sent by nobody", "1 poll; 1 ok {x [[0 7]]}", []string{"garbage-read"}},
		{"internal nonmonotonic send", "0 txn [[send x a] [send x b]]; 0 ok [[send x [5 a]] [send x [4 b]]]",
			[]string{"int-nonmonotonic-send"}},
		{"gaps", "0 txn [[send x a] [send x b]]; 0 ok [[send x [5 a]] [send x [9 b]]]; 1 poll; 1 ok {x [[5 a] [9 b]]}; " +
			"1 poll; 1 ok {}", nil},
	} {
		v := Log(scripted(t, c.script))
		if !slices.Equal(v.Anomalies, c.want) || v.Err != nil || (v.Valid == Failed) != (v.Picture != "") {
			t.Errorf("%s: %q, want %q: %s\n%s", c.name, v.Anomalies, c.want, v.Message, v.Picture)
		}
	}
}

// TestLogKeys: sends and polls that name one log as their key.
func TestLogKeys(t *testing.T) {
	h := scripted(t, "0 send a; 0 ok 0; 0 send b; 0 ok 1; 1 poll; 1 ok [[1 b]]")
	for i := range h.Ops {
		h.Ops[i].Key = int64(1)
	}
	v := Log(h)
	want := `lost-write: "a" of key 1 was never polled, "b" was, which is after it
  process 0  send "a" -> 0      0 ms to 1 ms  ||
  process 1  poll -> [[1 "b"]]  4 ms to 5 ms    ||
`
	if v.Picture != want || detail(v, "unseen") != "1" {
		t.Errorf("%+v\n%s", v, v.Picture)
	}
}

// TestLogNumbers: keys that are numbers, as Lua's tables give them.
func TestLogNumbers(t *testing.T) {
	for _, c := range []struct {
		key  int64
		poll any
	}{
		{1, []any{[]any{[]any{int64(0), "a"}}}},
		{5, map[string]any{"[5]": []any{[]any{int64(0), "a"}}}},
		{5, map[string]any{"5": []any{[]any{int64(0), "a"}}}},
	} {
		h := scripted(t, "0 send a; 0 ok 0; 1 poll; 1 ok")
		h.Ops[0].Key, h.Ops[1].Output = c.key, c.poll
		if v := Log(h); v.Valid != Pass || detail(v, "unseen") != "0" {
			t.Errorf("%v: %+v", c.poll, v)
		}
	}
}

func TestLogRefuses(t *testing.T) {
	for script, want := range map[string]string{
		"0 push 1; 0 ok":                            `there is no "push" here: want send or poll`,
		"0 txn [[send x 1]]; 0 ok":                  "want a list of micro-operations, and the answer to each",
		"0 txn [[sent x 1]]; 0 ok [[sent x 1]]":     "is no micro-operation",
		"0 poll; 0 ok 7":                            "want a map from keys",
		"0 poll; 0 ok {x 7}":                        "want a list of [offset value]",
		"0 poll; 0 ok {x [7]}":                      "want [offset value], not 7",
		"0 poll; 0 ok {x [[a 7]]}":                  `want an offset, not "a"`,
		"0 txn [[send x 1]]; 0 ok [[send x [a 1]]]": `want an offset for an answer, not "a"`,
		"0 assign x; 0 ok":                          "want a list of keys",
		"0 txn [[send x 1] [send x 1]]; 0 info":     "sent to key \"x\" twice",
	} {
		v := Log(scripted(t, script))
		if v.Valid != Unknown || v.Err == nil || !strings.Contains(v.Err.Error(), want) {
			t.Errorf("%s: %+v", script, v)
		}
	}
}
