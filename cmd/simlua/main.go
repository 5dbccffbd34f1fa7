// Command simlua plays scripts: distributed systems declared in Lua, simulated
// deterministically and bombarded with faults. See `simlua --help`.
package main

import (
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400) // a run makes much garbage and keeps little: fewer collections, half the time
	}
	signal.Ignore(syscall.SIGPIPE) // a write that fails says it too, and leaves time to clean up
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
