package history

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// marks are words beside operations of a picture.
type marks map[*Op]string

// picture shows operations side by side, one a line: who, what, when, and a bar in
// which each column is one beginning or end. A bar that does not close has no end
// that anybody knows.
func picture(ops []*Op, m marks) string {
	bars, c := barsOf(ops), clockOf(ops)
	rows := make([][]string, len(ops))
	for i, o := range ops {
		rows[i] = []string{who(o), describe(o), c.column(o), bars[i], m[o]}
	}
	return columns(rows)
}

// columns aligns the cells of rows.
func columns(rows [][]string) string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			line += cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2)
		}
		b.WriteString("  " + strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}

// who is a process, with the service that it is of.
func who(o *Op) string {
	name := fmt.Sprintf("process %d", o.Process)
	if o.Service != "" {
		name += " (" + o.Service + ")"
	}
	return name
}

func barsOf(ops []*Op) []string {
	points := pointsOf(ops)
	points = slices.DeleteFunc(points, func(p point) bool { return p.at == never })
	bars := make([]string, len(ops))
	for i, o := range ops {
		begin := slices.IndexFunc(points, func(p point) bool { return p.op == o && !p.end })
		end := slices.IndexFunc(points, func(p point) bool { return p.op == o && p.end })
		if end < 0 {
			bars[i] = strings.Repeat(" ", begin) + "|" + strings.Repeat("-", len(points)-begin) + "..."
			continue
		}
		bars[i] = strings.Repeat(" ", begin) + "|" + strings.Repeat("-", end-begin-1) + "|"
	}
	return bars
}

// asking are operations to which nil is an answer.
var asking = []string{"read", "get", "dequeue", "poll", "generate"}

// maxDescribed is how many characters of an operation are told.
const maxDescribed = 72

// describe says what an operation asked and was answered.
func describe(o *Op) string {
	if _, isList := o.Input.([]any); isList && o.F == "txn" {
		return shorten(describeTxn(o), maxDescribed)
	}
	s := o.F
	if o.Input != nil {
		s += " " + Text(o.Input)
	}
	switch {
	case o.Type == Info:
		s += " -> ?"
	case o.Type == Fail:
		s += " -> fail"
	case o.Output != nil && !equal(o.Output, o.Input) || o.Input == nil && slices.Contains(asking, o.F):
		s += " -> " + Text(o.Output)
	}
	return shorten(s, maxDescribed)
}

func shorten(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	runes := []rune(s)
	return string(runes[:most-1]) + "…"
}

func onKey(key any) string {
	if key == nil {
		return ""
	}
	return "key " + Text(key) + ": "
}

// some lists the first of many values.
func some(values []any) string {
	const most = 8
	sorted := slices.SortedFunc(slices.Values(values), anyOrder)
	var shown []string
	for _, v := range sorted[:min(most, len(sorted))] {
		shown = append(shown, Text(v))
	}
	if len(sorted) > most {
		shown = append(shown, fmt.Sprintf("and %d more", len(sorted)-most))
	}
	return strings.Join(shown, ", ")
}
