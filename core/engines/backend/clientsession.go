package backend

import (
	"encoding/binary"
	"errors"
)

// clientSession is what is remembered of a client: the last of its commands that
// was applied, and where in the log its event is.
type clientSession struct {
	_        struct{} `cbor:",toarray"`
	Client   string
	Sequence int64
	Position int64
}

// session is that of a client, all zero when it has none.
func (v inventory) session(client string) clientSession {
	if b := v.tx.Bucket(sessions).Get([]byte(client)); len(b) == 16 {
		return clientSession{Client: client, Sequence: int64(binary.BigEndian.Uint64(b)),
			Position: int64(binary.BigEndian.Uint64(b[8:]))}
	}
	return clientSession{}
}

// hasDone says whether a command has been applied.
func (v inventory) hasDone(client string, sequence int64) bool {
	return sequence <= v.session(client).Sequence
}

// remember notes the last command of a client, and forgets the client that has
// been silent the longest when there are more than MaxSessions.
func (v inventory) remember(s clientSession) error {
	old, clients := v.session(s.Client), v.number(progress, clientsKey)
	s.Sequence = max(s.Sequence, old.Sequence)
	var err error
	if old.Client == "" {
		err = v.tx.Bucket(progress).Put(clientsKey, number64(clients+1))
	} else {
		err = v.tx.Bucket(recent).Delete(number64(old.Position))
	}
	if err == nil {
		err = v.putSession(s)
	}
	if err == nil && old.Client == "" && clients == MaxSessions {
		err = v.forget()
	}
	return err
}

func (v inventory) putSession(s clientSession) error {
	value := append(number64(s.Sequence), number64(s.Position)...)
	if err := v.tx.Bucket(sessions).Put([]byte(s.Client), value); err != nil {
		return err
	}
	return v.tx.Bucket(recent).Put(number64(s.Position), []byte(s.Client))
}

// forget ends the session whose last command is the oldest.
func (v inventory) forget() error {
	var key, client []byte
	errFound := errors.New("found")
	if err := v.tx.Bucket(recent).Each(nil, func(k, c []byte) error {
		key, client = append(key, k...), append(client, c...)
		return errFound
	}); err != errFound {
		return err
	}
	return errors.Join(v.tx.Bucket(recent).Delete(key), v.tx.Bucket(sessions).Delete(client),
		v.tx.Bucket(progress).Put(clientsKey, number64(MaxSessions)))
}
