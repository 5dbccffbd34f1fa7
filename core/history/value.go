package history

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// composite stands for a list or a map where values are compared: its text.
type composite string

// comparable makes of a value one that == compares and that a map can have as a
// key. Equal values give equal ones, others do not.
func comparableOf(v any) any {
	switch x := v.(type) {
	case float64:
		if math.IsNaN(x) {
			return composite("NaN")
		}
	case []any, map[string]any:
		return composite(Text(v))
	}
	return v
}

// places numbers values from 0 on, in the order in which they come: equal ones alike.
type places map[any]int32

// of is the place of a value, and whether it came for the first time.
func (p places) of(v any) (place int32, isNew bool) {
	k := comparableOf(v)
	place, ok := p[k]
	if !ok {
		place = int32(len(p))
		p[k] = place
	}
	return place, !ok
}

// equal says whether two values are the same.
func equal(a, b any) bool {
	if x, ok := a.([]any); ok {
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, equal)
	}
	return comparableOf(a) == comparableOf(b)
}

// Text shows a value as Jepsen does, in EDN, but that strings show all their bytes, also
// those that are no UTF-8: different values have different texts. Maps are in the
// order of their keys.
func Text(v any) string { return exact.text(v) }

// notation is a way to write values.
type notation struct {
	null    string
	space   string // between the elements of a list
	comma   string // between the fields of a map
	colon   string // between a name and its value
	word    func(keyword) string
	quoted  func(string) string
	decimal func(float64) string
}

var (
	exact    = notation{"nil", " ", ", ", " ", keyword.edn, strconv.Quote, float}
	edn      = notation{"nil", " ", ", ", " ", keyword.edn, quoted, float}
	jsonText = notation{"null", ",", ",", ":", func(k keyword) string { return quoted(string(k)) }, quoted, jsonNumber}
)

func (n *notation) text(v any) string {
	var b strings.Builder
	n.write(&b, v)
	return b.String()
}

func (n *notation) write(b *strings.Builder, v any) {
	switch x := v.(type) {
	case nil:
		b.WriteString(n.null)
	case keyword:
		b.WriteString(n.word(x))
	case int64:
		b.WriteString(strconv.FormatInt(x, 10))
	case string:
		b.WriteString(n.quoted(x))
	case float64:
		b.WriteString(n.decimal(x))
	case []any:
		b.WriteByte('[')
		for i, e := range x {
			if i > 0 {
				b.WriteString(n.space)
			}
			n.write(b, e)
		}
		b.WriteByte(']')
	case map[string]any:
		var fields []field
		for _, k := range slices.Sorted(maps.Keys(x)) {
			fields = append(fields, field{k, x[k]})
		}
		n.writeFields(b, fields)
	case []field:
		n.writeFields(b, x)
	default:
		fmt.Fprint(b, x)
	}
}

// field is one of a map, in an order of its own. Its name is a string or a keyword.
type field struct{ name, value any }

func (n *notation) writeFields(b *strings.Builder, fields []field) {
	b.WriteByte('{')
	for i, f := range fields {
		if i > 0 {
			b.WriteString(n.comma)
		}
		n.write(b, f.name)
		b.WriteString(n.colon)
		n.write(b, f.value)
	}
	b.WriteByte('}')
}

// quoted is a string that EDN and JSON read alike.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r) // bytes that are no UTF-8 become U+FFFD
		}
	}
	b.WriteByte('"')
	return b.String()
}

// float keeps a float64 apart from a whole number.
func float(x float64) string {
	switch {
	case math.IsNaN(x):
		return "##NaN"
	case math.IsInf(x, 1):
		return "##Inf"
	case math.IsInf(x, -1):
		return "##-Inf"
	}
	s := strconv.FormatFloat(x, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}

// jsonNumber is null for what JSON has no number for.
func jsonNumber(x float64) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return "null"
	}
	return float(x)
}

// kindOf names what sort of value it is.
func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "nil"
	case bool:
		return "boolean"
	case int64, float64:
		return "number"
	case string:
		return "string"
	case []any:
		return "list"
	}
	return "map"
}

// compare orders values of one kind.
func compare(a, b any) int {
	switch x := a.(type) {
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y)
		}
	case string:
		if y, ok := b.(string); ok {
			return cmp.Compare(x, y)
		}
	}
	if kindOf(a) != kindOf(b) {
		return cmp.Compare(kindOf(a), kindOf(b))
	}
	if kindOf(a) == "number" {
		return cmp.Compare(number(a), number(b))
	}
	return cmp.Compare(Text(a), Text(b))
}

func number(v any) float64 {
	if x, ok := v.(int64); ok {
		return float64(x)
	}
	x, _ := v.(float64)
	return x
}

// object is what a key names, with the operations on it.
type object struct {
	key any
	ops []*Op
}

// objects are those of a history, in the order of their keys, which must be of one
// kind.
func (h *History) objects() ([]object, error) {
	places := map[any]int{}
	var all []object
	for i := range h.Ops {
		o := &h.Ops[i]
		k := comparableOf(o.Key)
		place, ok := places[k]
		if !ok {
			place = len(all)
			places[k] = place
			all = append(all, object{key: o.Key})
		}
		all[place].ops = append(all[place].ops, o)
	}
	for _, o := range all {
		if first := all[0].key; kindOf(o.key) != kindOf(first) {
			return nil, fmt.Errorf("history %q: %w", h.Name, mixedKeys(first, o.key))
		}
	}
	slices.SortFunc(all, func(a, b object) int { return compare(a.key, b.key) })
	return all, nil
}

func mixedKeys(first, other any) error {
	if first == nil || other == nil {
		return fmt.Errorf("some operations have a key, such as %s, and others have none", Text(cmp.Or(first, other)))
	}
	return fmt.Errorf("keys of mixed types: %s (%s) and %s (%s)", Text(first), kindOf(first), Text(other), kindOf(other))
}

// fold adds a value to a hash; equal values give equal hashes.
func fold(hash uint64, v any) uint64 {
	switch x := v.(type) {
	case int64:
		return (hash ^ uint64(x)) * prime
	case string:
		return foldText(hash, x)
	case []any:
		for _, e := range x {
			hash = fold(hash, e)
		}
		return (hash ^ uint64(len(x))) * prime
	}
	return foldText(^hash, Text(v))
}

// The constants of FNV-1a.
const (
	basis = 14695981039346656037
	prime = 1099511628211
)

func foldText(hash uint64, s string) uint64 {
	for i := range len(s) {
		hash = (hash ^ uint64(s[i])) * prime
	}
	return (hash ^ uint64(len(s))) * prime
}
