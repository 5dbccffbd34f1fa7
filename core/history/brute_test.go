package history

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// bruteForce says whether some order of operations explains all answers, by
// trying them all: precedes says which must come before which. It shares nothing
// with the checkers but the model.
func bruteForce(m Model, ops []*Op, precedes func(a, b *Op) bool) bool {
	used := make([]bool, len(ops))
	var place func(states map[any]any) bool
	place = func(states map[any]any) bool {
		done := true
		for i, o := range ops {
			if used[i] {
				continue
			}
			done = done && o.Type == Info
			ready := !slices.ContainsFunc(ops, func(p *Op) bool {
				return !used[slices.Index(ops, p)] && p != o && precedes(p, o)
			})
			if !ready {
				continue
			}
			state, ok := states[o.Key]
			if !ok {
				state = m.Init
			}
			next, ok, err := m.Step(state, o)
			if err != nil || !ok {
				continue
			}
			used[i] = true
			states[o.Key] = next
			found := place(states)
			states[o.Key] = state
			used[i] = false
			if found {
				return true
			}
		}
		return done
	}
	return place(map[any]any{})
}

// happened are the operations that a history does not say did not happen.
func happened(h *History) []*Op {
	return slices.DeleteFunc(h.all(), func(o *Op) bool { return o.Type == Fail })
}

func TestLinearizableIsBruteForce(t *testing.T) {
	compareWithBruteForce(t, Linearizable, func(a, b *Op) bool { return a.before(b) })
}

func TestSequentialIsBruteForce(t *testing.T) {
	compareWithBruteForce(t, Sequential, func(a, b *Op) bool { return a.Process == b.Process && a.Index < b.Index })
}

func compareWithBruteForce(t *testing.T, check func(*History, Model, Options) Verdict, precedes func(a, b *Op) bool) {
	for _, c := range []struct {
		name, model string
		fs          []string
		once        bool // each value is written once
	}{
		{"register", "register", []string{"read", "write"}, false},
		{"register, each value once", "register", []string{"read", "write"}, true},
		{"cas_register", "cas_register", []string{"read", "write", "cas"}, false},
		{"key_value", "key_value", []string{"get", "put", "append", "delete"}, false},
		{"mutex", "mutex", []string{"acquire", "release"}, false},
		{"queue", "queue", []string{"enqueue", "dequeue"}, false},
		{"set", "set", []string{"add", "read"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &player{r: rand.New(rand.NewPCG(1, 2)), m: mustModel(t, c.model), fs: c.fs, once: c.once}
			count := map[Validity]int{}
			for range rounds(1000) {
				h := p.history(3 + p.r.IntN(4))
				want := Failed
				if bruteForce(p.m, happened(h), precedes) {
					want = Pass
				}
				count[want]++
				if v := check(h, p.m, Options{}); v.Valid != want {
					t.Fatalf("%s, want %s: %s\n%s", v.Valid, want, v.Message, picture(h.all(), nil))
				}
			}
			if count[Pass] < rounds(100) || count[Failed] < rounds(100) {
				t.Errorf("the histories are no test: %v", count)
			}
		})
	}
}

// player plays operations of some processes on an object that does one after
// another at once, and then changes some answers.
type player struct {
	r    *rand.Rand
	m    Model
	fs   []string
	once bool
}

func (p *player) history(n int) *History {
	r := p.r
	states := map[any]any{}
	order := uint64(0)
	free := []int{0, 1, 2}
	fresh := 3
	var ops []Op
	var open []int
	for len(ops) < n || len(open) > 0 {
		order++
		if len(ops) < n && len(free) > 0 && (len(open) == 0 || r.IntN(2) == 0) {
			o := Op{Process: free[0], F: p.fs[r.IntN(len(p.fs))], Invoked: order, Type: Info}
			o.Key = []any{"x", "y"}[r.IntN(8)/7]
			o.Input = p.input(o.F, len(ops))
			free = free[1:]
			open = append(open, len(ops))
			ops = append(ops, o)
			continue
		}
		i := r.IntN(len(open))
		o := &ops[open[i]]
		open = slices.Delete(open, i, i+1)
		if r.IntN(8) == 0 { // nobody knows; perhaps it has happened
			if r.IntN(2) == 0 {
				answer(r, p.m, states, o)
			}
			o.Type, o.Output = Info, nil
			free = append(free, fresh)
			fresh++
			continue
		}
		answer(r, p.m, states, o)
		o.Type, o.Completed = OK, order
		if r.IntN(12) == 0 {
			o.Type = Fail
		}
		free = append(free, o.Process)
	}
	h, err := New("random", ops)
	if err != nil {
		panic(err)
	}
	return h
}

func (p *player) input(f string, i int) any {
	value := func() any { return int64(p.r.IntN(3)) }
	switch f {
	case "read", "get", "dequeue", "acquire", "release", "delete":
		return nil
	case "cas":
		return []any{value(), value()}
	case "append":
		return "a"
	case "put":
		return []any{"a", "b"}[p.r.IntN(2)]
	case "write":
		if p.once {
			return int64(i)
		}
	}
	return value()
}

// answer finds an answer that the model gives, or takes any.
func answer(r *rand.Rand, m Model, states map[any]any, o *Op) {
	state, ok := states[o.Key]
	if !ok {
		state = m.Init
	}
	o.Type = OK
	answers := []any{nil, int64(0), int64(1), int64(2), int64(3), int64(4), int64(5), "a", "b", "aa", "ba", false,
		[]any{}, []any{int64(0)}, []any{int64(1)}, []any{int64(0), int64(1)}, []any{int64(2)}}
	r.Shuffle(len(answers), func(i, j int) { answers[i], answers[j] = answers[j], answers[i] })
	for _, a := range answers {
		o.Output = a
		if next, ok, err := m.Step(state, o); ok && err == nil {
			states[o.Key] = next
			if r.IntN(6) == 0 { // changed
				o.Output = answers[r.IntN(len(answers))]
			}
			return
		}
	}
}
