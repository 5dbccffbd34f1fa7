// Package backend is an inventory server that keeps its state as events in a
// commit log (package commitlog) and a projection of them in a database of its
// own. Any number of backends can share one log; each answers every request.
//
// A client sends one CBOR map (package message) and gets one back, as often as
// it likes on one connection. Keys and texts are exactly these; keys that are
// not known are ignored. Numbers are integers: items are 0 or more, quantities
// 1 to MaxQuantity; from and to differ. "client" is a name of 1 to MaxClient
// bytes and "sequence" the number of the client's command, from 1 on; a client
// has one command under way at a time, and one that tries again, here or at
// another backend, sends the same number.
//
//	{op="add_item", client="mover", sequence=1, item=0, quantity=1}          -> {ok=true}
//	{op="move_item", client="mover", sequence=2, from=1, to=2, quantity=1}   -> {ok=true}
//	{op="count"}                                                 -> {ok=true, count=1}
//	                    -> {ok=false, code="rejected", message="..."}
//
// "count" is how many of all items there are together. The codes are:
//
//	bad_request   the request is not one of the above; trying again is useless
//	rejected      the command cannot be done: there is not enough to move
//	unavailable   the log could not be reached or did not know, or the projection
//	              did not catch up, in time; a command may still have been done:
//	              try again
//
// A request takes RequestWork of computing and is answered AnswerWithin later
// at most, plus what its disk takes. The events in the log are CBOR maps:
//
//	{type="added", client=, sequence=, item=, quantity=}
//	{type="moved", client=, sequence=, from=, to=, quantity=}
//	{type="total", client=, sequence=, item=, quantity=}
//
// With consistency "checked" a command is appended at the position its decision
// has seen, or decided anew once the projection has caught up with the
// conflict. A command whose sequence is not beyond the client's last one in the
// log is done already and gets its answer again (client sessions, section 6.3 of
// Ongaro's dissertation on Raft); the MaxSessions clients that were heard of last
// are remembered. "count" catches up with the log's end.
//
// The database of the machine says up to where the log was applied, so that a
// reboot reads on from there. A disk that fails or is full is tried again, and
// keeps the backend from catching up meanwhile; a database that is damaged is
// erased. For a disk that has nothing any more, every SnapshotEvery events a
// snapshot goes to the log, unless it is too large, under the name "inventory":
//
//	{items=[[item, quantity], ...], sessions=[[client, sequence, position], ...]}
//
// A backend that boots and is more than SnapshotEvery events behind it starts
// from the snapshot and reads the tail of the log.
//
// With "eventual" a command is decided on whatever the projection holds and
// applied to it at once; absolute totals ("total": item 3 now has 0) are then
// appended wherever the end is. Retries are done again. Commands at backends
// that lag behind each other lose and invent items that way. Such a projection
// is no function of the log, so it neither saves nor loads snapshots.
package backend
