package history

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// DefaultConsistency is what is asked of transactions when nothing else is.
const DefaultConsistency = "strict-serializable"

// model of consistency: what it forbids beside what weaker ones do.
type consistency struct {
	weaker  []string
	forbids []string
}

// consistencies are the models, weakest first. What they forbid is Adya's, Weak
// consistency, 1999, for items (there are no predicates), with the axioms INT and
// EXT of Cerone and others, A framework for transactional consistency models with
// atomic visibility, 2015; sessions are those of Daudjee and Salem, Lazy database
// replication with snapshot isolation, 2006. G-nonadjacent is what snapshot
// isolation forbids (Cerone and Gotsman, Analysing snapshot isolation, 2016). Elle
// has the same table, for more models, without garbage-read, and with a repeatable-read
// that allows internal.
var consistencies = map[string]consistency{
	"read-uncommitted": {nil, []string{"G0", "duplicate-elements", "garbage-read", "cyclic-versions"}},
	"read-committed": {[]string{"read-uncommitted"},
		[]string{"G1a", "G1b", "G1c", "incompatible-order", "dirty-update", "future-read"}},
	"read-atomic":      {[]string{"read-committed"}, []string{"internal"}},
	"cursor-stability": {[]string{"read-committed"}, []string{"lost-update"}},
	"consistent-view":  {[]string{"cursor-stability"}, []string{"G-single"}},
	"snapshot-isolation": {[]string{"consistent-view", "read-atomic"},
		[]string{"G-nonadjacent"}},
	"repeatable-read": {[]string{"consistent-view", "read-atomic"}, []string{"G-nonadjacent", "G2-item", "write-skew"}},
	"serializable":    {[]string{"repeatable-read", "snapshot-isolation"}, nil},

	"strong-session-read-uncommitted": {[]string{"read-uncommitted"}, []string{"G0-process"}},
	"strong-session-read-committed": {[]string{"read-committed", "strong-session-read-uncommitted"},
		[]string{"G1c-process"}},
	"strong-session-snapshot-isolation": {[]string{"snapshot-isolation", "strong-session-read-committed"},
		[]string{"G-single-process", "G-nonadjacent-process"}},
	"strong-session-serializable": {[]string{"serializable", "strong-session-snapshot-isolation"},
		[]string{"G2-item-process"}},

	"strong-read-uncommitted": {[]string{"strong-session-read-uncommitted"}, []string{"G0-realtime"}},
	"strong-read-committed": {[]string{"strong-session-read-committed", "strong-read-uncommitted"},
		[]string{"G1c-realtime"}},
	"strong-snapshot-isolation": {[]string{"strong-session-snapshot-isolation", "strong-read-committed"},
		[]string{"G-single-realtime", "G-nonadjacent-realtime"}},
	"strict-serializable": {[]string{"strong-session-serializable", "strong-snapshot-isolation"},
		[]string{"G2-item-realtime"}},
}

// Consistencies are the names of what can be asked of transactions, in the order of
// the alphabet.
func Consistencies() []string { return slices.Sorted(maps.Keys(consistencies)) }

// forbidden are the anomalies that a model has none of; the empty name means
// DefaultConsistency.
func forbidden(model string) (map[string]bool, error) {
	if model == "" {
		model = DefaultConsistency
	}
	if _, ok := consistencies[model]; !ok {
		return nil, fmt.Errorf("no consistency %q: there are %s", model, strings.Join(Consistencies(), ", "))
	}
	all := map[string]bool{}
	forbid(model, all)
	return all, nil
}

func forbid(model string, all map[string]bool) {
	for _, anomaly := range consistencies[model].forbids {
		all[anomaly] = true
	}
	for _, weaker := range consistencies[model].weaker {
		forbid(weaker, all)
	}
}

// anomalies are all names, worst first: the order in which they are told.
var anomalies = []string{
	"garbage-read", "duplicate-elements", "cyclic-versions", "incompatible-order", "G0", "G1a", "dirty-update", "G1b",
	"G1c", "internal", "future-read", "lost-update", "G-single", "G-nonadjacent", "write-skew", "G2-item",
	"G0-process", "G1c-process", "G-single-process", "G-nonadjacent-process", "G2-item-process",
	"G0-realtime", "G1c-realtime", "G-single-realtime", "G-nonadjacent-realtime", "G2-item-realtime",
}
