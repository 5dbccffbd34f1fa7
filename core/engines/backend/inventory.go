package backend

import (
	"encoding/binary"
	"fmt"

	"simlua.example/core"
)

// inventory is the projection in one transaction: what there is of each item,
// which events it has seen, and the sessions of the clients that sent them.
type inventory struct{ tx core.Tx }

// Buckets of the database.
const (
	items    = "items"    // item -> quantity
	sessions = "sessions" // client -> sequence of its last command, position of its event
	recent   = "recent"   // position of the last event -> client
	progress = "progress" // what is below
)

var (
	positionKey = []byte("position") // of the next event
	clientsKey  = []byte("clients")  // that have a session
	logKey      = []byte("log")      // whose events they are
)

func number64(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

func (v inventory) number(bucket string, key []byte) int64 {
	if b := v.tx.Bucket(bucket).Get(key); len(b) == 8 {
		return int64(binary.BigEndian.Uint64(b))
	}
	return 0
}

// quantity is what there is of an item.
func (v inventory) quantity(item int64) int64 { return v.number(items, number64(item)) }

// count is what there is of all items.
func (v inventory) count() (sum int64, err error) {
	err = v.tx.Bucket(items).Each(nil, func(_, value []byte) error {
		sum += int64(binary.BigEndian.Uint64(value))
		return nil
	})
	return sum, err
}

// shortage says why a command cannot be done, or is empty.
func (v inventory) shortage(r *request) string {
	if r.Op == moveItem {
		if there := v.quantity(*r.From); there < *r.Quantity {
			return fmt.Sprintf("not enough of item %d: there are %d, and %d to be moved", *r.From, there, *r.Quantity)
		}
	}
	return ""
}

// position is that of the next event.
func (v inventory) position() int64 { return v.number(progress, positionKey) }

// log is the name of the log whose events were applied, empty before the first.
func (v inventory) log() string { return string(v.tx.Bucket(progress).Get(logKey)) }

func (v inventory) set(item, quantity int64) error {
	return v.tx.Bucket(items).Put(number64(item), number64(quantity))
}

func (v inventory) add(item, quantity int64) error { return v.set(item, v.quantity(item)+quantity) }

// advance notes up to where the events of a log were applied.
func (v inventory) advance(log string, position int64) error {
	if err := v.tx.Bucket(progress).Put(logKey, []byte(log)); err != nil {
		return err
	}
	return v.tx.Bucket(progress).Put(positionKey, number64(position))
}

// apply does what an event says. Types that are not known change nothing.
func (v inventory) apply(e *event, position int64) error {
	var err error
	switch {
	case e.Type == total && e.Item != nil:
		return v.set(*e.Item, e.Quantity)
	case e.Type == added && e.Item != nil:
		err = v.add(*e.Item, e.Quantity)
	case e.Type == moved && e.From != nil && e.To != nil:
		if err = v.add(*e.From, -e.Quantity); err == nil {
			err = v.add(*e.To, e.Quantity)
		}
	default:
		return nil
	}
	if err != nil || e.Client == "" {
		return err
	}
	return v.remember(clientSession{Client: e.Client, Sequence: e.Sequence, Position: position})
}

// clear empties everything.
func (v inventory) clear() error {
	for _, bucket := range []string{items, sessions, recent, progress} {
		var keys [][]byte
		b := v.tx.Bucket(bucket)
		if err := b.Each(nil, func(key, _ []byte) error {
			keys = append(keys, append([]byte(nil), key...))
			return nil
		}); err != nil {
			return err
		}
		for _, key := range keys {
			if err := b.Delete(key); err != nil {
				return fmt.Errorf("clear %s: %w", bucket, err)
			}
		}
	}
	return nil
}
