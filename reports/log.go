package reports

import (
	"io"
	"strconv"
	"time"

	"simlua/core"
)

// LogOptions say what a log shows and how.
type LogOptions struct {
	Packets bool // every packet, except of links whose profile says core.LogNone
	Color   bool
	Width   int // of the column of machines; what is longer sticks out
}

// Log is an observer that writes one line a fact: what services and the plan
// log, how services and machines come and go, faults, and packets where
// LogOptions or the profile of their link ask for them.
//
//	+0034 ms  mover.botnet   ! connection reset for 'move 1 from 2 to 3'
//
// The number is the time since the line before; the numbers add up. A fact
// that is not shown costs no formatting. After an error of its writer a Log
// is silent.
type Log struct {
	w       io.Writer
	options LogOptions
	paint   palette
	links   map[string]string // what the profile of a link says about the log
	line    []byte
	millis  int64 // of the line before
	err     error
}

// NewLog makes a log that writes every line at once.
func NewLog(w io.Writer, options LogOptions) *Log {
	return &Log{w: w, options: options, paint: newPalette(options.Color), links: map[string]string{}}
}

// Wants is what has a line.
func (l *Log) Wants() core.Keep { return core.KeepLines }

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
	if l.err != nil || f.Packet != nil && !l.showsPacket(f) || f.Kind == core.FactArrival ||
		f.Kind.Level() > core.KeepLines {
		return
	}
	l.begin(f.At)
	start := len(l.line)
	l.line = l.append(l.line, f)
	if c := l.paint.of(f); l.options.Color && c != nil {
		painted := c.Sprint(string(l.line[start:]))
		l.line = append(l.line[:start], painted...)
	}
	l.line = append(l.line, '\n')
	_, l.err = l.w.Write(l.line)
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

// begin starts a line with the whole milliseconds since the line before.
func (l *Log) begin(at time.Duration) {
	millis := at.Milliseconds()
	l.line = append(l.line[:0], '+')
	passed := millis - l.millis
	for limit := int64(1000); passed < limit && limit > 1; limit /= 10 {
		l.line = append(l.line, '0')
	}
	l.line = strconv.AppendInt(l.line, passed, 10)
	l.line = append(l.line, " ms  "...)
	l.millis = millis
}
