package reports

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"simlua.example/core"
	"simlua.example/core/message"
)

// append writes what follows the time in the line of a fact.
func (l *Log) append(b []byte, f *core.Fact) []byte {
	if f.Packet != nil {
		return l.appendPacket(b, f)
	}
	if f.Kind == core.FactFault {
		return l.appendFault(b, f.Fault)
	}
	name := f.Service
	if name == "" {
		name = f.Machine
	}
	b = l.appendName(b, name)
	b = append(b, lead(f)...)
	if f.Kind == core.FactStopping {
		return append(b, grace(f.Text)...)
	}
	return appendLine(b, f.Text)
}

// lead is what stands before the text of a fact.
func lead(f *core.Fact) string {
	switch f.Kind {
	case core.FactLog:
		return [...]string{core.Info: "", core.Warn: "! ", core.Error: "!! "}[f.Level]
	case core.FactBoot:
		return "boot"
	case core.FactStopping:
		return "stopping, "
	case core.FactStopped:
		return "stopped"
	case core.FactReturned:
		return "returned"
	case core.FactFailed:
		if f.Delay > 0 {
			return "! failed, restarts in " + Duration(f.Delay) + ": "
		}
		return "!! failed: "
	case core.FactPowerOff:
		return "power off"
	case core.FactResume:
		return "resumed"
	case core.FactHeal:
		return "healed: "
	case core.FactViolation, core.FactExpect:
		return "!! does not hold: "
	case core.FactReached:
		return "reached: "
	case core.FactHalt:
		return "halt: "
	}
	return "" // FactKilled says all in its text
}

// grace tells a grace period as people read it.
func grace(text string) string {
	d, err := time.ParseDuration(text)
	if err != nil {
		return text
	}
	return Duration(d) + " of grace"
}

func (l *Log) appendFault(b []byte, fault *core.Fault) []byte {
	sides := fault.Kind == core.FaultPartition || fault.Kind == core.FaultSwapDisks
	if !sides {
		b = l.appendName(b, fault.Where)
	}
	b = append(b, outcome(fault)...)
	b = appendLine(b, fault.ID.String())
	b = append(b, ": "...)
	b = append(b, fault.Kind...)
	if sides {
		b = append(b, ' ')
		b = appendLine(b, fault.Where)
	}
	return appendParams(b, fault)
}

// appendParams tells what a fault did where no other line does, as options of
// the plan: " offset=20ms drift_ppm=50".
func appendParams(b []byte, fault *core.Fault) []byte {
	switch fault.Kind {
	case core.FaultClock, core.FaultPartition, core.FaultLink, core.FaultDisk, core.FaultRot:
	default:
		return b
	}
	for _, p := range fault.Params {
		if p.Name == "oneway" || p.Value == string(core.Drop) { // as the sides show, and the default
			continue
		}
		text := fmt.Sprint(p.Value)
		switch {
		case p.Value == nil:
			text = "none"
		case strings.Contains(text, " "):
			text = strconv.Quote(text)
		}
		b = appendLine(append(b, ' '), p.Name)
		b = appendLine(append(b, '='), text)
	}
	return b
}

func outcome(fault *core.Fault) string {
	if fault.Masked {
		return "withheld "
	}
	return "fault "
}

// appendPacket describes a packet as tcpdump would, by its sender.
func (l *Log) appendPacket(b []byte, f *core.Fact) []byte {
	b = l.appendName(b, f.Machine)
	switch f.Kind {
	case core.FactFault:
		b = append(b, outcome(f.Fault)...)
		b = appendLine(b, f.Fault.ID.String())
		b = append(b, ": "...)
		b = append(b, f.Fault.Kind...)
		b = append(b, ' ')
	case core.FactDrop:
		b = append(b, "dropped ("...)
		b = appendLine(b, f.Text)
		b = append(b, ") "...)
	case core.FactHeld:
		b = append(b, "held ("...)
		b = appendLine(b, f.Text)
		b = append(b, ") "...)
	}
	b = append(b, "to "...)
	b = appendLine(b, f.Peer)
	b = append(b, ' ')
	b = f.Packet.Segment.AppendText(b)
	if f.Kind == core.FactPacket {
		b = append(b, ", in "...)
		b = append(b, Duration(f.Delay)...)
	}
	return b
}

// appendMessage shows a value that was sent to the other end, or came from there
// after so long.
func (l *Log) appendMessage(b []byte, f *core.Fact) []byte {
	columns := cmp.Or(l.options.Columns, defaultColumns)
	b = l.appendName(b, f.Service)
	if f.Kind == core.FactSent {
		b = append(b, "> "...)
	} else {
		b = append(b, "< "...)
	}
	b = append(appendLine(b, f.Conn.Remote.String()), ' ')
	if f.Kind == core.FactReceived && f.Delay >= 0 {
		b = append(append(append(b, '('), Duration(f.Delay)...), ") "...)
	}
	return cutLine(appendBody(b, f.Message, columns), columns)
}

// appendBody shows a value, or the bytes of a datagram that is none.
func appendBody(b, body []byte, most int) []byte {
	if message.DecMode.Wellformed(body) == nil {
		return message.AppendText(b, body, most)
	}
	return appendLine(b, string(body[:min(len(body), 4*most)]))
}

// defaultColumns is where lines are cut that go to no terminal but to a file or to a
// program that searches them: far beyond what is read at a glance, and no megabyte.
const defaultColumns = 1000

// cutLine leaves at most so many columns of a line.
func cutLine(line []byte, columns int) []byte {
	end, n := 0, 0 // after what stays, if the line is cut
	for i := 0; i < len(line); {
		r, size := utf8.DecodeRune(line[i:])
		if n < columns {
			end = i
		}
		if n += runeWidth(r); n > columns {
			return append(line[:end], "…"...)
		}
		i += size
	}
	return line
}

// appendName writes a name in the column of machines; the plan has none.
func (l *Log) appendName(b []byte, name string) []byte {
	if name == "" {
		return b
	}
	b = appendLine(b, name)
	for n := width(name); n < l.options.Width; n++ {
		b = append(b, ' ')
	}
	return append(b, "  "...)
}
