package disk

import (
	"io/fs"
	"os"
	"syscall"
)

// shm is where Linux keeps files in memory.
const shm = "/dev/shm"

// shmRoom is how many bytes must be free there for a run to like it. Containers
// have 64 MiB unless they are given more; their temporary files have more room,
// and are hardly slower, since no file is ever synced.
const shmRoom = 256 << 20

// memoryFolder is the folder for files in memory; empty when there is none. It is
// roomy if a run may use it before all others.
func memoryFolder() (dir string, roomy bool) {
	const everybody = 0o777 | fs.ModeSticky | fs.ModeDir
	if info, err := os.Stat(shm); err != nil || info.Mode() != everybody {
		return "", false
	}
	var s syscall.Statfs_t
	err := syscall.Statfs(shm, &s)
	return shm, err == nil && s.Bavail*uint64(s.Bsize) >= shmRoom
}
