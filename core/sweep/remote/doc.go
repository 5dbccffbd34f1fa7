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
// worker. Heartbeats keep it meanwhile, but while its run goes on beyond its guards, or
// says nothing any more (Suspend). So a run is played at least once, and the Submitter
// keeps the first row: all are the same bytes, since a row is a function of the run.
//
// A worker that dies takes an item with it. Its runs are then handed out one by one, and
// each is played while its worker plays nothing else. Who plays an item of one run notes
// it before, on the server. Notes of workers that have died are a run's tries; who had it
// in a batch has left none, and counts once it kills again, alone. A run that took too
// many workers with it is void.
//
// Workers play the sweeps of their build in turn, each for the same time. When there is
// work again, all are told so, seldom and in few bytes; they look by themselves, too.
//
// Nothing here depends on clocks of several hosts. The package knows nothing of Lua,
// of processes, or of how tables look.
package remote
