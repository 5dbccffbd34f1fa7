package luabind

import (
	"simlua.example/core"
	"simlua.example/core/engines/backend"
	"simlua.example/core/engines/commitlog"
)

// builtinEngines are the engines that every script can use.
func builtinEngines() []engineKind {
	return []engineKind{
		{
			name: "commit_log",
			args: `{port = 443, storage = "disk"|"memory", ack = "stored"|"buffered"}`,
			doc: `A commit log server: appends events in order and hands them out from a position. It keeps them on its ` +
				`machine's disk or in memory, and acknowledges an append once it is durable, or at once ("buffered", which ` +
				`loses what is not stored when it dies). An error of the disk whose outcome is unknown ends it: with ` +
				"`restart` it boots again and reads what is there.",
			open: openCommitLog,
		},
		{
			name: "backend",
			args: `{port = 443, commit_log = "machine.network:port", consistency = "checked"|"eventual"}`,
			doc: `An inventory server that keeps its state as events in a commit log: commands add_item, move_item, ` +
				`count. "checked" appends only when it has seen all events; "eventual" decides on what it has seen so ` +
				`far, which loses or invents items when several backends are at work.`,
			open: openBackend,
		},
	}
}

func openCommitLog(o Options) (func() core.Engine, error) {
	c := commitlog.Config{
		Port:    o.Port("port", 443),
		Storage: o.Choice("storage", commitlog.Disk, commitlog.Memory),
		Ack:     o.Choice("ack", commitlog.Stored, commitlog.Buffered),
	}
	return maker(c, commitlog.New), c.Validate()
}

func openBackend(o Options) (func() core.Engine, error) {
	c := backend.Config{
		Port:        o.Port("port", 443),
		CommitLog:   o.String("commit_log", ""),
		Consistency: o.Choice("consistency", backend.Checked, backend.Eventual),
	}
	return maker(c, backend.New), c.Validate()
}

// maker makes engines of a valid configuration.
func maker[C any](c C, open func(C) (core.Engine, error)) func() core.Engine {
	return func() core.Engine {
		e, err := open(c)
		if err != nil {
			return core.EngineFunc(func(core.Env) error { return err })
		}
		return e
	}
}
