package main

import (
	"testing"
	"time"
)

func TestSpeed(t *testing.T) {
	for _, c := range []struct {
		simulated, took time.Duration
		want            string
	}{
		{130 * time.Second, 11 * time.Millisecond,
			"simulated 2 min 10 s in 11.0 ms (11,800 times faster than real time)"},
		{time.Second, time.Second, "simulated 1.00 s in 1.00 s (1 times faster than real time)"},
		{time.Second, 4 * time.Second, "simulated 1.00 s in 4.00 s (0.25 times faster than real time)"},
		{0, time.Millisecond, "simulated 0 s in 1.00 ms"},
		{time.Hour, 0, "simulated 1 h in 0 s"},
	} {
		if got := speed(c.simulated, c.took); got != c.want {
			t.Errorf("speed(%v, %v) = %q, want %q", c.simulated, c.took, got, c.want)
		}
	}
}
