package core

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// env is the Env of one boot of a service.
type env struct {
	s      *service
	k      *Kernel
	scope  *Scope
	random *Random
	syncs  map[syncKey]*background
}

func newEnv(s *service) *env {
	stream := "boot " + s.name + " " + strconv.Itoa(s.boots)
	return &env{s: s, k: s.m.c.k, scope: s.scope, random: s.m.c.stream(stream)}
}

func (e *env) Machine() string          { return e.s.m.name }
func (e *env) Service() string          { return e.s.name }
func (e *env) Now() time.Duration       { return e.s.m.clock.read(e.k.Now()) }
func (e *env) Monotonic() time.Duration { return e.k.Now() }
func (e *env) Random() *Random          { return e.random }
func (e *env) NewFuture() *Future       { return e.k.NewFuture() }
func (e *env) Stopping() bool           { return e.scope.stopping }

func (e *env) Sleep(d time.Duration) error { return e.k.here().sleep(d, true) }
func (e *env) Work(d time.Duration)        { e.s.m.work(d) }

func (e *env) SleepUntil(at time.Duration) error {
	e.k.alive()
	clock := &e.s.m.clock
	for at > clock.read(e.k.Now()) {
		if clock.changed == nil {
			clock.changed = e.k.NewFuture()
		}
		if _, err := clock.changed.Wait(clock.until(at, e.k.Now())); err != nil && !errors.Is(err, ErrTimeout) {
			return err
		}
	}
	return nil
}

func (e *env) Go(name string, fn func() error) {
	e.k.alive()
	if !e.scope.dead {
		e.k.start(e.scope, name, fn)
	}
}

func (e *env) Halt(reason string) {
	e.k.alive()
	e.s.m.c.trace.record(Fact{Kind: FactHalt, Machine: e.s.m.name, Service: e.s.name, Text: reason})
	e.k.Halt(reason)
}

func (e *env) Log(level Level, text string) {
	e.k.alive()
	e.s.m.c.trace.record(Fact{Kind: FactLog, Level: level, Machine: e.s.m.name, Service: e.s.name, Text: text})
}

func (e *env) Dial(address string, timeout time.Duration) (Conn, error) {
	e.k.alive()
	to, err := ParseAddress(address)
	if err != nil {
		return nil, err
	}
	if e.scope.stopping {
		return nil, fmt.Errorf("connect to %s: %w", address, e.k.here().refuse())
	}
	if e.s.m.net == nil {
		return nil, fmt.Errorf("connect to %s: %w: the run has no network", address, ErrNoRoute)
	}
	conn, err := e.s.m.net.Dial(Owner(e.scope.id), to, timeout)
	return e.s.dialled(to, conn, err)
}

func (e *env) Listen(port int) (Listener, error) {
	e.k.alive()
	if err := CheckPort(port); err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if e.s.m.net == nil {
		return nil, fmt.Errorf("listen on port %d: %w: the run has no network", port, ErrNoRoute)
	}
	return e.s.listening(e.s.m.net.Listen(Owner(e.scope.id), port))
}

func (e *env) Open(name string, options DBOptions) (DB, error) {
	d, err := e.disk("open " + name)
	if err != nil {
		return nil, err
	}
	if err := checkDatabaseName(name); err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	options.NoSync = options.NoSync || options.SyncEvery > 0
	db, err := d.Open(Owner(e.scope.id), name, options)
	if err == nil && options.SyncEvery > 0 {
		db = e.inBackground(name, db, options.SyncEvery)
	}
	return e.s.opened(name, db, err)
}

func (e *env) RemoveDatabase(name string) error {
	d, err := e.disk("remove " + name)
	if err != nil {
		return err
	}
	if err := checkDatabaseName(name); err != nil {
		return fmt.Errorf("remove: %w", err)
	}
	return d.RemoveDatabase(Owner(e.scope.id), name)
}

func (e *env) OpenFile(name string) (File, error) {
	d, err := e.disk("open file " + name)
	if err != nil {
		return nil, err
	}
	if err := CheckFileName(name); err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	return d.OpenFile(Owner(e.scope.id), name)
}

func (e *env) Files() ([]string, error) {
	d, err := e.disk("list files")
	if err != nil {
		return nil, err
	}
	return d.Files(Owner(e.scope.id))
}

func (e *env) SyncDir() error {
	d, err := e.disk("sync the directory")
	if err != nil {
		return err
	}
	return d.SyncDir(Owner(e.scope.id))
}

// disk is the disk of the machine, for what is to be done.
func (e *env) disk(what string) (Disk, error) {
	e.k.alive()
	if e.s.m.disk == nil {
		return nil, fmt.Errorf("%s: %w: the run has no disks", what, ErrIO)
	}
	return e.s.m.disk, nil
}

func (e *env) Expect(name string, holds bool, why any) error {
	e.k.alive()
	return e.s.m.c.expect(e.s, name, holds, why)
}

func (e *env) Sometimes(name string, condition bool) error {
	e.k.alive()
	return e.s.m.c.reach(e.s, KindSometimes, name, condition)
}

func (e *env) Reachable(name string) error {
	e.k.alive()
	return e.s.m.c.reach(e.s, KindReachable, name, true)
}

func (e *env) Unreachable(name string) error {
	e.k.alive()
	return e.s.m.c.unreachable(e.s, name)
}

func (e *env) Gauge(name string, value any) error {
	e.k.alive()
	return e.s.m.c.trace.setGauge(e.s, name, gaugeOf(value))
}

func (e *env) Gauges(values map[string]any) error {
	e.k.alive()
	all := make(map[string]any, len(values))
	for name, value := range values { //tidy:sorted into another map
		all[name] = gaugeOf(value)
	}
	return e.s.m.c.trace.setGauges(e.s, all)
}

// gaugeOf is a value as gauges have it.
func gaugeOf(value any) any {
	switch v := value.(type) {
	case int:
		return float64(v)
	case nil, float64, string, bool:
		return v
	}
	panic(fmt.Errorf("core: a gauge is a float64, a string, a bool or nil, not %T", value))
}

func (e *env) Where(fn func() string) { e.k.here().where = fn }

func (e *env) NoPark(what string, fn func() error) error {
	e.k.alive()
	return e.k.noParking(what, fn)
}

// noParking runs fn with waiting forbidden.
func (k *Kernel) noParking(what string, fn func() error) error {
	outer := k.noPark
	k.noPark = what
	defer func() { k.noPark = outer }()
	return fn()
}
