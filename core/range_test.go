package core_test

import (
	"strings"
	"testing"

	"simlua.example/core"
)

func TestRange(t *testing.T) {
	for _, c := range []struct{ text, names string }{
		{"node{1..3}.lan", "node1.lan node2.lan node3.lan"},
		{"n{0..2}", "n0 n1 n2"},
		{"{9..11}", "9 10 11"},
		{"a.rack{5..5}:b", "a.rack5:b"},
		{"n{08..10}", "n08 n09 n10"},
		{"n{8..010}", "n008 n009 n010"},
	} {
		r, err := core.ParseRange(c.text)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for i := r.From; i <= r.To; i++ {
			names = append(names, r.Name(i))
			if !r.Has(r.Name(i)) {
				t.Errorf("%s does not have %s", c.text, r.Name(i))
			}
		}
		if got := strings.Join(names, " "); got != c.names || len(names) != r.Len() {
			t.Errorf("%s: %s, want %s", c.text, got, c.names)
		}
		if again, err := core.ParseRange(r.String()); err != nil || *again != *r {
			t.Errorf("%s is written %s", c.text, r)
		}
		for _, other := range []string{"", "node0.lan", "node4.lan", "n3", "n8", "n008.lan", "n-1", "12", "a.rack5:c"} {
			if r.Has(other) {
				t.Errorf("%s has %q", c.text, other)
			}
		}
	}
	if r, err := core.ParseRange("node1.lan"); r != nil || err != nil {
		t.Error(r, err)
	}
}

func TestRangeMistakes(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"n{}", "a range is written {1..10}"},
		{"n{..}", "a range is written"},
		{"n{1..}", "a range is written"},
		{"n{1,2}", "a range is written"},
		{"n{a..c}", "a range is written"},
		{"n{-1..2}", "a range is written"},
		{"n{1..9..2}", "a range is written"},
		{"n{1.5..2}", "a range is written"},
		{"n1..3}", "a range is written"},
		{"n{1..3", "a range is written"},
		{"n}1..3{", "a range is written"},
		{"n{0..-1}", "the range {0..-1} is empty"},
		{"n{0..--1}", "a range is written"},
		{"n{3..1}", "the range {3..1} is empty: it goes from the lower number to the higher"},
		{"n{1..1000001}", "the range {1..1000001} has 1000001 names; at most 1000000 are allowed"},
		{"n{1..9999999999999999}", "at most 15 digits"},
		{"r{1..2}n{1..2}", "a name has one range"},
		{"r{1..2}n}", "a name has one range"},
	} {
		_, err := core.ParseRange(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v, want %s", c.text, err, c.want)
		}
	}
	if r, err := core.ParseRange("n{1..1000000}"); err != nil || r.Len() != core.MaxNames {
		t.Error(r, err)
	}
}
