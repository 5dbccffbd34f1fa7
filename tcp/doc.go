// Package tcp is the TCP of simlua: byte-sequence TCP after RFC 9293, in two
// layers that can be read, and tested, apart.
//
// The tcb is one connection as a pure function: segments, calls of the
// user and the time go in; segments, events for the user and one deadline come
// out. It knows no clock, no chance, no kernel and no other connection. Its
// code is split as the RFCs are: send.go (what leaves) and ack.go (what comes
// back), rack.go and tlp.go (8985), prr.go (9937) and undo.go (3708, 5682),
// recovery.go (6675, 6582, 3042), congestion.go (5681, 6928) and cubic.go (9438),
// rto.go (6298, 5482), recv.go (what arrives), window.go (7323) and sack.go (2018,
// 2883), keepalive.go, state.go and tcb.go (who is next).
//
// The Stack is the network of one computer: a core.Network over a core.NetworkHost.
// It owns ports, listeners and the table of connections, lets processes wait,
// and turns a tcb's deadline into at most one live timer event. Knobs are a
// core.TCPConfig: those of a link win over those of a machine.
//
// When data is acknowledged. A segment that arrives in order wakes its reader
// first; the pure ACK it is owed leaves by an event at the end of the same
// instant. A reply written in that instant carries the ACK, and no other
// packet is sent. When more arrives in one instant, the ACK of two full-sized
// segments leaves before a third is taken (RFC 5681, 4.2). Segments out of order
// and duplicates are acknowledged at once, one by one, because a sender counts
// those ACKs. Small writes leave at once, as with TCP_NODELAY, unless Nagle is on.
//
// Where it differs from Linux: windows are counted in bytes, not in packets;
// buffers have one size (memory grows with what is stored); knobs have the values
// of core.DefaultTCP, not of core.LinuxTCP; there is no HyStart (9406; in Linux
// CUBIC leaves slow start by it where delays vary), ECN (3168), fast open, pacing
// or SYN cookies, and the user timeout is not told to the peer. After a SYN that was
// sent again the window is one segment and the RTO 3 s (5681, 3.1; 6298, 5.7), where Linux
// measures the handshake by time stamps, and has such a window after two. There are no time
// stamps (7323, 3), which would cost 12 bytes a segment: a tcb knows when it has
// sent each, so every round trip is measured without them; what was sent again
// needlessly shows by D-SACKs, also when they come after the recovery, by what was
// sent once (5682), and by ACKs sooner than a round trip (3522); and no packet is
// under way for 2^32 bytes (PAWS).
//
// TCPConfig.Simple is the ancestor's stack: nothing is ever sent twice, so a
// lost packet ends in somebody's timeout; what arrives out of order is still
// put right. Each end reads the profile of its own direction, so a link is
// simple both ways only when both directions say so.
//
// Beside it there is UDP (768): a socket's Datagram is one packet. What has no port to
// go to, or finds the receive buffer full, is dropped and counted; ICMP is not modelled.
//
// Not here: links, loss and delay (core.Link), addresses (names are resolved
// by core.Links).
package tcp
