package main

import (
	"regexp"
	"strconv"
	"strings"

	"simlua.example/core"
)

// fold makes one row of those that differ in nothing but a number that counts
// up in one column: node{1..10}.lan. It stands where the first of them stood.
func fold(rows [][]string, column int) [][]string {
	f := folding{column: column, growing: map[string]*folded{}}
	for _, row := range rows {
		f.add(row)
	}
	out := make([][]string, len(f.rows))
	for i, row := range f.rows {
		out[i] = row.cells
		if row.From != row.To {
			out[i][column] = row.String()
		}
	}
	return out
}

type folding struct {
	column  int
	rows    []*folded
	growing map[string]*folded // by what is to stay the same
}

// folded is one row, or several: a range once there are two.
type folded struct {
	core.Range
	name  string // of the first
	cells []string
}

var numbers = regexp.MustCompile(`[0-9]{1,15}`)

// add adds a row to those that it goes on, or begins another one: which of its
// numbers is the one that counts, the next row says.
func (f *folding) add(row []string) {
	name := row[f.column]
	at := numbers.FindAllStringIndex(name, -1)
	keys := make([]string, len(at))
	for i, place := range at {
		keys[i] = strings.Join(row[:f.column], "\x00") + "\x00" + name[:place[0]] + "\x00" + name[place[1]:] +
			"\x00" + strings.Join(row[f.column+1:], "\x00")
		if r := f.growing[keys[i]]; r != nil && r.take(name, place) {
			return
		}
	}
	r := &folded{name: name, cells: row}
	f.rows = append(f.rows, r)
	for _, key := range keys {
		f.growing[key] = r
	}
}

// take makes a row one longer if name, with its number at a place, comes next.
func (r *folded) take(name string, place []int) bool {
	longer := r.Range
	if r.From == r.To {
		longer.Before, longer.After = name[:place[0]], name[place[1]:]
		number := r.name[place[0] : len(r.name)-len(longer.After)]
		longer.From, _ = strconv.Atoi(number) // it is one
		longer.To, longer.Width = longer.From, len(number)
	}
	longer.To++
	if longer.Name(longer.To) != name {
		return false
	}
	r.Range = longer
	return true
}
