package core

import (
	"cmp"
	"slices"
	"time"
)

// Scope is a part of the world that can die: a machine, one boot of a service,
// the plan. Timers and processes belong to a scope; its death erases their
// future. Scopes form a tree and die with their parent.
type Scope struct {
	k           *Kernel
	id          uint32
	name        string
	parent      *Scope
	first, last *Scope // of the scopes below it
	prev, next  *Scope // below the same parent
	procs       processList
	held        []held // what was due while paused
	dead        bool
	paused      bool
	pausedAt    time.Duration
	frozen      time.Duration // how long it was paused so far
	stopping    bool
	failed      func(error) // what a process of this scope returned
}

// held is an event that a pause holds back; they were due in this order.
type held struct {
	order uint64
	e     *event
}

// newScope makes a scope below parent; nil makes a root.
func (k *Kernel) newScope(name string, parent *Scope) *Scope {
	k.scopes++
	s := &Scope{k: k, id: k.scopes, name: name, parent: parent}
	if parent != nil {
		s.paused, s.pausedAt, s.frozen = parent.paused, parent.pausedAt, parent.frozen
		parent.attach(s)
	}
	return s
}

func (s *Scope) attach(child *Scope) {
	child.prev = s.last
	if s.last == nil {
		s.first = child
	} else {
		s.last.next = child
	}
	s.last = child
}

// detach takes s out of its parent.
func (s *Scope) detach() {
	p := s.parent
	if p == nil {
		return
	}
	if s.prev == nil {
		p.first = s.next
	} else {
		s.prev.next = s.next
	}
	if s.next == nil {
		p.last = s.prev
	} else {
		s.next.prev = s.prev
	}
	s.prev, s.next = nil, nil
}

// stop asks the processes of s to stop: what they wait for ends with
// ErrStopped, and so does everything they would wait for from now on.
func (s *Scope) stop() {
	s.stopping = true
	for p := s.procs.first; p != nil; p = p.next {
		if p.interruptible {
			p.interrupt(ErrStopped)
		}
	}
}

// kill erases the future of s and of the scopes below it. Their processes
// unwind without running any more of their code. It is a kernel event.
func (s *Scope) kill() {
	if s.dead {
		return
	}
	if s.k.current != nil {
		panic("core: a scope dies only in a kernel event, not inside process " + s.k.current.name)
	}
	for s.last != nil {
		s.last.kill()
	}
	s.dead = true
	for _, h := range s.held {
		if !h.e.cancelled() {
			s.k.queue.live--
		}
		s.k.queue.recycle(h.e)
	}
	s.held = nil
	for s.procs.first != nil {
		s.procs.first.kill()
	}
	s.detach()
}

// pause holds back every event of s and below until resume.
func (s *Scope) pause() {
	s.paused, s.pausedAt = true, s.k.Now()
	for c := s.first; c != nil; c = c.next {
		c.pause()
	}
}

// awake is how long s was not paused so far.
func (s *Scope) awake() time.Duration { return s.k.Now() - s.frozen }

// resume lets the held events happen now, in the order they were due.
func (s *Scope) resume() {
	all := s.thaw(nil)
	slices.SortFunc(all, func(a, b held) int { return cmp.Compare(a.order, b.order) })
	for _, h := range all {
		if h.e.cancelled() {
			s.k.queue.recycle(h.e)
			continue
		}
		s.k.queue.live--
		s.k.queue.push(s.k.queue.now, h.e)
	}
}

// thaw appends what s and the scopes below it have held back.
func (s *Scope) thaw(all []held) []held {
	s.paused, s.frozen = false, s.frozen+s.k.Now()-s.pausedAt
	all, s.held = append(all, s.held...), nil
	for c := s.first; c != nil; c = c.next {
		all = c.thaw(all)
	}
	return all
}
