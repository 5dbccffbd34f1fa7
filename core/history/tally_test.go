package history

import (
	"fmt"
	"strings"
	"testing"
)

// detail shows a number of a verdict.
func detail(v Verdict, name string) string {
	for _, d := range v.Details {
		if d.Name == name {
			return fmt.Sprint(d.Value)
		}
	}
	return ""
}

// published is an example that Jepsen publishes in its tests: what is wrong with
// it, and numbers that its checker finds.
type example struct {
	name, script string
	want         Validity
	details      string // "lost=1 stale=0"
}

func testExamples(t *testing.T, check func(*History) Verdict, examples []example) {
	for _, e := range examples {
		v := check(scripted(t, e.script))
		if v.Valid != e.want || v.Err != nil {
			t.Errorf("%s: %s, want %s: %s", e.name, v.Valid, e.want, v.Message)
		}
		if (v.Valid == Failed) != (v.Picture != "") || v.Message == "" || (v.Valid == Failed) != (v.Anomalies != nil) {
			t.Errorf("%s: %q %q %q", e.name, v.Message, v.Picture, v.Anomalies)
		}
		for _, want := range strings.Fields(e.details) {
			name, value, _ := strings.Cut(want, "=")
			if got := detail(v, name); got != value {
				t.Errorf("%s: %s is %s, want %s", e.name, name, got, value)
			}
		}
	}
}

// The examples are those of jepsen/test/jepsen/checker_test.clj: set-full-test.
func TestSetFull(t *testing.T) {
	check := func(h *History) Verdict { return SetFull(h, false) }
	const present = "stable=1 lost=0 stale=0 never_read=0 stable_latency_p0=0s stable_latency_p100=0s"
	const never = "attempted=1 stable=0 lost=0 never_read=1"
	testExamples(t, check, []example{
		{"never read", "0 add 0; 0 ok", Unknown, never},
		{"never confirmed, never read", "0 add 0; 1 read; 1 ok []", Unknown, never},
		{"concurrent read before", "1 read; 0 add 0; 1 ok [0]; 0 ok", Pass, present},
		{"concurrent read outside", "1 read; 0 add 0; 0 ok; 1 ok [0]", Pass, present},
		{"concurrent read inside", "0 add 0; 1 read; 1 ok [0]; 0 ok", Pass, present},
		{"concurrent read after", "0 add 0; 1 read; 0 ok; 1 ok [0]", Pass, present},
		{"subsequent read", "0 add 0; 0 ok; 1 read; 1 ok [0]", Pass, present},
		{"absent read after", "0 add 0; 0 ok; 1 read; 1 ok []", Failed, "lost=1 lost_latency_p0=0s lost_latency_p100=0s"},
		{"absent read before", "1 read; 0 add 0; 1 ok []; 0 ok", Unknown, never},
		{"absent read outside", "1 read; 0 add 0; 0 ok; 1 ok []", Unknown, never},
		{"absent read inside", "0 add 0; 1 read; 1 ok []; 0 ok", Unknown, never},
		{"absent read concurrently after", "0 add 0; 1 read; 0 ok; 1 ok []", Unknown, never},
		{"write, present, missing", "0 add 0; 1 add 1; 2 read; 2 ok [1]; 0 ok; 1 ok; 2 read; 2 ok [0 1]; " +
			"2 read; 2 ok [0]; 2 read; 2 ok []", Failed,
			"attempted=2 lost=2 stale=0 stable=0 lost_latency_p0=3.000001ms lost_latency_p50=4.000001ms " +
				"lost_latency_p100=4.000001ms"},
		{"write, flutter, stable, lost", "0 add 0; 0 ok; 1 add 1; 2 read; 2 ok [1]; 1 ok; 2 read; 3 read; 3 ok [1]; " +
			"2 ok [0]", Failed,
			"attempted=2 lost=1 stale=1 stable=1 lost_latency_p0=5.000001ms stable_latency_p0=2.000001ms"},
	})
	stale := "0 add 0; 0 ok; 1 read; 1 ok []; 1 read; 1 ok [0]"
	testExamples(t, check, []example{
		{"stale", stale, Pass, "stale=1 stable_latency_p100=1.000001ms"},
		{"twice", "0 add 0; 0 ok; 1 read; 1 ok [0 0]", Failed, "duplicated=1"},
	})
	testExamples(t, func(h *History) Verdict { return SetFull(h, true) }, []example{{"stale", stale, Failed, "stale=1"}})
	h := scripted(t, "0 add 0; 1 read; 0 ok; 1 ok []; 1 read; 1 ok [0]")
	for i := range h.Ops { // all in one moment: what was invoked before the element was known is not stale
		h.Ops[i].Start, h.Ops[i].End = 7, 7
	}
	if v := SetFull(h, true); v.Valid != Pass || detail(v, "stale") != "0" {
		t.Errorf("%+v", v)
	}
}

