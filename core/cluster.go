package core

import "context"

// Settings are what a run has beside its Scenario.
type Settings struct {
	Seed      uint64
	Mask      Mask
	Observers []Observer
	Network   NetworkFactory
	Disk      DiskFactory
	Folder    string // where machine folders are made; the disk's business
	Params    []Setting
}

// Cluster is one world, built from a Scenario.
type Cluster struct{}

// NewCluster builds the world of a scenario, or returns all that Validate found.
func NewCluster(s *Scenario, settings Settings) (*Cluster, error) { panic("being written") }

// Run plays the world to its end. Cancelling ctx ends it early with verdict
// Interrupted. A Cluster runs once.
func (c *Cluster) Run(ctx context.Context) *Result { panic("being written") }
