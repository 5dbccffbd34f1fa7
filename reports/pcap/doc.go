// Package pcap writes the packets of a run to a file that Wireshark and
// tshark read: pcapng (draft-ietf-opsawg-pcapng), with real IPv4, TCP and
// UDP headers, checksums and options.
//
// Every machine has an interface that is called like the machine. A capture of
// all machines has each packet once, when and where it is sent. It must not have
// it a second time where it arrives: tools take a file for what passed one wire,
// and would see every segment sent twice. A capture of one machine has what
// tcpdump would see on it: what it sends, when it hands it to the link, and what
// arrives, when it arrives. Packets of a machine to itself are captured once, as
// on an interface lo.
//
// Time is simulated time since 1970: Wireshark's "seconds since epoch" are those
// since the start of the run, as in the log.
//
// Addresses. Machine H of network N, both counted from 1 in the order in which
// the script declares machines, is 10.N.0.H, and 10.N.1.0 follows 10.N.0.255.
// With more than 255 networks, or 65,535 machines in one, machines are counted
// without their networks, from 10.0.0.1. They depend on no seed; a block for
// name resolution lists them, for tshark -N n.
//
// What befell a packet is its comment (frame.comment): where it is sent, the
// faults by their names, and partitions; where it arrives, what they have done
// to it. A packet that was damaged arrives with a wrong checksum. What reaches
// a machine without power does not arrive.
//
// The bytes of a file are a function of program, seed, settings and mask.
//
// What services send as values is CBOR, which Wireshark shows when it is told
// the port by a script of one line (wireshark -X lua_script:cbor.lua):
//
//	DissectorTable.get("tcp.port"):add(443, Dissector.get("cbor"))
//
// For datagrams it is udp.port.
//
// Not here: what a segment looks like. It says it itself, by AppendTCP or AppendUDP.
package pcap
