package history

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// checkers are all of them, with small budgets.
func checkers() map[string]func(h *History) Verdict {
	small := Options{Steps: 3000, States: 2000}
	all := map[string]func(h *History) Verdict{
		"set": Set, "counter": Counter, "unique-ids": UniqueIDs, "log": Log,
		"set-full":      func(h *History) Verdict { return SetFull(h, true) },
		"total-queue":   func(h *History) Verdict { return TotalQueue(h, true) },
		"final-counter": func(h *History) Verdict { return FinalCounter(h, small) },
		"bank":          func(h *History) Verdict { return Bank(h, BankOptions{}) },
	}
	for _, name := range Models() {
		m, _ := ModelOf(name)
		all["linearizable "+name] = func(h *History) Verdict { return Linearizable(h, m, small) }
		all["sequential "+name] = func(h *History) Verdict { return Sequential(h, m, small) }
	}
	for _, name := range Consistencies() {
		o := TxnOptions{Consistency: name, Options: small}
		all["list-append "+name] = func(h *History) Verdict { return ListAppend(h, o) }
		all["rw-register "+name] = func(h *History) Verdict { return RWRegister(h, RegisterOptions{o, true, true, true}) }
	}
	return all
}

// FuzzCheckers: whatever a history has in it, each checker comes to a verdict
// within its budget, and to the same one again.
func FuzzCheckers(f *testing.F) {
	r := rand.New(rand.NewPCG(13, 14))
	for range 150 {
		data := make([]byte, r.IntN(400))
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		f.Add(data)
	}
	all := checkers()
	f.Fuzz(func(t *testing.T, data []byte) {
		d := dice(data)
		h := d.history()
		for name, check := range all {
			v := check(h)
			if v.Valid != Pass && v.Valid != Failed && v.Valid != Unknown || v.Message == "" ||
				strings.Contains(v.Message, "\n") || (v.Valid == Failed) != (v.Picture != "") {
				t.Errorf("%s: %+v", name, v)
			}
			if again := check(h); !reflect.DeepEqual(again.Message+again.Picture, v.Message+v.Picture) {
				t.Errorf("%s: %+v, and then %+v", name, v, again)
			}
		}
		var b strings.Builder
		if err := WriteEDN(&b, h); err != nil {
			t.Error(err)
		}
		if err := WriteJSON(&b, h); err != nil {
			t.Error(err)
		}
	})
}

// dice are the choices of a random history.
type dice []byte

func (d *dice) roll(n int) int {
	if len(*d) == 0 {
		return 0
	}
	b := (*d)[0]
	*d = (*d)[1:]
	return int(b) % n
}

// asked is an operation that some checker knows, with what it asks for and is
// answered: w is a word or a number, n a number, l a list, m a map, p messages, c the
// two values of a cas, b a boolean, t a transaction of lists, r one of registers, -
// nothing, and ? anything.
type asked struct {
	f             string
	input, output byte
}

var families = [][]asked{
	{{"read", '-', 'w'}, {"write", 'w', '-'}, {"cas", 'c', 'b'}},
	{{"enqueue", 'w', '-'}, {"dequeue", '-', 'w'}, {"dequeue", '-', 'w'}, {"drain", '-', 'l'}},
	{{"add", 'w', '-'}, {"read", '-', 'l'}},
	{{"txn", 't', 't'}},
	{{"txn", 'r', 'r'}},
	{{"send", 'w', 'n'}, {"poll", '-', 'p'}, {"poll", '-', 'p'}, {"assign", 'l', '-'}, {"subscribe", 'l', '-'}},
	{{"acquire", '-', '-'}, {"release", '-', '-'}},
	{{"get", '-', 'w'}, {"put", 'w', '-'}, {"append", 'w', '-'}, {"delete", '-', '-'}},
	{{"generate", '-', 'w'}},
	{{"add", 'n', '-'}, {"read", '-', 'n'}},
	{{"read", '-', 'm'}, {"transfer", '?', '?'}},
	{{"read", '?', '?'}, {"txn", '?', '?'}, {"", '?', '?'}},
}

