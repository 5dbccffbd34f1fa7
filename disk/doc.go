// Package disk is the storage of a simulated machine: a folder with bbolt
// files in it, or memory, behind the ports core.Disk, core.DB and core.Tx.
//
// It owns what lies on the disk and when it is durable. bbolt never syncs a
// file here: what a power cut may take is decided by the model, which is
//
//   - a commit and a Sync cost virtual time (Config) before they take effect;
//     a process that dies meanwhile has changed nothing;
//   - a commit is durable when its Update returns, unless the database was
//     opened with NoSync: then it is durable after the next Sync, or after a
//     synced commit of a later owner;
//   - a killed process loses nothing it had committed, a power cut loses what
//     was not durable, Wipe loses all.
//
// Beside databases there are plain files, in memory. A write is in the page cache at
// once; whether it reaches the device before the next sync is drawn as it happens,
// sector by sector where it is torn (plainfile.go). Names are durable when the
// directory was synced (directory.go).
//
// Writers of a database take turns in the order they came; readers never
// wait. A transaction runs at one instant, so it cannot wait, and no other one
// can begin inside it.
//
// A run begins with empty disks: a file left in the folder by an earlier run,
// of this version or another one, is erased when a database of that name is
// opened. No file is touched before the first database is opened. The files
// stay open until Wipe or Close, as opening one takes longer than a commit.
//
// With Config.InMemory there are no files. A database is then a B-tree whose
// copies share what they have in common: a transaction is a copy that is kept or
// not, and what is durable is one, too. Nothing in the world can tell the two
// kinds of disks apart.
//
// What the machine under the simulation refuses (its disk is full or fails, its
// folder has gone) ends the run as void: nothing in the world can notice it.
//
// It does not own torn pages, failing or full disks of the simulated machines.
// Sizes and page numbers of bbolt differ from run to run; none leaves this
// package.
package disk
