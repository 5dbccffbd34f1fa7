package reports

import (
	"bytes"
	"fmt"
	"strings"

	"simlua.example/core"
)

// Facts is an observer that has a line for every fact of a run, also for those
// that a log does not show.
type Facts struct {
	log   *Log
	lines bytes.Buffer
}

// NewFacts makes one.
func NewFacts() *Facts {
	f := &Facts{}
	f.log = NewLog(&f.lines, LogOptions{Packets: true, Messages: true, Columns: 200})
	return f
}

// Take returns the lines since it was called last.
func (f *Facts) Take() (lines []string) {
	if f.lines.Len() > 0 {
		lines = strings.Split(strings.TrimSuffix(f.lines.String(), "\n"), "\n")
		f.lines.Reset()
	}
	return lines
}

// Wants is everything.
func (f *Facts) Wants() core.Keep { return core.KeepAll }

// Packets is every link, whatever its profile says of the log.
func (f *Facts) Packets(string, *core.Profile) bool { return true }

// Observe writes the line of a fact.
func (f *Facts) Observe(fact *core.Fact) {
	if text := unlogged(fact); text != "" {
		fact = &core.Fact{At: fact.At, Machine: fact.Machine, Service: fact.Service, Text: text}
	}
	f.log.Observe(fact)
}

// unlogged is what a fact says that has no line in a log.
func unlogged(f *core.Fact) string {
	switch f.Kind {
	case core.FactPowerOn:
		return "power on"
	case core.FactArrival:
		return "arrives at " + f.Peer + ": " + string(f.Packet.Segment.AppendText(nil))
	case core.FactGauge:
		if f.Gauge.Value == nil {
			return "gauge " + f.Gauge.Name + " withdrawn"
		}
		return fmt.Sprintf("gauge %s = %v", f.Gauge.Name, f.Gauge.Value)
	case core.FactInvoke:
		return f.Operation.Name + " begins"
	case core.FactComplete:
		if f.Operation.Err != "" {
			return f.Operation.Name + " ends: " + f.Operation.Err
		}
		return f.Operation.Name + " ends"
	case core.FactDial:
		return strings.TrimSpace(fmt.Sprintf("connects to %v %s", f.Conn.Remote, f.Text))
	case core.FactAccept:
		return fmt.Sprintf("accepts %v", f.Conn.Remote)
	case core.FactClose:
		return fmt.Sprintf("closes %v", f.Conn.Remote)
	case core.FactCommit:
		return "commits " + f.Text
	}
	return ""
}
