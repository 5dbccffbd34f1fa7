package remote

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"simlua.example/core/sweep"
)

// Protocol is the version of what submitters and workers say to each other.
const Protocol = 1

// Spec is what there is to know of a sweep.
type Spec struct {
	Protocol int    `json:"protocol"`
	Build    string `json:"build"` // only workers of the same build play it
	Title    string `json:"title"` // for people
	Total    uint64 `json:"total,omitempty"`
	// Task is what plays a run, for Worker.Open; Files are what belongs to it, by their
	// names: each travels once.
	Task  json.RawMessage `json:"task"`
	Files []string        `json:"files,omitempty"`
	// Command is what has begun the sweep, for who attaches to it; empty: nobody can.
	Command json.RawMessage `json:"command,omitempty"`
	// First is the run that each worker plays before all others; unless it comes out with
	// this digest, the worker has no part in the sweep.
	First *First `json:"first,omitempty"`
	// Tries is how many workers a run may take with it; zero is DefaultTries.
	Tries int `json:"tries,omitempty"`
	// AckWait is how long an item lies with a worker that says nothing; zero is
	// DefaultAckWait.
	AckWait time.Duration `json:"ack_wait,omitempty"`
}

// First is a run with what it must come to.
type First struct {
	Run    sweep.Run    `json:"run"`
	Digest sweep.Digest `json:"digest"`
}

// Defaults of a Spec.
const (
	DefaultTries   = 3
	DefaultAckWait = 15 * time.Second
)

func (s *Spec) fill() {
	s.Protocol = Protocol
	if s.Tries == 0 {
		s.Tries = DefaultTries
	}
	if s.AckWait == 0 {
		s.AckWait = DefaultAckWait
	}
}

// The keys of the metadata of our streams.
const (
	protocolKey = "simlua.protocol"
	buildKey    = "simlua.build"
	titleKey    = "simlua.title"
	totalKey    = "simlua.total"
)

// metadata is what all streams of the sweep are marked with.
func (s *Spec) metadata() map[string]string {
	return map[string]string{protocolKey: strconv.Itoa(s.Protocol), buildKey: s.Build, titleKey: s.Title,
		totalKey: strconv.FormatUint(s.Total, 10)}
}

// checkMetadata says when a stream is none of ours, or of another protocol.
func checkMetadata(stream string, metadata map[string]string) error {
	switch protocol := metadata[protocolKey]; protocol {
	case strconv.Itoa(Protocol):
		return nil
	case "":
		return fmt.Errorf("the stream %s on the server is not of simlua", stream)
	default:
		return fmt.Errorf("the stream %s is of protocol %s; this simlua speaks %d", stream, protocol, Protocol)
	}
}
