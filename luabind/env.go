package luabind

import (
	"fmt"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// envObject is the Env of one boot in the hand of the script.
type envObject struct {
	v   *vm
	env core.Env
}

func (*envObject) kind() string { return "env" }

var envSection = section{
	name: "env:",
	doc: "What a service or a bot sees of the world: the argument of its function. Calls that wait raise an " +
		`error of kind "stopped" once the service has been asked to stop. Errors of the world are tables with ` +
		"the fields kind and message.",
	entries: []entry{
		{"machine", "", `The full name of the machine, "api1.public".`, nil},
		{"service", "",
			"The name of the service: its machine's when it is the only one, or else " +
				`"machine:service".`, nil},
		{"index", "", `The service's number in the range it was declared with: 7 on node7.lan of "node{1..10}.lan". ` +
			"Nil when its name has none.", nil},
		{"random", "", "This boot's own stream of chance; see random.", nil},
		{"now", "() -> number", "The time on the machine's clock, in seconds since the start of the run.", envNow},
		{"monotonic", "() -> number", "Seconds on a clock that a plan cannot change: for timeouts. Only differences " +
			"mean something.", envMonotonic},
		{"sleep", "(duration)", "Waits. Zero lets everything else of this moment go first; more always takes time, a " +
			"nanosecond at least.", envSleep},
		{"sleep_until", "(t)", "Waits until the machine's clock shows t, as env:now() does; not at all when it does " +
			"already. A change of the clock moves that moment.", envSleepUntil},
		{"work", "(duration)",
			"Spends time computing, on one of the cores of the machine where sim.machine says how many there are: first come " +
				"first served. Unlike sleep, a request to stop does not interrupt it.", envWork},
		{"go", "(fn, ...) -> process",
			"Starts another process of this service, which calls fn with the other arguments. It ends " +
				"with the service. An error that leaves fn is an error of the service, unless somebody waits for the process.",
			envGo},
		{"channel", "([capacity]) -> channel",
			"Makes a channel between processes of this service that holds so many values, 0 to 1,000,000. With 0, as " +
				"without, a value is passed from hand to hand.", envChannel},
		{"condition", "() -> condition", "Makes a condition variable for processes of this service.", envCondition},
		{"wait_any", "(array[, timeout]) -> which, ...",
			"Waits for the first of some channels, conditions and processes to have something: returns that one, and what " +
				"its receive, wait or join returns, or raises what that raises. When several have something already, the " +
				"first of the array wins; only from that one is anything taken. An array has at most 10,000 of them. " +
				`Kind of error: "timeout".`, envWaitAny},
		{"stopping", "() -> boolean", "Whether the service has been asked to stop.", envStopping},
		{"fault_point", "(name, p) -> boolean",
			"Is true with probability p: then the script is to do what could go wrong there, such as env:crash(). It is a " +
				"fault of the report, service/point/name#n, which can be withheld; n counts the calls over the whole run, " +
				"reboots included. It never draws from env.random. A name has 1 to 100 bytes, without #; a service at most " +
				"1,000 of them.", envFaultPoint},
		{"crash", "([down])",
			"Kills the service at once, as plan:kill does. It boots again after down; without it, as its restart option says, " +
				"or when the plan starts it. At the moment at which a fault point was true it is part of that fault; elsewhere " +
				"it is the fault service/crash#n. It returns only when that is withheld.", envCrash},
		{"power_fail", "([down])",
			"Cuts the power of the own machine likewise: service/power_fail#n. The machine comes back after down; without " +
				"it, when the plan starts it.", envPowerFail},
		{"halt", "([reason])", "Ends the whole run at its next wait; the run passes if every check held. To end it as a " +
			"failure, let an expect fail first, or raise an error.", envHalt},
		{"log", "(...)", "Writes a line to the log: the values with spaces between, tables by their contents.", envLog},
		{"warn", "(...)", "Writes a line of level warn to the log.", envWarn},
		{"error", "(...)", "Writes a line of level error to the log. It raises nothing.", envError},
		{"connect", "(address[, timeout]) -> conn",
			`Opens a connection to "machine.network:port". Without a timeout, TCP gives up after syn_retries, 127 s unless ` +
				`told otherwise. Kinds of errors: "refused", "timeout", "no_route", "addr_not_available" (no local port is left ` +
				`towards that address).`, envConnect},
		{"listen", "(port) -> listener", `Takes a port, 1 to 65535. Kind of error: "in_use".`, envListen},
		{"serve", "(port, fn)",
			"Takes a port and calls fn(conn) in a process of its own for every connection, until the " +
				"service is asked to stop, which raises an error of kind \"stopped\"; the service then ends when " +
				"its last connection has, or its grace period. The connection is closed when fn returns. An error of kind " +
				quoted(connectionKinds) + " that leaves fn ends that connection only; any other is an error of the service.",
			envServe},
		{"datagram", "([port]) -> socket",
			"Takes a port for datagrams, 1 to 65535, or one that is free. They have ports of their own, apart from those of " +
				`env:listen. Kinds of errors: "in_use", "addr_not_available" (no port is free).`, envDatagram},
		{"open", "(name[, {no_sync = false, sync_every = duration}]) -> db",
			"Opens a database on the machine's disk, creating it when it is missing. With no_sync, " +
				"commits are durable only after db:sync(): a power cut may take the last of them. sync_every implies " +
				"no_sync, and the service syncs by itself, so often; when such a sync fails, the next update or sync raises " +
				"that, once, of kind \"unknown\", and does nothing itself. Kinds of errors: \"in_use\", \"io\", \"no_space\" (a " +
				"machine keeps at most 64 databases), and \"corrupt\" of one that a power cut has damaged: " +
				"env:remove_database lets it be created anew.", envOpen},
		{"remove_database", "(name)",
			"Erases a database of the machine, damaged or not, if there is one. Kinds of errors: \"in_use\" " +
				"when another service has it open, \"io\".", envRemoveDatabase},
		{"file", "(name) -> file",
			"Opens a plain file on the machine's disk, creating it when it is missing: for a log or snapshots of the " +
				"service's own. A machine has at most 1,024 of them, named as databases are, which they have nothing to do " +
				`with. Kinds of errors: "in_use", "no_space".`, envFile},
		{"files", "() -> array", "The names of the machine's plain files, in order.", envFiles},
		{"sync_dir", "()", "Makes durable which files there are under which names: what was created, renamed and removed. " +
			`Kind of error: "unknown"; a later one tries again.`, envSyncDir},
		{"expect", "(name, want, got[, message]) -> boolean",
			"Records a check that got equals want, tables compared by their contents, and a set, a table whose keys map to " +
				"true, as a set. One that does not hold fails the run, which goes on; the report shows the message and " +
				"the difference. A name written as a literal is known beforehand: a run that never comes to it shows it as " +
				"untested. A run has at most 10,000 names.", envExpect},
		{"expect_true", "(name, condition[, message]) -> boolean",
			"Records a check that a condition holds: true does, false and nil do not, anything else is an error, and so is " +
				"a message that is no string. The message should say what was lost.", envExpectTrue},
		{"sometimes", "(name, condition)",
			"Notes whether a condition holds here: true does, false and nil do not, anything else is an error. It is to hold " +
				"once, in some run of many: a run in which it did not shows it as unreached, and passes, see sim.sometimes. The " +
				"name is a literal, so that what is never come to is known.", envSometimes},
		{"reachable", "(name)",
			"Notes that this place was reached, which it is to be in some run of many, likewise.", envReachable},
		{"unreachable", "(name)",
			"Fails the run, which goes on: this place must never be reached. The name is a literal, likewise.", envUnreachable},
		{"measure", "(operation, fn, ...) -> ...",
			"Calls fn with the other arguments, and returns what it returns or raises what it raises. " +
				"Latency and outcome of the operation go into the report: the kind of an error that is a table with " +
				"one, or \"error\", or \"unfinished\" when the process was killed meanwhile. For histories, the arguments " +
				"are what went into the operation, and what fn returns is what came out.", envMeasure},
		{"gauge", "(name, value)",
			"Publishes a finite number, a string or a boolean that sim.always, sim.check and the report can " +
				"see; nil withdraws it. It disappears when the service dies. The report shows the last value, --format json " +
				"all of them, as gauge_list. A run has at most 10,000, with names of at most 200 bytes.", envGauge},
		{"gauges", "(values)",
			"Publishes several at once, {name = value}, where half of them changed would be no state: an invariant sees " +
				"all of them or none.", envGauges},
	},
}

var envClass = newClass(envSection)

// newEnv shows an Env to the script. All of it is used from processes of the
// Env's service only, since nothing else runs in this VM.
func (v *vm) newEnv(env core.Env, index lua.LValue) lua.LValue {
	return envClass.wrap(&envObject{v, env},
		field{"index", index},
		field{"machine", lua.LString(env.Machine())},
		field{"service", lua.LString(env.Service())},
		field{"random", newRandom(env.Random())})
}

func checkEnv(L *lua.LState) *envObject { return checkSelf[*envObject](L, "env") }

func envNow(L *lua.LState) int {
	L.Push(seconds(checkEnv(L).env.Now()))
	return 1
}

func envMonotonic(L *lua.LState) int {
	L.Push(seconds(checkEnv(L).env.Monotonic()))
	return 1
}

func envSleepUntil(L *lua.LState) int {
	e := checkEnv(L)
	t, ok := L.Get(2).(lua.LNumber)
	at, fits := toDuration(t)
	if !ok || !fits {
		badArgument(L, 2, "a time in seconds, such as env:now() + 5")
	}
	e.v.wait(L, "sleep_until", func() error { return e.env.SleepUntil(at) })
	return 0
}

func envSleep(L *lua.LState) int {
	e := checkEnv(L)
	d := checkDuration(L, 2)
	e.v.wait(L, "sleep", func() error { return e.env.Sleep(d) })
	return 0
}

func envWork(L *lua.LState) int {
	e := checkEnv(L)
	d := checkDuration(L, 2)
	e.v.wait(L, "work", func() error { e.env.Work(d); return nil })
	return 0
}

func envGo(L *lua.LState) int {
	e := checkEnv(L)
	fn := checkFunction(L, 2)
	var args []lua.LValue
	for i := 3; i <= L.GetTop(); i++ {
		args = append(args, L.Get(i))
	}
	p := e.v.newProcess(e.env)
	e.env.Go(placeOf(fn), func() error { return p.run(fn, args...) })
	L.Push(p.self)
	return 1
}

// run runs fn on a Lua thread of its own.
func (e *envObject) run(fn *lua.LFunction, args ...lua.LValue) error {
	L, done := e.v.thread()
	defer done()
	e.env.Where(strandOf(L).where)
	_, err := e.v.call(L, fn, 0, args...)
	return err
}

func envChannel(L *lua.LState) int {
	e := checkEnv(L)
	capacity := 0
	if L.Get(2) != lua.LNil {
		capacity = int(checkInt(L, 2, 0, maxChannel))
	}
	L.Push(e.v.newChannel(e.env, capacity))
	return 1
}

func envCondition(L *lua.LState) int {
	e := checkEnv(L)
	L.Push(e.v.newCondition(e.env))
	return 1
}

func envWaitAny(L *lua.LState) int {
	e := checkEnv(L)
	return e.v.waitAny(L, e.env)
}

// placeOf names a function by where it is written.
func placeOf(fn *lua.LFunction) string {
	if fn.Proto == nil {
		return "go"
	}
	return fmt.Sprintf("%s:%d", fn.Proto.SourceName, fn.Proto.LineDefined)
}

func envStopping(L *lua.LState) int {
	L.Push(lua.LBool(checkEnv(L).env.Stopping()))
	return 1
}

func envFaultPoint(L *lua.LState) int {
	e := checkEnv(L)
	name := checkString(L, 2)
	p, err := core.NewProbability(checkNumber(L, 3))
	var fires bool
	if err == nil {
		fires, err = e.env.FaultPoint(name, p)
	}
	if err != nil {
		L.RaiseError("env:fault_point: %v", err)
	}
	L.Push(lua.LBool(fires))
	return 1
}

func envCrash(L *lua.LState) int     { return takeDown(L, "crash", core.Env.Crash) }
func envPowerFail(L *lua.LState) int { return takeDown(L, "power_fail", core.Env.PowerFail) }

func takeDown(L *lua.LState, what string, down func(core.Env, time.Duration)) int {
	e := checkEnv(L)
	var after time.Duration
	if L.Get(2) != lua.LNil {
		after = checkDuration(L, 2)
	}
	e.v.wait(L, what, func() error { down(e.env, after); return nil })
	return 0
}

func envHalt(L *lua.LState) int {
	e := checkEnv(L)
	e.env.Halt(optString(L, 2, "halt"))
	return 0
}

func envLog(L *lua.LState) int   { return logLine(L, core.Info) }
func envWarn(L *lua.LState) int  { return logLine(L, core.Warn) }
func envError(L *lua.LState) int { return logLine(L, core.Error) }

func logLine(L *lua.LState, level core.Level) int {
	e := checkEnv(L)
	e.env.Log(level, argumentsText(L, 2))
	return 0
}

// argumentsText shows the arguments from n on, with spaces between.
func argumentsText(L *lua.LState, n int) string {
	if L.GetTop() < n {
		badArgument(L, n, "something to write")
	}
	var texts []string
	for i := n; i <= L.GetTop(); i++ {
		if t, ok := L.Get(i).(*lua.LTable); ok && t.Metatable == lua.LNil {
			texts = append(texts, renderValue(t))
			continue
		}
		texts = append(texts, toText(L, L.Get(i)))
	}
	text := strings.Join(texts, " ")
	return text
}

func envConnect(L *lua.LState) int {
	e := checkEnv(L)
	address, timeout := checkString(L, 2), optTimeout(L, 3)
	var conn core.Conn
	e.v.wait(L, "connect", func() (err error) {
		conn, err = e.env.Dial(address, timeout)
		return err
	})
	L.Push(e.v.newConn(conn, e.env))
	return 1
}

func (e *envObject) listen(L *lua.LState) (listener core.Listener) {
	port := int(checkInt(L, 2, 1, core.MaxPort))
	e.v.wait(L, "listen", func() (err error) {
		listener, err = e.env.Listen(port)
		return err
	})
	return listener
}

func envListen(L *lua.LState) int {
	e := checkEnv(L)
	L.Push(e.v.newListener(e.listen(L), e.env))
	return 1
}

func envServe(L *lua.LState) int {
	e := checkEnv(L)
	fn := checkFunction(L, 3)
	listener := e.listen(L)
	for {
		var conn core.Conn
		e.v.wait(L, "serve", func() (err error) {
			if conn, err = listener.Accept(core.Forever); err != nil {
				_ = listener.Close() // the error of Accept is the one to tell
			}
			return err
		})
		e.env.Go(placeOf(fn), func() error { return e.handle(fn, conn) })
	}
}

// handle runs the handler of one connection.
func (e *envObject) handle(fn *lua.LFunction, conn core.Conn) error {
	err := e.run(fn, e.v.newConn(conn, e.env))
	_ = conn.Close() // whatever it says, nobody uses the connection any more
	if endsConnection(err) {
		return nil
	}
	return err
}

func envOpen(L *lua.LState) int {
	e := checkEnv(L)
	name := checkString(L, 2)
	o := readOptions(L, 3, "env:open", "no_sync", "sync_every")
	options := core.DBOptions{NoSync: o.boolean("no_sync", false), SyncEvery: o.duration("sync_every", 0)}
	switch {
	case o.has("sync_every") && options.SyncEvery == 0:
		o.bad("sync_every", "a duration above zero")
	case o.has("sync_every") && o.has("no_sync") && !options.NoSync:
		L.RaiseError(`env:open: sync_every is for a database that does not sync at each commit: leave no_sync = false out`)
	}
	var db core.DB
	e.v.wait(L, "open", func() (err error) {
		db, err = e.env.Open(name, options)
		return err
	})
	L.Push(e.v.newDB(db))
	return 1
}

func envRemoveDatabase(L *lua.LState) int {
	e := checkEnv(L)
	name := checkString(L, 2)
	e.v.wait(L, "remove_database", func() error { return e.env.RemoveDatabase(name) })
	return 0
}

func envMeasure(L *lua.LState) int {
	e := checkEnv(L)
	operation := checkNonEmpty(L, 2)
	checkFunction(L, 3)
	var raised any
	input := func() any { return plainArguments(L, 4) }
	_, _ = e.env.MeasureCall(operation, input, func() (_ any, err error) {
		raised, err = protect(func() { L.Call(L.GetTop()-3, lua.MultRet) })
		return func() any { return plainArguments(L, 3) }, err
	})
	if raised != nil {
		panic(raised)
	}
	return L.GetTop() - 2
}
