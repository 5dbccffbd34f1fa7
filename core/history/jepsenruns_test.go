package history

import (
	"strings"
	"testing"
)

// jepsenRun is a history that a checker of Jepsen has judged: jepsen-io/jepsen at
// c4c7473, or, of counters in the end, jepsen-io/maelstrom at cb7f072.
type jepsenRun struct {
	name, checker, script string
	jepsen, want          string // the verdict, and what was found; of logs without what Jepsen allows
}

var jepsenCheckers = map[string]func(*History) Verdict{
	"set":          Set,
	"set-full":     func(h *History) Verdict { return SetFull(h, false) },
	"linearizable": func(h *History) Verdict { return SetFull(h, true) },
	"total-queue":  func(h *History) Verdict { return TotalQueue(h, false) },
	"unique-ids":   UniqueIDs,
	"counter":      Counter,
	"pn-counter":   func(h *History) Verdict { return FinalCounter(h, Options{}) },
	"kafka":        Log,
	"bank": func(h *History) Verdict { // of the accounts a, b and c
		total := int64(10)
		return Bank(h, BankOptions{Total: &total})
	},
}

// TestJepsenRuns: 20,000 random histories were judged by Jepsen's checkers and by
// ours. These are the smallest of those that had, or have, different verdicts, and
// some that show what is alike.
func TestJepsenRuns(t *testing.T) {
	for _, c := range jepsenRuns {
		v := jepsenCheckers[c.checker](scripted(t, c.script))
		got := strings.TrimSpace(string(v.Valid) + " " + strings.Join(v.Anomalies, " "))
		if got != c.want || v.Err != nil {
			t.Errorf("%s: %s: %q, want %q, Jepsen %q: %s\n%s", c.checker, c.name, got, c.want, c.jepsen, v.Message, v.Picture)
		}
	}
}

var jepsenRuns = []jepsenRun{
	// The same.
	{"what failed to be added is there", "set", "0 add 1; 0 fail; 1 add 2; 1 info; 0 read; 0 ok [1 2]", "pass", "pass"},
	{"the last read to begin, not to end", "set-full", "0 add 1; 0 ok; 1 read; 0 read; 0 ok []; 1 ok [1]",
		"fail lost", "fail lost"},
	{"seen before its add is over", "linearizable", "0 add 1; 1 read; 1 ok [1]; 1 read; 1 ok []; 0 ok; 1 read; 1 ok [1]",
		"fail stale", "fail stale"},
	{"twice in, once out", "total-queue", "0 enqueue 1; 0 ok; 0 enqueue 1; 0 ok; 0 dequeue; 0 ok 1",
		"fail lost", "fail lost"},
	{"an addition without an end", "counter", "0 add 2; 1 read; 1 ok 2; 1 read; 1 ok 0; 0 info; 1 read; 1 ok 1",
		"pass", "pass"},
	{"some of what is not known", "pn-counter", "0 add 5; 0 ok; 1 add -2; 1 info; 2 add 7; 2 info; 0 final_read; 0 ok 10",
		"pass", "pass"},
	{"not a sum of what is not known", "pn-counter",
		"0 add 5; 0 ok; 1 add -2; 1 info; 2 add 7; 2 info; 0 final_read; 0 ok 6", "fail", "fail not_a_sum"},
	{"polled by who sent it", "kafka", "0 txn [[send x 1] [poll]]; 0 ok [[send x [0 1]] [poll {x [[0 1]]}]]",
		"fail precommitted-read", "fail precommitted-read"},
	{"each polled what the other one sent", "kafka", "0 txn [[send x 1] [poll]]; 1 txn [[send x 2] [poll]]; " +
		"0 ok [[send x [0 1]] [poll {x [[1 2]]}]]; 1 ok [[send x [1 2]] [poll {x [[0 1]]}]]", "fail G1c", "fail G1c"},
	{"polled before it was sent", "kafka", "0 txn [[poll]]; 0 ok [[poll {x [[0 1]]}]]; 1 txn [[send x 1]]; " +
		"1 ok [[send x [0 1]]]", "fail G1c-realtime", "fail G1c-realtime"},
	{"sent nobody knows whether, and before what was", "kafka", "0 txn [[send x 1]]; 0 ok [[send x [5 1]]]; " +
		"0 txn [[send x 2]]; 0 info; 1 txn [[poll]]; 1 ok [[poll {x [[3 2] [5 1]]}]]",
		"fail nonmonotonic-send", "fail nonmonotonic-send"},
	{"never polled, and before what was", "kafka", "0 txn [[send x 1]]; 0 ok [[send x [0 1]]]; 1 txn [[send x 2]]; " +
		"1 ok [[send x [1 2]]]; 2 txn [[poll]]; 2 ok [[poll {x [[1 2]]}]]", "fail lost-write", "fail lost-write"},
	// Stricter than Jepsen.
	{"an element twice", "set-full", "0 add 1; 0 ok; 1 read; 1 ok [1 1]", "pass", "fail duplicated"},
	{"never read in the end", "pn-counter", "0 add 5; 0 ok; 1 read; 1 ok 7", "pass", "unknown"},
	{"never read", "bank", "0 transfer 1; 0 ok", "pass", "unknown"},
	{"an empty account that is missing", "bank", "0 read; 0 ok {a 5, b 5, c 0}; 0 read; 0 ok {a 6, b 4}", "pass",
		"fail unexpected_key"},
	{"numbers below zero", "counter", "0 add 2; 0 ok; 0 add -1; 0 ok; 0 read; 0 ok 2", "error", "fail out_of_bounds"},
	{"sent by nobody", "kafka", "0 txn [[poll]]; 0 ok [[poll {x [[0 1]]}]]", "error", "fail garbage-read"},
	// By another name, or less than Jepsen.
	{"the accounts of the first read", "bank", "0 read; 0 ok {a 5, b 5, c 0, d 0}; 0 read; 0 ok {a 5, b 5, c 0, d 0}",
		"fail unexpected-key", "pass"},
	{"of one process, and so in real time", "kafka", "0 txn [[send x 1] [poll]]; 1 txn [[poll]]; " +
		"1 ok [[poll {x [[0 1]]}]]; 1 txn [[send y 2]]; 1 ok [[send y [0 2]]]; " +
		"0 ok [[send x [0 1]] [poll {y [[0 2]]}]]", "fail G1c-realtime", "fail G1c-process"},
	{"failed, and in another order", "kafka", "0 txn [[send x 1] [send x 2]]; 0 fail; 1 txn [[poll]]; " +
		"1 ok [[poll {x [[0 2] [1 1]]}]]", "fail G1a int-nonmonotonic-send", "fail G1a"},
	{"one of two places", "kafka", "0 txn [[send x 1] [send x 2] [send x 3]]; 0 ok [[send x [0 1]] [send x [1 2]] " +
		"[send x [2 3]]]; 1 txn [[poll]]; 1 ok [[poll {x [[0 1] [1 2] [2 3] [3 1]]}]]",
		"fail duplicate int-nonmonotonic-poll int-nonmonotonic-send", "fail duplicate int-nonmonotonic-poll"},
}
