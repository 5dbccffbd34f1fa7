package core

import "errors"

// Errors of the world: what a blocking call of an Env, a Conn or a DB can
// end with. They are wrapped with what was being tried; compare with
// errors.Is, or take the kind with ErrorKind.
var (
	// ErrTimeout: the time the caller allowed ran out.
	ErrTimeout error = timedOut{}
	// ErrRefused: nothing listens there; the machine answered with RST.
	ErrRefused = errors.New("connection refused")
	// ErrReset: the peer or its machine tore the connection down with RST.
	ErrReset = errors.New("connection reset")
	// ErrClosed: the stream has ended, or this side closed it before.
	ErrClosed = errors.New("closed")
	// ErrNoRoute: no such machine, or no link towards its network.
	ErrNoRoute = errors.New("no route to host")
	// ErrStopped: the service has been asked to stop.
	ErrStopped = errors.New("stopped")
	// ErrInUse: the port or the database is taken.
	ErrInUse = errors.New("in use")
	// ErrAddrNotAvailable: no local port is left for a connection to that address.
	ErrAddrNotAvailable = errors.New("cannot assign requested address")
	// ErrNoSpace: the disk is full.
	ErrNoSpace = errors.New("no space left")
	// ErrCorrupt: what lies on the disk is damaged.
	ErrCorrupt = errors.New("corrupt")
	// ErrUnknown: it has happened or not, and only a look at what is there can tell.
	// A device that fails in the second half of a commit says so.
	ErrUnknown = errors.New("outcome unknown")
	// ErrIO: the device failed, or the peer sent what cannot be read.
	ErrIO = errors.New("input/output error")
)

// timedOut is what callers who know net.Error but not this package take for a
// timeout, too.
type timedOut struct{}

func (timedOut) Error() string { return "timeout" }
func (timedOut) Timeout() bool { return true }

var kinds = []struct {
	err  error
	kind string
}{
	{ErrTimeout, "timeout"}, {ErrRefused, "refused"}, {ErrReset, "reset"},
	{ErrClosed, "closed"}, {ErrNoRoute, "no_route"}, {ErrStopped, "stopped"},
	{ErrInUse, "in_use"}, {ErrAddrNotAvailable, "addr_not_available"}, {ErrNoSpace, "no_space"},
	{ErrCorrupt, "corrupt"}, {ErrUnknown, "unknown"}, {ErrIO, "io"},
}

// ErrorKinds are the names of the kinds of a world's errors.
func ErrorKinds() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.kind
	}
	return names
}

// ErrorOfKind is the world's error of a kind, or nil when there is no such kind.
func ErrorOfKind(kind string) error {
	for _, k := range kinds {
		if k.kind == kind {
			return k.err
		}
	}
	return nil
}

// ErrorKind names the kind of a world's error, as one of ErrorKinds, or returns
// "" when err is none of them.
func ErrorKind(err error) string {
	for _, k := range kinds {
		if errors.Is(err, k.err) {
			return k.kind
		}
	}
	return ""
}
