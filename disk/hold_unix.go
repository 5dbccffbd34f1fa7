//go:build unix

package disk

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// hold keeps a folder from other runs until it is released, or the process ends.
// On a file system without locks it keeps nobody away.
func hold(dir string) (release func() error, err error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, hostError(dir, err)
	}
	if err := lock(f); errors.Is(err, syscall.EWOULDBLOCK) {
		f.Close()
		return nil, fmt.Errorf("%s is in use by another run", dir)
	}
	return f.Close, nil
}

// lock locks a file or folder, unless somebody has.
func lock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }

// eraseAbandoned erases a folder of this user's that nobody holds. It holds it
// meanwhile, so that whoever has just made it sees that it is taken.
func eraseAbandoned(path string) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_DIRECTORY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if ok && int(owner.Uid) == os.Geteuid() && lock(f) == nil {
		_ = os.RemoveAll(path)
	}
}
