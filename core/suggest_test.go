package core_test

import (
	"testing"

	"simlua.example/core"
)

func TestUnknown(t *testing.T) {
	for _, c := range []struct {
		name  string
		known []string
		want  string
	}{
		{"los", []string{"delay", "loss"}, `unknown key "los"; did you mean "loss"?`},
		{"LOSS", []string{"delay", "loss"}, `unknown key "LOSS"; did you mean "loss"?`},
		{"fromat", []string{"format", "from"}, `unknown key "fromat"; did you mean "format"?`},
		{"colour", []string{"delay", "loss"}, `unknown key "colour"; there is delay and loss`},
		{"x", []string{"a", "b", "c"}, `unknown key "x"; did you mean "a"?`},
		{"xyz", []string{"a"}, `unknown key "xyz"; there is a`},
		{"xyz", nil, `unknown key "xyz"; there are none`},
	} {
		if got := core.Unknown("key", c.name, c.known).Error(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}
