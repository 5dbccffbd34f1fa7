package core

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Forever as a timeout means that the call may wait without limit.
const Forever time.Duration = 0

// EndOfTime is the moment that never comes: no event can be later.
const EndOfTime time.Duration = 1<<63 - 1

// HostID numbers the machines of a cluster, in order of declaration.
type HostID int32

// Address is one end of a connection.
type Address struct {
	Machine string // full name, "api1.public"
	Port    int    // 1 to MaxPort
}

// MaxPort is the largest port of TCP (RFC 9293, 3.1).
const MaxPort = 65535

// CheckPort says what is wrong with a port.
func CheckPort(port int) error {
	if port < 1 || port > MaxPort {
		return fmt.Errorf("a port is a number from 1 to %d, not %d", MaxPort, port)
	}
	return nil
}

func (a Address) String() string { return a.Machine + ":" + strconv.Itoa(a.Port) }

// Network makes an Address a net.Addr.
func (a Address) Network() string { return "tcp" }

// ParseAddress reads "machine.network:port".
func ParseAddress(text string) (Address, error) {
	machine, digits, found := strings.Cut(text, ":")
	port, err := strconv.Atoi(digits)
	if !found || machine == "" || err != nil || CheckPort(port) != nil {
		return Address{}, fmt.Errorf("an address is written machine.network:port, for example api1.public:443; not %q", text)
	}
	return Address{machine, port}, nil
}

// Conn is one end of a byte stream.
type Conn interface {
	// Read fills p with what has arrived, waiting for at least one byte.
	// At the end of the stream it returns io.EOF. Forever waits without limit.
	Read(p []byte, timeout time.Duration) (int, error)
	// Write queues all of p, waiting while the send buffer is full.
	Write(p []byte) error
	// CloseWrite ends this side's stream (FIN); reading goes on.
	CloseWrite() error
	// Close ends both directions. Closing twice is no error.
	Close() error
	Local() Address
	Remote() Address
}

// Listener hands out the connections that arrive at a port.
type Listener interface {
	Accept(timeout time.Duration) (Conn, error)
	Close() error
	Port() int
}

// Owner identifies one boot of one service towards the network and the disk.
type Owner uint32

// Network is the network stack of one machine, from power-on to power-off.
type Network interface {
	// Dial and Listen are called from a process of the owner and may wait. Ports
	// have been checked.
	Dial(owner Owner, to Address, timeout time.Duration) (Conn, error)
	Listen(owner Owner, port int) (Listener, error)
	// Datagram takes a port for datagrams, which have ports of their own; 0 is one that
	// is free. It does not wait.
	Datagram(owner Owner, port int) (Socket, error)
	// Deliver takes a packet from a link. It runs as a kernel event.
	Deliver(p Packet)
	// Reject hears that a packet of this machine was turned away by a firewall:
	// as if its receiver had answered with RST. It runs as a kernel event. A datagram
	// is gone without a word.
	Reject(p Packet)
	// Release ends the sockets of a service that is gone: with FIN when it
	// ended by itself, with RST when it was killed; of datagrams nobody is told.
	Release(owner Owner, killed bool)
	// PowerOff forgets everything at once. Nothing is sent.
	PowerOff()
	// Open counts the sockets that are not closed.
	Open() int
}

// Segment is what a Packet carries: immutable once sent.
type Segment interface {
	// AppendText describes the segment on one line, as tcpdump would.
	AppendText(b []byte) []byte
	// Digest folds every field and byte of the segment into 64 bits.
	Digest() uint64
	// Flip returns a copy with one bit of the payload, chosen by n, the other
	// way round and the checksum made right again; nil without a payload.
	Flip(n uint64) Segment
}

// FlipBit returns a copy of a payload with one bit, chosen by n, the other way
// round; nil for an empty one.
func FlipBit(payload []byte, n uint64) []byte {
	if len(payload) == 0 {
		return nil
	}
	flipped := bytes.Clone(payload)
	flipped[n/8%uint64(len(flipped))] ^= 1 << (n % 8)
	return flipped
}

// Packet is what a Link carries from one machine to another.
type Packet struct {
	From, To HostID
	Size     int // bytes on the wire, headers included
	Segment  Segment
	Harm     Harm // what its link did to it, so far
}

// Harm is what befell a packet on its way: a set.
type Harm uint8

// What a Harm holds.
const (
	Damaged Harm = 1 << iota // a bit flipped, and the checksum is wrong
	Altered                  // a bit of the payload flipped, and nothing tells
	Copied                   // it is the second of two
)

// Counter names what a network stack counts about its traffic with one peer.
type Counter uint8

// Counters that a network stack keeps through its Links. Those of the sender
// count on the link from here to the peer, those of the receiver on the link
// from the peer to here.
const (
	Retransmitted  Counter = iota // sender: segments sent again
	FastRetransmit                // sender: those of Retransmitted that no timeout caused
	Reordered                     // receiver: segments that arrived before an earlier one
	Goodput                       // receiver: bytes handed to the reader, each once
	NoPort                        // receiver: datagrams to a port that nobody has
	BufferFull                    // receiver: datagrams that found no room in the receive buffer
)
