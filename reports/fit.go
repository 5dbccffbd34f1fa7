package reports

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// page is how many columns wide a table is at most, where text can be wrapped.
const page = 100

// narrowest is how far a column is narrowed to keep a table on the page.
const narrowest = 20

// fit makes a table fit the page, if that takes no more than titles of several
// lines and wrapping its widest columns.
func fit(header []string, rows [][]string) { fitTo(page, header, rows) }

func fitTo(page int, header []string, rows [][]string) {
	if excess(page, columnWidths(header, rows)) > 0 {
		for i, title := range header {
			header[i] = strings.ReplaceAll(title, " ", "\n")
		}
	}
	for {
		widths := columnWidths(header, rows)
		widest := slices.Index(widths, slices.Max(widths))
		over := excess(page, widths)
		if over <= 0 || widths[widest] <= narrowest {
			return
		}
		width := max(widths[widest]-over, narrowest)
		if header != nil {
			header[widest] = wrap(header[widest], width)
		}
		for _, row := range rows {
			row[widest] = wrap(row[widest], width)
		}
	}
}

// columnWidths are the widths of the longest lines.
func columnWidths(header []string, rows [][]string) []int {
	widths := make([]int, len(rows[0]))
	for _, row := range append([][]string{header}, rows...) {
		for i, cell := range row {
			for line := range strings.SplitSeq(cell, "\n") {
				widths[i] = max(widths[i], width(line))
			}
		}
	}
	return widths
}

// excess is how much columns with a blank on either side exceed the page.
func excess(page int, widths []int) int {
	total := -page
	for _, width := range widths {
		total += width + 2
	}
	return total
}

// wrap breaks text into lines of at most so many columns, at spaces where there are
// any, beside those that it has.
func wrap(text string, columns int) string {
	var b strings.Builder
	line, space, n := 0, 0, 0 // where the line begins, its last space, and its columns so far
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		wide := runeWidth(r)
		if r != '\n' && n > 0 && n+wide > columns {
			end, next := i, i
			switch {
			case r == ' ':
				next = i + 1
			case space > line:
				end, next = space, space+1
			}
			b.WriteString(text[line:end] + "\n")
			n = width(text[next:max(i, next)])
			line, space, i = next, next, max(i, next)
			continue
		}
		n += wide
		switch r {
		case ' ':
			space = i
		case '\n':
			b.WriteString(text[line : i+1])
			line, space, n = i+1, i+1, 0
		}
		i += size
	}
	return b.String() + text[line:]
}
