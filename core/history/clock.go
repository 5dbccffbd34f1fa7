package history

import (
	"fmt"
	"slices"
	"time"
)

// clock shows the times of one picture alike: in one unit, and no more precise than it
// takes to tell them apart.
type clock struct {
	unit     time.Duration
	name     string
	decimals int
	width    int
}

// units are those of clocks, and how many decimals each can have.
var units = []clock{{unit: time.Second, name: "s", decimals: 9}, {unit: time.Millisecond, name: "ms", decimals: 6},
	{unit: time.Microsecond, name: "µs", decimals: 3}, {unit: time.Nanosecond, name: "ns"}}

// clockOf is the one for some operations: the largest unit that the last time has one
// of.
func clockOf(ops []*Op) *clock {
	var times []time.Duration
	for _, o := range ops {
		times = append(times, o.Start)
		if o.Type != Info {
			times = append(times, o.End)
		}
	}
	slices.Sort(times)
	times = slices.Compact(times)
	last := time.Duration(0)
	if n := len(times); n > 0 {
		last = times[n-1]
	}
	c := unitOf(last)
	most := c.decimals
	for c.decimals = 0; c.decimals < most && !c.tellsApart(times); c.decimals++ {
	}
	c.width = len(c.number(last))
	return &c
}

func unitOf(d time.Duration) clock {
	for _, c := range units {
		if d >= c.unit {
			return c
		}
	}
	return units[0] // of nothing
}

func (c *clock) tellsApart(times []time.Duration) bool {
	for i := 1; i < len(times); i++ {
		if c.rounded(times[i]) == c.rounded(times[i-1]) {
			return false
		}
	}
	return true
}

// rounded is a time in parts of the unit.
func (c *clock) rounded(d time.Duration) int64 {
	part := int64(c.unit) / power(c.decimals)
	return (int64(d) + part/2) / part
}

func power(of int) int64 {
	n := int64(1)
	for range of {
		n *= 10
	}
	return n
}

func (c *clock) number(d time.Duration) string {
	parts, one := c.rounded(d), power(c.decimals)
	if c.decimals == 0 {
		return fmt.Sprint(parts)
	}
	return fmt.Sprintf("%d.%0*d", parts/one, c.decimals, parts%one)
}

// at is a time in a line of text.
func (c *clock) at(d time.Duration) string { return c.number(d) + " " + c.name }

// span is from when to when an operation went on, in a line of text.
func (c *clock) span(o *Op) string { return "from " + c.at(o.Start) + " to " + c.at(o.End) }

// column is the same in a column: numbers stand below each other.
func (c *clock) column(o *Op) string {
	start := fmt.Sprintf("%*s %s", c.width, c.number(o.Start), c.name)
	if o.Type == Info {
		return fmt.Sprintf("%s to %*s", start, c.width, "?")
	}
	return fmt.Sprintf("%s to %*s %s", start, c.width, c.number(o.End), c.name)
}

// about is how long something took, to three digits.
func about(d time.Duration) string {
	c := unitOf(d)
	most := c.decimals
	for c.decimals = 0; c.decimals < most && c.rounded(d) < 100; c.decimals++ {
	}
	for c.decimals > 0 && c.rounded(d)%10 == 0 {
		c.decimals--
	}
	return c.at(d)
}
