package tcp

import (
	"time"

	"simlua.example/core"
)

// until turns a timeout into a moment; Forever is never.
func until(host core.Host, timeout time.Duration) time.Duration {
	now := host.Now()
	if timeout <= 0 || timeout > never-now {
		return never
	}
	return now + timeout
}

// await parks the process until f is signalled or the moment end has come. The
// future is made when somebody first waits, and used again afterwards.
func await(host core.Host, f **core.Future, end time.Duration) error {
	switch {
	case *f == nil:
		*f = host.NewFuture()
	case (*f).Done():
		(*f).Reset()
	}
	timeout := core.Forever
	if end != never {
		if timeout = end - host.Now(); timeout <= 0 {
			return core.ErrTimeout
		}
	}
	_, err := (*f).Wait(timeout)
	return err
}

// signal wakes all who wait for f.
func signal(f *core.Future) {
	if f != nil {
		f.Set(nil)
	}
}
