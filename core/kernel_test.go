package core

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// lab is a kernel with one scope that collects what its processes say.
type lab struct {
	*Kernel
	scope *Scope
	lines []string
}

func newLab() *lab { return newLabWith(nil) }

func newLabWith(clock Clock) *lab {
	l := &lab{Kernel: NewKernel(clock)}
	l.scope = l.newScope("lab", nil)
	l.scope.failed = func(err error) {
		if err != nil {
			l.say("failed: %v", err)
		}
	}
	return l
}

func (l *lab) say(format string, args ...any) {
	l.lines = append(l.lines, fmt.Sprintf("%v "+format, append([]any{l.Now()}, args...)...))
}

func (l *lab) spawn(fn func() error) { l.start(l.scope, "process", fn) }

func (l *lab) at(d time.Duration, fn func()) { l.after(l.newScope("script", nil), d, HandlerFunc(fn)) }

func (l *lab) play() { l.run(context.Background(), unlimited()) }

func (l *lab) want(t *testing.T, lines ...string) {
	t.Helper()
	got, want := strings.Join(l.lines, "\n"), strings.Join(lines, "\n")
	if got != want {
		t.Fatalf("got\n%s\nwant\n%s", got, want)
	}
}

func (l *lab) sleep(d time.Duration) error { return l.here().sleep(d, true) }

func TestFutureTimesOut(t *testing.T) {
	l := newLab()
	f := l.NewFuture()
	l.spawn(func() error {
		_, err := f.Wait(time.Second)
		l.say("%v", err)
		return nil
	})
	l.play()
	l.want(t, "1s timeout")
}

func TestFutureCompletesAtOnce(t *testing.T) {
	l := newLab()
	f, g := l.NewFuture(), l.NewFuture()
	for i := range 2 {
		l.spawn(func() error {
			value, err := f.Wait(Forever)
			l.say("%d %v %v", i, value, err)
			_, err = g.Wait(time.Minute)
			l.say("%d %v", i, err)
			return nil
		})
	}
	l.at(time.Second, func() { f.Set(42); f.Set(43); f.Fail(ErrIO) })
	l.at(2*time.Second, func() { g.Fail(ErrReset) })
	l.play()
	l.want(t, "1s 0 42 <nil>", "1s 1 42 <nil>", "2s 0 connection reset", "2s 1 connection reset")
}

func TestFutureThatIsDoneDoesNotWait(t *testing.T) {
	l := newLab()
	f := l.NewFuture()
	f.Set("early")
	l.spawn(func() error {
		value, _ := f.Wait(Forever)
		l.say("%v", value)
		f.Reset()
		_, err := f.Wait(time.Second)
		l.say("%v", err)
		return nil
	})
	l.play()
	l.want(t, "0s early", "1s timeout")
}

func TestStopAbortsWhatCanBeAborted(t *testing.T) {
	l := newLab()
	f := l.NewFuture()
	l.spawn(func() error { _, err := f.Wait(Forever); l.say("wait %v", err); return nil })
	l.spawn(func() error {
		l.say("sleep %v", l.sleep(time.Hour))
		l.say("again %v", l.sleep(time.Hour))
		l.here().work(time.Second)
		l.say("cleaned up")
		return nil
	})
	l.spawn(func() error { _, err := f.WaitUninterruptible(10 * time.Second); l.say("held %v", err); return nil })
	l.at(5*time.Second, func() { l.scope.stop() })
	l.play()
	l.want(t, "5s wait stopped", "5s sleep stopped", "5s again stopped", "6s cleaned up", "10s held timeout")
}

// A process that does not understand a stop waits for its kill instead of
// turning in circles at one moment.
func TestStopOfAProcessThatGoesOn(t *testing.T) {
	l := newLab()
	calls := 0
	l.spawn(func() error {
		for {
			_ = l.sleep(time.Second)
			calls++
		}
	})
	l.at(1500*time.Millisecond, func() { l.scope.stop() })
	l.at(4*time.Second, func() { l.scope.kill() })
	l.play()
	if l.Now() != 4*time.Second || calls != 2+MaxStops {
		t.Errorf("ended at %v after %d calls", l.Now(), calls)
	}
}

