package main

import (
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ rows, want string }{
		{"", ""},
		{"a1 x, a2 x, a3 x", "a{1..3} x"},
		{"a x, a x", "a x, a x"},
		{"a1 x, a3 x", "a1 x, a3 x"},
		{"a1 x, a2 y, a3 x", "a1 x, a2 y, a3 x"},
		{"a1 x, b1 x, a2 x, b2 x", "a{1..2} x, b{1..2} x"},
		{"a9 x, a10 x, a11 x", "a{9..11} x"},
		{"a08 x, a09 x, a10 x", "a{08..10} x"},
		{"a08 x, a9 x", "a08 x, a9 x"},
		{"r1n1 x, r1n2 x, r2n1 x, r2n2 x", "r1n{1..2} x, r2n{1..2} x"},
		{"r1n1 x, r2n1 x, r3n1 x", "r{1..3}n1 x"},
		{"a0 1, a1 1, a2 2", "a{0..1} 1, a2 2"},
	} {
		var rows [][]string
		for _, row := range strings.Split(c.rows, ", ") {
			rows = append(rows, strings.Fields(row))
		}
		if c.rows == "" {
			rows = nil
		}
		for column, turned := range [][][]string{rows, turn(rows)} {
			folded := fold(turned, column)
			if column == 1 {
				folded = turn(folded)
			}
			var got []string
			for _, row := range folded {
				got = append(got, strings.Join(row, " "))
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("%s: column %d: %s, want %s", c.rows, column, strings.Join(got, ", "), c.want)
			}
		}
	}
}

// turn swaps the two cells of each row.
func turn(rows [][]string) [][]string {
	var turned [][]string
	for _, row := range rows {
		turned = append(turned, []string{row[1], row[0]})
	}
	return turned
}
