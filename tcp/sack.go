package tcp

import "slices"

// reports is what a receiver tells about bytes beyond those it acknowledges
// (RFC 2018), and about bytes that came twice (RFC 2883).
type reports struct {
	sackMax int    // blocks in a segment; 0 without SACK
	early   ranges // what lies in the reorder buffer
	dsack   Block  // what came twice last, until it is told
	told    []Seq  // a number of each block to tell, the latest first
}

// permit lets blocks be sent in segments of a size: at most half of one.
func (r *reports) permit(mss int) bool {
	r.sackMax = max(0, min(maxBlocks, (mss/2-2-sizeSACK)/sizeBlock))
	return r.sackMax > 0
}

// sackBlocks is how many blocks the next segment carries.
func (r *reports) sackBlocks() int {
	n := len(r.early)
	if r.dsack != (Block{}) {
		n++
	}
	return min(n, r.sackMax)
}

// sackRoom is what they take of it.
func (r *reports) sackRoom() int {
	if n := r.sackBlocks(); n > 0 {
		return 2 + sizeSACK + n*sizeBlock
	}
	return 0
}

// queueOutOfOrder notes bytes beyond the next ones.
func (r *reports) queueOutOfOrder(b Block) {
	r.cameTwice(b)
	r.early.add(b)
	r.tell(b.Start)
}

// cameTwice notes the first of what arrives that lies in the reorder buffer (RFC
// 2883, 4), unless something before it came twice; it says whether anything did.
func (r *reports) cameTwice(b Block) bool {
	if r.sackMax == 0 {
		return false
	}
	if i := r.early.past(b.Start); r.dsack == (Block{}) && i < len(r.early) && b.common(r.early[i]) > 0 {
		r.dsack = Block{later(b.Start, r.early[i].Start), earlier(b.End, r.early[i].End)}
	}
	return r.dsack != (Block{})
}

// tell puts the block of a number first, and forgets the oldest.
func (r *reports) tell(n Seq) {
	if len(r.told) == maxBlocks {
		r.told = r.told[:maxBlocks-1]
	}
	r.told = slices.Insert(r.told, 0, n)
}

// caughtUp forgets what is acknowledged now.
func (r *reports) caughtUp(next Seq) {
	if r.early.trim(next); len(r.early) == 0 {
		r.told = nil
	}
}

// blocks are those to tell now: what came twice, then those that grew last,
// then the highest.
func (r *reports) blocks(box *outbox) []Block {
	n := r.sackBlocks()
	out := box.blocks(n)
	if r.dsack != (Block{}) {
		out = append(out, r.dsack)
		r.dsack = Block{}
	}
	reported := len(out)
	for _, t := range r.told {
		if b, held := r.early.holding(t); held && len(out) < n && !slices.Contains(out[reported:], b) {
			out = append(out, b)
		}
	}
	for i := len(r.early) - 1; i >= 0 && len(out) < n; i-- {
		if b := r.early[i]; !slices.Contains(out[reported:], b) {
			out = append(out, b)
		}
	}
	r.told = r.told[:0]
	for _, b := range out[reported:] {
		r.told = append(r.told, b.Start)
	}
	return out
}
