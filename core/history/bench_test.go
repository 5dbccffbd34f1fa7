package history

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// BenchmarkJudge judges histories of n operations of 10 processes over 10 keys, and
// reports the exponent: how the time has grown since the size before, as a power of
// n. All histories pass but those called stale and skew.
func BenchmarkJudge(b *testing.B) {
	for _, c := range []struct {
		name  string
		make  func(n int) *History
		judge func(*History) Verdict
		want  Validity
	}{
		{"linearizable", registers10, linearizableRegister, Pass},
		{"linearizable-stale", staleRegisters, linearizableRegister, Failed},
		{"sequential", registers10, sequentialRegister, Pass},
		{"sequential-lagging", laggingRegisters, sequentialRegister, Pass},
		{"set-full", growingSet, func(h *History) Verdict { return SetFull(h, true) }, Pass},
		{"list-append", listTxns(0), func(h *History) Verdict { return ListAppend(h, TxnOptions{}) }, Pass},
		{"list-append-skew", listTxns(20), func(h *History) Verdict { return ListAppend(h, TxnOptions{}) }, Failed},
		{"rw-register", registerTxns, func(h *History) Verdict {
			return RWRegister(h, RegisterOptions{WFRKeys: true, SequentialKeys: true, LinearizableKeys: true})
		}, Pass},
		{"log", sentAndPolled, Log, Pass},
	} {
		b.Run(c.name, func(b *testing.B) {
			before := 0.0
			for _, n := range []int{100, 1_000, 10_000} {
				took := 0.0
				b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
					h := c.make(n)
					b.ResetTimer()
					for range b.N {
						if v := c.judge(h); v.Valid != c.want {
							b.Fatal(v.Message)
						}
					}
					took = float64(b.Elapsed().Nanoseconds()) / float64(b.N)
					if before > 0 {
						b.ReportMetric(math.Log10(took/before), "exponent")
					}
				})
				before = took
			}
		})
	}
}

func register() Model {
	m, _ := ModelOf("register")
	return m
}

func linearizableRegister(h *History) Verdict { return Linearizable(h, register(), Options{}) }

func sequentialRegister(h *History) Verdict { return Sequential(h, register(), Options{}) }

// concurrent has n operations of 10 processes, each of which happens at one moment
// between its beginning and its end.
func concurrent(n int, seed uint64, ask func(r *rand.Rand, i int) Op, happen func(o *Op)) *History {
	r := rand.New(rand.NewPCG(seed, 1))
	type open struct {
		place    int
		happened bool
	}
	var ops []Op
	var running []open
	free := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	for order := uint64(1); len(ops) < n || len(running) > 0; order++ {
		if len(ops) < n && len(free) > 0 && r.IntN(3) == 0 {
			o := ask(r, len(ops))
			o.Process, o.Invoked, o.Type = free[0], order, OK
			free = free[1:]
			running = append(running, open{len(ops), false})
			ops = append(ops, o)
			continue
		}
		if len(running) == 0 {
			continue
		}
		i := r.IntN(len(running))
		o := &ops[running[i].place]
		if !running[i].happened {
			running[i].happened = true
			happen(o)
			continue
		}
		o.Completed = order
		free = append(free, o.Process)
		running = slices.Delete(running, i, i+1)
	}
	h, err := New("bench", ops)
	if err != nil {
		panic(err)
	}
	return h
}

func registers10(n int) *History {
	states := map[any]any{}
	return concurrent(n, 1, func(r *rand.Rand, i int) Op {
		o := Op{Key: int64(r.IntN(10)), F: "read"}
		if r.IntN(2) == 0 {
			o.F, o.Input = "write", int64(i)
		}
		return o
	}, func(o *Op) {
		if o.F == "write" {
			states[o.Key] = o.Input
		} else {
			o.Output = states[o.Key]
		}
	})
}

// staleRegisters has one read, in the middle, of a value that was overwritten long
// ago.
func staleRegisters(n int) *History {
	h := registers10(n)
	for i := n / 2; ; i++ {
		if o := &h.Ops[i]; o.F == "read" {
			for j := range h.Ops {
				if w := &h.Ops[j]; w.F == "write" && w.Key == o.Key {
					o.Output = w.Input
					return h
				}
			}
		}
	}
}

