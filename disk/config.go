package disk

import (
	"cmp"
	"time"

	"simlua.example/core"
)

// Config is what the storage of every machine costs in virtual time. A field
// left at zero means its default. Opening a database and View cost nothing:
// what they read is in the page cache.
type Config struct {
	// Commit is an Update of a database that syncs.
	Commit time.Duration
	// NoSyncCommit is an Update of a database opened with NoSync.
	NoSyncCommit time.Duration
	// Sync is one DB.Sync.
	Sync time.Duration
	// InMemory keeps databases in memory, not in files. Nothing in the world can
	// tell; the machines need no folder.
	InMemory bool
}

// Defaults of Config: an SSD behind an ordinary file system. Vendors state
// 0.1 ms for the sync of an NVMe drive with a protected cache, 1 ms for an SSD,
// 2 to 5 ms for a cloud volume, 8 to 12 ms for a turning disk. A commit that is
// not synced is bbolt's own work, measured at 25 to 80 µs.
const (
	DefaultCommit       = time.Millisecond
	DefaultNoSyncCommit = 50 * time.Microsecond
	DefaultSync         = time.Millisecond
)

func (c Config) withDefaults() Config {
	c.Commit = cmp.Or(c.Commit, DefaultCommit)
	c.NoSyncCommit = cmp.Or(c.NoSyncCommit, DefaultNoSyncCommit)
	c.Sync = cmp.Or(c.Sync, DefaultSync)
	return c
}

// commit is what an Update costs.
func (c *Config) commit(noSync bool) time.Duration {
	if noSync {
		return c.NoSyncCommit
	}
	return c.Commit
}

// Factory makes disks with these costs.
func Factory(c Config) core.DiskFactory {
	c = c.withDefaults()
	return func(host core.DiskHost) (core.Disk, error) {
		device := newDevice(host)
		return &disk{host: host, device: device, folder: host.Folder(), cost: c, files: newFiles(host, device)}, nil
	}
}

// New makes a disk with the default costs; it is a core.DiskFactory.
func New(host core.DiskHost) (core.Disk, error) { return Factory(Config{})(host) }
