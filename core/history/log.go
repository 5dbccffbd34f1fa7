package history

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Log says whether a log like Kafka's kept what it was sent: of operations "send",
// whose key names a log, and whose answer is the offset; "poll", whose answer is a
// map from keys to lists of [offset value], or such a list when it has a key; and
// "assign" and "subscribe", whose input is a list of keys. A "txn" is a list of
// ["send" key value], answered as ["send" key [offset value]], and ["poll"],
// answered as ["poll" {key [[offset value] …]}]. Values are unique for each key.
// These are the anomalies of Jepsen's workload kafka, as it finds them without ww-deps:
//
// inconsistent-offsets: two values at one offset. duplicate: a value at two offsets.
// G1a: a value that failed to be sent was polled. garbage-read: nobody sent it (where
// Jepsen gives up). precommitted-read: a transaction polled what it had sent itself, which
// nobody sees before it is over. G1c: several polled what each other had sent, in a circle;
// G1c-process, G1c-realtime: the order of a process, or of time, is a part of it.
// lost-write: a value that was sent for certain was never polled, though one after
// it was. poll-skip, nonmonotonic-poll: a process went past a value that is there,
// or back, from one poll to the next, unless it was assigned other keys meanwhile,
// or has ever subscribed, which moves keys between processes at any time.
// nonmonotonic-send: the offsets of a process went back. The same inside of one
// operation: int-poll-skip, int-nonmonotonic-poll, int-nonmonotonic-send.
//
// What was sent and never polled is told as unseen; that fails nothing. Once an offset
// has two values, or a value two offsets, an order is picked, and Jepsen may pick another.
func Log(h *History) Verdict {
	if v := h.unfit(); v != nil {
		return *v
	}
	l := logs{partitions: map[string]*partition{}}
	for i := range h.Ops {
		if err := l.add(&h.Ops[i]); err != nil {
			return refused(fmt.Errorf("history %q: operation %d: %w", h.Name, i, err))
		}
	}
	l.index()
	for _, name := range slices.Sorted(maps.Keys(l.partitions)) {
		l.judge(name, l.partitions[name])
	}
	l.positions()
	l.circles()
	return l.verdict()
}

// logs are all partitions, with what each operation did to them.
type logs struct {
	partitions map[string]*partition
	done       []*done
	found      map[string][]logFinding
	unseen     int
}

// partition is one log.
type partition struct {
	messages map[any]*message
	order    []*message // as they were found
	offsets  map[int64][]*message
	at       []int64 // the offsets, in order
}

// message is a value of a partition.
type message struct {
	value   any
	sent    *Op
	polled  *Op // first
	offsets []int64
	place   int // among the offsets: the first; -1 when it is known at none
}

// done is what an operation did, in its order: messages of each partition.
type done struct {
	op          *Op
	sent, polls []span
}

// span is a run of messages in one partition.
type span struct {
	partition string
	messages  []*message
}

type logFinding struct {
	text string
	ops  []*Op
}

func (l *logs) partition(key any) *partition {
	name := keyName(key)
	if l.partitions[name] == nil {
		l.partitions[name] = &partition{messages: map[any]*message{}, offsets: map[int64][]*message{}}
	}
	return l.partitions[name]
}

// keyName is a key as a map has it: text.
func keyName(key any) string {
	if s, ok := key.(string); ok {
		return s
	}
	return Text(key)
}

func (p *partition) message(value any) *message {
	k := comparableOf(value)
	if p.messages[k] == nil {
		p.messages[k] = &message{value: value, place: -1}
		p.order = append(p.order, p.messages[k])
	}
	return p.messages[k]
}

// put notes that a message is at an offset.
func (p *partition) put(m *message, offset int64) {
	if !slices.Contains(m.offsets, offset) {
		m.offsets = append(m.offsets, offset)
	}
	if !slices.Contains(p.offsets[offset], m) {
		p.offsets[offset] = append(p.offsets[offset], m)
	}
}

// add takes an operation apart.
func (l *logs) add(o *Op) error {
	d := &done{op: o}
	l.done = append(l.done, d)
	switch o.F {
	case "assign", "subscribe":
		if _, ok := assigned(o); !ok {
			return fmt.Errorf("%s: want a list of keys", describe(o))
		}
		return nil
	case "send":
		if o.Key == nil {
			return l.addAll(d)
		}
		return l.send(d, o.Key, o.Input, o.Output)
	case "poll":
		if _, isList := o.Input.([]any); isList {
			return l.addAll(d)
		}
		return l.poll(d, o.Output)
	case "txn":
		return l.addAll(d)
	}
	return strange(o, "send", "poll", "assign", "subscribe", "txn")
}

// assigned are the keys of an assign. An empty table of Lua may be a list or a map.
func assigned(o *Op) ([]any, bool) {
	keys, isList := o.Input.([]any)
	m, isMap := o.Input.(map[string]any)
	return keys, isList || isMap && len(m) == 0
}

