package history

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// txnOf reads a transaction in the language of Elle's own tests: "ax1ry12" appends
// 1 to x and read y as [1 2]; of registers, "wx1ry2rz_" wrote 1 to x and read y as 2
// and z as nothing.
func txnOf(write, s string) (input, output []any) {
	var list bool
	for _, c := range s {
		switch {
		case c == 'a' || c == 'w' || c == 'r':
			f := map[rune]string{'a': "append", 'w': "w", 'r': "r"}[c]
			list = write == "append" && c == 'r'
			output = append(output, []any{f})
		case c >= 'p':
			m := output[len(output)-1].([]any)
			output[len(output)-1] = append(m, string(c), nil)
		case c == '_':
		default:
			m := output[len(output)-1].([]any)
			if list {
				old, _ := m[2].([]any)
				m[2] = append(slices.Clip(old), int64(c-'0'))
			} else {
				m[2] = int64(c - '0')
			}
		}
	}
	for _, v := range output {
		m := slices.Clone(v.([]any))
		if m[0] == "r" {
			m[2] = nil
		}
		input = append(input, m)
	}
	return input, output
}

// elleHistory makes a history of lines "0 invoke", "0 ok ax1ry12", "1 fail ax1": a
// completion without an invocation is invoked together with all others that have
// none, before everything.
func elleHistory(t *testing.T, write, script string) *History {
	t.Helper()
	var ops []Op
	open := map[int]int{}
	order := uint64(1000)
	alone := 100
	for event := range strings.SplitSeq(script, ";") {
		var process int
		var word, s string
		if n, _ := fmt.Sscan(event, &process, &word, &s); n < 2 {
			t.Fatalf("%q", event)
		}
		order++
		if word == "invoke" {
			open[process] = len(ops)
			ops = append(ops, Op{Process: process, F: "txn", Invoked: order, Type: Info})
			continue
		}
		i, ok := open[process]
		if !ok {
			i = len(ops)
			alone++
			ops = append(ops, Op{Process: alone, F: "txn", Invoked: uint64(len(ops) + 1)})
		}
		delete(open, process)
		input, output := txnOf(write, s)
		ops[i].Input, ops[i].Type, ops[i].Completed = input, Type(word), order
		if word == "ok" {
			ops[i].Output = output
		}
	}
	h, err := New("elle", ops)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// elleCase is an example that Elle publishes: the anomalies of a history.
type elleCase struct {
	name, consistency, script string
	want                      []string
}

func testElle(t *testing.T, write string, check func(*History, TxnOptions) Verdict, cases []elleCase) {
	for _, c := range cases {
		v := check(elleHistory(t, write, c.script), TxnOptions{Consistency: c.consistency})
		if !slices.Equal(v.Anomalies, c.want) || v.Err != nil || (v.Valid == Failed) != (len(c.want) > 0) {
			t.Errorf("%s, %s: %s %q, want %q: %s\n%s", c.name, c.consistency, v.Valid, v.Anomalies, c.want, v.Message, v.Picture)
		}
	}
}

// The examples are those of test/elle/list_append_test.clj in jepsen-io/elle at
// ccdee6f. What Elle calls G-single-item is G-single here, as everything is about
// items.
func TestElleListAppend(t *testing.T) { testElle(t, "append", ListAppend, elleLists) }

const (
	strongSI  = "0 invoke; 0 ok ax1; 1 invoke; 1 ok ax2; 2 invoke; 2 ok rx1; 3 invoke; 3 ok rx12"
	sessionSI = "0 invoke; 0 ok ax1; 1 invoke; 1 ok ax2; 1 invoke; 1 ok rx1; 2 invoke; 2 ok rx12"
)

var elleLists = []elleCase{
	{"G0", "read-uncommitted", "0 ok ax1ay1; 0 ok ax2ay2; 0 ok rx12ry21", []string{"G0"}},
	{"G1a", "read-uncommitted", "0 fail ax1; 0 ok rx1", nil},
	{"G1a", "read-committed", "0 fail ax1; 0 ok rx1", []string{"G1a"}},
	{"G1a", "repeatable-read", "0 fail ax1; 0 ok rx1", []string{"G1a"}},
	{"G1a", "read-committed", "0 ok rx1ax2; 0 ok rx12ry3; 0 fail ax1; 0 ok ay3", []string{"G1a", "dirty-update"}},
	{"G1b", "read-uncommitted", "0 ok ax1ax2; 0 ok rx1", nil},
	{"G1b", "read-committed", "0 ok ax1ax2; 0 ok rx1", []string{"G1b"}},
	{"G1b", "strict-serializable", "0 invoke; 0 ok ax1ax2; 0 invoke; 0 ok rx1", []string{"G1b", "G-single"}},
	{"G1b, internal reads", "read-committed", "0 ok ax1rx1ax2", nil},
	{"G1c", "read-uncommitted", "0 ok ax1ry1; 0 ok ax2ay1; 0 ok rx12ry1", nil},
	{"G1c", "read-committed", "0 ok ax1ry1; 0 ok ax2ay1; 0 ok rx12ry1", []string{"G1c"}},
	{"G-single", "read-committed", "0 ok ax1ay1; 0 ok ax2ry; 0 ok rx12", nil},
	{"G-single", "consistent-view", "0 ok ax1ay1; 0 ok ax2ry; 0 ok rx12", []string{"G-single"}},
	{"G-single", "serializable", "0 ok ax1ay1; 0 ok ax2ry; 0 ok rx12", []string{"G-single"}},
	{"G2", "read-committed", "0 ok ax1ry; 0 ok ay1rx", nil},
	{"G2", "snapshot-isolation", "0 ok ax1ry; 0 ok ay1rx", nil},
	{"G2", "repeatable-read", "0 ok ax1ry; 0 ok ay1rx", []string{"write-skew", "G2-item"}},
	{"G2", "serializable", "0 ok ax1ry; 0 ok ay1rx", []string{"write-skew", "G2-item"}},
	{"Strong SI violation", "serializable", strongSI, nil},
	{"Strong SI violation", "strong-session-serializable", strongSI, nil},
	{"Strong SI violation", "strict-serializable", strongSI, []string{"G-single-realtime"}},
	{"Strong Session SI violation", "serializable", sessionSI, nil},
	{"Strong Session SI violation", "strong-session-snapshot-isolation", sessionSI, []string{"G-single-process"}},
	{"G-nonadjacent-process", "serializable", "0 ok rxrz1; 1 invoke; 1 ok ax1; 1 invoke; 1 ok rz; 2 ok az1", nil},
	{"G-nonadjacent-process", "strong-session-snapshot-isolation",
		"0 ok rxrz1; 1 invoke; 1 ok ax1; 1 invoke; 1 ok rz; 2 ok az1", []string{"G-nonadjacent-process"}},
	{"contradictory read orders", "read-committed", "0 ok ax1ry1; 0 ok ax2; 0 ok ax3ay1; 0 ok rx13; 0 ok rx123",
		[]string{"incompatible-order", "G1c"}},
	{"dirty update, none", "read-committed", "0 fail ax1", nil},
	{"dirty update, direct", "read-committed", "0 fail ax1; 1 ok ax2; 2 ok rx12", []string{"G1a", "dirty-update"}},
	{"dirty update, indirect", "read-committed", "0 fail ax1; 1 info ax2; 2 ok ax3; 3 ok rx123",
		[]string{"G1a", "dirty-update"}},
	{"duplicated elements", "read-committed", "0 ok ax1ry1; 0 ok ax2ay1; 0 ok rx121",
		[]string{"duplicate-elements", "G1c"}},
	{"internal", "read-committed", "0 ok ax1ax2ax4; 0 ok ax3rx1234", []string{"G0"}},
	{"internal", "read-atomic", "0 ok ax1ax2ax4; 0 ok ax3rx1234", []string{"G0", "internal"}},
	{"internal, good", "read-atomic", "0 ok ax1ax2; 0 ok rx12ax3rx123ax4rx1234", nil},
	{"internal, nothing, then something", "read-atomic", "0 ok rxrx2; 0 ok ax2", []string{"internal"}},
	{"internal, stale", "read-atomic", "0 ok ax1ax2; 0 ok rx12ax3rx12", []string{"internal"}},
	{"internal, short", "read-atomic", "0 ok ax3rx", []string{"internal"}},
	{"future read, external", "read-atomic", "0 ok rx02ax2; 0 ok ax0", []string{"future-read"}},
	{"future read", "read-committed", "0 ok rx1ax1", []string{"future-read"}},
	{"G-nonadjacent", "snapshot-isolation", "0 ok ax1; 0 ok rx1ry; 0 ok ay1; 0 ok ry1rx", []string{"G-nonadjacent"}},
	{"G-nonadjacent", "consistent-view", "0 ok ax1; 0 ok rx1ry; 0 ok ay1; 0 ok ry1rx", nil},
	{"two of three rw are adjacent", "snapshot-isolation",
		"0 ok rx5ay1; 0 ok ryaz2; 0 ok rzat3; 0 ok rt3au4; 0 ok ruax5", nil},
	{"lost update", "cursor-stability", "0 ok ax0; 0 ok rx0ax1; 0 ok rx0ax2", []string{"lost-update"}},
	{"lost update", "serializable", "0 ok ax0; 0 ok rx0ax1; 0 ok rx0ax2", []string{"lost-update", "G2-item"}},
	{"one txn, double write", "serializable", "0 ok rxax1ax2; 0 ok rx12", nil},
	{"wr-process", "serializable", "1 invoke; 1 ok rx1ay1; 2 invoke; 2 ok ry1; 2 invoke; 2 ok ax1", nil},
	{"wr-process", "strong-session-snapshot-isolation",
		"1 invoke; 1 ok rx1ay1; 2 invoke; 2 ok ry1; 2 invoke; 2 ok ax1", []string{"G1c-process"}},
	{"rr-g-single-item", "repeatable-read", "0 ok ax1ay1; 0 ok rx1ry", []string{"G-single"}},
	{"rr-g-nonadjacent-item", "repeatable-read", "0 ok ax1at1; 0 ok rx1ry; 0 ok ay1az2; 0 ok rz2rt",
		[]string{"G-nonadjacent"}},
	// histories/paper-example.edn, which is TiDB's in the paper, and si-without-g-single.edn, with other keys.
	{"paper-example", "read-committed", "0 ok ax1ax3ax4ay2ay3ay4ay5az1az2; 0 ok ay8rx134; " +
		"0 ok az4ry23458rz124rx134; 0 ok au1rx134ry2345az3", nil},
	{"paper-example", "consistent-view", "0 ok ax1ax3ax4ay2ay3ay4ay5az1az2; 0 ok ay8rx134; " +
		"0 ok az4ry23458rz124rx134; 0 ok au1rx134ry2345az3", []string{"G-single"}},
	{"si-without-g-single", "snapshot-isolation", "0 ok ax2; 0 ok ay1rx; 0 ok rzryax5; 0 ok az2rx2", nil},
	{"si-without-g-single", "repeatable-read", "0 ok ax2; 0 ok ay1rx; 0 ok rzryax5; 0 ok az2rx2",
		[]string{"write-skew", "G2-item"}},
	{"unobserved write", "read-uncommitted",
		"0 invoke; 1 invoke; 2 invoke; 3 invoke; 4 invoke; 0 ok ax1ay1; 1 ok ax2ay2; 2 ok ax3ay3; 3 ok rx12; 4 ok ry2",
		[]string{"G0"}},
	{"unobserved write", "serializable",
		"0 invoke; 1 invoke; 2 invoke; 3 invoke; 4 invoke; 0 ok ax1ay1; 1 ok ax2ay2; 2 ok ax3ay3; 3 ok rx12; 4 ok ry2",
		[]string{"G0", "G-single"}},
	{"info reads", "strict-serializable", "0 info ax2ry; 0 ok ax1ay1; 0 ok rx12ry1", nil},
	{"single append, not read", "serializable", "0 ok rx; 0 ok ax1", nil},
	{"serializable figure 3 from Adya, Liskov, O'Neil", "serializable",
		"0 ok az1ax1ay1; 0 ok rx1ay2; 0 ok ry12az3; 0 ok rz13", nil},
}

// The examples are those of test/elle/rw_register_test.clj in jepsen-io/elle at
// ccdee6f. Some read what nobody wrote, which Elle does not tell of registers:
// garbage-read. What it calls G1c-realtime in the last one is also G0-process. The
// histories whose order of transactions is given are left out: nothing gives it here.
func TestElleRWRegister(t *testing.T) {
	check := func(wfr, sequential, linearizable bool) func(*History, TxnOptions) Verdict {
		return func(h *History, o TxnOptions) Verdict {
			return RWRegister(h, RegisterOptions{TxnOptions: o, WFRKeys: wfr, SequentialKeys: sequential,
				LinearizableKeys: linearizable})
		}
	}
	cycle := "0 invoke; 0 ok wx1wy2; 1 invoke; 1 ok wx2wy1; 0 invoke; 0 ok rx2; 1 invoke; 1 ok ry2"
	item := "0 invoke; 0 ok rx1ry1; 1 invoke; 2 invoke; 2 ok ry1wx2; 1 ok rx1wy2"
	testElle(t, "w", check(false, false, false), []elleCase{
		{"G0", "read-uncommitted", "0 ok wx1wy2; 1 ok wx2wy1", nil},
		{"G0", "read-uncommitted", cycle, nil},
		{"G1a", "read-committed", "0 ok rx1; 0 fail wx1", []string{"G1a"}},
		{"G1b", "read-uncommitted", "0 ok wx1wx2; 0 ok rx1", nil},
		{"G1b", "read-committed", "0 ok wx1wx2; 0 ok rx1", []string{"G1b"}},
		{"G1b", "repeatable-read", "0 ok wx1wx2; 0 ok rx1", []string{"G1b"}},
		{"G1c", "read-uncommitted", "0 ok wx1ry1; 0 ok wy1rx1", nil},
		{"G1c", "read-committed", "0 ok wx1ry1; 0 ok wy1rx1", []string{"G1c"}},
		{"G1c", "serializable", "0 ok wx1ry1; 0 ok wy1rx1", []string{"G1c"}},
		{"internal", "read-atomic", "0 ok rx1rx2", []string{"garbage-read", "internal"}},
		{"initial state", "serializable", "0 ok rx_ry1; 0 ok wy1wx2", []string{"G-single"}},
		{"without wfr", "serializable", "0 ok ry1wx1wy2; 0 ok rx1ry1", []string{"garbage-read"}},
		{"lost update", "cursor-stability", "0 ok rx0wx1; 1 ok rx0wx2", []string{"garbage-read", "lost-update"}},
		{"lost update", "read-committed", "0 ok rx0wx1; 1 ok rx0wx2; 2 ok wx0", nil},
	})
	testElle(t, "w", check(true, false, false), []elleCase{
		{"wfr", "serializable", "0 ok ry1wx1wy2; 0 ok rx1ry1", []string{"garbage-read", "G-single"}},
		{"wfr", "serializable", "0 ok ry1wx1wy2; 0 ok rx1ry1; 0 ok wy1", []string{"G-single"}},
	})
	testElle(t, "w", check(false, true, false), []elleCase{
		{"G0, sequential keys", "read-uncommitted", cycle, []string{"G0"}},
		{"cyclic version order", "read-uncommitted",
			"0 invoke; 0 ok wx1; 0 invoke; 0 ok wx2; 0 invoke; 0 ok rx1", []string{"cyclic-versions"}},
	})
	testElle(t, "w", check(false, false, true), []elleCase{
		{"Read read returns what was just been written", "strict-serializable",
			"0 invoke; 0 ok wx1; 0 invoke; 0 ok rx2; 0 invoke; 0 ok rx1", []string{"garbage-read", "cyclic-versions"}},
		{"G2-item", "read-uncommitted", item, []string{"garbage-read"}},
		{"G2-item", "serializable", item, []string{"garbage-read", "write-skew", "G2-item"}},
		{"cyclic-versions-bug", "serializable", "1 invoke; 2 invoke; 1 ok rx_; 2 ok wx4; 3 invoke; 3 ok rx4", nil},
	})
	testElle(t, "w", check(true, false, true), []elleCase{
		{"scc-sort-bug", "strict-serializable",
			"0 invoke; 0 ok rx1; 0 invoke; 0 ok rx_; 0 invoke; 0 ok rx4wx3; 0 invoke; 0 ok wx4",
			[]string{"garbage-read", "cyclic-versions", "G0-process"}},
	})
}
