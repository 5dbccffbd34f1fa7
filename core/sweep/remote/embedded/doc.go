// Package embedded is a NATS server within the process: nats-server as a library,
// so that one machine, and a test, need nothing else for a sweep over NATS.
//
// A Server listens for clients at one address, 127.0.0.1 unless told otherwise, and
// lets in who knows its token. JetStream keeps its data in one folder, which no other
// Server can have at the same time, and syncs each write. It heeds no signals, opens
// no other port, and says nothing but what goes wrong.
//
// It is in the program that was built with the tag "embedded" only: it is nearly half
// of that. Without it, Start says so.
//
// The package owns the life of a server. It knows nothing of sweeps, nor of what is
// sent; who connects does so by the URL, as to any other server.
package embedded
