package commitlog

import (
	"fmt"
	"time"

	"simlua.example/core"
	"simlua.example/core/message"
)

// Client talks to a commit log. It connects when it is first used and again
// after an error of the connection. One process uses it at a time.
//
// A *Refusal is the server's answer, and nothing has happened. After any other
// error of an append its outcome is unknown: a core.ErrUnknown when the server
// itself cannot say.
type Client struct {
	env     core.Env
	address string
	stream  *message.Stream
}

// NewClient makes a client of the log at "machine.network:port".
func NewClient(env core.Env, address string) *Client { return &Client{env: env, address: address} }

// AnyPosition as expectation of an append lets it succeed at any end.
const AnyPosition int64 = -1

// Append puts events at the end of the log: at position expect or not at all,
// unless it is AnyPosition. A log that is not empty must be the log's name.
// The timeout bounds the call.
func (c *Client) Append(log string, expect int64, events []Event, timeout time.Duration) (*Appended, error) {
	r := request{Op: "append", Events: events, Log: log}
	if expect != AnyPosition {
		r.Expect = &expect
	}
	answer := new(Appended)
	return answer, c.call(&r, answer, timeout)
}

// Read returns up to limit events from a position on; zero means as many as an
// answer holds. When there are none it waits for some, which adds to timeout.
func (c *Client) Read(log string, from int64, limit int, wait, timeout time.Duration) (*Batch, error) {
	r := request{Op: "read", From: from, Max: limit, WaitMS: wait.Milliseconds(), Log: log}
	answer := new(Batch)
	return answer, c.call(&r, answer, wait+timeout)
}

// SaveSnapshot keeps a state under a name: what the events below a position
// come to. The answer says which position the kept one has, as one that is
// further on is not replaced.
func (c *Client) SaveSnapshot(log, name string, position int64, state State, timeout time.Duration) (*Snapshot, error) {
	r := request{Op: "save_snapshot", Log: log, Name: name, Position: position, State: state}
	answer := new(Snapshot)
	return answer, c.call(&r, answer, timeout)
}

// LoadSnapshot returns the position of the snapshot that is kept under a name,
// and its state when it is beyond from.
func (c *Client) LoadSnapshot(log, name string, from int64, timeout time.Duration) (*Snapshot, error) {
	answer := new(Snapshot)
	return answer, c.call(&request{Op: "load_snapshot", Log: log, Name: name, From: from}, answer, timeout)
}

// Head returns the position that the next event will get, and the log's name.
func (c *Client) Head(timeout time.Duration) (Head, error) {
	var answer Head
	return answer, c.call(&request{Op: "head"}, &answer, timeout)
}

// Close ends the connection, if there is one. The client can be used again.
func (c *Client) Close() {
	if c.stream != nil {
		_ = c.stream.Close()
		c.stream = nil
	}
}

// reply is an answer with a Head.
type reply interface{ accepted() bool }

func (h *Head) accepted() bool { return h.OK }

func (c *Client) call(r *request, answer reply, timeout time.Duration) error {
	item, err := c.exchange(r, timeout)
	if err == nil {
		err = message.Unmarshal(item, answer)
	}
	if err == nil && answer.accepted() {
		return nil
	}
	refusal := new(Refusal)
	if err == nil {
		err = message.Unmarshal(item, refusal)
	}
	if err == nil && refusal.Code == Unknown {
		err = fmt.Errorf("%w: %s", core.ErrUnknown, refusal.Message)
	}
	if err != nil {
		c.Close()
		return fmt.Errorf("commit log %s: %w", c.address, err)
	}
	return refusal
}

func (c *Client) exchange(r *request, timeout time.Duration) ([]byte, error) {
	deadline := message.NewDeadline(c.env, timeout)
	if c.stream == nil {
		conn, err := c.env.Dial(c.address, timeout)
		if err != nil {
			return nil, err
		}
		c.stream = message.NewStream(conn, c.env)
	}
	if err := c.stream.Send(r); err != nil {
		return nil, err
	}
	left, over := deadline.Left()
	if over {
		return nil, core.ErrTimeout
	}
	return c.stream.ReceiveRaw(left)
}
