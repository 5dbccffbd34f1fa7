// Package coretest is the world that tests of engines run in: an instant
// network, an in-memory disk, and Run, which plays a scenario with both.
//
// Network carries whole writes in one packet and sends nothing again, so it
// wants links that lose nothing; packets may overtake each other. Everything
// goes through the links of the cluster: partitions, pauses and power cuts do
// what they do to a real stack. Disk costs no time and forgets at a power cut
// what was not synced.
//
// DiskContract is what every core.Disk must keep; it is run against Disk here
// and against package disk there, so that the two cannot drift apart.
//
// It does not own fidelity: for windows, retransmission and files see packages
// tcp and disk.
package coretest
