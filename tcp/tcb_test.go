package tcp

import (
	"fmt"
	"strings"
	"testing"
)

// TestNewIncarnation wants only a SYN beyond what was received to end TIME-WAIT.
func TestNewIncarnation(t *testing.T) {
	for _, c := range []struct {
		state string
		seg   string
		want  bool
	}{
		{"TIME-WAIT", "S 503 mss 1460", true},
		{"TIME-WAIT", "S 9000 mss 1460", true},
		{"TIME-WAIT", "S 502 mss 1460", false},
		{"TIME-WAIT", "S 100 mss 1460", false},
		{"TIME-WAIT", "S. 503 ack 102", false},
		{"TIME-WAIT", ". 503 ack 102", false},
		{"FIN-WAIT-2", "S 503 mss 1460", false},
	} {
		p := newPlayer()
		if err := p.given(c.state); err != nil {
			t.Fatal(err)
		}
		seg, err := parseSegment(strings.Fields(c.seg))
		if err != nil {
			t.Fatal(err)
		}
		if got := p.tcb.newIncarnation(seg); got != c.want {
			t.Errorf("%s in %s: %v, want %v", c.seg, c.state, got, c.want)
		}
	}
}

// TestSeqWraps compares numbers around 2^32.
func TestSeqWraps(t *testing.T) {
	const last = Seq(1<<32 - 1)
	if !last.before(0) || Seq(0).before(last) || !last.before(1<<30) || last.before(last) || !last.atMost(last) {
		t.Error("numbers do not wrap")
	}
	if last.plus(3) != 2 || Seq(2).since(last) != 3 || last.since(2) != -3 {
		t.Error("distances do not wrap")
	}
}

// TestSegment wants each field to be shown, counted and digested.
func TestSegment(t *testing.T) {
	base := Segment{Source: 443, Target: 10000, Seq: 1, Ack: 2, Window: 65535, Flags: SYN | ACK}
	for _, c := range []struct {
		change func(*Segment)
		text   string
		size   int
	}{
		{func(*Segment) {}, "443 > 10000: Flags [S.], seq 1, ack 2, win 65535, length 0", 40},
		{func(s *Segment) { s.Source = 1 }, "1 > 10000: Flags [S.], seq 1, ack 2, win 65535, length 0", 40},
		{func(s *Segment) { s.Target = 1 }, "443 > 1: Flags [S.], seq 1, ack 2, win 65535, length 0", 40},
		{func(s *Segment) { s.Seq = 9 }, "443 > 10000: Flags [S.], seq 9, ack 2, win 65535, length 0", 40},
		{func(s *Segment) { s.Ack = 9 }, "443 > 10000: Flags [S.], seq 1, ack 9, win 65535, length 0", 40},
		{func(s *Segment) { s.Window = 9 }, "443 > 10000: Flags [S.], seq 1, ack 2, win 9, length 0", 40},
		{func(s *Segment) { s.Flags = FIN | PSH | ACK }, "443 > 10000: Flags [FP.], seq 1, ack 2, win 65535, length 0", 40},
		{func(s *Segment) { s.Flags = RST }, "443 > 10000: Flags [R], seq 1, win 65535, length 0", 40},
		{func(s *Segment) { s.Flags = 0 }, "443 > 10000: Flags [none], seq 1, win 65535, length 0", 40},
		{func(s *Segment) { s.Options.MSS = 1460 },
			"443 > 10000: Flags [S.], seq 1, ack 2, win 65535, options [mss 1460], length 0", 44},
		{func(s *Segment) { s.Options = Options{MSS: 1460, SACKPermitted: true, Scaling: true, Scale: 7} },
			"443 > 10000: Flags [S.], seq 1, ack 2, win 65535, " +
				"options [mss 1460,nop,nop,sackOK,nop,wscale 7], length 0", 52},
		{func(s *Segment) { s.Options.Scaling = true },
			"443 > 10000: Flags [S.], seq 1, ack 2, win 65535, options [nop,wscale 0], length 0", 44},
		{func(s *Segment) { s.Options.SACK = []Block{{10, 20}, {30, 40}} },
			"443 > 10000: Flags [S.], seq 1, ack 2, win 65535, options [nop,nop,sack 2 {10:20}{30:40}], length 0", 60},
		{func(s *Segment) { s.Payload = []byte("hello") },
			"443 > 10000: Flags [S.], seq 1:6, ack 2, win 65535, length 5", 45},
		{func(s *Segment) { s.Payload = []byte("hellp") },
			"443 > 10000: Flags [S.], seq 1:6, ack 2, win 65535, length 5", 45},
	} {
		s := base
		c.change(&s)
		if got := string(s.AppendText(nil)); got != c.text {
			t.Errorf("it reads %q, want %q", got, c.text)
		}
		if s.Size() != c.size {
			t.Errorf("%s: %d bytes, want %d", c.text, s.Size(), c.size)
		}
		if c.text != string(base.AppendText(nil)) && s.Digest() == base.Digest() {
			t.Errorf("%s: the digest does not see the change", c.text)
		}
	}
	hello, hellp := base, base
	hello.Payload, hellp.Payload = []byte("hello"), []byte("hellp")
	if hello.Digest() == hellp.Digest() {
		t.Error("the digest does not see the payload")
	}
}

// TestWireForm compares segments with their bytes.
func TestWireForm(t *testing.T) {
	for _, c := range []struct {
		seg  Segment
		want string
	}{
		{Segment{Source: 443, Target: 10000, Seq: 1, Ack: 2, Window: 3, Flags: PSH | ACK, Payload: []byte("AB")},
			"01bb2710 00000001 00000002 50180003 00000000 4142"},
		{Segment{Source: 443, Target: 10000, Seq: 1, Window: 65535, Flags: SYN,
			Options: Options{MSS: 1460, SACKPermitted: true, Scaling: true, Scale: 7}},
			"01bb2710 00000001 00000000 8002ffff 00000000 020405b4 01010402 01030307"},
		{Segment{Source: 443, Target: 10000, Seq: 1, Ack: 2, Window: 3, Flags: ACK,
			Options: Options{SACK: []Block{{10, 20}, {1 << 31, 1<<31 + 1}}}},
			"01bb2710 00000001 00000002 a0100003 00000000 01010512 0000000a 00000014 80000000 80000001"},
	} {
		b := c.seg.AppendTCP(nil)
		if got, want := fmt.Sprintf("%x", b), strings.ReplaceAll(c.want, " ", ""); got != want {
			t.Errorf("%s:\n%s, want\n%s", c.seg.AppendText(nil), got, want)
		}
		if len(b)+ipHeader != c.seg.Size() || int(b[12]>>4)*4+len(c.seg.Payload) != len(b) {
			t.Errorf("%d bytes, a size of %d and an offset of %d words", len(b), c.seg.Size(), b[12]>>4)
		}
	}
}
