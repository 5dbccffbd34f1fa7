package core

import "time"

// Engine is the software of one service. Every boot gets a fresh one.
//
// Run is the service's first process. The service lives until Run returns;
// then its other processes end and its sockets close. A service that was asked
// to stop lives until all its processes have ended, or its grace period has. An
// error ends the run with verdict crash unless the service has a restart policy.
//
// An engine sees its Env and nothing else. Its deferred calls run on a normal
// and on a failing end; when the service is killed they run too, but find a
// dead Env whose every call unwinds further.
type Engine interface {
	Run(env Env) error
}

// EngineFunc is a function as an Engine.
type EngineFunc func(Env) error

// Run calls f.
func (f EngineFunc) Run(env Env) error { return f(env) }

// Level is the weight of a log line.
type Level uint8

// The levels of a log line.
const (
	Info Level = iota
	Warn
	Error
)

func (l Level) String() string { return [...]string{"info", "warn", "error"}[l] }

// Env is all an engine sees of the world. Calls that can wait return
// ErrStopped once the service has been asked to stop; calls that finish by
// themselves (Work, database transactions, Conn.Write into a free buffer) go on
// working until the grace period ends, so that an engine can clean up.
//
// An Env is used only from the processes of its own service.
type Env interface {
	// Machine is the full name of the machine, for example "api1.public".
	Machine() string
	// Service is the name of the service; its machine's name when it is the only one.
	Service() string
	// Now reads the machine's clock: time since the start of the scenario,
	// as this machine believes it to be (offset and drift included).
	Now() time.Duration
	// Monotonic is a clock that only goes forward, whatever happens to the
	// machine's: for timeouts. Its zero means nothing.
	Monotonic() time.Duration
	// Sleep waits for d of true time. Zero or less yields once.
	Sleep(d time.Duration) error
	// SleepUntil waits until the machine's clock, as Now reads it, shows at; not
	// at all when it does already. A change of the clock moves that moment.
	SleepUntil(at time.Duration) error
	// Work spends d computing. It is not interrupted by a stop, only by a kill.
	Work(d time.Duration)
	// Go starts another process of this service. An error it returns is an
	// error of the service; ErrStopped of a stopping service is not.
	Go(name string, fn func() error)
	// Stopping says whether the service has been asked to stop.
	Stopping() bool
	// Halt ends the whole run at the end of this step.
	Halt(reason string)
	// Log writes a line to the trace.
	Log(level Level, text string)
	// Dial opens a connection to "machine.network:port". A timeout of zero
	// means the network's own limit.
	Dial(address string, timeout time.Duration) (Conn, error)
	// Listen takes a port, 1 to 65535.
	Listen(port int) (Listener, error)
	// Datagram takes a port for datagrams, 1 to 65535, or 0 for one that is free. They
	// have ports of their own, apart from those of Listen.
	Datagram(port int) (Socket, error)
	// Sent notes that a whole message was handed to a connection, and Received that
	// one was taken from it, for those who count or show messages; the bytes are valid
	// during the call. A message.Stream does it.
	Sent(conn Ends, message []byte)
	Received(conn Ends, message []byte)
	// Open opens a database of this machine, creating it when it is missing.
	Open(name string, options DBOptions) (DB, error)
	// OpenFile opens a plain file of this machine, creating it when it is missing.
	OpenFile(name string) (File, error)
	// Files are the names of this machine's plain files, in order.
	Files() ([]string, error)
	// SyncDir makes durable which files there are under which names.
	SyncDir() error
	// RemoveDatabase erases a database of this machine, also one that is ErrCorrupt,
	// so that Open creates it anew. One that is not there is no error.
	RemoveDatabase(name string) error
	// Expect records a check under a name. Why says what is wrong when it does not
	// hold: it is shown with %v, and only then. A run knows at most MaxExpectations
	// names; one more is an error, and nothing is recorded.
	Expect(name string, holds bool, why any) error
	// Sometimes notes that something may hold here: a property that is to hold once, in
	// some run of many. Reachable is to be called once. A run that is not so passes, and
	// says so; a sweep, which seeds were. Unreachable, which must never be called, fails
	// the run. Names are counted as those of Expect, but apart.
	Sometimes(name string, condition bool) error
	Reachable(name string) error
	Unreachable(name string) error
	// Measure records the latency and the outcome of one operation.
	Measure(operation string, fn func() error) error
	// MeasureCall is Measure of an operation with an input and an output, of
	// which histories are made. Both are values that Plain takes, or a func()
	// any that is called only when somebody keeps them.
	MeasureCall(operation string, input any, fn func() (output any, err error)) (output any, err error)
	// Invoke is MeasureCall of an operation of a history, which is always kept. Its
	// error is that of fn, or says why the history can have no such operation; fn is
	// not called then. An error that is not Certain leaves the outcome open. A process
	// is at one operation of histories at a time.
	Invoke(i Invocation, fn func() (output any, err error)) (output any, err error)
	// Gauge publishes a value (float64, string, bool, or nil to withdraw it)
	// that invariants and reports can see. It disappears with the service. A
	// run has at most MaxGauges; one more is an error, and so is a name beyond
	// MaxGaugeName.
	Gauge(name string, value any) error
	// Gauges is Gauge of several at once: nobody sees some changed and others
	// not yet. An error says that none was.
	Gauges(values map[string]any) error
	// FaultPoint is true with probability p: then the engine is to do what could go
	// wrong there. It is the Fault SERVICE/point/NAME#n, n counting the calls over
	// the whole run, and draws from a stream of that name. An error says that the
	// name is none (1 to 100 bytes without #), or that there are MaxFaultPoints.
	// Outside of a simulation it is never true.
	FaultPoint(name string, p Probability) (bool, error)
	// Crash kills the service at once, as Control.Kill does, and does not return.
	// After down it boots again; with zero, when its restart policy says so, or the
	// plan starts it. It is the Fault SERVICE/crash#n, which a mask can withhold:
	// then Crash returns. At the moment at which a FaultPoint of the same process
	// was true, it is part of that fault.
	Crash(down time.Duration)
	// PowerFail cuts the power of the machine likewise: SERVICE/power_fail#n.
	PowerFail(down time.Duration)
	// Random is this boot's own stream of chance.
	Random() *Random
	// NewFuture makes a future for processes of this service to wait on. To wait
	// for the first of several things, let all of them Set one future.
	NewFuture() *Future
	// Where tells how the running process says, for people, where it is. It is
	// asked when a run is stuck.
	Where(fn func() string)
	// NoPark runs fn, in which every call that would wait panics with what.
	NoPark(what string, fn func() error) error
}
