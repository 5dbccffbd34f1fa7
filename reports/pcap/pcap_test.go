package pcap_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/reports/pcap"
)

// segment is TCP from port 10000 to port 80, with a payload.
type segment string

func (s *segment) AppendText(b []byte) []byte { return append(b, *s...) }
func (s *segment) Digest() uint64             { return 0 }
func (s *segment) Flip(uint64) core.Segment   { return nil }
func (s *segment) AppendTCP(b []byte) []byte {
	b = append(b, 10000>>8, 10000&0xff, 0, 80, 0, 0, 0, 1, 0, 0, 0, 2, 5<<4, 0x18, 0xff, 0xff, 0, 0, 0, 0)
	return append(b, *s...)
}

func world(machines ...string) *core.Scenario {
	s := &core.Scenario{}
	for _, name := range machines {
		s.Services = append(s.Services, core.ServiceSpec{Machine: name})
	}
	return s
}

// story tells facts about packets, each at a moment of its own.
type story struct {
	w       *pcap.Writer
	at      time.Duration
	ordinal uint64
}

// sent begins the life of a packet from machine 0 to machine 1.
func (s *story) sent(text string) *core.Packet {
	s.at += time.Millisecond
	carried := segment(text)
	p := &core.Packet{From: 0, To: 1, Size: 40 + len(text), Segment: &carried}
	s.tell(core.Fact{Kind: core.FactPacket, Packet: p})
	return p
}

func (s *story) fault(p *core.Packet, kind core.FaultKind, masked bool) {
	s.ordinal++
	s.tell(core.Fact{Kind: core.FactFault, Packet: p, Fault: &core.Fault{Kind: kind, Masked: masked,
		ID: core.FaultID{Stream: "a>b/" + string(kind), Ordinal: s.ordinal}}})
}

func (s *story) arrived(p *core.Packet, harm core.Harm) *core.Packet {
	s.at += time.Millisecond
	there := *p
	there.Harm = harm
	s.tell(core.Fact{Kind: core.FactArrival, Packet: &there})
	return &there
}

func (s *story) dropped(p *core.Packet, reason string) {
	s.tell(core.Fact{Kind: core.FactDrop, Packet: p, Text: reason})
}

func (s *story) tell(f core.Fact) {
	f.At = s.at
	s.w.Observe(&f)
}

const (
	section = `section "simlua run --seed 1 x.lua" by "simlua"
`
	annsPort = `interface "ann.a" link type 228, 10^-9 s, 10.1.0.1/255.255.0.0
`
	bobsPort = `interface "bob.b" link type 228, 10^-9 s, 10.2.0.1/255.255.0.0
`
	carlsPort = `interface "carl.a" link type 228, 10^-9 s, 10.1.0.2/255.255.0.0
`
	names = `name 1: 10.1.0.1 "ann.a\x00"
name 1: 10.2.0.1 "bob.b\x00"
name 1: 10.1.0.2 "carl.a\x00"
`
)

