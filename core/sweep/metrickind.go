package sweep

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"simlua.example/core"
)

// MetricKind is a kind of metrics.
type MetricKind struct {
	Form string // how one is written: "gauge:NAME[@SERVICE]"
	Doc  string
}

type metricKind struct {
	MetricKind
	word     string // that it begins with
	needs    bool   // something behind the colon
	cutShort bool   // runs that got stuck or crashed have it, too
	bind     func(m *Metric, word, what string) error
}

// MetricKinds are all kinds.
func MetricKinds() (kinds []MetricKind) {
	for i := range metricKinds {
		kinds = append(kinds, metricKinds[i].MetricKind)
	}
	return kinds
}

var metricKinds []metricKind

func init() { // or it would depend on itself
	metricKinds = []metricKind{
		{MetricKind{"gauge:NAME[@SERVICE]", "a gauge at the end, of one service or their sum; true is 1"},
			"gauge", true, false, bindGauge},
		{MetricKind{"p99:OPERATION", "a percentile of its calls, likewise p1 to p100"}, "p", true, false, bindPercentile},
		{MetricKind{"count:OPERATION", "calls"}, "count", true, false, bindCalls},
		{MetricKind{"ok:OPERATION", "calls that succeeded"}, "ok", true, false, bindCalls},
		{MetricKind{"errors:OPERATION", "calls that failed"}, "errors", true, false, bindCalls},
		{MetricKind{"unfinished:OPERATION", "calls that the run ended before, stuck runs included"},
			"unfinished", true, true, bindCalls},
		{MetricKind{"faults[:KIND]", "faults that happened, all or of a kind"}, "faults", false, false, bindFaults},
		{MetricKind{"survived", "faults in a run that passed"}, "survived", false, false, bindSurvived},
		{MetricKind{"link:COUNTER[@LINK]", "a number of packets or bytes, of all links or one: lost, retransmitted …"},
			"link", true, false, bindCounter},
		{MetricKind{"machine:COUNTER[@MACHINE]", "likewise of machines: downtime_ns, commits, disk_busy_ns …"},
			"machine", true, false, bindCounter},
		{MetricKind{"time", "simulated time at the end"}, "time", false, false, bindTime},
	}
}

// findKind finds the kind that a word means; p99 and its like are one.
func findKind(word string) (*metricKind, error) {
	if _, ok := percentOf(word); ok {
		word = "p"
	}
	var known []string
	for i := range metricKinds {
		if metricKinds[i].word == word {
			return &metricKinds[i], nil
		}
		known = append(known, strings.Split(metricKinds[i].Form, ":")[0])
	}
	for i := range known {
		known[i], _, _ = strings.Cut(known[i], "[")
	}
	return nil, core.Unknown("kind of metric", word, known)
}

// percentOf reads "p99".
func percentOf(word string) (percent int, ok bool) {
	digits, found := strings.CutPrefix(word, "p")
	percent, err := strconv.Atoi(digits)
	return percent, found && err == nil && percent >= 1 && percent <= 100
}

func bindGauge(m *Metric, _, what string) error {
	name, service, one := cutLast(what, "@")
	m.Unit = Number
	matches := func(g *Gauge) bool { return g.Name == name && (!one || g.Service == service) }
	m.of = func(r *Row) (sum float64, ok bool) {
		for i := range r.Gauges {
			if g := &r.Gauges[i]; matches(g) {
				if g.Down {
					return 0, false
				}
				value, isNumber := numberOf(g.Value)
				sum, ok = sum+value, ok || isNumber
			}
		}
		return sum, ok
	}
	m.named = func(r *Row) (found bool, known []string) {
		for i := range r.Gauges {
			g := &r.Gauges[i]
			found = found || matches(g)
			if known = append(known, g.Name); one {
				known = append(known, g.Name+"@"+g.Service)
			}
		}
		return found, known
	}
	return nil
}

// numberOf is the value of a gauge as a number, if it is one.
func numberOf(value any) (n float64, ok bool) {
	switch v := value.(type) {
	case float64:
		return v, true
	case bool:
		return oneIf(v), true
	}
	return 0, false
}

// cutLast cuts around the last separator.
func cutLast(text, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(text, separator); i >= 0 {
		return text[:i], text[i+len(separator):], true
	}
	return text, "", false
}

// ofOperation makes m one of an operation; one that was never called has no value.
func ofOperation(m *Metric, name string, of func(*Operation) (float64, bool)) {
	m.of = func(r *Row) (float64, bool) {
		if o := r.Operation(name); o != nil {
			return of(o)
		}
		return 0, false
	}
	m.named = func(r *Row) (found bool, known []string) {
		for i := range r.Operations {
			known = append(known, r.Operations[i].Name)
		}
		return slices.Contains(known, name), known
	}
}

func bindPercentile(m *Metric, word, what string) error {
	percent, _ := percentOf(word)
	m.Unit = Nanos
	ofOperation(m, what, func(o *Operation) (float64, bool) {
		value, ok := o.Latency.Percentile(percent)
		return float64(value), ok
	})
	return nil
}

func bindCalls(m *Metric, word, what string) error {
	m.Unit = Number
	ofOperation(m, what, func(o *Operation) (float64, bool) {
		switch word {
		case "ok":
			return float64(o.OK), true
		case "errors":
			return float64(o.Errors.Sum()), true
		case "unfinished":
			return float64(o.Unfinished), true
		}
		return float64(o.Count()), true
	})
	return nil
}

func bindFaults(m *Metric, _, what string) error {
	m.Unit = Number
	m.of = func(r *Row) (float64, bool) { return float64(r.Faults.Sum()), true }
	if what == "" {
		return nil
	}
	if !slices.Contains(core.FaultKinds, core.FaultKind(what)) {
		known := make([]string, len(core.FaultKinds))
		for i, k := range core.FaultKinds {
			known[i] = string(k)
		}
		return core.Unknown("kind of fault", what, known)
	}
	m.of = func(r *Row) (float64, bool) { return float64(r.Faults[what]), true }
	return nil
}

func bindSurvived(m *Metric, _, _ string) error {
	m.Unit = Number
	m.of = func(r *Row) (float64, bool) { return float64(r.Faults.Sum()), r.Verdict == core.Pass }
	return nil
}

func bindTime(m *Metric, _, _ string) error {
	m.Unit = Nanos
	m.of = func(r *Row) (float64, bool) { return float64(r.Time), true }
	return nil
}

func bindCounter(m *Metric, word, what string) error {
	counter, where, one := strings.Cut(what, "@")
	known, all := LinkCounters, func(r *Row) []Counters { return r.Links }
	if word == "machine" {
		known, all = MachineCounters, func(r *Row) []Counters { return r.Machines }
	}
	if !slices.Contains(known, counter) {
		return core.Unknown("counter of a "+word, counter, known)
	}
	if m.Unit = Number; strings.HasSuffix(counter, "_ns") {
		m.Unit = Nanos
	}
	m.of = func(r *Row) (sum float64, ok bool) {
		for _, c := range all(r) {
			if !one || c.Name == where {
				sum, ok = sum+float64(c.Counts[counter]), true
			}
		}
		return sum, ok
	}
	m.named = func(r *Row) (bool, []string) {
		var names []string
		for _, c := range all(r) {
			names = append(names, fmt.Sprintf("%s@%s", counter, c.Name))
		}
		return !one || slices.Contains(names, what), names
	}
	return nil
}
