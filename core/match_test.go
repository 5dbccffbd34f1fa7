package core_test

import (
	"fmt"
	"testing"

	"simlua.example/core"
)

// The machines of a scenario are matched as those of a plan.
func TestScenarioMatch(t *testing.T) {
	s := &core.Scenario{Services: []core.ServiceSpec{{Machine: "api1.public"}, {Machine: "api1.public", Name: "web"},
		{Machine: "api2.public"}, {Machine: "db.internal"}}}
	for _, test := range [][2]string{
		{"*", "[api1.public api2.public db.internal] <nil>"},
		{"api*", "[api1.public api2.public] <nil>"},
		{"db", "[db.internal] <nil>"},
		{"*.internal", "[db.internal] <nil>"},
		{"api{2..9}", "[api2.public] <nil>"},
		{"web*", `[] no machine matches "web*"; there are api1.public, api2.public, db.internal`},
		{"dv", `[] no machine matches "dv"; there are api1.public, api2.public, db.internal; did you mean db?`},
		{"[", `[] "[" is not a glob: syntax error in pattern`},
	} {
		found, err := s.Match(test[0])
		if got := fmt.Sprint(found, " ", err); got != test[1] {
			t.Errorf("%s: got %s, want %s", test[0], got, test[1])
		}
	}
}
