package history

import (
	"strings"
	"testing"
)

// elleRun is a history that Elle has judged: jepsen-io/elle at ccdee6f, run on what
// WriteEDN makes of it, with the same options. G-single-item and G-nonadjacent-item
// are without -item here, as everything is about items.
type elleRun struct {
	name, write, consistency, script string
	keys                             string // what is assumed of registers: wfr, sequential, linearizable
	elle, want                       string // anomalies
}

// TestElleRuns: random histories were judged by Elle and by us. These are the
// smallest of those that had, or have, different names.
func TestElleRuns(t *testing.T) {
	for _, c := range elleRuns {
		h := elleHistory(t, c.write, c.script)
		o := TxnOptions{Consistency: c.consistency}
		v := ListAppend(h, o)
		if c.write == "w" {
			v = RWRegister(h, RegisterOptions{o, c.keys == "wfr", c.keys == "sequential", c.keys == "linearizable"})
		}
		if got := strings.Join(v.Anomalies, " "); got != c.want || v.Err != nil || (v.Valid == Failed) != (got != "") {
			t.Errorf("%s: %s %q, want %q, Elle %q: %s\n%s", c.name, v.Valid, got, c.want, c.elle, v.Message, v.Picture)
		}
	}
}

var elleRuns = []elleRun{
	// The same.
	{"no lost update of lists that only end alike", "append", "cursor-stability",
		"0 ok ax1; 0 ok ax2; 0 ok rx12ax3; 0 ok rx2ax4", "", "incompatible-order", "incompatible-order"},
	{"a lost update of equal lists", "append", "cursor-stability",
		"0 ok ax1; 0 ok rx1ax3; 0 ok rx1ax4", "", "lost-update", "lost-update"},
	{"what was not read follows the last that is new", "append", "serializable",
		"0 ok ax1; 0 ok ax2az8; 0 ok rx121ax3rz", "", "duplicate-elements G-single", "duplicate-elements G-single"},
	{"what is left of the order of a key whose versions come in a circle", "w", "serializable",
		"0 invoke; 0 ok wx1wy1; 1 invoke; 1 ok wx2; 0 invoke; 0 ok rx2; 0 invoke; 0 ok ry1rx",
		"sequential", "cyclic-versions G-single", "cyclic-versions G-single"},
	{"what is between two others does not part them", "w", "read-uncommitted",
		"5 invoke; 0 invoke; 0 ok wx1; 0 invoke; 0 ok wx2; 1 invoke; 3 invoke; 1 ok rx3wx4; 3 ok ry; 2 invoke; 2 ok rx1; " +
			"5 info wx3", "linearizable", "cyclic-versions", "cyclic-versions"},
	// More than Elle.
	{"a process comes to what has no answer", "append", "strong-session-read-uncommitted",
		"1 invoke; 1 ok ax2; 1 invoke; 1 info ax1; 2 invoke; 2 ok rx12", "", "", "G0-process"},
	{"a register that a transaction without an answer wrote", "w", "serializable",
		"0 info wx1wy1; 0 ok rx1ry", "", "", "G-single"},
	{"a register is read before its transaction writes that and more", "w", "read-committed",
		"0 ok rx1wx1wx2", "", "", "future-read"},
	{"a read that does not repeat", "w", "repeatable-read",
		"0 ok wx1; 0 ok wx2; 0 ok rx1rx2", "", "", "internal"},
	{"nothing after something, and a write", "w", "read-committed",
		"0 invoke; 0 ok wx1; 1 invoke; 1 ok rxwx2", "linearizable", "", "cyclic-versions"},
	{"a version between", "w", "read-uncommitted",
		"0 invoke; 0 ok wy1; 1 invoke; 2 invoke; 2 ok wx3wy2; 3 invoke; 3 ok rx1; 1 ok wx1wx2wy3; 4 invoke; 4 ok ry2",
		"linearizable", "", "G0"},
	{"one cycle by two names", "append", "strict-serializable",
		"0 invoke; 0 ok ax1; 1 invoke; 1 ok rx12; 2 invoke; 2 ok ax2ax3", "", "G1b G-single", "G1b G-single G1c-realtime"},
	// Less than Elle.
	{"no lost update of what it wrote itself", "append", "cursor-stability",
		"0 ok ax1; 0 ok ax2rx12ax3; 0 ok rx12ax4", "", "G1b lost-update", "G1b"},
}
