// Package tcp is the TCP of simlua: byte-sequence TCP after RFC 9293, in two
// layers that can be read, and tested, apart.
//
// The machine is one connection as a pure function: segments, calls of the
// user and the time go in; segments, events for the user and one deadline come
// out. It owns sequence numbers, windows, buffers, retransmission and the
// eleven states. It knows no clock, no chance, no kernel and no other
// connection. Its code is split as the RFC is: send.go (what leaves), recv.go
// (what arrives), rto.go (RFC 6298), state.go and machine.go (who is next).
//
// The Stack is the network of one computer: a core.Network over a core.Host.
// It owns ports, listeners and the table of connections, lets processes wait,
// and turns a machine's deadline into at most one live timer event.
//
// When data is acknowledged. A segment that arrives in order wakes its reader
// first; the pure ACK it is owed leaves by an event at the end of the same
// instant. A reply written in that instant carries the ACK, and no other
// packet is sent. Segments out of order and duplicates are acknowledged at once,
// one by one, because a sender counts those ACKs.
//
// Two modes. A path whose profile says core.TCPConfig.Simple gets the ancestor's
// stack: nothing is ever sent twice, so a lost packet ends in somebody's
// timeout; what arrives out of order is still put right. Each end reads the
// profile of its own direction, so a link is simple both ways only when both
// directions say so.
//
// Not here: links, loss and delay (core.Link), addresses (names are resolved
// by core.Host), congestion control, selective acknowledgement, window scaling.
package tcp
