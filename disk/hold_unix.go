//go:build unix

package disk

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// hold keeps a folder from other runs until it is released, or the process ends.
func hold(dir string) (release func() error, err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, hostError(dir, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%s is in use by another run", dir)
		}
		return nil, hostError(dir, err)
	}
	return f.Close, nil
}
