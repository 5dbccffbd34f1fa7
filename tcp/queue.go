package tcp

import "sort"

// sendQueue holds the bytes from the oldest one not acknowledged on, in pieces
// that segments share: bytes that have been written once never change.
type sendQueue struct {
	pieces []piece
	head   int // of the pieces: those before it are gone
	size   int // bytes
	start  Seq // number of the first byte
	hint   int // the piece that was used last
}

type piece struct {
	start Seq
	data  []byte
}

func (p *piece) end() Seq { return p.start.plus(len(p.data)) }

const (
	keepPieces = 16      // entries an empty queue may keep
	roomBytes  = 1 << 10 // for small writes that have to wait
)

// end is the number after the last byte.
func (q *sendQueue) end() Seq { return q.start.plus(q.size) }

// push copies p behind the rest. Bytes that have to wait get room for more.
func (q *sendQueue) push(p []byte, waits bool, box *outbox) {
	n := len(q.pieces)
	if n > q.head {
		if last := &q.pieces[n-1]; cap(last.data)-len(last.data) >= len(p) {
			last.data = append(last.data, p...)
			q.size += len(p)
			return
		}
	}
	if q.head > 0 && n == cap(q.pieces) {
		q.shift()
	}
	room := len(p)
	if waits {
		room = max(room, roomBytes)
	}
	q.pieces = append(q.pieces, piece{q.end(), box.bytes(p, room)})
	q.size += len(p)
}

// shift moves the pieces down over those that are gone.
func (q *sendQueue) shift() {
	n := copy(q.pieces, q.pieces[q.head:])
	clear(q.pieces[n:])
	q.pieces = q.pieces[:n]
	q.hint = max(0, q.hint-q.head)
	q.head = 0
}

// slice returns the n bytes from a number on, copying them only when they lie
// in several pieces.
func (q *sendQueue) slice(from Seq, n int, box *outbox) []byte {
	if n == 0 {
		return nil
	}
	i := q.find(from)
	q.hint = i
	p := &q.pieces[i]
	data := p.data[from.since(p.start):]
	if n <= len(data) {
		return data[:n:n]
	}
	b := box.bytes(data, n)
	for len(b) < n {
		i++
		data = q.pieces[i].data
		b = append(b, data[:min(len(data), n-len(b))]...)
	}
	q.hint = i
	return b
}

// find is the piece that a number lies in. Mostly it is the one used last, or
// the one behind.
func (q *sendQueue) find(n Seq) int {
	for i := max(q.head, q.hint); i < min(len(q.pieces), q.hint+2); i++ {
		if p := &q.pieces[i]; p.start.atMost(n) && n.before(p.end()) {
			return i
		}
	}
	return q.head + sort.Search(len(q.pieces)-q.head, func(i int) bool { return n.before(q.pieces[q.head+i].end()) })
}

// drop forgets the oldest n bytes, all of which were sent.
func (q *sendQueue) drop(n int) {
	q.size -= n
	q.start = q.start.plus(n)
	if q.size == 0 {
		q.clear()
		return
	}
	for n > 0 {
		p := &q.pieces[q.head]
		if n < len(p.data) {
			p.data, p.start = p.data[n:], q.start
			return
		}
		n -= len(p.data)
		*p = piece{}
		q.head++
	}
}

// clear forgets all bytes.
func (q *sendQueue) clear() {
	clear(q.pieces[q.head:])
	if cap(q.pieces) > keepPieces {
		q.pieces = nil
	}
	q.pieces, q.head, q.size, q.hint = q.pieces[:0], 0, 0, 0
}

// recvQueue holds the bytes that arrived in order and were not read.
type recvQueue struct {
	pieces [][]byte
	head   int
	size   int
}

func (q *recvQueue) push(p []byte) {
	q.pieces = append(q.pieces, p)
	q.size += len(p)
}

// read moves bytes to p.
func (q *recvQueue) read(p []byte) int {
	n := 0
	for n < len(p) && q.size > 0 {
		c := copy(p[n:], q.pieces[q.head])
		n += c
		q.size -= c
		if q.pieces[q.head] = q.pieces[q.head][c:]; len(q.pieces[q.head]) == 0 {
			q.pieces[q.head] = nil
			q.head++
		}
	}
	if q.size == 0 {
		q.clear()
	}
	return n
}

func (q *recvQueue) clear() {
	if cap(q.pieces) > keepPieces {
		q.pieces = nil
	}
	q.pieces, q.head = q.pieces[:0], 0
}