// fates are what can happen to a packet, and what a capture of all machines and
// one at bob's show of it.
var fates = []struct {
	name     string
	tell     func(s *story)
	all, bob string
}{
	{"nothing happens", func(*story) {}, "", ""},
	{"it gets through", func(s *story) { s.arrived(s.sent("odd"), 0) }, `
1ms ann.a > 10.1.0.1 -> 10.2.0.1 ok "odd"
`, `
2ms bob.b < 10.1.0.1 -> 10.2.0.1 ok "odd"
`},
	{"it goes the other way", func(s *story) {
		text := segment("back")
		s.tell(core.Fact{Kind: core.FactPacket, Packet: &core.Packet{From: 1, To: 2, Segment: &text}})
	}, `
0s bob.b > 10.2.0.1 -> 10.1.0.2 ok "back"
`, `
0s bob.b > 10.2.0.1 -> 10.1.0.2 ok "back"
`},
	{"it carries nothing", func(s *story) { s.sent("") }, `
1ms ann.a > 10.1.0.1 -> 10.2.0.1 ok ""
`, ""},
	{"it is lost", func(s *story) { s.fault(s.sent("x"), core.FaultLoss, false) }, `
1ms ann.a > 10.1.0.1 -> 10.2.0.1 ok "x" -- fault a>b/loss#1: loss
`, ""},
	{"its loss is withheld", func(s *story) { s.fault(s.sent("x"), core.FaultLoss, true) }, `
1ms ann.a > 10.1.0.1 -> 10.2.0.1 ok "x"
`, ""},
	{"it is damaged", func(s *story) {
		p := s.sent("x")
		s.fault(p, core.FaultCorrupt, false)
		s.dropped(s.arrived(p, core.Damaged), "checksum")
	}, `
1ms ann.a > 10.1.0.1 -> 10.2.0.1 ok "x" -- fault a>b/corrupt#1: corrupt
`, `
2ms bob.b < 10.1.0.1 -> 10.2.0.1 wrong "x" -- corrupt; dropped (checksum)
`},
	{"it is doubled, and the second harmed", func(s *story) {
		p := s.sent("x")
		s.fault(p, core.FaultDuplicate, false)
		s.fault(p, core.FaultCorruptUndetected, false)
		s.arrived(p, 0)
		flipped := segment("y")
		s.arrived(&core.Packet{From: 0, To: 1, Segment: &flipped}, core.Copied|core.Altered)
	}, `
1ms ann.a > 10.1.0.1 -> 10.2.0.1 ok "x" -- fault a>b/duplicate#1: duplicate; fault a>b/corrupt_undetected#2: corrupt_undetected
`, `
2ms bob.b < 10.1.0.1 -> 10.2.0.1 ok "x"
3ms bob.b < 10.1.0.1 -> 10.2.0.1 ok "y" -- duplicate; corrupt_undetected
`},
	{"a partition stops it", func(s *story) { s.dropped(s.sent("x"), "partition a<>b") }, `
1ms ann.a > 10.1.0.1 -> 10.2.0.1 ok "x" -- dropped (partition a<>b)
`, ""},
	{"a partition holds it", func(s *story) {
		s.tell(core.Fact{Kind: core.FactHeld, Packet: s.sent("x"), Text: "partition a<>b"})
	}, `
1ms ann.a > 10.1.0.1 -> 10.2.0.1 ok "x" -- held (partition a<>b)
`, ""},
	{"the drop of another is not its own", func(s *story) {
		first := s.sent("first")
		s.sent("second")
		s.dropped(first, "off")
	}, `
1ms ann.a > 10.1.0.1 -> 10.2.0.1 ok "first"
2ms ann.a > 10.1.0.1 -> 10.2.0.1 ok "second"
`, ""},
	{"what comes after other facts is not its own", func(s *story) {
		p := s.sent("x")
		s.tell(core.Fact{Kind: core.FactHeal})
		s.fault(p, core.FaultQueueDrop, false)
	}, `
1ms ann.a > 10.1.0.1 -> 10.2.0.1 ok "x"
`, ""},
	{"it stays on its machine", func(s *story) {
		text := segment("x")
		p := core.Packet{From: 1, To: 1, Segment: &text}
		s.tell(core.Fact{Kind: core.FactPacket, Packet: &p})
		s.arrived(&p, 0)
	}, `
0s bob.b > 10.2.0.1 -> 10.2.0.1 ok "x"
`, `
0s bob.b > 10.2.0.1 -> 10.2.0.1 ok "x"
`},
}

