//go:build unix

package sweep

import (
	"errors"
	"os"
	"syscall"
)

// Lock keeps a folder from other processes until it is released, or this one ends. On a
// file system without locks it keeps nobody away.
func Lock(dir string) (release func() error, err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, withoutPath(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		f.Close()
		return nil, errors.New("it is in use by another process")
	}
	return f.Close, nil
}