// The example is that of checker_test.clj: set-test-.
func TestSet(t *testing.T) {
	testExamples(t, Set, []example{
		{"all at once", "0 add 0; 0 ok; 0 add 1; 0 ok; 1 add 10; 1 info; 5 add 11; 5 info; 2 add 20; 2 fail; " +
			"2 add 21; 2 fail; 4 read; 4 ok [0 10 20 30]", Failed, "attempted=6 lost=1 unexpected=1 recovered=2"},
		{"never read", "0 add 0; 0 ok", Unknown, ""},
		{"good", "0 add 0; 0 ok; 1 read; 1 ok [0]", Pass, "lost=0"},
	})
}

// The examples are those of checker_test.clj: total-queue-test.
func TestTotalQueue(t *testing.T) {
	check := func(h *History) Verdict { return TotalQueue(h, false) }
	testExamples(t, check, []example{
		{"empty", "", Pass, ""},
		{"sane", "1 enqueue 1; 2 enqueue 2; 2 ok; 3 dequeue; 3 ok 1; 3 dequeue; 3 ok 2", Pass,
			"values=2 lost=0 unexpected=0 duplicated=0 recovered=1"},
		{"pathological", "1 enqueue hung; 2 enqueue enqueued; 2 ok; 3 enqueue dup; 3 ok; 4 dequeue; 5 dequeue; " +
			"5 ok wtf; 6 dequeue; 6 ok dup; 7 dequeue; 7 ok dup", Failed,
			"lost=1 unexpected=1 recovered=0 duplicated=1"},
		{"drained", "1 enqueue 1; 1 ok; 1 enqueue 2; 1 ok; 1 drain; 1 ok [2 1]; 1 dequeue; 1 ok", Pass, "lost=0"},
		{"at least once", "1 enqueue 1; 1 ok; 1 drain; 1 ok [1 1]", Pass, "duplicated=1"},
		{"a drain without an end", "1 enqueue 1; 1 ok; 1 drain; 1 info", Unknown, "lost=0"},
		{"a drain without an end, and what was not enqueued", "1 enqueue 1; 1 ok; 2 dequeue; 2 ok 7; 1 drain; 1 info",
			Failed, "lost=0 unexpected=1"},
		{"a drain that failed", "1 enqueue 1; 1 ok; 1 drain; 1 fail", Failed, "lost=1"},
	})
	testExamples(t, func(h *History) Verdict { return TotalQueue(h, true) }, []example{
		{"once", "1 enqueue 1; 1 ok; 1 drain; 1 ok [1 1]", Failed, "duplicated=1"},
	})
}

// The examples are those of checker_test.clj: unique-ids-test.
func TestUniqueIDs(t *testing.T) {
	testExamples(t, UniqueIDs, []example{
		{"empty", "", Pass, "attempted=0"},
		{"dups", "0 generate; 0 ok 0; 1 generate; 1 ok 1; 2 generate; 2 ok 0; 3 generate; 3 ok 0; 4 generate; 4 info",
			Failed, "attempted=5 acknowledged=4 duplicated=1"},
	})
	h := scripted(t, "0 generate; 0 ok 0; 1 generate; 1 ok 0")
	h.Cut = true
	if v := UniqueIDs(h); v.Valid != Failed {
		t.Errorf("two are the same in a history that was cut: %+v", v)
	}
	h = scripted(t, "0 generate; 0 ok 0")
	h.Cut = true
	if v := UniqueIDs(h); v.Valid != Unknown {
		t.Errorf("a history that was cut: %+v", v)
	}
}

// The examples are those of checker_test.clj: counter-test; those with numbers
// below zero are our own.
func TestCounter(t *testing.T) {
	testExamples(t, Counter, []example{
		{"empty", "", Pass, "reads=0"},
		{"initial read", "0 read; 0 ok 0", Pass, "reads=1"},
		{"ignore failed ops", "0 add 1; 0 fail; 0 read; 0 ok 0", Pass, ""},
		{"incomplete history", "0 add 1; 1 read; 1 ok 0; 1 read; 1 ok 1", Pass, ""},
		{"initial invalid read", "0 read; 0 ok 1", Failed, ""},
		{"interleaved", "0 read; 1 add 1; 2 read; 3 add 2; 4 read; 5 add 4; 6 read; 7 add 8; 8 read; 0 ok 6; 1 ok; " +
			"2 ok 0; 3 ok; 4 ok 3; 5 ok; 6 ok 100; 7 ok; 8 ok 15", Failed, ""},
		{"interleaved, without 100", "0 read; 1 add 1; 2 read; 3 add 2; 4 read; 5 add 4; 7 add 8; 8 read; 0 ok 6; 1 ok; " +
			"2 ok 0; 3 ok; 4 ok 3; 5 ok; 7 ok; 8 ok 15", Pass, "reads=4"},
		{"rolling", "0 read; 1 add 1; 0 ok 0; 0 read; 1 ok; 1 add 2; 0 ok 3; 0 read; 1 ok; 0 ok 5", Failed, ""},
		{"rolling, without 5", "0 read; 1 add 1; 0 ok 0; 0 read; 1 ok; 1 add 2; 0 ok 3; 0 read; 1 ok; 0 ok 1", Pass, ""},
		{"taken away or not", "0 add 5; 0 ok; 1 add -2; 2 read; 2 ok 3; 2 read; 2 ok 5; 1 ok; 2 read; 2 ok 3", Pass, ""},
		{"not taken away", "0 add 5; 0 ok; 1 add -2; 1 ok; 2 read; 2 ok 4", Failed, ""},
	})
}

