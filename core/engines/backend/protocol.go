package backend

import (
	"fmt"
	"math"

	"simlua.example/core/engines/commitlog"
	"simlua.example/core/message"
)

// request is any request.
type request struct {
	Op       string `cbor:"op"`
	Client   string `cbor:"client"`
	Sequence *int64 `cbor:"sequence"`
	Item     *int64 `cbor:"item"`
	From     *int64 `cbor:"from"`
	To       *int64 `cbor:"to"`
	Quantity *int64 `cbor:"quantity"`
}

// The operations.
const (
	addItem  = "add_item"
	moveItem = "move_item"
	count    = "count"
)

// validate says why a request is not one of the documented.
func (r *request) validate() error {
	switch r.Op {
	case addItem:
		return r.check(number{"item", r.Item, 0, math.MaxInt64})
	case moveItem:
		err := r.check(number{"from", r.From, 0, math.MaxInt64}, number{"to", r.To, 0, math.MaxInt64})
		if err == nil && *r.From == *r.To {
			err = fmt.Errorf("%s: from and to are different items", r.Op)
		}
		return err
	case count:
		return nil
	}
	return fmt.Errorf("op is %q, %q or %q, not %q", addItem, moveItem, count, r.Op)
}

// number is a number of a request and its bounds.
type number struct {
	name     string
	value    *int64
	min, max int64
}

// check says what is wrong with the client and with the numbers.
func (r *request) check(numbers ...number) error {
	if r.Client == "" || len(r.Client) > MaxClient {
		return fmt.Errorf("%s: client is a text of 1 to %d bytes", r.Op, MaxClient)
	}
	numbers = append(numbers, number{"sequence", r.Sequence, 1, MaxSequence},
		number{"quantity", r.Quantity, 1, MaxQuantity})
	for _, n := range numbers {
		if n.value == nil || *n.value < n.min || *n.value > n.max {
			return fmt.Errorf("%s: %s is an integer from %d to %d", r.Op, n.name, n.min, n.max)
		}
	}
	return nil
}

// done answers a command.
type done struct {
	OK bool `cbor:"ok"`
}

// counted answers a count.
type counted struct {
	OK    bool  `cbor:"ok"`
	Count int64 `cbor:"count"`
}

// refusal answers what was not done, or may not have been.
type refusal struct {
	OK      bool   `cbor:"ok"`
	Code    string `cbor:"code"`
	Message string `cbor:"message"`
}

// The codes of a refusal.
const (
	badRequest  = "bad_request"
	rejected    = "rejected"
	unavailable = "unavailable"
)

func refuse(code, format string, args ...any) *refusal {
	return &refusal{false, code, fmt.Sprintf(format, args...)}
}

// event is what happened, as it stands in the commit log.
type event struct {
	Type     string `cbor:"type"`
	Client   string `cbor:"client,omitempty"`
	Sequence int64  `cbor:"sequence,omitempty"`
	Item     *int64 `cbor:"item,omitempty"`
	From     *int64 `cbor:"from,omitempty"`
	To       *int64 `cbor:"to,omitempty"`
	Quantity int64  `cbor:"quantity"`
}

// event is what a command leaves in the log, if it can be done.
func (r *request) event() event {
	e := event{Type: added, Client: r.Client, Sequence: *r.Sequence, Item: r.Item, Quantity: *r.Quantity}
	if r.Op == moveItem {
		e.Type, e.From, e.To = moved, r.From, r.To
	}
	return e
}

// The types of events.
const (
	added = "added"
	moved = "moved"
	total = "total"
)

// encode turns events into what the commit log takes.
func encode(events ...event) ([]commitlog.Event, error) {
	var encoded []commitlog.Event
	for _, e := range events {
		item, err := message.Marshal(e)
		if err != nil {
			return nil, err
		}
		encoded = append(encoded, item)
	}
	return encoded, nil
}
