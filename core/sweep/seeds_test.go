package sweep_test

import (
	"math"
	"strings"
	"testing"

	"simlua.example/core/sweep"
)

func TestParseSeeds(t *testing.T) {
	for _, c := range []struct {
		text, want string
		len        uint64
		open       bool
	}{
		{"7", "7", 1, false},
		{"0x10", "16", 1, false},
		{"1-1000", "1-1000", 1000, false},
		{"0xA-0xc", "10-12", 3, false},
		{" 20-30, 1-10 ", "1-10,20-30", 21, false},
		{"1-5,6,7-9", "1-9", 9, false},
		{"1-", "1-", math.MaxUint64, true},
		{"3,5-", "3,5-", math.MaxUint64 - 3, true},
		{"0-18446744073709551615", "0-18446744073709551615", math.MaxUint64, false},
	} {
		s, err := sweep.ParseSeeds(c.text)
		if err != nil || s.String() != c.want || s.Len() != c.len || s.Open() != c.open {
			t.Errorf("%q: %q, %d seeds, open %v, %v; want %q, %d, %v", c.text, s, s.Len(), s.Open(), err, c.want, c.len, c.open)
		}
	}
	for text, want := range map[string]string{
		"":                     "not nothing",
		"1,":                   "not nothing",
		"9-3":                  "9-3 has no seeds: a range goes up, as 3-9 does",
		"1-10,5":               "1-10 and 5 overlap",
		"1-,7":                 "1- and 7 overlap",
		"-5":                   `not "-5"`,
		"1..5":                 `not "1..5"`,
		"1-5-9":                `not "1-5-9"`,
		"abc":                  "expected seeds as 7, 1-1000, 1-10,20-30, or 1- for all from 1 on",
		"18446744073709551616": `not "18446744073709551616"`,
	} {
		if _, err := sweep.ParseSeeds(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %s", text, err, want)
		}
	}
}

// Seeds are found at their positions.
func TestPositions(t *testing.T) {
	s := seeds(t, "5,10-12,100-")
	for position, want := range []uint64{5, 10, 11, 12, 100, 101} {
		seed, ok := s.At(uint64(position))
		back, ok2 := s.Position(want)
		if seed != want || !ok || back != uint64(position) || !ok2 {
			t.Errorf("position %d: seed %d, which is at %d; want seed %d", position, seed, back, want)
		}
	}
	if _, ok := s.Position(9); ok {
		t.Error("9 is one of them")
	}
	if _, ok := seeds(t, "1-3").At(3); ok {
		t.Error("there is a fourth of three")
	}
}

func TestParseShard(t *testing.T) {
	for _, text := range []string{"1/1", "2/4", "4/4"} {
		if s, err := sweep.ParseShard(text); err != nil || s.String() != text {
			t.Errorf("%q: %q, %v", text, s, err)
		}
	}
	for _, text := range []string{"", "2", "0/4", "5/4", "1/0", "a/b", "1/4/2", "-1/2", "1/1000001"} {
		if s, err := sweep.ParseShard(text); err == nil {
			t.Errorf("%q is %s", text, s)
		}
	}
	for i, want := range []uint64{4, 3, 3} {
		if n := (sweep.Shard{I: uint64(i) + 1, N: 3}).Len(10); n != want {
			t.Errorf("shard %d/3 of 10 has %d, want %d", i+1, n, want)
		}
	}
}