func TestBank(t *testing.T) {
	total := int64(30)
	check := func(h *History) Verdict { return Bank(h, BankOptions{Total: &total}) }
	testExamples(t, check, []example{
		{"good", "0 read; 0 ok {a 10, b 20}; 1 transfer x; 1 ok; 0 read; 0 ok {a 5, b 25}", Pass, "reads=2"},
		{"a list", "0 read; 0 ok [10 20]; 0 read; 0 ok [5 25]", Pass, "reads=2"},
		{"wrong total", "0 read; 0 ok {a 10, b 20}; 0 read; 0 ok {a 5, b 20}", Failed, "reads=2 wrong=1"},
		{"wrong from the start", "0 read; 0 ok {a 10, b 21}", Failed, "wrong=1"},
		{"negative", "0 read; 0 ok {a -1, b 31}", Failed, "wrong=1"},
		{"unexpected account", "0 read; 0 ok {a 10, b 20}; 0 read; 0 ok {a 10, b 20, c 0}", Failed, "wrong=1"},
		{"no balance", "0 read; 0 ok {a 30, b nil}", Failed, "wrong=1"},
		{"a part of money", "0 read; 0 ok {a 29.5, b 0.5}", Failed, "wrong=1"},
		{"never read", "1 transfer x; 1 ok", Unknown, ""},
	})
	free := func(h *History) Verdict { return Bank(h, BankOptions{Negative: true}) }
	testExamples(t, free, []example{
		{"negative", "0 read; 0 ok {a -1, b 32}; 0 read; 0 ok {a 0, b 31}", Pass, ""},
		{"other total", "0 read; 0 ok {a -1, b 32}; 0 read; 0 ok {a 0, b 32}", Failed, ""},
	})
}

// What cannot be judged says why.
func TestRefused(t *testing.T) {
	full := func(h *History) Verdict { return SetFull(h, false) }
	queue := func(h *History) Verdict { return TotalQueue(h, false) }
	bank := func(h *History) Verdict { return Bank(h, BankOptions{}) }
	for _, c := range []struct {
		script string
		check  func(*History) Verdict
		want   string
	}{
		{"0 push 1; 0 ok", full, `there is no "push" here: want add or read`},
		{"0 read; 0 ok 7", full, `a read answered 7: want a list`},
		{"0 read; 0 ok 7", Set, `a read answered 7: want a list`},
		{"0 read; 0 ok x", Counter, `read -> "x": want a whole number`},
		{"0 add x; 0 ok", Counter, `add "x": want a whole number`},
		{"0 push 1; 0 ok", queue, `there is no "push" here: want enqueue or dequeue or drain`},
		{"0 drain; 0 ok 7", queue, `a drain answered 7: want a list`},
		{"0 read; 0 ok 7", bank, `want the balances of all accounts`},
		{"0 read; 0 ok 7", UniqueIDs, `there is no "read" here: want generate`},
	} {
		v := c.check(scripted(t, c.script))
		if v.Valid != Unknown || v.Err == nil || !strings.Contains(v.Err.Error(), c.want) {
			t.Errorf("%s: %+v, want %s", c.script, v, c.want)
		}
	}
	for _, keys := range [][]any{{"1", int64(1)}, {int64(1), true}} {
		txns := elleHistory(t, "append", "0 ok ax1; 1 ok rx1")
		for i, key := range keys {
			for _, list := range []any{txns.Ops[i].Input, txns.Ops[i].Output} {
				list.([]any)[0].([]any)[1] = key
			}
		}
		if v := ListAppend(txns, TxnOptions{}); v.Err == nil || !strings.Contains(v.Message, "keys of mixed types: ") {
			t.Errorf("%+v", v)
		}
	}
	h := scripted(t, "0 add 1; 0 ok; 0 add 2; 0 ok")
	h.Ops[0].Key, h.Ops[1].Key = int64(1), "1"
	if v := Counter(h); v.Err == nil || !strings.Contains(v.Message, `keys of mixed types: 1 (number) and "1" (string)`) {
		t.Errorf("%+v", v)
	}
	h.Ops[1].Key = int64(2)
	h.Cut = true
	if v := Counter(h); v.Valid != Unknown || v.Err != nil {
		t.Errorf("%+v", v)
	}
}
