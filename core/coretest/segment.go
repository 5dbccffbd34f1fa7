package coretest

import (
	"fmt"

	"simlua.example/core"
)

// segmentKind is what a segment asks of its receiver.
type segmentKind uint8

const (
	opening  segmentKind = iota // the dialer wants a connection to toPort
	accepted                    // the listener has made one
	refused                     // nobody listens
	payload                     // data
	finished                    // no data will follow
	torn                        // the connection is gone
	datagram                    // data for a socket
)

func (k segmentKind) String() string {
	return [...]string{"open", "accept", "refuse", "data", "fin", "reset", "datagram"}[k]
}

// segment is what Network sends: a core.Segment.
type segment struct {
	kind             segmentKind
	id               uint64 // of the connection, chosen by the dialer
	toDialer         bool   // which end it is for
	ordinal          uint64 // position in its direction, for payload and finished
	fromPort, toPort int
	data             []byte
}

const headerBytes = 40 // of IPv4 and TCP

func (s *segment) size() int { return headerBytes + len(s.data) }

func (s *segment) AppendText(b []byte) []byte {
	return fmt.Appendf(b, "%d > %d %s %d bytes", s.fromPort, s.toPort, s.kind, len(s.data))
}

func (s *segment) Digest() uint64 {
	var d core.Digest
	d.Add(uint64(s.kind)<<32 ^ uint64(s.fromPort)<<16 ^ uint64(s.toPort))
	d.Add(s.id)
	d.Add(s.ordinal)
	if s.toDialer {
		d.Add(1)
	}
	d.AddBytes(s.data)
	return d.Sum()
}

func (s *segment) Flip(n uint64) core.Segment {
	payload := core.FlipBit(s.data, n)
	if payload == nil {
		return nil
	}
	flipped := *s
	flipped.data = payload
	return &flipped
}
