package core

import (
	"strings"
	"testing"
)

// TestOrderOfProfiles wants the row of each profile to say whether its packets
// keep their order.
func TestOrderOfProfiles(t *testing.T) {
	region, err := Region("us-east-1", "eu-west-1")
	if err != nil {
		t.Fatal(err)
	}
	var reordering []string
	for _, d := range append([]Duplex{region}, Profiles...) {
		for _, p := range []*Profile{&d.Up, &d.Down} {
			keeps := p.KeepOrder || p.Jitter == 0 && p.Delay.Shape == Constant
			if strings.HasPrefix(d.Order, "kept: ") != keeps {
				t.Errorf("%s: it says %q", d.Name, d.Order)
			}
			if !keeps && p == &d.Up {
				reordering = append(reordering, d.Name)
			}
		}
	}
	if strings.Join(reordering, " ") != "reverse_latency" {
		t.Errorf("%q let packets overtake each other", reordering)
	}
}
