package reports

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"simlua.example/core/sweep"
)

// human is the value of a column for people, on one line.
func (c *column) human(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return OneLine(cut(v))
	case time.Duration:
		return Duration(v)
	case uint64:
		if c.kind == volume {
			return size(int64(v))
		}
		return Number(v)
	case int:
		return Number(uint64(v))
	case float64:
		if c.kind == share {
			return percent(v)
		}
		if v == math.Trunc(v) && math.Abs(v) < 1e15 {
			return amount(sweep.Number, v)
		}
		return decimalText(v)
	}
	return fmt.Sprint(v)
}

// decimalText is a number with all its digits, and with an exponent where it is very large or small.
func decimalText(v float64) string {
	format := byte('f')
	if size := math.Abs(v); size != 0 && size < 1e-4 || size >= 1e15 {
		format = 'g'
	}
	return strconv.FormatFloat(v, format, -1, 64)
}

// cells are what people see of a table: header, rows, and which columns hold
// numbers. A table with a single row stands upright and has no header.
func (t *table) cells() (header []string, rows [][]string, numeric []bool) {
	shown := t.shown()
	if t.single {
		for _, i := range shown {
			rows = append(rows, []string{t.columns[i].title, t.columns[i].human(t.rows[0][i])})
		}
		return nil, rows, []bool{false, false}
	}
	for _, i := range shown {
		c := &t.columns[i]
		header = append(header, c.title)
		numeric = append(numeric, c.kind == integer || c.kind == duration || c.kind == volume || c.kind == share)
	}
	for _, values := range t.rows {
		row := make([]string, len(shown))
		for j, i := range shown {
			row[j] = t.columns[i].human(values[i])
		}
		rows = append(rows, row)
	}
	return header, rows, numeric
}
