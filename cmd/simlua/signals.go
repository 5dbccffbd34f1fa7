package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

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

// heed lets Ctrl-C, SIGTERM and SIGHUP end what goes on: the first one by the
// brake, which leaves time for a report, the second one at once. stop ends that.
func (a *app) heed() (stop func()) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, heeded...)
	a.heeded = make(chan struct{})
	go func() {
		interrupted := &core.Stop{Verdict: core.Interrupted, Reason: "interrupted"}
		if _, ok := <-signals; ok {
			a.brake.Pull(interrupted)
			close(a.heeded)
		}
		if _, ok := <-signals; ok {
			a.abort(interrupted)
		}
	}()
	return func() {
		signal.Stop(signals)
		close(signals)
	}
}

// abort ends the process now. All that is done is what nobody else could do
// later.
func (a *app) abort(why *core.Stop) {
	_ = disk.RemoveTempRoots() // it is tried
	if why.Verdict == core.Void {
		fmt.Fprintln(a.stderr, "simlua: "+why.Reason)
	}
	os.Exit(verdictExit(why.Verdict))
}
