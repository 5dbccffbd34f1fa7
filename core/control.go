package core

import "time"

// Control is the world in the hand of a plan. Its methods are called from the
// plan's process only; each does its work as a kernel event and returns when
// it is done. A match is a glob (path.Match) over names of machines; with a
// colon, "api*:web", over services. One that matches nothing is an error.
type Control struct{ c *Cluster }

// StopOptions are the options of Stop and Reboot.
type StopOptions struct {
	Grace time.Duration // until the services are killed
}

// RebootOptions are the options of Reboot.
type RebootOptions struct {
	Grace time.Duration // until the services are killed
	Down  time.Duration // with the power off
	Wipe  bool          // erase the disk meanwhile
}

// PartitionOptions are the options of Partition.
type PartitionOptions struct {
	OneWay bool // only from a to b
}