// addAll takes a list of micro-operations.
func (l *logs) addAll(d *done) error {
	inputs, _ := d.op.Input.([]any)
	outputs, _ := d.op.Output.([]any)
	if d.op.Type == OK && len(outputs) != len(inputs) || inputs == nil {
		return fmt.Errorf("%s: want a list of micro-operations, and the answer to each", describe(d.op))
	}
	for i, v := range inputs {
		m, _ := v.([]any)
		var answer []any
		if d.op.Type == OK {
			answer, _ = outputs[i].([]any)
		}
		var err error
		switch {
		case len(m) == 3 && m[0] == "send":
			err = l.send(d, m[1], m[2], sentAt(answer))
		case len(m) == 1 && m[0] == "poll" && len(answer) == 2:
			err = l.poll(d, answer[1])
		case len(m) != 1 || m[0] != "poll":
			err = fmt.Errorf(`%s is no micro-operation: want ["send" key value] or ["poll"]`, Text(v))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sentAt is the offset in ["send" key [offset value]].
func sentAt(answer []any) any {
	if len(answer) == 3 {
		if pair, ok := answer[2].([]any); ok && len(pair) == 2 {
			return pair[0]
		}
	}
	return nil
}

func (l *logs) send(d *done, key, value, offset any) error {
	m := l.partition(key).message(value)
	if m.sent != nil {
		return fmt.Errorf("%s was sent to key %s twice, by operation %d too: values must be unique",
			Text(value), Text(key), m.sent.Index)
	}
	m.sent = d.op
	if d.op.Type == Fail {
		return nil
	}
	if offset != nil && d.op.Type == OK {
		n, ok := offset.(int64)
		if !ok {
			return fmt.Errorf("%s: want an offset for an answer, not %s", describe(d.op), Text(offset))
		}
		l.partition(key).put(m, n)
	}
	d.sent = append(d.sent, span{keyName(key), []*message{m}})
	return nil
}

// poll takes the messages of each key.
func (l *logs) poll(d *done, answer any) error {
	if d.op.Type != OK {
		return nil
	}
	byKey, ok := byKeys(d.op, answer)
	if !ok {
		return fmt.Errorf("%s: want a map from keys to lists of [offset value]", describe(d.op))
	}
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		messages, err := l.polled(d.op, key, byKey[key])
		if err != nil {
			return err
		}
		if len(messages) > 0 {
			d.polls = append(d.polls, span{key, messages})
		}
	}
	return nil
}

// byKeys is what a poll answered, by keys. A table of Lua whose keys are numbers may
// come as a list, or with keys such as "[5]".
func byKeys(o *Op, answer any) (map[string]any, bool) {
	all := map[string]any{}
	m, isMap := answer.(map[string]any)
	list, isList := answer.([]any)
	switch {
	case o.Key != nil && o.F == "poll" && len(m) == 0:
		all[keyName(o.Key)] = answer
	case isMap:
		for _, key := range slices.Sorted(maps.Keys(m)) {
			all[strings.TrimSuffix(strings.TrimPrefix(key, "["), "]")] = m[key]
		}
	case isList:
		for i, v := range list {
			all[fmt.Sprint(i+1)] = v
		}
	default:
		return nil, answer == nil
	}
	return all, true
}

func (l *logs) polled(o *Op, key string, answer any) ([]*message, error) {
	list, ok := answer.([]any)
	if m, isMap := answer.(map[string]any); !ok && answer != nil && !(isMap && len(m) == 0) {
		return nil, fmt.Errorf("%s: want a list of [offset value] for key %s", describe(o), Text(key))
	}
	var messages []*message
	for _, v := range list {
		pair, _ := v.([]any)
		if len(pair) != 2 {
			return nil, fmt.Errorf("%s: want [offset value], not %s", describe(o), Text(v))
		}
		offset, ok := pair[0].(int64)
		if !ok {
			return nil, fmt.Errorf("%s: want an offset, not %s", describe(o), Text(pair[0]))
		}
		m := l.partition(key).message(pair[1])
		l.partition(key).put(m, offset)
		if m.polled == nil {
			m.polled = o
		}
		messages = append(messages, m)
	}
	return messages, nil
}

// index puts the offsets of each partition into order. Gaps do not matter:
// transactions may leave some.
func (l *logs) index() {
	l.found = map[string][]logFinding{}
	for _, name := range slices.Sorted(maps.Keys(l.partitions)) {
		p := l.partitions[name]
		p.at = slices.Sorted(maps.Keys(p.offsets))
		for _, m := range p.order {
			if len(m.offsets) > 0 {
				m.place, _ = slices.BinarySearch(p.at, slices.Min(m.offsets))
			}
		}
	}
}
