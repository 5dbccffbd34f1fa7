package pcap

import (
	"encoding/binary"

	"simlua.example/core"
)

// What a packet has to carry to be written: one of them. It appends the header,
// with a checksum of zero, and the payload.
type (
	tcpSegment  interface{ AppendTCP(b []byte) []byte }
	udpDatagram interface{ AppendUDP(b []byte) []byte }
)

const (
	ipHeader     = 20
	protocolTCP  = 6
	protocolUDP  = 17
	wrongBit     = 1 << 8
	dontFragment = 0x4000
)

// appendPayload appends what an IPv4 packet carries. It says which protocol that is,
// and where its checksum belongs.
func appendPayload(b []byte, s core.Segment) (packet []byte, protocol byte, checksum int, ok bool) {
	switch s := s.(type) {
	case tcpSegment:
		return s.AppendTCP(b), protocolTCP, 16, true
	case udpDatagram:
		return s.AppendUDP(b), protocolUDP, 6, true
	}
	return b, 0, 0, false
}

// appendPacket appends an IPv4 packet (RFC 791) that carries a segment. When it
// is damaged the checksum of what it carries is wrong. It is not ok when the segment
// has no form on the wire.
func appendPacket(b []byte, from, to address, s core.Segment, damaged bool) (packet []byte, ok bool) {
	start := len(b)
	b = append(b, make([]byte, ipHeader)...)
	b, protocol, checksum, ok := appendPayload(b, s)
	if !ok {
		return b, false
	}
	ip, payload := b[start:start+ipHeader], b[start+ipHeader:]
	ip[0] = 4<<4 | ipHeader/4
	length := len(ip) + len(payload)
	if length >= 1<<16 {
		length = 0 // as Linux shows what its network card will split
	}
	binary.BigEndian.PutUint16(ip[2:], uint16(length))
	binary.BigEndian.PutUint16(ip[6:], dontFragment)
	ip[8], ip[9] = 64, protocol // hops to live
	copy(ip[12:], from[:])
	copy(ip[16:], to[:])
	binary.BigEndian.PutUint16(ip[10:], ^fold(sum(0, ip)))
	check := ^fold(sum(sum(uint64(int(protocol)+len(payload)), ip[12:]), payload))
	if damaged {
		check ^= wrongBit
	}
	if check == 0 && protocol == protocolUDP {
		check = 0xffff // zero would mean that there is none (RFC 768)
	}
	binary.BigEndian.PutUint16(payload[checksum:], check)
	return b, true
}

// sum adds the words of b, as the Internet checksum does (RFC 1071), two at a
// time: that comes to the same once the carries are added.
func sum(total uint64, b []byte) uint64 {
	for ; len(b) >= 4; b = b[4:] {
		total += uint64(binary.BigEndian.Uint32(b))
	}
	var rest [4]byte
	copy(rest[:], b)
	return total + uint64(binary.BigEndian.Uint32(rest[:]))
}

// fold adds the carries until none is left.
func fold(total uint64) uint16 {
	for total >= 1<<16 {
		total = total>>16 + total&(1<<16-1)
	}
	return uint16(total)
}
