package core

import (
	"fmt"
	"slices"
	"strings"
)

// Unknown says that there is no such thing, and which one may have been meant.
func Unknown(what, name string, known []string) error {
	switch meant := Closest(name, known); {
	case meant != "":
		return fmt.Errorf("unknown %s %q; did you mean %q?", what, name, meant)
	case len(known) == 0:
		return fmt.Errorf("unknown %s %q; there are none", what, name)
	}
	return fmt.Errorf("unknown %s %q; there is %s", what, name, List(known))
}

// List writes names as "a, b and c".
func List(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// Closest is the known name that is most like name, or "" when none is alike:
// at most a third of its letters wrong.
func Closest(name string, known []string) string {
	best, least := "", max(1, len(name)/3)+1
	for _, candidate := range known {
		if d := distance(strings.ToLower(name), strings.ToLower(candidate)); d < least {
			best, least = candidate, d
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap with a
// neighbour that turn a into b (optimal string alignment).
func distance(a, b string) int {
	var before []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			replace := row[j]
			if a[i] != b[j] {
				replace++
			}
			next[j+1] = slices.Min([]int{row[j+1] + 1, next[j] + 1, replace})
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
