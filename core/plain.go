package core

import (
	"fmt"
	"math"
)

// Bounds of the input and of the output of an operation, as they are kept.
const (
	MaxPlainBytes = 64 << 10 // of texts and keys, and 16 for every value
	MaxPlainDepth = 32       // lists and maps inside each other
)

// maxWhole is how far every whole number has a float64 of its own.
const maxWhole = 1 << 53

// plainOf is Plain of what an operation was given, or of what a function
// returns that it was given; oversize says that it was too large.
func plainOf(v any) (plain any, oversize bool) {
	if later, ok := v.(func() any); ok {
		v = later()
	}
	plain, ok := Plain(v)
	return plain, !ok
}

// Plain is a copy of v made of nil, bool, int64, float64, string, []any and
// map[string]any only, so that values can be compared whatever engine they came
// from. Whole numbers up to 2^53 are int64; bytes are a string; nil lists are
// empty ones; anything else is text, as %v shows it. It is not ok, and nil, when
// v is beyond MaxPlainBytes or MaxPlainDepth.
func Plain(v any) (plain any, ok bool) {
	p := plainer{left: MaxPlainBytes}
	plain = p.value(v, 0)
	if p.left < 0 {
		return nil, false
	}
	return plain, true
}

type plainer struct{ left int }

func (p *plainer) value(v any, depth int) any {
	if p.left -= 16; p.left < 0 {
		return nil
	}
	switch x := v.(type) {
	case nil, bool, int64:
		return x
	case int:
		return int64(x)
	case int32:
		return int64(x)
	case uint32:
		return int64(x)
	case uint64:
		if x <= math.MaxInt64 {
			return int64(x)
		}
		return float64(x)
	case float64:
		if x == math.Trunc(x) && math.Abs(x) <= maxWhole {
			return int64(x)
		}
		return x
	case string:
		return p.text(x)
	case []byte:
		return p.text(string(x))
	case []any:
		return p.list(x, depth)
	case map[string]any:
		return p.table(x, depth)
	}
	return p.text(fmt.Sprint(v))
}

func (p *plainer) text(s string) any {
	p.left -= len(s)
	return s
}

func (p *plainer) list(x []any, depth int) any {
	if p.tooDeep(depth) || 16*len(x) > p.left {
		p.left = -1
		return nil
	}
	list := make([]any, len(x))
	for i, v := range x {
		list[i] = p.value(v, depth+1)
	}
	return list
}

func (p *plainer) table(x map[string]any, depth int) any {
	if p.tooDeep(depth) || 16*len(x) > p.left {
		p.left = -1
		return nil
	}
	table := make(map[string]any, len(x))
	for k, v := range x { //tidy:sorted into another map
		p.left -= len(k)
		table[k] = p.value(v, depth+1)
	}
	return table
}

func (p *plainer) tooDeep(depth int) bool { return depth >= MaxPlainDepth }
