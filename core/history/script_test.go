package history

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// scripted makes a history of events, a millisecond apart: "0 add 3" is an
// invocation of process 0, "0 ok", "0 ok [1 2]", "0 fail" and "0 info" what comes of
// it. Events are divided by semicolons or the ends of lines.
func scripted(t testing.TB, script string) *History {
	t.Helper()
	r := newRecorder()
	for event := range strings.FieldsFuncSeq(script, func(c rune) bool { return c == ';' || c == '\n' }) {
		words := strings.SplitN(strings.TrimSpace(event), " ", 3)
		if len(words) < 2 {
			continue
		}
		value := any(nil)
		if len(words) == 3 {
			value = valueOf(words[2])
		}
		switch word := words[1]; word {
		case "ok", "fail", "info":
			r.complete(words[0], Type(word), value)
		default:
			r.invoke(words[0], word, nil, value)
		}
	}
	return r.history(t)
}

// valueOf reads nil, true, false, whole numbers, words, and lists of these.
func valueOf(s string) any {
	v, rest := parseValue(strings.TrimSpace(s))
	if strings.TrimSpace(rest) != "" {
		panic("what is " + rest)
	}
	return v
}

func parseValue(s string) (v any, rest string) {
	if s[0] == '[' || s[0] == '{' {
		return parseList(s)
	}
	end := strings.IndexAny(s, " ,]}")
	if end < 0 {
		end = len(s)
	}
	word, rest := s[:end], s[end:]
	switch word {
	case "nil", "_":
		return nil, rest
	case "true", "false":
		return word == "true", rest
	}
	if n, err := strconv.ParseInt(word, 10, 64); err == nil {
		return n, rest
	}
	return strings.TrimPrefix(word, ":"), rest
}

func parseList(s string) (v any, rest string) {
	isMap := s[0] == '{'
	list := []any{}
	for s = s[1:]; ; {
		s = strings.TrimLeft(s, " ,")
		if s[0] == ']' || s[0] == '}' {
			break
		}
		var e any
		e, s = parseValue(s)
		list = append(list, e)
	}
	if !isMap {
		return list, s[1:]
	}
	m := map[string]any{}
	for i := 0; i < len(list); i += 2 {
		m[list[i].(string)] = list[i+1]
	}
	return m, s[1:]
}

// recorder makes a history of events, as they come.
type recorder struct {
	ops   []Op
	order uint64
	open  map[string]int
}

func newRecorder() *recorder { return &recorder{open: map[string]int{}} }

func (r *recorder) now() time.Duration { return time.Duration(r.order-1) * time.Millisecond }

func (r *recorder) invoke(process, f string, key, value any) {
	r.order++
	p, _ := strconv.Atoi(process)
	r.open[process] = len(r.ops)
	r.ops = append(r.ops, Op{Process: p, F: f, Key: key, Input: value, Type: Info, Invoked: r.order, Start: r.now()})
}

func (r *recorder) complete(process string, t Type, value any) {
	r.order++
	o := &r.ops[r.open[process]]
	o.Type, o.Output, o.Completed, o.End = t, value, r.order, r.now()
}

func (r *recorder) history(t testing.TB) *History {
	t.Helper()
	h, err := New("h", r.ops)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// rounds is how often something random is tried: less when tests have to be short.
func rounds(n int) int {
	if testing.Short() {
		return n / 5
	}
	return n
}
