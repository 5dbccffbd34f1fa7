package tcp

import (
	"encoding/binary"
	"strconv"

	"simlua.example/core"
)

// Options are the options of a segment (RFC 9293, 3.2). Zero is absence.
type Options struct {
	MSS           uint16  // largest payload its sender takes; with SYN only
	SACKPermitted bool    // with SYN only (RFC 2018, 2)
	Scaling       bool    // Scale is present; with SYN only (RFC 7323, 2.2)
	Scale         uint8   // later windows of its sender count units of 2^Scale bytes
	SACK          []Block // what arrived beyond the ACK, or twice; at most maxBlocks
}

// Block is a run of bytes, its first number and the number after its last.
type Block struct{ Start, End Seq }

// maxBlocks is how many blocks find room beside nothing else (RFC 2018, 3).
const maxBlocks = 4

// Kinds of options, and their sizes on the wire.
const (
	kindNOP, kindMSS, kindScale, kindPermitted, kindSACK = 1, 2, 3, 4, 5
	sizeMSS, sizeScale, sizePermitted, sizeSACK          = 4, 3, 2, 2
	sizeBlock                                            = 8
)

// size is the room the options take in the header, padded to words.
func (o *Options) size() int {
	n := 0
	if o.MSS != 0 {
		n += sizeMSS
	}
	if o.SACKPermitted {
		n += 2 + sizePermitted
	}
	if o.Scaling {
		n += 1 + sizeScale
	}
	if len(o.SACK) > 0 {
		n += 2 + sizeSACK + len(o.SACK)*sizeBlock
	}
	return n
}

// appendWire writes the options as Linux does: each after as many NOP as make
// it end on a word.
func (o *Options) appendWire(b []byte) []byte {
	if o.MSS != 0 {
		b = append(b, kindMSS, sizeMSS)
		b = binary.BigEndian.AppendUint16(b, o.MSS)
	}
	if o.SACKPermitted {
		b = append(b, kindNOP, kindNOP, kindPermitted, sizePermitted)
	}
	if o.Scaling {
		b = append(b, kindNOP, kindScale, sizeScale, o.Scale)
	}
	if len(o.SACK) > 0 {
		b = append(b, kindNOP, kindNOP, kindSACK, byte(sizeSACK+len(o.SACK)*sizeBlock))
		for _, k := range o.SACK {
			b = binary.BigEndian.AppendUint32(b, uint32(k.Start))
			b = binary.BigEndian.AppendUint32(b, uint32(k.End))
		}
	}
	return b
}

// appendText writes the options as tcpdump does: ", options [mss 1460]", or
// nothing.
func (o *Options) appendText(b []byte) []byte {
	if o.size() == 0 {
		return b
	}
	b = append(b, ", options ["...)
	start := len(b)
	item := func(text string) {
		if len(b) > start {
			b = append(b, ',')
		}
		b = append(b, text...)
	}
	if o.MSS != 0 {
		item("mss ")
		b = strconv.AppendUint(b, uint64(o.MSS), 10)
	}
	if o.SACKPermitted {
		item("nop,nop,sackOK")
	}
	if o.Scaling {
		item("nop,wscale ")
		b = strconv.AppendUint(b, uint64(o.Scale), 10)
	}
	if len(o.SACK) > 0 {
		item("nop,nop,sack ")
		b = strconv.AppendInt(b, int64(len(o.SACK)), 10)
		b = append(b, ' ')
		for _, k := range o.SACK {
			b = append(b, '{')
			b = strconv.AppendUint(b, uint64(k.Start), 10)
			b = append(b, ':')
			b = strconv.AppendUint(b, uint64(k.End), 10)
			b = append(b, '}')
		}
	}
	return append(b, ']')
}

// digest folds the options in. A segment without any folds a single number.
func (o *Options) digest(d *core.Digest) {
	x := uint64(o.MSS) | uint64(o.Scale)<<16 | uint64(len(o.SACK))<<32
	if o.SACKPermitted {
		x |= 1 << 24
	}
	if o.Scaling {
		x |= 1 << 25
	}
	d.Add(x)
	for _, k := range o.SACK {
		d.Add(uint64(k.Start)<<32 | uint64(k.End))
	}
}
