// Package commitlog is a commit log server: an engine that keeps a sequence of
// events in the order they were appended and hands them to whoever reads on
// from a position. Positions count from 0.
//
// A client sends CBOR maps (package message) and gets one back for each. Keys and
// texts are exactly these; others are ignored. Numbers are integers.
//
//	{op="append", events=[any, ...], expect=17, log="4f0c..."}
//	  -> {ok=true, position=17, next=18, log="4f0c..."}      position of the first event
//	{op="read", from=17, max=100, wait_ms=5000, log="4f0c..."}
//	  -> {ok=true, from=17, events=[any, ...], next=18, log="4f0c..."}
//	{op="head"}
//	  -> {ok=true, next=18, log="4f0c..."}
//	{op="save_snapshot", name="stock", position=18, state=any, log="4f0c..."}
//	  -> {ok=true, position=18, next=18, log="4f0c..."}      position of the one that is kept
//	{op="load_snapshot", name="stock", from=0, log="4f0c..."}
//	  -> {ok=true, position=18, state=any, next=18, log="4f0c..."}
//	  -> {ok=false, code="conflict", message="...", next=18, log="4f0c..."}
//
// An event is any CBOR item of up to MaxEvent bytes; an append stores all of
// its events or none. "next" is the position the next event will get. With
// "expect" an append succeeds only at that position, otherwise it is a conflict.
// A read that finds nothing waits up to wait_ms, at most MaxWait, for events,
// and may then answer none; it answers at most MaxEvents events.
//
// A snapshot is what the events below its position come to, for a reader that
// would rather not read them all: it loads the snapshot and reads on from there.
// Its state is any CBOR item of up to MaxSnapshot bytes; the log keeps one of a
// name, the one that is furthest on, where it keeps its events, and at most
// MaxSnapshots names. load_snapshot answers position 0 when there is none, and a
// state only when the position is beyond "from", which may be left out.
//
// "log" names this log. One that lost everything has a new name and starts at
// 0 again; a request that names another log is refused with "other_log".
// "expect", "max", "wait_ms" and "log" may be left out. The codes are:
//
//	bad_request   the request is not one of the above, or breaks a limit
//	conflict      "expect" is not the next position
//	other_log     "log" is not the name of this log
//	full          the log holds MaxLog bytes, or MaxSnapshots snapshots
//	no_space      the disk is full; nothing was stored, and may be later
//	storage       the disk failed; nothing was stored
//	unknown       the disk failed in such a way that it was stored, or was not
//
// Config.Storage says whether events survive a reboot. Config.Ack says when an
// append is answered: "stored" when its events are durable and can be read,
// "buffered" at once, before either. After an "unknown" the engine ends with an
// error: its next boot reads what the disk holds, and makes that durable before
// it serves. (Trying again would not do: after a failed fsync the pages count as
// clean, and the next one succeeds without them. Rebello et al., Can Applications
// Recover from fsync Failures?, USENIX ATC 2020.)
//
// The package owns the log and its Client. It knows nothing of what is in the
// events.
package commitlog
