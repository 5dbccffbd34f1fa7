package disk

import "math/bits"

// group is what was committed to a database and is not durable: what a power cut may
// take.
//
// While data of it is only in caches, a cut leaves some first commits of the group
// and takes the others; of n commits, each of the n+1 ways is as likely. Only one of them
// is remembered, as the mark of the store, by reservoir sampling: when the n-th commit
// joins, "none is lost" takes the place of the one before with probability 1/(n+1). So
// undoing needs each key once, from the mark on.
//
// Of a commit whose data is durable only the meta page can be missing, with which
// bbolt switches to the new state: then a cut leaves the state before or after it.
//
// As on Linux, what a failed sync should have written is not written by later ones.
// That the database looks healthy then is a part of the fault.
type group struct {
	commits int
	lost    int    // of them: those after the mark
	data    bool   // data of them is not durable, not only a meta page
	settled bool   // lost says what a power cut takes; else it is drawn then
	last    uint64 // what was drawn for the last commit
	dirty   int64  // bytes that the next sync has to write

	failed bool // a sync of them failed
	later  bool // commits have joined since
	begun  bool // a commit has begun to write over what an older state needs
	doomed bool // data is missing for ever
}

// hits is true for one of n draws.
func hits(draw, n uint64) bool {
	hi, _ := bits.Mul64(draw, n)
	return hi == 0
}

// settle comes before another transaction: what it finds is then as sure to be lost as
// a power cut would have said. It is true when nothing is.
func (g *group) settle() bool {
	if g.commits == 0 || g.settled {
		return false
	}
	g.settled = true
	if !hits(g.last, 2) {
		return false
	}
	g.lost = 0
	return true
}

// writes says that another commit begins to write to the file.
func (g *group) writes() { g.begun = g.commits > 0 }

// join adds the commit that has become visible, whose data may be durable. It is true
// when the mark has to be set behind it.
func (g *group) join(c change, data bool, draw uint64) bool {
	g.commits++
	g.lost++
	g.last, g.later, g.begun = draw, g.failed, g.begun && g.failed
	if data {
		g.data, g.settled = true, true
		g.dirty += c.written
	}
	if g.damaged() || g.settled && hits(draw, uint64(g.commits)+1) {
		g.lost = 0
		return true
	}
	return false
}

// synced says that a sync has done what it should; meta says that the newest meta page
// was a part of it. It is true when all is durable now.
func (g *group) synced(meta bool) bool {
	g.dirty = 0
	switch {
	case g.doomed:
		return false
	case g.failed && !(meta && g.later):
		g.data = false
		return false
	}
	*g = group{}
	return true
}

// fail says that a sync has failed.
func (g *group) fail() {
	g.dirty = 0
	if g.commits > 0 {
		g.failed, g.later = true, false
		g.doomed = g.doomed || g.data
	}
}

// damaged says whether what is on the device is of no state at all.
func (g *group) damaged() bool { return g.failed && g.begun }

// loose says whether a power cut may damage the file, if the profile says so.
func (g *group) loose() bool { return g.commits > 0 && (g.data || g.begun) }

// loses says whether a power cut takes those behind the mark, when old is what was
// drawn then.
func (g *group) loses(old bool) bool {
	switch {
	case g.commits == 0:
		return false
	case g.settled:
		return g.lost > 0
	}
	return old
}
