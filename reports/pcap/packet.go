package pcap

import "encoding/binary"

// segment is what a packet has to carry to be written.
type segment interface {
	// AppendTCP appends the TCP header with its options and a checksum of
	// zero, and the payload.
	AppendTCP(b []byte) []byte
}

const (
	ipHeader     = 20
	protocolTCP  = 6
	checksumAt   = 16 // in the TCP header
	wrongBit     = 1 << 8
	dontFragment = 0x4000
)

// appendPacket appends an IPv4 packet (RFC 791) that carries a segment. When it
// is damaged its TCP checksum is wrong.
func appendPacket(b []byte, from, to address, s segment, damaged bool) []byte {
	start := len(b)
	b = append(b, make([]byte, ipHeader)...)
	b = s.AppendTCP(b)
	ip, tcp := b[start:start+ipHeader], b[start+ipHeader:]
	ip[0] = 4<<4 | ipHeader/4
	length := len(ip) + len(tcp)
	if length >= 1<<16 {
		length = 0 // as Linux shows what its network card will split
	}
	binary.BigEndian.PutUint16(ip[2:], uint16(length))
	binary.BigEndian.PutUint16(ip[6:], dontFragment)
	ip[8], ip[9] = 64, protocolTCP // hops to live
	copy(ip[12:], from[:])
	copy(ip[16:], to[:])
	binary.BigEndian.PutUint16(ip[10:], ^fold(sum(0, ip)))
	check := ^fold(sum(sum(uint64(protocolTCP+len(tcp)), ip[12:]), tcp))
	if damaged {
		check ^= wrongBit
	}
	binary.BigEndian.PutUint16(tcp[checksumAt:], check)
	return b
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
