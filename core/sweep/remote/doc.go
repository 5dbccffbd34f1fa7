// Package remote plays the runs of sweeps on other machines, by way of NATS
// JetStream.
//
// Its nouns: a Conn is a connection to a server. A Submitter has a sweep played: its
// Play hands out what workers answer, and it is what sweep.Sweep is given in place of
// one that plays here. A Worker plays runs of all sweeps of its build that are on the
// server. A Spec is what a worker has to know of a sweep; what it takes to play a run
// is opaque here.
//
// What a sweep has on the server is its board: a stream of work, a stream of rows, an
// object store, and a bucket of what workers have begun. Work is a stream of items, a
// batch of runs each, of which each worker pulls one at a time. It plays them,
// publishes their rows, waits for the server to have them, and only then acknowledges
// the item; the server gives an item that is not acknowledged in time to another
// worker. Heartbeats keep it meanwhile, for as long as a run goes on, which ends by its
// guards or with its process. So a run is played at least once, and the Submitter keeps the first row: all
// are the same bytes, since a row is a function of the run.
//
// A worker that dies takes an item with it. Its runs are then handed out one by one,
// and who plays one notes it before. One that was noted by a worker that has died is
// played while its worker plays nothing else; a run that took several with it is void.
//
// Nothing here depends on clocks of several hosts. The package knows nothing of Lua,
// of processes, or of how tables look.
package remote
