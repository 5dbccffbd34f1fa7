package core

import (
	"errors"
	"time"
)

// service is a declared service, or bot, of a machine: down, up or stopping.
type service struct {
	m          *machine
	spec       *ServiceSpec
	name       string // full name
	scope      *Scope // nil while down
	boots      int
	stopped    []*Future
	restart    Timer
	finished   bool         // a bot that has returned
	gauges     *gauge       // first of those it published
	lastGauges []GaugeValue // while down: those it had
	points     faultPoints
	struck     ongoing // faults until it boots
	leaving    *Scope  // asked to stop, its first process has ended and others have not
}

func (s *service) isUp() bool { return s.scope != nil }

// isComing says whether the service is up, or will be by itself.
func (s *service) isComing() bool { return s.isUp() || s.restart.Active() }

// boot starts a fresh engine unless the service is up.
func (s *service) boot() {
	if s.isUp() {
		return
	}
	c := s.m.c
	s.restart.Stop()
	s.boots++
	c.trace.forgetLastGauges(s)
	c.trace.over(&s.struck)
	s.m.stats.Boots++
	s.scope = c.k.newScope(s.name, s.m.scope)
	s.m.up()
	c.trace.record(Fact{Kind: FactBoot, Machine: s.m.name, Service: s.name})
	if s.spec.Bot && s.finished {
		s.finished = false
		c.bots++
	}
	scope := s.scope
	scope.failed = func(err error) { s.processFailed(scope, err) }
	engine, err := s.spec.Boot()
	if err != nil {
		s.later(scope, err)
		return
	}
	env := newEnv(s)
	c.k.start(scope, s.name, func() error {
		err := engine.Run(env)
		s.later(scope, err)
		return nil
	})
}

// processFailed hears of every process that ended.
func (s *service) processFailed(scope *Scope, err error) {
	last := s.scope == scope && s.leaving == scope && scope.procs.first == nil
	if last || err != nil && !(scope.stopping && errors.Is(err, ErrStopped)) {
		s.later(scope, err)
	}
}

// later ends this boot in a kernel event of its own.
func (s *service) later(scope *Scope, err error) {
	c := s.m.c
	c.k.braked(err)
	c.k.after(c.root, 0, HandlerFunc(func() {
		if s.scope == scope {
			s.finish(err)
		}
	}))
}

// finish is the end of a boot that its engine chose.
func (s *service) finish(err error) {
	c := s.m.c
	stopping := s.scope.stopping
	if stopping && errors.Is(err, ErrStopped) {
		err = nil
	}
	if stopping && err == nil && s.scope.procs.first != nil {
		s.leaving = s.scope // until the last of them has ended, or the grace period
		return
	}
	s.release(false)
	s.takeDown(err == nil && !stopping)
	if err != nil {
		s.fail(err)
		return
	}
	kind := FactReturned
	if stopping {
		kind = FactStopped
	}
	c.trace.record(Fact{Kind: kind, Machine: s.m.name, Service: s.name})
	if s.spec.Bot && !stopping {
		s.finished = true
		c.botReturned()
	}
}

func (s *service) fail(err error) {
	c := s.m.c
	s.m.stats.Crashes++
	if s.m.stats.Crash == "" {
		s.m.stats.Crash = s.name + ": " + firstLine(err.Error())
	}
	c.trace.record(Fact{Kind: FactFailed, Machine: s.m.name, Service: s.name, Text: err.Error(), Level: Error,
		Delay: s.spec.Restart})
	if s.spec.Restart > 0 {
		s.restart = c.k.after(s.m.scope, s.spec.Restart, HandlerFunc(s.boot))
		return
	}
	c.crash(s.name, err)
}

// stop asks the service to end; done completes when it has. When the grace
// period is over it is killed.
func (s *service) stop(grace time.Duration, done *Future) {
	s.restart.Stop()
	if !s.isUp() {
		done.Set(nil)
		return
	}
	c := s.m.c
	s.stopped = append(s.stopped, done)
	if !s.scope.stopping {
		c.trace.record(Fact{Kind: FactStopping, Machine: s.m.name, Service: s.name, Text: grace.String()})
	}
	scope := s.scope
	scope.stop()
	c.k.after(c.root, grace, HandlerFunc(func() {
		if s.scope == scope {
			s.kill("shutdown timeout, erasing the future")
		}
	}))
}

// kill ends the service at once: its processes unwind, its sockets reset.
func (s *service) kill(why string) {
	if s.isUp() {
		s.release(true)
	}
	s.erase(why)
}

// erase takes the service away without a word to anybody.
func (s *service) erase(why string) {
	s.restart.Stop()
	if !s.isUp() {
		return
	}
	s.m.stats.Kills++
	s.m.c.trace.record(Fact{Kind: FactKilled, Machine: s.m.name, Service: s.name, Text: why})
	s.takeDown(false)
}

// release gives back what the service held of its machine, before its
// processes unwind, so that nothing they do then can be seen.
func (s *service) release(killed bool) {
	owner := Owner(s.scope.id)
	if s.m.net != nil {
		s.m.net.Release(owner, killed)
	}
	if s.m.disk != nil {
		s.m.disk.Release(owner)
	}
}

func (s *service) takeDown(willingly bool) {
	scope := s.scope
	s.scope = nil
	scope.kill()
	s.m.down(willingly)
	if !willingly {
		s.m.c.trace.withdrawGauges(s)
	}
	for _, f := range s.stopped {
		f.Set(nil)
	}
	s.stopped = nil
}
