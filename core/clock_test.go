package core

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// scripted is a clock in the hand of a test: each wait of the kernel takes one
// line of the script, which says when the wait ends.
type scripted struct {
	t      *testing.T
	paced  bool // not real: it only takes its time
	script []func(at time.Duration, wake <-chan struct{}) time.Duration
	waits  []time.Duration // how long the kernel wanted to wait
}

func (c *scripted) Real() bool { return !c.paced }

func (c *scripted) Advance(at time.Duration, wake <-chan struct{}) time.Duration {
	c.waits = append(c.waits, at)
	if len(c.script) == 0 {
		c.t.Fatalf("the kernel waits once more, until %v, after %v", at, c.waits)
	}
	line := c.script[0]
	c.script = c.script[1:]
	return line(at, wake)
}

// onTime is a wait that nothing cuts short.
func onTime(at time.Duration, _ <-chan struct{}) time.Duration { return at }

// woken is a wait that ends early at a moment, as somebody does something then.
func woken(at time.Duration, do func()) func(time.Duration, <-chan struct{}) time.Duration {
	return func(_ time.Duration, wake <-chan struct{}) time.Duration {
		do()
		<-wake
		return at
	}
}

// What is posted runs at the time that was reached, not at the time of the last
// event, and its timers count from there.
func TestPostedWorkRunsAtTheTimeReached(t *testing.T) {
	clock := &scripted{t: t}
	l := newLabWith(clock)
	l.spawn(func() error {
		l.say("slept %v", l.sleep(3*time.Second))
		l.Halt("done")
		return nil
	})
	post := func() {
		l.post(func() {
			l.say("posted")
			l.at(100*time.Millisecond, func() { l.say("due") })
		})
	}
	clock.script = append(clock.script, woken(200*time.Millisecond, post), onTime, onTime)
	l.play()
	l.want(t, "200ms posted", "300ms due", "3s slept <nil>")
}

// Work that comes while the kernel is busy runs at the time it is by then.
func TestPostedWhileAStepTakesLong(t *testing.T) {
	clock := &scripted{t: t}
	l := newLabWith(clock)
	l.at(time.Second, func() {
		l.say("busy")
		l.post(func() { l.say("posted") })
	})
	l.at(9*time.Second, func() { l.Halt("done") })
	clock.script = append(clock.script, onTime, woken(3*time.Second, func() {}), onTime)
	l.play()
	l.want(t, "1s busy", "3s posted")
}

func TestCancellationWakesTheClock(t *testing.T) {
	clock := &scripted{t: t}
	l := newLabWith(clock)
	l.spawn(func() error { return l.sleep(time.Hour) })
	ctx, cancel := context.WithCancel(context.Background())
	clock.script = append(clock.script, woken(50*time.Millisecond, cancel))
	l.run(ctx, unlimited())
	if l.cause != Cancelled || l.Now() != 50*time.Millisecond {
		t.Errorf("%v at %v", l.cause, l.Now())
	}
	l.scope.kill()
}

// A run in the real world with nothing left to do waits for what is posted, in
// one wait and not in circles, until it is out of time.
func TestRealClockKeepsTheRun(t *testing.T) {
	clock := &scripted{t: t}
	l := newLabWith(clock)
	post := func() { l.post(func() { l.say("posted") }) }
	clock.script = append(clock.script, woken(7*time.Second, post), onTime)
	l.run(context.Background(), &bounds{time: time.Minute, steps: 1000, watch: EndOfTime})
	l.want(t, "7s posted")
	if l.cause != TimeLimit || l.Now() != time.Minute || len(clock.waits) != 2 {
		t.Errorf("%v at %v after waits until %v", l.cause, l.Now(), clock.waits)
	}
}

// The idle limit ends it, too, and is waited for.
func TestRealClockIsIdle(t *testing.T) {
	clock := &scripted{t: t}
	l := newLabWith(clock)
	active := time.Duration(0)
	due := func(at time.Duration) time.Duration {
		if active+10*time.Second <= at {
			l.end(IdleLimit, "")
		}
		return active + 10*time.Second
	}
	post := func() { l.post(func() { active = l.Now() }) }
	clock.script = append(clock.script, woken(7*time.Second, post), onTime, onTime)
	l.run(context.Background(), &bounds{time: time.Minute, steps: 1000, watch: 10 * time.Second, due: due})
	if l.cause != IdleLimit || l.Now() != 17*time.Second {
		t.Errorf("%v at %v after waits until %v", l.cause, l.Now(), clock.waits)
	}
}

// A clock that only takes its time changes nothing.
func TestPacedClock(t *testing.T) {
	clock := &scripted{t: t, paced: true}
	l := newLabWith(clock)
	l.spawn(func() error { l.say("slept %v", l.sleep(time.Second)); return nil })
	doomed := l.newScope("doomed", nil)
	l.after(doomed, time.Hour, HandlerFunc(func() { l.say("never") }))
	l.at(time.Minute, doomed.kill)
	clock.script = append(clock.script, onTime, onTime, onTime)
	l.play()
	l.want(t, "1s slept <nil>")
	if l.cause != Drained || l.Now() != time.Minute {
		t.Errorf("%v at %v", l.cause, l.Now())
	}
}

// wallClock is the time of this computer.
type wallClock struct{ start time.Time }

func (c wallClock) Real() bool { return true }

func (c wallClock) Advance(at time.Duration, wake <-chan struct{}) time.Duration {
	timer := time.NewTimer(at - time.Since(c.start))
	defer timer.Stop()
	select {
	case <-timer.C:
		return at
	case <-wake:
		return min(at, time.Since(c.start))
	}
}

// The same kernel on the computer's own clock, with a completion from another
// goroutine: the times it sees are the computer's.
func TestRealClock(t *testing.T) {
	clock := wallClock{time.Now()}
	l := newLabWith(clock)
	f := l.NewFuture()
	l.spawn(func() error {
		go func() { //tidy:real another goroutine is the point
			time.Sleep(2 * time.Millisecond)
			before := time.Since(clock.start)
			l.post(func() { f.Set(before) })
		}()
		posted, err := f.Wait(time.Minute)
		if err != nil {
			return err
		}
		came := l.Now()
		if came < posted.(time.Duration) || came > time.Since(clock.start) {
			return fmt.Errorf("posted at %v, ran at %v", posted, came)
		}
		_ = l.sleep(2 * time.Millisecond)
		if now := l.Now(); now != came+2*time.Millisecond || now > time.Since(clock.start) {
			return fmt.Errorf("a sleep of 2 ms at %v ended at %v", came, now)
		}
		l.Halt("done")
		return nil
	})
	l.run(context.Background(), &bounds{time: time.Minute, steps: 1000, watch: EndOfTime})
	l.want(t)
	if l.cause != Halted {
		t.Errorf("ended by %v", l.cause)
	}
}
