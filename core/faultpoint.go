package core

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// MaxFaultPoints bounds the names of fault points that one service has in a run.
const MaxFaultPoints = 1000

// maxPointName bounds the name of a fault point, in bytes.
const maxPointName = 100

// faultPoints are what a service decides about itself, over the whole run: its
// fault points, and how often it took itself or its machine down.
type faultPoints struct {
	named   map[string]*faultPoint
	crash   uint64 // ordinals
	power   uint64
	fired   *process // that was told true last
	firedAt time.Duration
	place   int // in the trace, of the fault point that fired
}

// faultPoint is one of them: its chance and its ordinals go on across boots.
type faultPoint struct {
	stream  string
	random  *Random
	ordinal uint64
}

func (e *env) FaultPoint(name string, p Probability) (bool, error) {
	e.k.alive()
	point, err := e.s.faultPoint(name)
	if err != nil {
		return false, err
	}
	point.ordinal++
	if !point.random.Chance(p) || e.s.m.c.calm {
		return false, nil
	}
	place, masked := e.s.fault(FaultID{point.stream, point.ordinal}, FaultPoint, e.s.name)
	if masked {
		return false, nil
	}
	points := &e.s.points
	points.fired, points.firedAt, points.place = e.k.here(), e.k.Now(), place
	return true, nil
}

// faultPoint finds the point of a name, or makes it.
func (s *service) faultPoint(name string) (*faultPoint, error) {
	if point := s.points.named[name]; point != nil {
		return point, nil
	}
	switch {
	case len(s.points.named) >= MaxFaultPoints:
		return nil, fmt.Errorf("fault point %q: a service has at most %d", name, MaxFaultPoints)
	case !validPoint(name):
		return nil, fmt.Errorf("a fault point has a name of 1 to %d bytes on one line, without #; not %q", maxPointName, name)
	case s.points.named == nil:
		s.points.named = map[string]*faultPoint{}
	}
	stream := s.name + pointInfix + name
	point := &faultPoint{stream: stream, random: s.m.c.stream(stream)}
	s.points.named[name] = point
	return point, nil
}

// pointInfix is between a service and a name in the stream of a fault point.
const pointInfix = "/point/"

func validPoint(name string) bool {
	odd := func(r rune) bool { return r == '#' || !unicode.IsPrint(r) }
	return name != "" && len(name) <= maxPointName && utf8.ValidString(name) && strings.IndexFunc(name, odd) < 0
}

// fault notes a fault of a service's own making, its place in the trace, and
// whether it is withheld.
func (s *service) fault(id FaultID, kind FaultKind, where string, params ...FaultParam) (place int, masked bool) {
	f, place := s.m.c.fault(id, kind, where, params...)
	s.m.c.trace.record(Fact{Kind: FactFault, Machine: s.m.name, Service: s.name, Fault: boxed(f), Text: where})
	return place, f.Masked
}

func (e *env) Crash(down time.Duration) {
	s := e.s
	e.takeDown(FaultCrash, s.name, &s.points.crash, down, &s.struck, func(int) {
		stopping := s.scope.stopping
		s.kill("crashed itself")
		if after := cmp.Or(down, s.spec.Restart); after > 0 && !stopping {
			s.restart = e.k.after(s.m.scope, after, HandlerFunc(s.boot))
		}
	})
}

func (e *env) PowerFail(down time.Duration) {
	m := e.s.m
	e.takeDown(FaultPowerFail, m.name, &e.s.points.power, down, &m.dark, func(place int) {
		m.powerFail(place)
		off := m.powerOns
		if down > 0 {
			e.k.after(m.c.root, down, HandlerFunc(func() {
				if m.powerOns == off {
					m.start()
				}
			}))
		}
	})
}

// takeDown lets a kernel event do it, and waits for the end. It is a fault that
// the mask can withhold, unless it belongs to the fault point that the process
// has just been told of. It stands until what was taken down is up again, after so
// long perhaps.
func (e *env) takeDown(kind FaultKind, where string, ordinal *uint64, after time.Duration, stands *ongoing,
	down func(place int)) {
	e.k.alive()
	if e.k.noPark != "" {
		panic(fmt.Errorf("%s must not wait", e.k.noPark))
	}
	points := &e.s.points
	place, masked := points.place, false
	if points.fired != e.k.here() || points.firedAt != e.k.Now() {
		*ordinal++
		id := FaultID{e.s.name + "/" + string(kind), *ordinal}
		place, masked = e.s.fault(id, kind, where, FaultParam{"down", after})
	}
	if masked {
		return
	}
	stands.begins(place)
	e.k.after(e.s.m.c.root, 0, HandlerFunc(func() {
		if e.s.scope == e.scope {
			down(place)
		}
	}))
	_, _ = e.k.NewFuture().WaitUninterruptible(Forever) // never set: the process unwinds
}
