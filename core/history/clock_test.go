package history

import (
	"strings"
	"testing"
	"time"
)

// TestClock: the times of a picture are in one unit, as precise as it takes.
func TestClock(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		times []time.Duration // of operations: from, to
		want  string
	}{
		{nil, ""},
		{[]time.Duration{0, 0}, "0 s to 0 s"},
		{[]time.Duration{0, 2 * ms, 1 * ms, 12 * ms}, " 0 ms to  2 ms|  1 ms to 12 ms"},
		{[]time.Duration{400 * time.Microsecond, 86636966, 86636966, 86836966}, " 0.4 ms to 86.6 ms| 86.6 ms to 86.8 ms"},
		{[]time.Duration{999 * ms, time.Minute}, " 1 s to 60 s"},
		{[]time.Duration{1499 * ms, 1501 * ms, 1502 * ms, 30 * time.Second},
			" 1.499 s to  1.501 s|  1.502 s to 30.000 s"},
		{[]time.Duration{12345678901, 12345678902}, "12.345678901 s to 12.345678902 s"},
		{[]time.Duration{7, 800}, "  7 ns to 800 ns"},
		{[]time.Duration{7, 8000}, "0 µs to 8 µs"},
	} {
		var ops []*Op
		for i := 0; i < len(c.times); i += 2 {
			ops = append(ops, &Op{Type: OK, Start: c.times[i], End: c.times[i+1]})
		}
		clock := clockOf(ops)
		var got []string
		for _, o := range ops {
			got = append(got, clock.column(o))
		}
		if got := strings.Join(got, "| "); got != c.want {
			t.Errorf("%v: %q, want %q", c.times, got, c.want)
		}
	}
	for d, want := range map[time.Duration]string{
		0: "0 s", 1: "1 ns", 3*ms + 1: "3 ms", 86636966: "86.6 ms", 1234 * ms: "1.23 s", time.Hour: "3600 s",
	} {
		if got := about(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
