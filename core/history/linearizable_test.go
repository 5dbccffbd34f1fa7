package history

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestPicture shows counterexamples as users see them.
func TestPicture(t *testing.T) {
	h := scripted(t, "1 write 1; 1 ok; 2 write 2; 3 read; 3 ok 2; 4 read; 2 ok; 4 ok 1; 5 write 3; 5 info")
	v := Linearizable(h, mustModel(t, "register"), Options{})
	want := `not linearizable: read -> 1 of process 4, from 5 ms to 7 ms, fits nowhere: there the state is 2
  process 1  write 1    0 ms to 1 ms  ||
  process 2  write 2    2 ms to 6 ms    |---|
  process 3  read -> 2  3 ms to 4 ms     ||
  process 4  read -> 1  5 ms to 7 ms       |-|  fits nowhere
`
	if got := v.Message + "\n" + v.Picture; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if v = Sequential(h, mustModel(t, "register"), Options{}); v.Valid != Pass {
		t.Errorf("processes may be behind: %+v", v)
	}
	h = scripted(t, "1 write 1; 1 ok; 1 write 2; 1 ok; 2 read; 2 ok 2; 2 read; 2 ok 1; 3 cas [7 8]; 3 info")
	v = Sequential(h, mustModel(t, "cas_register"), Options{})
	want = `not sequentially consistent: no order that each process has seen; the longest has 3 of 4 operations, where read -> 1 of process 2 is next and the state is 2
  process 1  write 1         0 ms to 1 ms  ||
  process 1  write 2         2 ms to 3 ms    ||
  process 2  read -> 2       4 ms to 5 ms      ||
  process 2  read -> 1       6 ms to 7 ms        ||       next, where the state is 2
  process 3  cas [7 8] -> ?  8 ms to ?             |-...
`
	if got := v.Message + "\n" + v.Picture; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestCirclePicture: where reads tell which write they show, the counterexample is
// a circle.
func TestCirclePicture(t *testing.T) {
	h := scripted(t, "1 write 1; 1 ok; 1 write 2; 1 ok; 2 read; 2 ok 2; 2 read; 2 ok 1")
	v := Sequential(h, mustModel(t, "register"), Options{})
	want := `not sequentially consistent: each of 2 operations comes before the next, in a circle
  O1  process 1  write 2    2 ms to 3 ms
  O2  process 1  write 1    0 ms to 1 ms
  R3  process 2  read -> 1  6 ms to 7 ms
  O1 -> O2  O1 is before R3, which shows O2
  O2 -> O1  process 1 did O2 before O1
`
	if got := v.Message + "\n" + v.Picture; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestOrphan: what nobody wrote needs no search.
func TestOrphan(t *testing.T) {
	var script strings.Builder
	for i := range 200 {
		fmt.Fprintf(&script, "%d write %d; %d ok; ", i%7, i, i%7)
	}
	script.WriteString("8 read; 8 ok 999")
	v := Sequential(scripted(t, script.String()), mustModel(t, "register"), Options{Steps: 10})
	if v.Valid != Failed || !strings.Contains(v.Message, "nobody wrote what read -> 999 of process 8 shows") {
		t.Errorf("%+v", v)
	}
}

// TestSequentialKeys: Each key alone is sequentially consistent, both together are
// not, since sequential consistency is not local (Herlihy and Wing, 1990, figure 5
// for queues); linearizability is.
func TestSequentialKeys(t *testing.T) {
	h := scripted(t, "1 write 1; 1 ok; 2 write 1; 2 ok; 1 read; 1 ok nil; 2 read; 2 ok nil")
	for i, key := range []string{"x", "y", "y", "x"} {
		h.Ops[i].Key = key
	}
	if v := Sequential(h, mustModel(t, "register"), Options{}); v.Valid != Failed {
		t.Errorf("%+v", v)
	}
	for _, i := range []int{1, 2} {
		h.Ops[i].Type = Fail
	}
	if v := Sequential(h, mustModel(t, "register"), Options{}); v.Valid != Pass {
		t.Errorf("one key: %+v", v)
	}
}

// TestBudget: the same steps give the same verdict, and few give none.
func TestBudget(t *testing.T) {
	var script strings.Builder
	for i := range 20 {
		fmt.Fprintf(&script, "%d write %d\n", i, i)
	}
	for i := range 20 {
		fmt.Fprintf(&script, "%d info\n", i)
	}
	script.WriteString("90 read; 90 ok 3; 91 read; 91 ok 99; 92 cas [1 2]; 92 info")
	h := scripted(t, script.String())
	m := mustModel(t, "cas_register")
	for _, o := range []Options{{Steps: 5000}, {States: 3000}} {
		for _, check := range []func(*History, Model, Options) Verdict{Linearizable, Sequential} {
			v := check(h, m, o)
			if v.Valid != Unknown || v.Err != nil || !strings.Contains(v.Message, "is used up") {
				t.Errorf("%+v: %+v", o, v)
			}
		}
	}
	count := 0
	step := m.Step
	m.Step = func(state any, o *Op) (any, bool, error) { count++; return step(state, o) }
	if Linearizable(h, m, Options{Steps: 5000}); count > 5001 {
		t.Errorf("%d steps", count)
	}
	h.Cut = true
	if v := Linearizable(h, m, Options{}); v.Valid != Unknown {
		t.Errorf("a history that was cut: %+v", v)
	}
}

// TestShares: a key that takes too long does not hide one that is wrong.
func TestShares(t *testing.T) {
	var script strings.Builder
	for i := range 20 {
		fmt.Fprintf(&script, "%d write %d; ", i, i)
	}
	script.WriteString("90 read; 90 ok 99; 91 read; 91 ok 1")
	h := scripted(t, script.String())
	for i := range h.Ops {
		h.Ops[i].Key = "a"
	}
	h.Ops[21].Key = "b"
	v := Linearizable(h, mustModel(t, "register"), Options{Steps: 2000})
	if v.Valid != Failed || !strings.Contains(v.Message, `key "b": read -> 1`) {
		t.Errorf("%+v", v)
	}
}

func TestModelRefuses(t *testing.T) {
	if _, err := ModelOf("registry"); err == nil || !strings.Contains(err.Error(), "cas_register, key_value, mutex") {
		t.Error(err)
	}
	own := Model{Name: "own", Step: func(any, *Op) (any, bool, error) { return nil, false, errors.New("model.lua:3: no") }}
	for script, c := range map[string]struct {
		m    Model
		want string
	}{
		"0 increment 1; 0 ok": {mustModel(t, "register"), `the model has no "increment": it has read, write`},
		"0 cas 1; 0 ok":       {mustModel(t, "cas_register"), `a cas of 1: want [from to]`},
		"0 read; 0 ok 1":      {own, "model.lua:3: no"},
	} {
		h := scripted(t, script)
		for _, check := range []func(*History, Model, Options) Verdict{Linearizable, Sequential} {
			v := check(h, c.m, Options{})
			if v.Valid != Unknown || v.Err == nil || !strings.Contains(v.Err.Error(), c.want) {
				t.Errorf("%s: %+v", script, v)
			}
		}
	}
}

// TestCulpritOfASmallBudget: where the budget ends before it is known which operation
// leaves no order, none is said to.
func TestCulpritOfASmallBudget(t *testing.T) {
	var script strings.Builder
	for p := 1; p <= 6; p++ { // nobody knows whether these have happened
		fmt.Fprintf(&script, "%d write %d; %d info; ", p, p, p)
	}
	script.WriteString("10 write 11; 10 ok; 11 read; 11 ok 11; 11 read; 11 ok 3; 11 read; 11 ok 11; 11 read; 11 ok 2; 11 read; 11 ok 1")
	h := scripted(t, script.String())
	culprit, silent := "fits nowhere", 0
	for steps := 1; steps < 3000; steps++ {
		v := Linearizable(h, mustModel(t, "register"), Options{Steps: steps})
		switch {
		case v.Valid != Failed:
		case strings.Contains(v.Picture, "no order up to here"):
			silent++
		case !strings.Contains(v.Message, "read -> 11 of process 11, from 18 ms to 19 ms, "+culprit):
			t.Fatalf("%d steps: %s\n%s", steps, v.Message, v.Picture)
		}
	}
	if silent == 0 {
		t.Error("no budget ended while the operation was looked for")
	}
}
