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
// key. Equal values give equal ones.
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

// equal says whether two values are the same.
func equal(a, b any) bool {
	if x, ok := a.([]any); ok {
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, equal)
	}
	return comparableOf(a) == comparableOf(b)
}

// Text shows a value in EDN, as Jepsen does. Maps are in the order of their keys.
func Text(v any) string {
	var b strings.Builder
	writeText(&b, v)
	return b.String()
}

func writeText(b *strings.Builder, v any) {
	switch x := v.(type) {
	case nil:
		b.WriteString("nil")
	case keyword:
		b.WriteString(x.edn())
	case int64:
		b.WriteString(strconv.FormatInt(x, 10))
	case string:
		b.WriteString(quoted(x))
	case float64:
		b.WriteString(float(x))
	case []any:
		b.WriteByte('[')
		for i, e := range x {
			if i > 0 {
				b.WriteByte(' ')
			}
			writeText(b, e)
		}
		b.WriteByte(']')
	case map[string]any:
		b.WriteByte('{')
		for i, k := range slices.Sorted(maps.Keys(x)) {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(quoted(k) + " ")
			writeText(b, x[k])
		}
		b.WriteByte('}')
	default:
		fmt.Fprint(b, x)
	}
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
			return nil, fmt.Errorf("history %q: keys of mixed types: %s (%s) and %s (%s)",
				h.Name, Text(first), kindOf(first), Text(o.key), kindOf(o.key))
		}
	}
	slices.SortFunc(all, func(a, b object) int { return compare(a.key, b.key) })
	return all, nil
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
