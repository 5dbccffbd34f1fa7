package reports

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"simlua.example/core/sweep"
)

// label is a metric for people: "move_item p50", "lost (lower is better)".
func label(row *sweep.ComparedMetric) string {
	name := title(row)
	if row.Better != sweep.Undeclared && row.Unit != sweep.Verdict {
		name += " (" + string(row.Better) + " is better)"
	}
	return name
}

// span is from one amount to another, with the unit once where both have the same.
func span(lo, hi string) string {
	_, unit, found := strings.Cut(lo, " ")
	if _, other, _ := strings.Cut(hi, " "); found && unit == other && !strings.Contains(unit, " ") {
		lo = strings.TrimSuffix(lo, " "+unit)
	}
	return lo + " to " + hi
}

// title is a metric's name for people.
func title(row *sweep.ComparedMetric) string {
	if row.Pooled > 0 && row.Name == row.Spec {
		return fmt.Sprintf("%s p%d", operationOf(row), row.Pooled)
	}
	return row.Name
}

const none = "no value"

func shareCell(l *sweep.Level) string {
	if l.Values == 0 {
		return none
	}
	share, lo, hi := l.Share()
	return percentText(share) + " % (" + percentText(lo) + " to " + percentText(hi) + " %)"
}

func pooledCell(l *sweep.Level) string {
	if !l.HasValue {
		return none
	}
	return Duration(l.Quantile) + " (" + span(Duration(l.Lo), Duration(l.Hi)) + ")"
}

func medianCell(unit sweep.Unit, l *sweep.Level) string {
	switch {
	case l.Values == 0:
		return none
	case l.Min == l.Max:
		return amount(unit, l.Median)
	}
	return amount(unit, l.Median) + " (" + span(amount(unit, l.Min), amount(unit, l.Max)) + ")"
}

// amount is a value of a metric for people, also a negative one.
func amount(unit sweep.Unit, v float64) string {
	if v < 0 {
		return "-" + amount(unit, -v)
	}
	switch {
	case unit == sweep.Nanos:
		return Duration(time.Duration(math.Round(v)))
	case v < 1e15 && (v == math.Trunc(v) || v >= 1000):
		return Number(uint64(math.Round(v)))
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}

// split says how the pairs of a difference are split.
func split(unit sweep.Unit, d *sweep.Difference) string {
	switch wins, losses, declared := d.Wins(); {
	case d.Pairs == 0:
		return ""
	case declared:
		return Count(wins, "win") + ", " + losing(losses) + ", " + Count(d.Ties, "tie")
	}
	return fmt.Sprintf("%d higher, %d lower, %s", d.Higher, d.Lower, Count(d.Ties, "tie"))
}

// splitNoValue says where only one of both has a value.
func splitNoValue(d *sweep.Difference) string {
	if d.Pairs == 0 {
		return ""
	}
	return fmt.Sprintf("%d only here, %d only there", d.Lower, d.Higher)
}

// Count is a number of things: "1 tie", "2 ties".
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func losing(n int) string {
	if n == 1 {
		return "1 loss"
	}
	return fmt.Sprintf("%d losses", n)
}

func medianDifference(unit sweep.Unit, d *sweep.Difference) string {
	if unit == sweep.Verdict || d.Pairs == 0 {
		return ""
	}
	text := signed(unit, d.Median)
	if d.HasInterval {
		text += " (" + span(signed(unit, d.Interval.Lo), signed(unit, d.Interval.Hi)) + ")"
	}
	return text
}

func signed(unit sweep.Unit, v float64) string {
	if v > 0 {
		return "+" + amount(unit, v)
	}
	return amount(unit, v)
}

func pText(d *sweep.Difference) string {
	switch {
	case d.Pairs == 0:
		return ""
	case d.Adjusted < 0.001:
		return "<0.001"
	case d.Adjusted >= 0.9995:
		return "1"
	}
	places := 3
	if d.Adjusted >= 0.0995 {
		places = 2
	}
	return strconv.FormatFloat(d.Adjusted, 'f', places, 64)
}
