// Package disk is the storage of a simulated machine: a folder with bbolt
// files in it, or memory, behind the ports core.Disk, core.DB and core.Tx.
//
// It owns the device of a machine, what lies on it, and when that is durable: its
// files are synced by nobody, what a power cut leaves is decided by the model. An
// Update runs its function at once, at one instant: it cannot wait, and no other
// transaction can begin inside it. Then the commit takes time, as bbolt's does:
//
//   - the data is written and synced. Until then readers see the old state, and a
//     process that dies, a full disk or a failing sync leave it;
//   - the meta page that switches to the new state is written, which readers see
//     from here on, and synced. A process that dies leaves the new state, a power
//     cut the old or the new one; when the sync fails, nobody knows.
//
// Commits with NoSync, and those that a sync has lied about, are a group that is
// not durable until a sync is. A power cut takes some of the last ones of it, or
// damages the file: group.go. Bytes are logical ones: sizes and pages of bbolt
// differ from run to run, and none leaves this package. bbolt never opens a file
// that a power cut has damaged: the model says that it is corrupt.
//
// Beside databases there are plain files, in memory. A write is in the page cache at
// once; whether it reaches the device before the next sync is drawn as it happens,
// sector by sector where it is torn (plainfile.go). Names are durable when the
// directory was synced (directory.go).
//
// Writers of a database take turns in the order they came; readers never wait.
//
// A run begins with empty disks: a file left in the folder by an earlier run,
// of this version or another one, is erased when a database of that name is
// opened. No file is touched before the first database is opened. The files
// stay open until Close, as opening one takes longer than a commit: a small one
// whose database was removed is emptied for the next of its name (spare.go).
//
// Of kind Memory there are no files. A database is then a B-tree whose copies
// share what they have in common: a transaction is a copy that is kept or not.
// Kind Paranoid has both, and lets bbolt recover what a power cut may leave of its
// file (image.go). Nothing in the world can tell one kind from another.
//
// What the machine under the simulation refuses (its disk is full or fails, its
// folder has gone) ends the run as void: nothing in the world can notice it.
package disk
