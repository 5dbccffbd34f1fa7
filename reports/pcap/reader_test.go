package pcap_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// dump reads a pcapng file, from the words of its specification, and writes
// down what is in it, one line a block. It fails the test for whatever is not
// well-formed.
func dump(t *testing.T, file []byte) string {
	t.Helper()
	r := &reader{t: t}
	for at := 0; at < len(file); {
		kind, size := r.u32(file, at), int(r.u32(file, at+4))
		if size%4 != 0 || size < 12 || at+size > len(file) || int(r.u32(file, at+size-4)) != size {
			t.Fatalf("block %#x at %d has %d bytes", kind, at, size)
		}
		r.read(kind, file[at+8:at+size-4])
		at += size
	}
	return r.lines.String()
}

type reader struct {
	t     *testing.T
	lines strings.Builder
	names []string // of interfaces
	last  uint64
}

func (r *reader) u16(b []byte, at int) uint16 {
	r.t.Helper()
	if at+2 > len(b) {
		r.t.Fatalf("%d bytes, more are needed", len(b))
	}
	return binary.LittleEndian.Uint16(b[at:])
}

func (r *reader) u32(b []byte, at int) uint32 {
	r.t.Helper()
	return uint32(r.u16(b, at)) | uint32(r.u16(b, at+2))<<16
}

// options reads a list of options by their codes, until its end.
func (r *reader) options(b []byte) map[uint16]string {
	r.t.Helper()
	found := map[uint16]string{}
	for {
		code, size := r.u16(b, 0), int(r.u16(b, 2))
		if b = b[4:]; code == 0 {
			if size != 0 || len(b) != 0 {
				r.t.Fatalf("%d bytes after the last option", len(b))
			}
			return found
		}
		padded := (size + 3) / 4 * 4
		if padded > len(b) || len(bytes.Trim(b[size:padded], "\x00")) > 0 || found[code] != "" {
			r.t.Fatalf("option %d: %q, before it %q", code, b, found[code])
		}
		found[code] = string(b[:size])
		b = b[padded:]
	}
}

func (r *reader) read(kind uint32, b []byte) {
	r.t.Helper()
	switch kind {
	case 0x0A0D0D0A:
		if r.u32(b, 0) != 0x1A2B3C4D || r.u16(b, 4) != 1 || r.u16(b, 6) != 0 {
			r.t.Fatalf("section header % x", b)
		}
		o := r.options(b[16:])
		fmt.Fprintf(&r.lines, "section %q by %q\n", o[1], o[4])
	case 1:
		o := r.options(b[8:])
		r.names = append(r.names, o[2])
		fmt.Fprintf(&r.lines, "interface %q link type %d, 10^-%d s, %v/%v\n", o[2], r.u16(b, 0), o[9][0],
			ipv4(o[4][:4]), ipv4(o[4][4:]))
	case 4:
		for code, size := r.u16(b, 0), int(r.u16(b, 2)); code != 0; code, size = r.u16(b, 0), int(r.u16(b, 2)) {
			fmt.Fprintf(&r.lines, "name %d: %v %q\n", code, ipv4(b[4:8]), b[8:4+size])
			b = b[4+(size+3)/4*4:]
		}
	case 6:
		r.packet(b)
	default:
		r.t.Fatalf("block of type %#x", kind)
	}
}

func (r *reader) packet(b []byte) {
	r.t.Helper()
	at := uint64(r.u32(b, 4))<<32 | uint64(r.u32(b, 8))
	if at < r.last {
		r.t.Errorf("time goes back from %d to %d", r.last, at)
	}
	r.last = at
	size := int(r.u32(b, 12))
	if int(r.u32(b, 16)) != size {
		r.t.Error("a packet was cut")
	}
	packet, o := b[20:20+size], r.options(b[20+(size+3)/4*4:])
	direction := map[byte]string{1: "<", 2: ">"}[o[2][0]]
	fmt.Fprintf(&r.lines, "%v %s %s %s", time.Duration(at), r.names[r.u32(b, 0)], direction, r.ip(packet))
	if o[1] != "" {
		fmt.Fprintf(&r.lines, " -- %s", o[1])
	}
	r.lines.WriteByte('\n')
}

// ip reads an IPv4 packet with TCP in it.
func (r *reader) ip(b []byte) string {
	r.t.Helper()
	if b[0] != 0x45 || int(binary.BigEndian.Uint16(b[2:])) != len(b) || b[9] != 6 || ones(b[:20]) != 0xffff {
		r.t.Fatalf("IPv4 header % x", b[:20])
	}
	pseudo := append(bytes.Clone(b[12:20]), 0, 6, byte((len(b)-20)>>8), byte(len(b)-20))
	check := "ok"
	if ones(append(pseudo, b[20:]...)) != 0xffff {
		check = "wrong"
	}
	return fmt.Sprintf("%v -> %v %s %q", ipv4(b[12:16]), ipv4(b[16:20]), check, b[40:])
}

func ipv4[bytes ~string | ~[]byte](b bytes) netip.Addr { return netip.AddrFrom4([4]byte([]byte(b))) }

// ones is the ones' complement sum of the words of b.
func ones(b []byte) int {
	total := 0
	for i, c := range b {
		total += int(c) << (8 * (1 - i%2))
		total = total&0xffff + total>>16
	}
	return total
}
