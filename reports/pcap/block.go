package pcap

import "encoding/binary"

// block is a block of a pcapng file in the making. All numbers in the file are
// little-endian.
type block []byte

// Types of blocks and codes of options (pcapng, 11.1 and 3.5 on).
const (
	sectionHeader  = 0x0A0D0D0A
	interfaceBlock = 1
	nameResolution = 4
	enhancedPacket = 6

	endOfOptions  = 0
	comment       = 1
	sectionWriter = 4 // shb_userappl
	interfaceName = 2
	interfaceIPv4 = 4 // address and mask
	resolution    = 9 // of timestamps: a power of ten
	packetFlags   = 2

	endOfNames = 0
	nameOfIPv4 = 1
)

const (
	byteOrder    = 0x1A2B3C4D
	linkTypeIPv4 = 228 // packets begin with the IPv4 header
	nanoseconds  = 9
	inbound      = 1
	outbound     = 2
)

func (b block) u16(n uint16) block { return binary.LittleEndian.AppendUint16(b, n) }
func (b block) u32(n uint32) block { return binary.LittleEndian.AppendUint32(b, n) }

// begin starts a block in the memory of b.
func (b block) begin(kind uint32) block { return b[:0].u32(kind).u32(0) }

// end writes the length at both ends.
func (b block) end() block {
	n := uint32(len(b) + 4)
	binary.LittleEndian.PutUint32(b[4:], n)
	return b.u32(n)
}

// padded appends bytes, up to a multiple of four.
func (b block) padded(value []byte) block {
	b = append(b, value...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

// option appends an option, or a record of names, which looks the same.
func (b block) option(code uint16, value []byte) block {
	return b.u16(code).u16(uint16(len(value))).padded(value)
}

// text is option for a text, cut to what an option can hold.
func (b block) text(code uint16, value string) block {
	return b.option(code, []byte(value[:min(len(value), 1<<16-1)]))
}
