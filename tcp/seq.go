package tcp

// Seq is a sequence number. Numbers wrap at 2^32 and are compared modulo that
// (RFC 9293, 3.4): two of them have an order when they are less than 2^31
// apart, as all within one window are.
type Seq uint32

// before says whether s comes before t.
func (s Seq) before(t Seq) bool { return int32(s-t) < 0 }

// atMost says whether s is t or comes before it.
func (s Seq) atMost(t Seq) bool { return int32(s-t) <= 0 }

// since is how many numbers lie between t and s: negative when s comes first.
func (s Seq) since(t Seq) int { return int(int32(s - t)) }

// plus is the number n after s.
func (s Seq) plus(n int) Seq { return s + Seq(n) }

func earlier(s, t Seq) Seq {
	if t.before(s) {
		return t
	}
	return s
}

func later(s, t Seq) Seq {
	if s.before(t) {
		return t
	}
	return s
}
