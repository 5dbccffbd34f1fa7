package tcp

// sendQueue holds the bytes from the oldest one not acknowledged on, in pieces
// that segments share: bytes that have been written once never change.
type sendQueue struct {
	pieces [][]byte
	head   int // of the pieces: those before it are gone
	size   int // bytes
	cursor int // the piece of the first byte that was never sent
	offset int // of that byte in its piece
}

const (
	keepPieces = 16      // entries an empty queue may keep
	roomBytes  = 1 << 10 // for small writes that have to wait
)

// push copies p behind the rest.
func (q *sendQueue) push(p []byte, box *outbox) {
	q.size += len(p)
	n := len(q.pieces)
	if n > q.head {
		if last := q.pieces[n-1]; cap(last)-len(last) >= len(p) {
			if q.cursor == n {
				q.cursor, q.offset = n-1, len(last)
			}
			q.pieces[n-1] = append(last, p...)
			return
		}
	}
	if q.head > 0 && n == cap(q.pieces) {
		q.shift()
	}
	room := len(p)
	if q.cursor < len(q.pieces) {
		room = max(room, roomBytes)
	}
	q.pieces = append(q.pieces, box.bytes(p, room))
}

// shift moves the pieces down over those that are gone.
func (q *sendQueue) shift() {
	n := copy(q.pieces, q.pieces[q.head:])
	clear(q.pieces[n:])
	q.pieces = q.pieces[:n]
	q.cursor -= q.head
	q.head = 0
}

// next returns the n bytes after the last sent ones, which now count as sent.
func (q *sendQueue) next(n int, box *outbox) []byte {
	b := q.gather(q.cursor, q.offset, n, box)
	q.offset += n
	for q.cursor < len(q.pieces) && q.offset >= len(q.pieces[q.cursor]) {
		q.offset -= len(q.pieces[q.cursor])
		q.cursor++
	}
	return b
}

// first returns the oldest n bytes.
func (q *sendQueue) first(n int, box *outbox) []byte { return q.gather(q.head, 0, n, box) }

// gather returns n bytes from a place on, copying them only when they lie in
// several pieces.
func (q *sendQueue) gather(piece, offset, n int, box *outbox) []byte {
	if n == 0 {
		return nil
	}
	p := q.pieces[piece][offset:]
	if n <= len(p) {
		return p[:n:n]
	}
	b := box.bytes(p, n)
	for len(b) < n {
		piece++
		p = q.pieces[piece]
		b = append(b, p[:min(len(p), n-len(b))]...)
	}
	return b
}

// drop forgets the oldest n bytes, all of which were sent.
func (q *sendQueue) drop(n int) {
	q.size -= n
	for n > 0 {
		p := q.pieces[q.head]
		if n < len(p) {
			q.pieces[q.head] = p[n:]
			if q.cursor == q.head {
				q.offset -= n
			}
			return
		}
		n -= len(p)
		q.pieces[q.head] = nil
		if q.cursor == q.head {
			q.cursor, q.offset = q.head+1, 0
		}
		q.head++
	}
	if q.size == 0 {
		q.clear()
	}
}

func (q *sendQueue) clear() {
	pieces := q.pieces
	clear(pieces)
	if cap(pieces) > keepPieces {
		pieces = nil
	}
	*q = sendQueue{pieces: pieces[:0]}
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
