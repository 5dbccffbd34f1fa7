package tcp

import (
	"encoding/binary"
	"strconv"

	"simlua.example/core"
)

// Flags are the control bits of a segment, as on the wire.
type Flags uint8

// The control bits that are in use.
const (
	FIN Flags = 1 << iota
	SYN
	RST
	PSH
	ACK
)

func (f Flags) has(g Flags) bool { return f&g == g }

// append writes the flags as tcpdump does: "S.", "FP.", ".".
func (f Flags) append(b []byte) []byte {
	const letters = "FSRP."
	if f == 0 {
		return append(b, "none"...)
	}
	for i := range len(letters) {
		if f&(1<<i) != 0 {
			b = append(b, letters[i])
		}
	}
	return b
}

// Header sizes on the wire, without options.
const (
	ipHeader  = 20
	tcpHeader = 20
)

// Segment is a TCP segment. Nobody changes one that has been sent: a link may
// deliver it twice, and buffers share its Payload.
type Segment struct {
	Source, Target uint16 // ports
	Seq, Ack       Seq
	Window         uint16
	Flags          Flags
	Options        Options
	Payload        []byte
}

// length is how many sequence numbers the segment takes.
func (s *Segment) length() int {
	return len(s.Payload) + int(s.Flags&FIN) + int(s.Flags&SYN)>>1
}

// end is the sequence number after the segment's last.
func (s *Segment) end() Seq { return s.Seq.plus(s.length()) }

// Size is the bytes the segment takes on the wire, IPv4 header included.
func (s *Segment) Size() int { return ipHeader + tcpHeader + s.Options.size() + len(s.Payload) }

// Digest folds every field and byte of the segment into 64 bits.
func (s *Segment) Digest() uint64 {
	var d core.Digest
	d.Add(uint64(s.Source)<<48 | uint64(s.Target)<<32 | uint64(s.Seq))
	d.Add(uint64(s.Ack)<<32 | uint64(s.Window)<<16 | uint64(s.Flags))
	s.Options.digest(&d)
	d.AddBytes(s.Payload)
	return d.Sum()
}

// Flip returns a copy with one bit of the payload the other way round, or nil
// without a payload.
func (s *Segment) Flip(n uint64) core.Segment {
	payload := core.FlipBit(s.Payload, n)
	if payload == nil {
		return nil
	}
	flipped := *s
	flipped.Payload = payload
	return &flipped
}

// AppendText writes the segment as tcpdump would, with absolute numbers.
func (s *Segment) AppendText(b []byte) []byte {
	b = strconv.AppendUint(b, uint64(s.Source), 10)
	b = append(b, " > "...)
	b = strconv.AppendUint(b, uint64(s.Target), 10)
	b = append(b, ": "...)
	return s.appendBody(b)
}

// appendBody writes what follows the ports.
func (s *Segment) appendBody(b []byte) []byte {
	b = append(b, "Flags ["...)
	b = s.Flags.append(b)
	b = append(b, "], seq "...)
	b = strconv.AppendUint(b, uint64(s.Seq), 10)
	if n := len(s.Payload); n > 0 {
		b = append(b, ':')
		b = strconv.AppendUint(b, uint64(s.Seq.plus(n)), 10)
	}
	if s.Flags.has(ACK) {
		b = append(b, ", ack "...)
		b = strconv.AppendUint(b, uint64(s.Ack), 10)
	}
	b = append(b, ", win "...)
	b = strconv.AppendUint(b, uint64(s.Window), 10)
	b = s.Options.appendText(b)
	b = append(b, ", length "...)
	return strconv.AppendInt(b, int64(len(s.Payload)), 10)
}

// AppendTCP writes the segment as it is on the wire, from the TCP header on
// (RFC 9293, 3.1). The checksum is zero: it is the writer's who knows the
// addresses.
func (s *Segment) AppendTCP(b []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, s.Source)
	b = binary.BigEndian.AppendUint16(b, s.Target)
	b = binary.BigEndian.AppendUint32(b, uint32(s.Seq))
	b = binary.BigEndian.AppendUint32(b, uint32(s.Ack))
	words := (tcpHeader + s.Options.size()) / 4
	b = append(b, byte(words<<4), byte(s.Flags))
	b = binary.BigEndian.AppendUint16(b, s.Window)
	b = append(b, 0, 0, 0, 0) // checksum, urgent pointer
	b = s.Options.appendWire(b)
	return append(b, s.Payload...)
}

// refusal is the RST for a segment that no connection expects (RFC 9293,
// 3.10.7.1), or nil when there is none: a RST is never answered.
func refusal(s *Segment) *Segment {
	r := &Segment{Source: s.Target, Target: s.Source}
	switch {
	case s.Flags.has(RST):
		return nil
	case s.Flags.has(ACK):
		r.Seq, r.Flags = s.Ack, RST
	default:
		r.Ack, r.Flags = s.end(), RST|ACK
	}
	return r
}