func TestPackets(t *testing.T) {
	for _, test := range fates {
		t.Run(test.name, func(t *testing.T) {
			for machine, want := range map[string]string{
				"":      section + annsPort + bobsPort + carlsPort + names + strings.TrimPrefix(test.all, "\n"),
				"bob.b": section + bobsPort + names + strings.TrimPrefix(test.bob, "\n"),
			} {
				var file bytes.Buffer
				options := pcap.Options{Comment: "simlua run --seed 1 x.lua", Machine: machine}
				s := &story{w: pcap.New(&file, world("ann.a", "bob.b", "carl.a", "bob.b"), options)}
				test.tell(s)
				if err := s.w.Flush(); err != nil {
					t.Fatal(err)
				}
				if got := dump(t, file.Bytes()); got != want {
					t.Errorf("machine %q: got\n%s\nwant\n%s", machine, got, want)
				}
			}
		})
	}
}

// TestTime reaches the end of simulated time.
func TestTime(t *testing.T) {
	var file bytes.Buffer
	s := &story{w: pcap.New(&file, world("ann.a", "bob.b"), pcap.Options{}), at: 1<<63 - 1 - time.Millisecond}
	s.sent("x")
	if err := s.w.Flush(); err != nil {
		t.Fatal(err)
	}
	if text := dump(t, file.Bytes()); !strings.Contains(text, "\n2562047h47m16.854775807s ann.a > ") {
		t.Error(text)
	}
}

// TestAddresses goes to the ends of what networks hold.
func TestAddresses(t *testing.T) {
	machines := func(networks, each int) (names []string) {
		for n := range networks {
			for m := range each {
				names = append(names, fmt.Sprintf("m%d.n%d", m+1, n+1))
			}
		}
		return names
	}
	for _, test := range []struct {
		networks, each int
		want           []string
	}{
		{2, 257, []string{`10.1.0.1 "m1.n1\x00"`,
			`10.1.0.255 "m255.n1\x00"`, `10.1.1.0 "m256.n1\x00"`, `10.2.1.1 "m257.n2\x00"`}},
		{255, 1, []string{`10.1.0.1 "m1.n1\x00"`, `10.255.0.1 "m1.n255\x00"`}},
		{256, 1, []string{`10.0.0.1 "m1.n1\x00"`, `10.0.1.0 "m1.n256\x00"`}},
		{1, 65535, []string{`10.1.255.255 "m65535.n1\x00"`}},
		{1, 65536, []string{`10.0.255.255 "m65535.n1\x00"`, `10.1.0.0 "m65536.n1\x00"`}},
	} {
		var file bytes.Buffer
		if err := pcap.New(&file, world(machines(test.networks, test.each)...), pcap.Options{}).Flush(); err != nil {
			t.Fatal(err)
		}
		text := dump(t, file.Bytes())
		for _, want := range test.want {
			if !strings.Contains(text, "name 1: "+want+"\n") {
				t.Errorf("%d networks of %d machines: no %s", test.networks, test.each, want)
			}
		}
	}
}

// odd is a segment without a form on the wire.
type odd struct{ core.Segment }

func TestErrors(t *testing.T) {
	full := errors.New("the disk is full")
	s := &story{w: pcap.New(failing{full}, world("ann.a", "bob.b"), pcap.Options{})}
	for range 10_000 {
		s.sent("x")
	}
	if err := s.w.Flush(); !errors.Is(err, full) {
		t.Errorf("%v, want %v", err, full)
	}
	s = &story{w: pcap.New(&bytes.Buffer{}, world("ann.a", "bob.b"), pcap.Options{})}
	s.tell(core.Fact{Kind: core.FactPacket, Packet: &core.Packet{To: 1, Segment: odd{}}})
	if err := s.w.Flush(); err == nil || !strings.Contains(err.Error(), "pcap_test.odd") {
		t.Errorf("%v, want one about odd", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func BenchmarkPacket(b *testing.B) {
	s := &story{w: pcap.New(failingNever{}, world("ann.a", "bob.b"), pcap.Options{})}
	text := segment(strings.Repeat("x", 1460))
	p := &core.Packet{From: 0, To: 1, Segment: &text}
	f := &core.Fact{Kind: core.FactPacket, Packet: p}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		s.w.Observe(f)
	}
}

type failingNever struct{}

func (failingNever) Write(p []byte) (int, error) { return len(p), nil }
