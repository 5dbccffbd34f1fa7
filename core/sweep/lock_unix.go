//go:build unix

package sweep

import (
	"errors"
	"os"
	"syscall"
)

// errInUse is of a store that another process writes.
var errInUse = errors.New("it is in use by another process")

// lock keeps a folder from other processes until it is released, or this one ends.
func lock(dir string) (release func() error, err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, withoutPath(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errInUse
		}
		return nil, err
	}
	return f.Close, nil
}
