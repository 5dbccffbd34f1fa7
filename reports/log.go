package reports

import (
	"io"
	"strconv"
	"strings"
	"time"

	"simlua.example/core"
)

// LogOptions say what a log shows and how.
type LogOptions struct {
	Packets bool // every packet, except of links whose profile says core.LogNone
	// Messages shows each value that was sent, and received, on a line that is cut
	// to so many Columns; zero, of no terminal, cuts at 1,000.
	Messages bool
	Columns  int
	Delta    bool // the time since the line before, not since the start of the run
	Color    bool
	Width    int // of the column of machines; what is longer sticks out
	// Only names the machines to show; nil is all. A line about two of them, as
	// of a packet, is shown for either; one about none, as of a partition, always.
	Only []string
}

// Log is an observer that writes one line a fact: what services and the plan
// log, how services and machines come and go, faults, and packets where
// LogOptions or the profile of their link ask for them.
//
//	12.345 s  mover.botnet   ! connection reset for 'move 1 from 2 to 3'
//
// The number is the simulated time, cut to whole milliseconds; with
// LogOptions.Delta it is what has passed since the line before, in microseconds (+0034.250 ms),
// and the numbers add up. A fact that is not shown costs no formatting. After an
// error of its writer a Log is silent.
type Log struct {
	w       io.Writer
	options LogOptions
	paint   palette
	only    map[string]bool   // of LogOptions.Only; nil shows all
	links   map[string]string // what the profile of a link says about the log
	line    []byte
	micros  int64 // of the line before
	err     error
}

// NewLog makes a log that writes every line at once.
func NewLog(w io.Writer, options LogOptions) *Log {
	l := &Log{w: w, options: options, paint: newPalette(options.Color), links: map[string]string{}}
	if options.Only != nil {
		l.only = map[string]bool{}
		for _, machine := range options.Only {
			l.only[machine] = true
		}
	}
	return l
}

// Wants is what has a line.
func (l *Log) Wants() core.Keep {
	if l.options.Messages {
		return core.KeepAll
	}
	return core.KeepLines
}

// Packets says whether the log shows packets of a link.
func (l *Log) Packets(link string, p *core.Profile) bool {
	l.links[link] = p.Log
	switch p.Log {
	case core.LogNone:
		return false
	case "", core.LogFaults:
		return l.options.Packets
	}
	return true
}

// Observe writes the line of a fact, if it has one.
func (l *Log) Observe(f *core.Fact) {
	if l.err != nil || !l.shows(f) || l.only != nil && !l.isAboutOne(f) {
		return
	}
	l.begin(f.At)
	start := len(l.line)
	if f.Message != nil {
		l.line = l.appendMessage(l.line, f)
	} else {
		l.line = l.append(l.line, f)
	}
	if c := l.paint.of(f); l.options.Color && c != nil {
		painted := c.Sprint(string(l.line[start:]))
		l.line = append(l.line[:start], painted...)
	}
	l.line = append(l.line, '\n')
	_, l.err = l.w.Write(l.line)
}

// shows says whether a fact is of a kind that has a line.
func (l *Log) shows(f *core.Fact) bool {
	switch {
	case f.Message != nil:
		return l.options.Messages
	case f.Packet != nil:
		return f.Kind != core.FactArrival && l.showsPacket(f)
	}
	return f.Kind.Level() <= core.KeepLines
}

// showsPacket decides about a fact that is about a packet.
func (l *Log) showsPacket(f *core.Fact) bool {
	switch machine := l.links[f.Link]; machine {
	case core.LogNone:
		return false
	case core.LogAll:
		return true
	case "", core.LogFaults:
		return l.options.Packets || f.Kind == core.FactFault
	default:
		return l.options.Packets || f.Machine == machine || f.Peer == machine
	}
}

// isAboutOne says whether a fact is about one of the machines to show, or about
// no machine.
func (l *Log) isAboutOne(f *core.Fact) bool {
	machine := f.Machine
	if f.Kind == core.FactFault && f.Packet == nil {
		switch f.Fault.Kind {
		case core.FaultPartition, core.FaultLink:
			return true
		case core.FaultSwapDisks:
			a, b, _ := strings.Cut(f.Fault.Where, " | ")
			return l.only[a] || l.only[b]
		}
		machine, _, _ = strings.Cut(f.Fault.Where, ":") // of a service: its machine
	}
	return machine == "" || l.only[machine] || l.only[f.Peer]
}

// begin starts a line with the time.
func (l *Log) begin(at time.Duration) {
	if l.options.Delta {
		micros := at.Microseconds()
		since := micros - l.micros
		l.micros = micros
		l.line = appendPadded(append(l.line[:0], '+'), since/1000, 4, '0')
		l.line = append(appendPadded(append(l.line, '.'), since%1000, 3, '0'), " ms  "...)
		return
	}
	millis := at.Milliseconds()
	l.line = appendPadded(l.line[:0], millis/1000, 3, ' ')
	l.line = appendPadded(append(l.line, '.'), millis%1000, 3, '0')
	l.line = append(l.line, " s  "...)
}

// appendPadded appends n, at least so many digits wide.
func appendPadded(b []byte, n int64, digits int, with byte) []byte {
	for limit := int64(10); digits > 1; digits-- {
		if n < limit {
			b = append(b, with)
		}
		limit *= 10
	}
	return strconv.AppendInt(b, n, 10)
}
