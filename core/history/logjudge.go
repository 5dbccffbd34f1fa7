package history

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// logAnomalies are what Log finds, worst first.
var logAnomalies = []string{
	"inconsistent-offsets", "garbage-read", "G1a", "lost-write", "duplicate", "precommitted-read", "G1c", "G1c-process",
	"G1c-realtime", "int-nonmonotonic-send", "nonmonotonic-send", "int-nonmonotonic-poll", "int-poll-skip",
	"nonmonotonic-poll", "poll-skip",
}

func (l *logs) note(name, text string, ops ...*Op) {
	ops = slices.DeleteFunc(ops, func(o *Op) bool { return o == nil })
	slices.SortFunc(ops, func(a, b *Op) int { return a.Index - b.Index })
	ops = slices.Compact(ops)
	l.found[name] = append(l.found[name], logFinding{text, ops})
}

// judge looks at one partition.
func (l *logs) judge(name string, p *partition) {
	for _, offset := range p.at {
		if there := p.offsets[offset]; len(there) > 1 {
			l.note("inconsistent-offsets", fmt.Sprintf("offset %d of key %s has %s and %s", offset, name,
				Text(there[0].value), Text(there[1].value)), there[0].source(), there[1].source())
		}
	}
	for _, m := range p.order {
		switch {
		case m.polled != nil && m.sent == nil:
			l.note("garbage-read", "nobody sent "+Text(m.value)+" to key "+name, m.polled)
		case m.polled != nil && m.sent.Type == Fail:
			l.note("G1a", "to send "+Text(m.value)+" to key "+name+" failed", m.sent, m.polled)
		case m.polled == nil && m.sent.Type == OK:
			l.unseen++
		}
		if len(m.offsets) > 1 {
			l.note("duplicate", fmt.Sprintf("%s is at the offsets %v of key %s", Text(m.value), m.offsets, name),
				m.source(), m.polled)
		}
	}
	l.lost(name, p)
}

// source is the operation that shows a message.
func (m *message) source() *Op {
	if m.sent != nil {
		return m.sent
	}
	return m.polled
}

// lost finds what ought to have been polled: what is before the last that was. Of
// a message at several offsets the last one counts, and of the polled ones the
// first.
func (l *logs) lost(name string, p *partition) {
	var furthest *message
	for _, m := range p.order {
		if m.polled != nil && m.place >= 0 && (furthest == nil || m.place > furthest.place) {
			furthest = m
		}
	}
	for _, m := range p.order {
		if furthest == nil || m.polled != nil || len(m.offsets) == 0 {
			continue
		}
		if place, _ := slices.BinarySearch(p.at, slices.Max(m.offsets)); place <= furthest.place {
			l.note("lost-write", fmt.Sprintf("%s of key %s was never polled, %s was, which is after it", Text(m.value),
				name, Text(furthest.value)), m.sent, furthest.polled)
		}
	}
}

// client is where a process is in each partition.
type client struct {
	subscribed   bool
	polled, sent map[string]reached
}

type reached struct {
	message *message
	op      *Op
}

// positions follows each process from one message to the next.
func (l *logs) positions() {
	clients := map[int]*client{}
	for _, d := range l.done {
		c := clients[d.op.Process]
		if c == nil {
			c = &client{polled: map[string]reached{}, sent: map[string]reached{}}
			clients[d.op.Process] = c
		}
		if (d.op.F == "assign" || d.op.F == "subscribe") && d.op.Type != Fail {
			c.assign(d.op)
		}
		for _, s := range d.polls {
			for _, m := range s.messages {
				l.polledNext(c, s.partition, reached{m, d.op})
			}
		}
		for _, s := range d.sent {
			for _, m := range s.messages {
				l.sentNext(c, s.partition, reached{m, d.op})
			}
		}
	}
}

// assign forgets where the process is in partitions that it no longer has.
func (c *client) assign(o *Op) {
	c.subscribed = c.subscribed || o.F == "subscribe"
	keys, _ := assigned(o)
	kept := namesOf(keys)
	gone := func(name string, _ reached) bool { return !slices.Contains(kept, name) }
	maps.DeleteFunc(c.polled, gone)
	maps.DeleteFunc(c.sent, gone)
}

// step is how many messages on the way from one to another one are, by what is
// known: 1 is right.
func step(from, to reached) int {
	if from.message == nil || from.message.place < 0 || to.message.place < 0 {
		return 1
	}
	return to.message.place - from.message.place
}

func (l *logs) polledNext(c *client, partition string, next reached) {
	before := c.polled[partition]
	c.polled[partition] = next
	prefix := ""
	switch {
	case before.op == next.op:
		prefix = "int-"
	case c.subscribed:
		return
	}
	n := step(before, next)
	way := func() string {
		return fmt.Sprintf("of key %s, %s was polled and then %s", partition, Text(before.message.value),
			Text(next.message.value))
	}
	switch {
	case n < 1:
		l.note(prefix+"nonmonotonic-poll", way(), before.op, next.op)
	case n > 1:
		p := l.partitions[partition]
		skipped := p.offsets[p.at[before.message.place+1]][0]
		l.note(prefix+"poll-skip", way()+", which skips "+Text(skipped.value), before.op, skipped.source(), next.op)
	}
}

func (l *logs) sentNext(c *client, partition string, next reached) {
	before := c.sent[partition]
	c.sent[partition] = next
	if step(before, next) >= 1 {
		return
	}
	prefix := ""
	if before.op == next.op {
		prefix = "int-"
	}
	l.note(prefix+"nonmonotonic-send", fmt.Sprintf("to key %s, %s was sent and then %s, which is before it", partition,
		Text(before.message.value), Text(next.message.value)), before.op, next.op)
}

func namesOf(keys []any) []string {
	var names []string
	for _, k := range keys {
		names = append(names, keyName(k))
	}
	return names
}

func (l *logs) verdict() Verdict {
	v := passed("%d logs kept what they were sent", len(l.partitions))
	var pictures []string
	for _, name := range logAnomalies {
		found := l.found[name]
		if len(found) == 0 {
			continue
		}
		v.Valid = Failed
		v.Anomalies = append(v.Anomalies, name)
		v.Details = append(v.Details, Detail{name, int64(len(found))})
		if len(pictures) < maxPictures {
			pictures = append(pictures, name+": "+found[0].text+"\n"+picture(found[0].ops, nil))
		}
	}
	if v.Valid == Failed {
		v.Message = fmt.Sprintf("the log did not keep what it was sent: %s", strings.Join(v.Anomalies, ", "))
		v.Picture = strings.Join(pictures, "")
	}
	v.Details = append(v.Details, Detail{"unseen", int64(l.unseen)})
	return v
}
