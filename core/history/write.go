package history

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
)

// WriteEDN writes a history as Jepsen does, for knossos and elle-cli: one event a
// line, each operation an invocation and, unless it has no end, a completion. The
// value of a completion is what was answered; of an operation that asked with a
// value and is no transaction it is that value, as of a write. An operation on a
// key has [key value] for its value, as Jepsen's independent has. A cas that
// answered false has failed.
func WriteEDN(w io.Writer, h *History) error { return writeEvents(w, h, writeEDN) }

// WriteJSON writes the same as lines of JSON, in which keywords are strings.
func WriteJSON(w io.Writer, h *History) error { return writeEvents(w, h, writeJSON) }

// keyword is a text that is a keyword in EDN.
type keyword string

// field is one of an event.
type field struct {
	name  string
	value any
}

func writeEvents(w io.Writer, h *History, write func(*strings.Builder, []field)) error {
	points := pointsOf(h.all())
	for i := range points {
		if points[i].end {
			points[i].at = points[i].op.Completed
		}
	}
	points = slices.DeleteFunc(points, func(p point) bool { return p.at == 0 })
	slices.SortStableFunc(points, func(a, b point) int { return cmp.Compare(a.at, b.at) })
	b := bufio.NewWriter(w)
	for i, p := range points {
		var line strings.Builder
		write(&line, append(event(p), field{"index", int64(i)}))
		line.WriteByte('\n')
		if _, err := b.WriteString(line.String()); err != nil {
			return err
		}
	}
	return b.Flush()
}

// event is the invocation or the completion of an operation.
func event(p point) []field {
	o := p.op
	kind, at, value := "invoke", o.Start, o.Input
	if p.end {
		kind, at = string(o.Type), o.End
		if o.F == "cas" && o.Output == false {
			kind = string(Fail)
		}
		if o.Type == OK && (o.Input == nil || o.F == "txn") {
			value = o.Output
		}
	}
	if o.F == "txn" {
		value = microOps(value)
	}
	if o.Key != nil {
		value = []any{o.Key, value}
	}
	fields := []field{
		{"type", keyword(kind)}, {"f", keyword(o.F)}, {"value", value},
		{"process", int64(o.Process)}, {"time", int64(at)},
	}
	if p.end && o.Err != "" {
		fields = append(fields, field{"error", keyword(o.Err)})
	}
	return fields
}

// microOps has the names of micro-operations as keywords, and a value in each read.
func microOps(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	all := make([]any, len(list))
	for i, m := range list {
		mop, _ := m.([]any)
		all[i] = m
		if len(mop) == 0 {
			continue
		}
		if f, isText := mop[0].(string); isText {
			mop = slices.Clone(mop)
			mop[0] = keyword(f)
			if f == "r" && len(mop) == 2 {
				mop = append(mop, nil)
			}
			all[i] = mop
		}
	}
	return all
}

func writeEDN(b *strings.Builder, fields []field) {
	for i, f := range fields {
		b.WriteString([]string{", :", "{:"}[max(0, 1-i)] + f.name + " ")
		writeText(b, f.value)
	}
	b.WriteByte('}')
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

func writeJSON(b *strings.Builder, fields []field) {
	for i, f := range fields {
		b.WriteString([]string{",", "{"}[max(0, 1-i)] + quoted(f.name) + ":")
		writeJSONValue(b, f.value)
	}
	b.WriteByte('}')
}

func writeJSONValue(b *strings.Builder, v any) {
	switch x := v.(type) {
	case nil:
		b.WriteString("null")
	case keyword:
		b.WriteString(quoted(string(x)))
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			b.WriteString("null")
			return
		}
		b.WriteString(float(x))
	case []any:
		b.WriteByte('[')
		for i, e := range x {
			if i > 0 {
				b.WriteByte(',')
			}
			writeJSONValue(b, e)
		}
		b.WriteByte(']')
	case map[string]any:
		var fields []field
		for _, k := range slices.Sorted(maps.Keys(x)) {
			fields = append(fields, field{k, x[k]})
		}
		if len(fields) == 0 {
			b.WriteByte('{')
		}
		writeJSON(b, fields)
	case string:
		b.WriteString(quoted(x))
	default:
		fmt.Fprint(b, x)
	}
}
