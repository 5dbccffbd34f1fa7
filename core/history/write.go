package history

import (
	"bufio"
	"cmp"
	"io"
	"slices"
	"time"
)

// WriteEDN writes a history as Jepsen does, for knossos and elle-cli: one event a
// line, each operation an invocation and a completion, as Elle wants both: one that has
// no end is info after all others. The value of a completion is what was answered; of an
// operation that asked with a value and is no transaction it is that value, as of a
// write, and what was answered is beside it, as "output". An operation on a key has
// [key value] for its value, as Jepsen's independent has. A cas that answered false has
// failed.
func WriteEDN(w io.Writer, h *History) error { return writeEvents(w, h, &edn, "", "\n", "\n") }

// WriteJSONLines writes the same as lines of JSON, in which keywords are strings.
func WriteJSONLines(w io.Writer, h *History) error {
	return writeEvents(w, h, &jsonText, "", "\n", "\n")
}

// WriteJSON writes these as one list, as elle-cli reads it.
func WriteJSON(w io.Writer, h *History) error {
	return writeEvents(w, h, &jsonText, "[\n", ",\n", "\n]\n")
}

// keyword is a text that is a keyword in EDN.
type keyword string

func writeEvents(w io.Writer, h *History, n *notation, open, between, end string) error {
	points := pointsOf(h.all())
	for i, p := range points {
		if p.end && p.op.Completed != 0 {
			points[i].at = p.op.Completed
		}
	}
	slices.SortStableFunc(points, func(a, b point) int { return cmp.Compare(a.at, b.at) })
	last := h.last()
	b := bufio.NewWriter(w) // keeps the first error
	_, _ = b.WriteString(open)
	for i, p := range points {
		if i > 0 {
			_, _ = b.WriteString(between)
		}
		_, _ = b.WriteString(n.text(append(event(p, last), field{keyword("index"), int64(i)})))
	}
	if len(points) > 0 || open != "" {
		_, _ = b.WriteString(end)
	}
	return b.Flush()
}

// last is the time of the last event.
func (h *History) last() (at time.Duration) {
	for i := range h.Ops {
		at = max(at, h.Ops[i].Start, h.Ops[i].End)
	}
	return at
}

// event is the invocation or the completion of an operation. One that has no end
// has it at the last moment.
func event(p point, last time.Duration) []field {
	o := p.op
	kind, at, value := "invoke", o.Start, o.Input
	if p.end {
		kind, at = string(o.Type), o.End
		if o.Completed == 0 {
			at = last
		}
		if o.F == "cas" && o.Output == false {
			kind = string(Fail)
		}
		if o.Type == OK && (o.Input == nil || o.F == "txn") {
			value = o.Output
		}
	}
	asked := o.Input != nil && o.F != "txn"
	if o.F == "txn" {
		value = microOps(value)
	}
	if o.Key != nil {
		value = []any{o.Key, value}
	}
	fields := []field{
		{keyword("type"), keyword(kind)}, {keyword("f"), keyword(o.F)}, {keyword("value"), value},
		{keyword("process"), int64(o.Process)}, {keyword("time"), int64(at)},
	}
	switch {
	case p.end && o.Err != "":
		fields = append(fields, field{keyword("error"), keyword(o.Err)})
	case p.end && asked && o.Output != nil:
		fields = append(fields, field{keyword("output"), o.Output})
	}
	return fields
}

// microOps are those of a transaction, as Elle has them.
func microOps(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	all := make([]any, len(list))
	for i, m := range list {
		all[i] = microOpOf(m)
	}
	return all
}

// microOpOf has its name as a keyword, and a value also when it is a read. An empty
// table of Lua, which may be a list or a map, is a list.
func microOpOf(v any) any {
	m, _ := v.([]any)
	if len(m) == 0 {
		return v
	}
	f, isText := m[0].(string)
	if !isText {
		return v
	}
	m = slices.Clone(m)
	m[0] = keyword(f)
	if f == "r" && len(m) == 2 {
		m = append(m, nil)
	}
	if table, ok := m[len(m)-1].(map[string]any); ok && len(table) == 0 {
		m[len(m)-1] = []any{}
	}
	return m
}

// edn is :word, or a string where a keyword cannot have such characters.
func (k keyword) edn() string {
	for _, r := range k {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-' {
			return quoted(string(k))
		}
	}
	if k == "" {
		return `""`
	}
	return ":" + string(k)
}