func TestKillErasesTheFuture(t *testing.T) {
	l := newLab()
	l.spawn(func() error {
		defer l.say("unwound")
		defer func() { _ = l.sleep(time.Second); l.say("never") }()
		for {
			if err := l.sleep(time.Second); err != nil {
				l.say("never: %v", err)
			}
		}
	})
	l.after(l.scope, time.Hour, HandlerFunc(func() { l.say("never") }))
	l.at(2500*time.Millisecond, func() { l.scope.kill(); l.say("killed") })
	l.play()
	l.want(t, "2.5s unwound", "2.5s killed")
	if l.processes != 0 {
		t.Errorf("%d processes are left", l.processes)
	}
}

func TestKillBeforeTheFirstStep(t *testing.T) {
	l := newLab()
	l.at(0, func() {
		l.spawn(func() error { l.say("never"); return nil })
		l.scope.kill()
	})
	l.play()
	l.want(t)
}

// A process that recovers from its unwinding again and again is left behind,
// not waited for.
func TestKillOfAProcessThatRecovers(t *testing.T) {
	l := newLab()
	tries := 0
	l.spawn(func() error {
		for {
			func() {
				defer func() { _ = recover() }()
				tries++
				_ = l.sleep(time.Second)
			}()
		}
	})
	l.at(1500*time.Millisecond, func() { l.scope.kill(); l.say("killed after %d tries", tries) })
	l.play()
	l.want(t, fmt.Sprintf("1.5s killed after %d tries", maxRefusals+2))
}

func TestKillFromInsideAProcessIsADefect(t *testing.T) {
	l := newLab()
	l.spawn(func() error { l.scope.kill(); return nil })
	l.play()
	if len(l.lines) != 1 || !strings.Contains(l.lines[0], "a scope dies only in a kernel event") {
		t.Fatalf("got %q", l.lines)
	}
}

func TestPanicIsAnError(t *testing.T) {
	l := newLab()
	l.spawn(func() error { panic("boom") })
	l.play()
	l.want(t, "0s failed: panic: boom")
}

func TestNoParking(t *testing.T) {
	l := newLab()
	l.spawn(func() error {
		return l.noParking("a transaction", func() error { return l.sleep(1) })
	})
	l.play()
	l.want(t, "0s failed: panic: a transaction must not wait")
}

func TestPauseHoldsEventsBack(t *testing.T) {
	l := newLab()
	for i := range 3 {
		l.spawn(func() error {
			_ = l.sleep(time.Duration(i+1) * time.Second)
			l.say("awake %d", i)
			return nil
		})
	}
	l.at(1500*time.Millisecond, func() { l.scope.pause() })
	l.at(10*time.Second, func() { l.scope.resume() })
	l.play()
	l.want(t, "1s awake 0", "10s awake 1", "10s awake 2")
}

// TestResumeKeepsTheOrder has events due in several scopes while all are paused.
func TestResumeKeepsTheOrder(t *testing.T) {
	l := newLab()
	machine := l.newScope("machine", nil)
	for i, s := range []*Scope{machine, l.newScope("one", machine), l.newScope("two", machine)} {
		for _, d := range []int{1, 4} {
			l.after(s, time.Duration(d+i)*time.Second, HandlerFunc(func() { l.say("due %d", d+i) }))
		}
	}
	machine.pause()
	l.at(10*time.Second, machine.resume)
	l.play()
	l.want(t, "10s due 1", "10s due 2", "10s due 3", "10s due 4", "10s due 5", "10s due 6")
}

// TestEndOfTime has a moment that never comes before others that do.
func TestEndOfTime(t *testing.T) {
	l := newLab()
	l.after(l.scope, EndOfTime, HandlerFunc(func() { l.say("never") }))
	for i := range 20 {
		l.after(l.scope, time.Duration(i+1)*time.Second, HandlerFunc(func() { l.say("due") }))
	}
	l.play()
	if len(l.lines) != 20 || l.lines[19] != "20s due" {
		t.Errorf("got %q", l.lines)
	}
}

