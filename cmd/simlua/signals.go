package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"simlua.example/core"
	"simlua.example/disk"
)

// heed lets Ctrl-C, SIGTERM and SIGHUP end what goes on: the first one by the
// brake, which leaves time for a report, the second one at once. stop ends that.
func (a *app) heed() (stop func()) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		interrupted := &core.Stop{Verdict: core.Interrupted, Reason: "interrupted"}
		if _, ok := <-signals; ok {
			a.brake.Pull(interrupted)
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
