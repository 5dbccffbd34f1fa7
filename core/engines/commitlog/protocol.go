package commitlog

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// Event is one encoded CBOR item.
type Event = cbor.RawMessage

// State is what a snapshot holds: one encoded CBOR item.
type State = cbor.RawMessage

// request is any request.
type request struct {
	Op     string  `cbor:"op"`
	Events []Event `cbor:"events,omitempty"`
	Expect *int64  `cbor:"expect,omitempty"`
	From   int64   `cbor:"from,omitempty"`
	Max    int     `cbor:"max,omitempty"`
	WaitMS int64   `cbor:"wait_ms,omitempty"`
	Log    string  `cbor:"log,omitempty"`

	Name     string `cbor:"name,omitempty"`
	Position int64  `cbor:"position,omitempty"`
	State    State  `cbor:"state,omitempty"`
}

// Head is what the answer to every request says about the log.
type Head struct {
	OK   bool   `cbor:"ok"`
	Next int64  `cbor:"next"` // the position the next event will get
	Log  string `cbor:"log"`  // the name of the log
}

// Appended answers an append.
type Appended struct {
	Head
	Position int64 `cbor:"position"` // of the first event
}

// Batch answers a read.
type Batch struct {
	Head
	From   int64   `cbor:"from"` // position of the first event
	Events []Event `cbor:"events"`
}

// Snapshot answers the saving and the loading of a snapshot.
type Snapshot struct {
	Head
	Position int64 `cbor:"position"`        // of the first event that is not in it; 0 without a snapshot
	State    State `cbor:"state,omitempty"` // only of one that was asked for and is far enough
}

// Refusal answers a request that was refused. To the client it is an error, but
// for the code Unknown, of which the Client makes a core.ErrUnknown.
type Refusal struct {
	Head
	Code    string `cbor:"code"`
	Message string `cbor:"message"`
}

// The codes of a Refusal.
const (
	BadRequest = "bad_request"
	Conflict   = "conflict"
	OtherLog   = "other_log"
	Full       = "full"
	NoSpace    = "no_space"
	Storage    = "storage"
	Unknown    = "unknown"
)

func (r *Refusal) Error() string { return fmt.Sprintf("commit log: %s: %s", r.Code, r.Message) }
