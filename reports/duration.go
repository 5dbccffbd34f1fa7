package reports

import (
	"strconv"
	"strings"
	"time"
)

// Duration writes d for people: three significant digits and one unit below
// a minute ("0 s", "350 ns", "34.2 ms", "1.69 s", "35.0 s"), whole seconds from
// there on ("2 min 10 s", "1 h 0 min 5 s", "5 min"). Halves are rounded up. Nothing is
// negative here: what would be is zero.
func Duration(d time.Duration) string {
	switch {
	case d <= 0:
		return "0 s"
	case d < time.Microsecond:
		return strconv.FormatInt(int64(d), 10) + " ns"
	}
	for _, u := range units {
		if d < u.below {
			return significant(int64(d), int64(u.size)) + " " + u.name
		}
	}
	return long(round(int64(d), int64(time.Second)))
}

// long writes a minute and more, without the zeros at its end.
func long(seconds int64) string {
	var words []string
	for _, part := range []struct {
		count int64
		unit  string
		rest  int64
	}{
		{seconds / 3600, " h", seconds},
		{seconds / 60 % 60, " min", seconds % 3600},
		{seconds % 60, " s", seconds % 60},
	} {
		if part.rest > 0 && (part.count > 0 || words != nil) {
			words = append(words, strconv.FormatInt(part.count, 10)+part.unit)
		}
	}
	return strings.Join(words, " ")
}

// units end where rounding to three digits would reach the next.
var units = []struct {
	below, size time.Duration
	name        string
}{
	{999_500 * time.Nanosecond, time.Microsecond, "µs"},
	{999_500 * time.Microsecond, time.Millisecond, "ms"},
	{59_950 * time.Millisecond, time.Second, "s"},
}
