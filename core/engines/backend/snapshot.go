package backend

import (
	"encoding/binary"
	"errors"
	"fmt"

	"simlua.example/core"
	"simlua.example/core/engines/commitlog"
	"simlua.example/core/message"
)

// snapshotName is what the commit log keeps snapshots of the inventory under.
const snapshotName = "inventory"

// snapshot is an inventory as it goes to the commit log: what the events below
// a position come to, and nothing else, so that all backends make the same one.
type snapshot struct {
	Items    []stock         `cbor:"items"`    // in order of items
	Sessions []clientSession `cbor:"sessions"` // in order of positions
}

// stock is what there is of an item.
type stock struct {
	_              struct{} `cbor:",toarray"`
	Item, Quantity int64
}

// snapshot takes one.
func (v inventory) snapshot() (s snapshot, err error) {
	err = v.tx.Bucket(items).Each(nil, func(item, quantity []byte) error {
		s.Items = append(s.Items, stock{
			Item: int64(binary.BigEndian.Uint64(item)), Quantity: int64(binary.BigEndian.Uint64(quantity))})
		return nil
	})
	if err != nil {
		return s, err
	}
	err = v.tx.Bucket(recent).Each(nil, func(_, client []byte) error {
		s.Sessions = append(s.Sessions, v.session(string(client)))
		return nil
	})
	return s, err
}

// restore puts a snapshot in place of everything.
func (v inventory) restore(s *snapshot) error {
	err := v.clear()
	for _, i := range s.Items {
		err = errors.Join(err, v.set(i.Item, i.Quantity))
	}
	for _, c := range s.Sessions {
		err = errors.Join(err, v.putSession(c))
	}
	return errors.Join(err, v.tx.Bucket(progress).Put(clientsKey, number64(int64(len(s.Sessions)))))
}

// load asks the log for a snapshot that is far ahead of the projection.
func (p *projection) load() (func() error, error) {
	found, err := p.client.LoadSnapshot(p.log, snapshotName, p.position+SnapshotEvery, logTimeout)
	if err != nil {
		return nil, err
	}
	return func() error {
		err := p.restore(found)
		if err == nil {
			p.asked, p.saved = true, found.Position
		}
		return err
	}, nil
}

// restore puts a snapshot, if the log has sent one, in place of the projection.
func (p *projection) restore(found *commitlog.Snapshot) error {
	var s snapshot
	if len(found.State) == 0 {
		return nil
	}
	if err := message.Unmarshal(found.State, &s); err != nil {
		p.env.Log(core.Warn, "the snapshot cannot be read, the log is: "+err.Error())
		return nil
	}
	return p.update(found.Log, found.Position, func(v inventory) error { return v.restore(&s) })
}

// save gives the log a snapshot of the projection. What the log does not want
// is no reason to stop following it.
func (p *projection) save() (func() error, error) {
	var s snapshot
	if err := p.view(func(v inventory) (err error) { s, err = v.snapshot(); return err }); err != nil {
		return func() error { return err }, nil
	}
	state, err := message.Marshal(&s)
	if err != nil {
		return func() error { return err }, nil
	}
	if len(state) > commitlog.MaxSnapshot { // it could not even be sent
		p.env.Log(core.Warn, fmt.Sprintf("no snapshot: it has %d bytes, the log takes %d",
			len(state), commitlog.MaxSnapshot))
		return func() error { p.saved = p.position; return nil }, nil
	}
	kept, err := p.client.SaveSnapshot(p.log, snapshotName, p.position, state, logTimeout)
	var refusal *commitlog.Refusal
	if errors.As(err, &refusal) && refusal.Code != commitlog.OtherLog {
		p.env.Log(core.Warn, "no snapshot: "+err.Error())
		kept.Position, err = p.position, nil
	}
	return func() error { p.saved = kept.Position; return nil }, err
}
