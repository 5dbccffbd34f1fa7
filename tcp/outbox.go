package tcp

// outbox is where tcbs put what they send, and the memory it is made of.
// Those of a stack share one. Memory is handed out in blocks and never
// taken back: a segment may live as long as somebody looks at it.
type outbox struct {
	segments      []*Segment
	retransmitted int // of the segments
	fast          int // of those, without a timeout
	reordered     int // segments that arrived before an earlier one
	slab          []Segment
	block         []byte
	blockSize     int // of the latest block
	sack          []Block
}

const (
	slabSegments = 32
	blockMin     = 1 << 10 // a connection that says little keeps little
	blockMax     = 128 << 10
)

// segment makes an empty segment and puts it last.
func (o *outbox) segment() *Segment {
	if len(o.slab) == 0 {
		o.slab = make([]Segment, slabSegments)
	}
	s := &o.slab[0]
	o.slab = o.slab[1:]
	o.segments = append(o.segments, s)
	return s
}

// bytes copies b to where it stays, with room for so many bytes in all.
func (o *outbox) bytes(b []byte, room int) []byte {
	if room > len(o.block) {
		o.blockSize = min(max(2*o.blockSize, blockMin), blockMax)
		if room > o.blockSize/4 {
			return append(make([]byte, 0, room), b...)
		}
		o.block = make([]byte, o.blockSize)
	}
	n := min(len(b), room)
	c := o.block[:n:room]
	o.block = o.block[room:]
	copy(c, b)
	return c
}

// blocks makes room for n blocks.
func (o *outbox) blocks(n int) []Block {
	if len(o.sack) < n {
		o.sack = make([]Block, slabSegments*maxBlocks)
	}
	b := o.sack[:0:n]
	o.sack = o.sack[n:]
	return b
}

// clear forgets what has been taken.
func (o *outbox) clear() {
	clear(o.segments)
	o.segments, o.retransmitted, o.fast, o.reordered = o.segments[:0], 0, 0, 0
}

// refuse sends the RST for a segment that no connection expects.
func (o *outbox) refuse(s *Segment) {
	if r := refusal(s); r != nil {
		o.segments = append(o.segments, r)
	}
}
