package tcp

import "simlua.example/core"

// waits says whether a segment that is smaller than a full-sized one, and the
// last of what was written, is held back until more is written or acknowledged.
// Nagle's rule (RFC 896; RFC 9293, 3.7.4) holds it while anything is in flight;
// Minshall's, which Linux has, only while an earlier small segment is, so that
// the tail of a large write leaves with the rest (Minshall, Saito, Mogul and
// Verghese 1999).
func (t *tcb) waits() bool {
	s := &t.send
	switch t.config.Nagle {
	case core.NagleMinshall:
		return s.una.before(s.smallEnd)
	case core.NagleClassic:
		return s.inFlight()
	}
	return false
}
