package commitlog

import (
	"errors"

	"simlua.example/core"
	"simlua.example/core/message"
)

// kept is a snapshot as the log keeps it, in its database or in memory.
type kept struct {
	Position int64 `cbor:"position"`
	State    State `cbor:"state"`
}

const snapshotBucket = "snapshots"

// saveSnapshot keeps a snapshot, unless one that is as far on is kept already.
func (l *log) saveSnapshot(r *request) any {
	switch {
	case r.Name == "" || len(r.Name) > MaxName:
		return l.refuse(BadRequest, "name is a text of 1 to %d bytes", MaxName)
	case r.Position < 1 || r.Position > int64(len(l.events)):
		return l.refuse(BadRequest, "position is from 1 to %d, what can be read, not %d", len(l.events), r.Position)
	case len(r.State) == 0 || len(r.State) > MaxSnapshot:
		return l.refuse(BadRequest, "a state has 1 to %d bytes, not %d", MaxSnapshot, len(r.State))
	}
	position, err := l.keep(r.Name, kept{r.Position, r.State})
	switch {
	case errors.Is(err, errSnapshots):
		return l.refuse(Full, "%v", err)
	case err != nil:
		l.doubt(err)
		return l.refused(err)
	}
	return &Snapshot{l.head(), position, nil}
}

// loadSnapshot finds a snapshot, with its state if that is of use.
func (l *log) loadSnapshot(r *request) any {
	var found kept
	var err error
	if l.db == nil {
		found = l.snapshots[r.Name]
	} else {
		err = l.db.Bucket(snapshotBucket).View(func(tx core.Tx) (err error) {
			found, err = stored(tx, r.Name)
			return err
		})
	}
	switch {
	case err != nil:
		return l.refused(err)
	case found.Position <= r.From:
		found.State = nil
	}
	return &Snapshot{l.head(), found.Position, found.State}
}

var errSnapshots = errors.New("the log keeps as many snapshots as it can")

// keep puts a snapshot in place of an older one and says which is kept now.
func (l *log) keep(name string, s kept) (position int64, err error) {
	if l.db == nil {
		old := l.snapshots[name]
		if s.Position > old.Position && (old.Position > 0 || len(l.snapshots) < MaxSnapshots) {
			l.snapshots[name] = kept{s.Position, append(State(nil), s.State...)}
		}
		position = l.snapshots[name].Position
	} else {
		err = l.db.Bucket(snapshotBucket).Update(func(tx core.Tx) (err error) {
			position, err = replace(tx, name, s)
			return err
		})
	}
	if err == nil && position == 0 {
		err = errSnapshots
	}
	return position, err
}

func replace(tx core.Tx, name string, s kept) (position int64, err error) {
	old, err := stored(tx, name)
	if err != nil || old.Position >= s.Position {
		return old.Position, err
	}
	if old.Position == 0 {
		names := 0
		err = tx.Each(nil, func(_, _ []byte) error { names++; return nil })
		if err != nil || names >= MaxSnapshots {
			return 0, err
		}
	}
	item, err := message.Marshal(s)
	if err == nil {
		err = tx.Put([]byte(name), item)
	}
	return s.Position, err
}

// stored is the snapshot in the database, with position 0 when there is none.
func stored(tx core.Tx, name string) (s kept, err error) {
	if item := tx.Get([]byte(name)); item != nil {
		err = message.Unmarshal(item, &s)
	}
	return s, err
}