func TestTimerStop(t *testing.T) {
	l := newLab()
	timer := l.after(l.scope, time.Second, HandlerFunc(func() { l.say("never") }))
	if !timer.Active() || !timer.Stop() || timer.Stop() || timer.Active() {
		t.Error("a timer is stopped once")
	}
	recycled := l.after(l.scope, time.Second, HandlerFunc(func() { l.say("due") }))
	if timer.Active() || timer.Stop() {
		t.Error("an old handle reaches a recycled event")
	}
	l.play()
	l.want(t, "1s due")
	if recycled.Active() {
		t.Error("a timer that fired is active")
	}
}

func TestEndings(t *testing.T) {
	for _, test := range []struct {
		want   Ending
		bounds bounds
	}{
		{Drained, bounds{time: EndOfTime, steps: 1000}},
		{TimeLimit, bounds{time: 3 * time.Second, steps: 1000}},
		{StepLimit, bounds{time: EndOfTime, steps: 3}},
	} {
		l := newLab()
		l.spawn(func() error {
			for range 10 {
				_ = l.sleep(time.Second)
			}
			return nil
		})
		test.bounds.watch = EndOfTime
		l.run(context.Background(), &test.bounds)
		if l.cause != test.want {
			t.Errorf("got %v, want %v", l.cause, test.want)
		}
		l.scope.kill()
	}
}

func TestCancelledContextEndsTheRun(t *testing.T) {
	l := newLab()
	l.spawn(func() error {
		for l.sleep(time.Second) == nil {
		}
		return nil
	})
	ctx, cancel := context.WithCancel(context.Background())
	l.at(time.Hour, cancel)
	l.run(ctx, unlimited())
	if l.cause != Cancelled {
		t.Errorf("got %v", l.cause)
	}
	l.scope.kill()
}

func TestNoGoroutineIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 20 {
		l := newLab()
		for range 50 {
			l.spawn(func() error { return l.sleep(time.Hour) })
		}
		l.at(time.Minute, func() { l.Halt("enough") })
		l.play()
		l.scope.kill()
	}
	runtime.GC()
	if now := runtime.NumGoroutine(); now > before {
		t.Errorf("%d goroutines before, %d after", before, now)
	}
}

func TestErrorKinds(t *testing.T) {
	for _, k := range kinds {
		if got := ErrorKind(fmt.Errorf("connect: %w", k.err)); got != k.kind {
			t.Errorf("got %q, want %q", got, k.kind)
		}
	}
	if got := ErrorKind(errors.New("timeout")); got != "" {
		t.Errorf("got %q for an error that is none of the world's", got)
	}
}

// A brake ends the run with the verdict of its stop, and the place that the one
// at work said; nothing is told about that one, and no check is asked.
func TestBrake(t *testing.T) {
	brake := new(Brake)
	stop := &Stop{Void, "too much"}
	s := &Scenario{
		Services: []ServiceSpec{{Machine: "a.net", Boot: func() (Engine, error) {
			return EngineFunc(func(env Env) error {
				_ = env.Sleep(time.Second)
				brake.Ask()
				_ = env.Sleep(time.Second)
				if brake.Asked() {
					t.Error("no answer when time moved on")
				}
				brake.Pull(stop)
				brake.Pull(&Stop{Interrupted, "later"})
				return fmt.Errorf("a.lua:7: %w", stop)
			}), nil
		}}},
		Checks: []Check{{Name: "never", Holds: func(*Result) (string, error) { t.Error("asked"); return "", nil }}},
	}
	c, err := NewCluster(s, Settings{Seed: 1, Brake: brake})
	if err != nil {
		t.Fatal(err)
	}
	r := c.Run(context.Background())
	if r.Verdict != Void || r.Reason != "a.lua:7: too much" || r.Err != nil || len(r.Checks) > 0 {
		t.Errorf("got %s, %q, %v, %v", r.Verdict, r.Reason, r.Err, r.Checks)
	}
	if r.Machines[0].Crashes != 0 {
		t.Error("a crash")
	}
}
