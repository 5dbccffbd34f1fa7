package history

import (
	"fmt"
	"strings"
)

// circles finds transactions that polled what they had sent themselves, or each
// other: Adya's G1c, of which wr, that one polled what another one sent, is the
// only dependency here. That one send comes before another is none: logs do not
// keep the sends of transactions apart.
func (l *logs) circles() {
	a := &analysis{txns: &txns{}}
	nodes := map[*Op]int32{}
	for _, d := range l.done {
		if d.op.Type != Fail {
			nodes[d.op] = int32(len(a.nodes))
			a.nodes = append(a.nodes, &txn{op: d.op, node: nodes[d.op]})
		}
	}
	a.g.nodes = len(a.nodes)
	for _, d := range l.done {
		for _, s := range d.polls {
			l.polledFrom(a, nodes, d.op, s)
		}
	}
	if len(a.g.edges) == 0 {
		return
	}
	a.sessions()
	a.times()
	a.g.settle()
	isG1c := func(name string) bool { return strings.HasPrefix(name, "G1c") }
	found := findCycles(&a.g, len(a.nodes), isG1c, DefaultSteps)
	for _, name := range logAnomalies {
		if cycle := found.shortest[name]; cycle != nil {
			l.note(name, inCircle(a, cycle), opsOf(a, cycle)...)
		}
	}
}

// polledFrom links who sent messages to who polled them.
func (l *logs) polledFrom(a *analysis, nodes map[*Op]int32, poller *Op, s span) {
	own := false
	for _, m := range s.messages {
		switch from, ok := nodes[m.sent]; {
		case m.sent == poller && !own:
			own = true
			l.note("precommitted-read", fmt.Sprintf("%s was polled of key %s by the transaction that sent it",
				Text(m.value), s.partition), poller)
		case ok:
			a.g.link(from, nodes[poller], wr, noVersion, noVersion)
		}
	}
}

// inCircle is a cycle in words: "process 0 -wr-> process 1 -wr-> process 0".
func inCircle(a *analysis, cycle []edge) string {
	var b strings.Builder
	for _, e := range cycle {
		fmt.Fprintf(&b, "process %d -%s-> ", a.nodes[e.from].op.Process, kindNames[e.kind])
	}
	fmt.Fprintf(&b, "process %d", a.nodes[cycle[0].from].op.Process)
	return b.String()
}

func opsOf(a *analysis, cycle []edge) []*Op {
	var ops []*Op
	for _, e := range cycle {
		ops = append(ops, a.nodes[e.from].op)
	}
	return ops
}
