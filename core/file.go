package core

// Bounds of plain files. Names are bounded as those of databases.
const (
	MaxFiles     = 1024    // on one machine
	MaxFileBytes = 1 << 30 // of one file, holes included
)

// File is a plain file on the disk of a machine, for software that keeps a log or
// snapshots of its own. It belongs to one service at a time, as a database does.
//
// What was written is in the page cache: a kill of the service leaves it, and a
// power cut takes what no Sync has made durable, or a part of that. Of the writes
// since the last Sync, in any order, each is found whole, not at all, or torn
// between sectors of 512 bytes; a file that grew may have zeros where nothing was
// written. Its name is not part of it: creations, renames and removals of a machine
// are durable after Env.SyncDir, and a power cut leaves the first of them, in order.
// These are the crash states of Pillai et al., "All File Systems Are Not Created
// Equal" (OSDI 2014), with sectors that are written whole.
type File interface {
	// Append writes data behind the end of the file and returns where it begins.
	Append(data []byte) (offset int64, err error)
	// WriteAt writes data at an offset, which may lie behind the end: what is between
	// reads as zeros.
	WriteAt(offset int64, data []byte) error
	// ReadAt reads n bytes from an offset, or fewer at the end of the file.
	ReadAt(offset int64, n int) ([]byte, error)
	// Size is how long the file is, in bytes.
	Size() (int64, error)
	// Sync makes durable what was written before it was called. When it fails with
	// ErrUnknown, that may or may not survive a power cut, and a later Sync does not
	// write it again, as on Linux: only writing it again helps.
	Sync() error
	// Truncate cuts the file short, or lengthens it by zeros. It waits for a Sync that
	// is under way.
	Truncate(size int64) error
	// Rename gives the file another name. A file that has it is replaced, and closed;
	// one that another service has open is not: ErrInUse.
	Rename(name string) error
	// Remove erases the file, and closes it.
	Remove() error
	// Close gives back the handle. Closing twice is no error.
	Close() error
}

// CheckFileName says what is wrong with the name of a file.
func CheckFileName(name string) error { return checkName(name, "a file") }
