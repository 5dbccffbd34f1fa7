package core

import (
	"testing"
	"time"
)

// What nobody reads costs no memory: a log line, a gauge that changes, a fault
// of a packet once its stream has a name, a message.
func TestWhatNobodyReadsTakesNoMemory(t *testing.T) {
	s := &Scenario{
		Links:    []LinkSpec{{A: "lan", B: "lan"}},
		Services: []ServiceSpec{{Machine: "a.lan", Boot: func() (Engine, error) { return nil, nil }}},
		Limits:   Limits{Facts: 1},
	}
	for _, keep := range []Keep{KeepNone, KeepAll} {
		c, err := NewCluster(s, Settings{Keep: keep})
		if err != nil {
			t.Fatal(err)
		}
		a, link := c.machines[0].services[0], c.routes[route{"lan", "lan"}]
		e := &env{s: a, k: c.k, scope: c.root}
		packet, message := Packet{}, []byte{7}
		ends := Ends{Address{"a.lan", 1}, Address{"a.lan", 2}}
		on, off := any(1.0), any(2.0)
		once := func() {
			c.trace.record(Fact{Kind: FactLog, Machine: "a.lan", Service: "a.lan", Text: "hello"})
			_ = c.trace.setGauge(a, "level", on)
			on, off = off, on
			_ = link.harm(toLose, &packet)
			e.Sent(ends, message)
			e.Received(ends, message)
			_ = e.Measure("op", func() error { return nil })
			c.k.queue.now += int64(time.Millisecond)
		}
		once()
		if n := testing.AllocsPerRun(100, once); (n > 0) != (keep == KeepAll) {
			t.Errorf("keeping %d: %v allocations", keep, n)
		}
	}
}