// laggingRegisters has processes that read from replicas which are behind, each on
// its own, and write one after the other: sequentially consistent, not linearizable.
func laggingRegisters(n int) *History {
	var log []Op
	replicas, at := map[int]map[any]any{}, map[int]int{}
	return concurrent(n, 6, func(r *rand.Rand, i int) Op {
		o := Op{Key: int64(r.IntN(10)), F: "read", Output: r.IntN(4)}
		if r.IntN(3) == 0 {
			o.F, o.Input, o.Output = "write", int64(i), nil
		}
		return o
	}, func(o *Op) {
		p := o.Process
		if replicas[p] == nil {
			replicas[p] = map[any]any{}
		}
		to := len(log) // a process that writes sees all that was written before
		if o.F == "write" {
			log = append(log, *o)
			to = len(log)
		} else {
			to = max(at[p], min(to, at[p]+o.Output.(int)))
		}
		for ; at[p] < to; at[p]++ {
			replicas[p][log[at[p]].Key] = log[at[p]].Input
		}
		if o.F == "read" {
			o.Output = replicas[p][o.Key]
		}
	})
}

func growingSet(n int) *History {
	var set []any
	return concurrent(n, 2, func(r *rand.Rand, i int) Op {
		if i%max(n/20, 1) == n/20-1 || i == n-1 {
			return Op{F: "read"}
		}
		return Op{F: "add", Input: int64(i)}
	}, func(o *Op) {
		if o.F == "add" {
			set = append(set, o.Input)
		} else {
			o.Output = slices.Clone(set)
		}
	})
}

// listTxns are transactions of up to four micro-operations over 10 keys at a time,
// each of which gets up to 100 elements. Some of a thousand read what was there two
// transactions before.
func listTxns(stale int) func(n int) *History {
	return func(n int) *History {
		states, old := map[any][]any{}, map[any][]any{}
		counts := map[int64]int{}
		base := int64(0)
		r := rand.New(rand.NewPCG(3, 3))
		return concurrent(n, 3, func(r *rand.Rand, i int) Op {
			var mops []any
			for range 1 + r.IntN(4) {
				key := base + int64(r.IntN(10))
				if r.IntN(2) == 0 {
					mops = append(mops, []any{"r", key})
					continue
				}
				counts[key]++
				mops = append(mops, []any{"append", key, int64(counts[key])})
				if counts[key] == 100 {
					base += 10
				}
			}
			return Op{F: "txn", Input: mops}
		}, func(o *Op) {
			state := states
			if r.IntN(1000) < stale {
				state = old
			}
			var out []any
			for _, m := range o.Input.([]any) {
				mop := m.([]any)
				key := mop[1]
				if mop[0] == "r" {
					out = append(out, []any{"r", key, slices.Clone(state[key])})
					continue
				}
				old[key] = states[key]
				states[key] = append(states[key], mop[2])
				out = append(out, mop)
			}
			o.Output = out
		})
	}
}

func registerTxns(n int) *History {
	states := map[any]any{}
	return concurrent(n, 4, func(r *rand.Rand, i int) Op {
		var mops []any
		for j := range 1 + r.IntN(4) {
			key := int64(r.IntN(10))
			if r.IntN(2) == 0 {
				mops = append(mops, []any{"r", key})
			} else {
				mops = append(mops, []any{"w", key, int64(4*i + j)})
			}
		}
		return Op{F: "txn", Input: mops}
	}, func(o *Op) {
		var out []any
		for _, m := range o.Input.([]any) {
			mop := m.([]any)
			if mop[0] == "r" {
				mop = []any{"r", mop[1], states[mop[1]]}
			} else {
				states[mop[1]] = mop[2]
			}
			out = append(out, mop)
		}
		o.Output = out
	})
}

func sentAndPolled(n int) *History {
	log := map[string][]any{}
	at := map[int]map[string]int{}
	return concurrent(n, 5, func(r *rand.Rand, i int) Op {
		if i%2 == 0 {
			return Op{F: "poll"}
		}
		return Op{F: "send", Key: fmt.Sprint(r.IntN(10)), Input: int64(i)}
	}, func(o *Op) {
		if o.F == "send" {
			key := o.Key.(string)
			o.Output = int64(len(log[key]))
			log[key] = append(log[key], []any{o.Output, o.Input})
			return
		}
		if at[o.Process] == nil {
			at[o.Process] = map[string]int{}
		}
		got := map[string]any{}
		for key, all := range log {
			from := at[o.Process][key]
			to := min(len(all), from+10)
			got[key] = slices.Clone(all[from:to])
			at[o.Process][key] = to
		}
		o.Output = got
	})
}
