package history

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func finalCounter(h *History) Verdict { return FinalCounter(h, Options{}) }

func TestFinalCounter(t *testing.T) {
	testExamples(t, finalCounter, []example{
		{"empty", "", Unknown, ""},
		{"nobody reads at the end", "0 add 1; 0 ok; 0 read; 0 ok 1", Unknown, ""},
		{"nothing was added", "0 final_read; 0 ok 0", Pass, "reads=1"},
		{"all of it", "0 add 1; 0 ok; 1 add 2; 1 ok; 0 final_read; 0 ok 3; 1 final_read; 1 ok 3", Pass, "reads=2"},
		{"a part of it", "0 add 1; 0 ok; 1 add 2; 1 ok; 0 final_read; 0 ok 1", Failed, ""},
		{"a read of the past", "0 add 1; 0 ok; 1 read; 1 ok 0; 0 final_read; 0 ok 1", Pass, "reads=1"},
		{"what failed does not count", "0 add 1; 0 fail; 0 final_read; 0 ok 1", Failed, ""},
		{"what nobody knows", "0 add 5; 0 info; 1 add 1; 1 ok; 2 final_read; 2 ok 1; 2 final_read; 2 ok 6", Pass, ""},
		{"half of what nobody knows", "0 add 5; 0 info; 2 final_read; 2 ok 3", Failed, ""},
		{"between two sums", "0 add 5; 0 info; 1 add 10; 1 info; 2 final_read; 2 ok 12", Failed, ""},
		{"below zero", "0 add -5; 0 info; 1 add 3; 1 ok; 2 final_read; 2 ok -2", Pass, ""},
		{"at the same time", "0 add 5; 1 final_read; 0 ok; 1 ok 0; 2 final_read; 2 ok 5", Pass, ""},
		{"afterwards", "1 final_read; 1 ok 5; 0 add 5; 0 ok", Failed, ""},
	})
	for _, c := range []struct{ script, want string }{
		{"0 push 1; 0 ok", `want add or read or final_read`},
		{"0 final_read; 0 ok x", `want a whole number`},
		{"0 add x; 0 ok; 0 final_read; 0 ok 1", `want a whole number`},
	} {
		if v := finalCounter(scripted(t, c.script)); v.Err == nil || !strings.Contains(v.Err.Error(), c.want) {
			t.Errorf("%s: %+v, want %s", c.script, v, c.want)
		}
	}
}

// TestFinalCounterIsExact counts all sums of what may have been added.
func TestFinalCounterIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		script, sums := "", map[int]bool{0: true}
		for p := range r.IntN(7) {
			n := r.IntN(41) - 20
			script += fmt.Sprintf("%d add %d; ", p, n)
			with := map[int]bool{}
			known := r.IntN(3) == 0
			for sum := range sums {
				with[sum+n] = true
				if !known {
					with[sum] = true
				}
			}
			sums = with
			if known {
				script += fmt.Sprintf("%d ok; ", p)
			} else if r.IntN(2) == 0 {
				script += fmt.Sprintf("%d info; ", p)
			}
		}
		for read := -150; read <= 150; read += 1 + r.IntN(3) {
			v := finalCounter(scripted(t, script+fmt.Sprintf("9 final_read; 9 ok %d", read)))
			if (v.Valid == Pass) != sums[read] || v.Valid == Unknown {
				t.Fatalf("%s: %d: %s %s", script, read, v.Valid, v.Message)
			}
		}
	}
}

// TestFinalCounterHasABudget: powers of two make as many sums as there can be.
func TestFinalCounterHasABudget(t *testing.T) {
	script := ""
	for p := range 40 {
		script += fmt.Sprintf("%d add %d; ", p, int64(3)<<p)
	}
	v := FinalCounter(scripted(t, script+"99 final_read; 99 ok 1"), Options{Steps: 10_000})
	if v.Valid != Unknown || v.Err != nil || !strings.Contains(v.Message, "10000 steps") {
		t.Errorf("%+v", v)
	}
}