func (d *dice) history() *History {
	family := families[d.roll(len(families))]
	keys := d.roll(3)
	broken, odd := d.roll(16) == 1, d.roll(8) == 1
	h := &History{Name: "fuzz", Cut: d.roll(40) == 1}
	order := uint64(0)
	for i := 0; len(*d) > 0; i++ {
		a := family[d.roll(len(family))]
		if odd && d.roll(16) == 1 {
			a.input, a.output = '?', '?'
		}
		o := Op{Index: i, Process: d.roll(5), F: a.f, Type: []Type{OK, OK, OK, OK, OK, OK, Info, Fail}[d.roll(8)]}
		if o.Input, o.Output = d.shaped(a.input, i), d.shaped(a.output, i); a.input == 't' || a.input == 'r' {
			o.Input, o.Output = d.txn(a.input, i)
		}
		if a.f == "send" || keys == 1 {
			o.Key = int64(d.roll(3))
		}
		order += uint64(1 + d.roll(3))
		o.Invoked, o.Completed = order, order+uint64(d.roll(12))
		if !broken { // each process is at one operation
			o.Completed = max(o.Completed, o.Invoked+1)
			o.Process = d.freeProcess(h, o.Process, o.Invoked)
		}
		h.Ops = append(h.Ops, o)
	}
	return h
}

// shaped is a value of some shape.
func (d *dice) shaped(shape byte, i int) any {
	switch shape {
	case 'w':
		if d.roll(2) == 0 {
			return int64(i)
		}
		return int64(d.roll(6))
	case 'n':
		return int64(d.roll(12)) - 2
	case 'l':
		list := []any{}
		for range d.roll(4) {
			list = append(list, int64(d.roll(8)))
		}
		return list
	case 'm':
		return map[string]any{"a": int64(d.roll(4)), "b": int64(d.roll(4))}
	case 'c':
		return []any{int64(d.roll(4)), int64(d.roll(4))}
	case 'b':
		return d.roll(2) == 0
	case 'p':
		messages := []any{}
		for range d.roll(4) {
			messages = append(messages, []any{int64(d.roll(8)), int64(d.roll(12))})
		}
		return map[string]any{"0": messages, "1": []any{}}
	case '?':
		return d.value(3)
	}
	return nil
}

func (d *dice) freeProcess(h *History, wanted int, at uint64) int {
	busy := func(o Op) bool { return o.Process == wanted && (o.Type == Info || o.Completed > at) }
	for slices.ContainsFunc(h.Ops, busy) {
		wanted++
	}
	return wanted
}

func (d *dice) value(depth int) any {
	switch d.roll(12) {
	case 0:
		return nil
	case 1:
		return d.roll(2) == 0
	case 2:
		return []float64{1.5, math.NaN(), math.Inf(1)}[d.roll(3)]
	case 3:
		return []string{"x", "y", "", "\x00\xff"}[d.roll(4)]
	case 4, 5:
		if depth == 0 {
			return nil
		}
		list := []any{}
		for range d.roll(4) {
			list = append(list, d.value(depth-1))
		}
		return list
	case 6:
		if depth == 0 {
			return nil
		}
		return map[string]any{"from": d.value(depth - 1), "x": d.value(depth - 1)}
	}
	return int64(d.roll(4))
}

// txn is a transaction of lists, or of registers.
func (d *dice) txn(shape byte, i int) (input, output any) {
	in, out := []any{}, []any{}
	for j := range d.roll(4) {
		key := int64(d.roll(2))
		switch {
		case d.roll(2) == 0:
			value := int64(4*i + j)
			m := []any{map[byte]string{'t': "append", 'r': "w"}[shape], key, value}
			in, out = append(in, m), append(out, m)
		case shape == 'r':
			in, out = append(in, []any{"r", key}), append(out, []any{"r", key, int64(d.roll(4*i + 4))})
		default:
			list := []any{}
			for range d.roll(4) {
				list = append(list, int64(d.roll(4*i+4)))
			}
			in, out = append(in, []any{"r", key}), append(out, []any{"r", key, list})
		}
	}
	return in, out
}
