package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"simlua.example/core"
	"simlua.example/disk"
)

// heeded are the signals that ask to end.
var heeded = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}

// whileHeeded is a context that is done with errInterrupted when the first signal
// has come.
func (a *app) whileHeeded(parent context.Context) (ctx context.Context, cancel func()) {
	ctx, end := context.WithCancelCause(parent)
	go func() {
		select {
		case <-a.heeded:
			end(errInterrupted)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { end(nil) }
}

// stage is how far a command is, for the one who is asked to end it.
type stage = int32

const (
	endsItself stage = iota // once the brake is pulled
	playing                 // so too, at once: else it is in something that looks at no brake
	reporting               // nothing looks at the brake any more
)

// Once asked to end, a command has as many looks in a row to show that it does.
const (
	lookAgain = 10 * time.Millisecond
	looks     = 15
)

// heed lets Ctrl-C, SIGTERM and SIGHUP end what goes on: the first one by the
// brake, which leaves time for a report, as long as it goes on and somebody takes
// it; the second one at once. stop ends that.
func (a *app) heed() (stop func()) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, heeded...)
	a.heeded = make(chan struct{})
	go func() {
		if _, ok := <-signals; ok {
			a.interrupt(signals)
		}
	}()
	return func() {
		signal.Stop(signals)
		close(signals)
	}
}

// interrupt sees to it that the command ends, by itself or not, unless the signals
// are closed before.
func (a *app) interrupt(signals <-chan os.Signal) {
	interrupted := &core.Stop{Verdict: core.Interrupted, Reason: "interrupted"}
	if a.stage.Load() == reporting {
		a.abort(interrupted)
	}
	a.brake.Pull(interrupted)
	close(a.heeded)
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	var writes int64
	for inVain := 0; inVain < looks; {
		select {
		case _, ok := <-signals:
			if ok {
				a.abort(interrupted)
			}
			return
		case <-tick.C:
			last := writes
			writes = a.writes.Load()
			if a.stage.Load() == playing || a.stage.Load() == reporting && isWriting(writes) && writes == last {
				inVain++
			} else {
				inVain = 0
			}
		}
	}
	a.abort(interrupted)
}

// abort ends the process now. All that is done is what nobody else could do
// later.
func (a *app) abort(why *core.Stop) {
	if abandon := a.abandon.Load(); abandon != nil {
		(*abandon)()
	}
	_ = disk.RemoveTempRoots() // it is tried
	if why.Verdict == core.Void {
		fmt.Fprintln(a.stderr, "simlua: "+why.Reason)
	}
	os.Exit(verdictExit(why.Verdict))
}
