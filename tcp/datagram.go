package tcp

import (
	"encoding/binary"
	"strconv"

	"simlua.example/core"
)

// Datagram is a UDP datagram (RFC 768): a core.Segment that nobody changes once it
// was sent.
type Datagram struct {
	Source, Target uint16 // ports
	Payload        []byte
}

// Size is the bytes the datagram takes on the wire, IPv4 header included.
func (d *Datagram) Size() int { return core.UDPOverhead + len(d.Payload) }

// Digest folds every field and byte of the datagram into 64 bits.
func (d *Datagram) Digest() uint64 {
	var sum core.Digest
	sum.Add(uint64(d.Source)<<32 | uint64(d.Target))
	sum.AddBytes(d.Payload)
	return sum.Sum()
}

// Flip returns a copy with one bit of the payload the other way round, or nil
// without a payload.
func (d *Datagram) Flip(n uint64) core.Segment {
	payload := core.FlipBit(d.Payload, n)
	if payload == nil {
		return nil
	}
	return &Datagram{d.Source, d.Target, payload}
}

// AppendText writes the datagram as tcpdump would.
func (d *Datagram) AppendText(b []byte) []byte {
	b = strconv.AppendUint(b, uint64(d.Source), 10)
	b = append(b, " > "...)
	b = strconv.AppendUint(b, uint64(d.Target), 10)
	b = append(b, ": UDP, length "...)
	return strconv.AppendInt(b, int64(len(d.Payload)), 10)
}

const udpHeader = 8

// AppendUDP writes the datagram as it is on the wire, from the UDP header on. The
// checksum is zero: it is the writer's who knows the addresses.
func (d *Datagram) AppendUDP(b []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, d.Source)
	b = binary.BigEndian.AppendUint16(b, d.Target)
	b = binary.BigEndian.AppendUint16(b, uint16(udpHeader+len(d.Payload)))
	b = append(b, 0, 0)
	return append(b, d.Payload...)
}
