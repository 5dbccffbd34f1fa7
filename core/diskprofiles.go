package core

import "time"

// The built-in profiles of disks. No two devices of a kind are alike: these are
// round numbers of what data sheets and cloud providers state.
var (
	// NVMe: a drive with a cache that is protected from power cuts. Reads of 80 µs,
	// syncs of 0.1 ms, 500,000 operations and 3 GB a second.
	NVMe = DiskProfile{Name: "nvme", Read: ConstantDelay(80 * time.Microsecond),
		Write: ConstantDelay(20 * time.Microsecond), Sync: ConstantDelay(100 * time.Microsecond),
		IOPS: 500_000, Bandwidth: 3_000_000_000}
	// SSD: a SATA drive, and what a machine has that declares no disk. A commit of a
	// database, two writes with a sync each, takes 1 ms. 50,000 operations and 500 MB
	// a second.
	SSD = DiskProfile{Name: "ssd", Read: ConstantDelay(100 * time.Microsecond),
		Write: ConstantDelay(100 * time.Microsecond), Sync: ConstantDelay(400 * time.Microsecond),
		IOPS: 50_000, Bandwidth: 500_000_000}
	// HDD: a disk of 7,200 turns a minute; a turn takes 8.3 ms, a seek 4 to 12 ms. 150
	// operations and 150 MB a second.
	HDD = DiskProfile{Name: "hdd", Read: UniformDelay(4*time.Millisecond, 12*time.Millisecond),
		Write: UniformDelay(2*time.Millisecond, 8*time.Millisecond),
		Sync:  UniformDelay(8*time.Millisecond, 12*time.Millisecond), IOPS: 150, Bandwidth: 150_000_000}
	// CloudVolume: a block device behind a network, such as a general purpose volume of
	// a cloud: syncs of 2 to 5 ms, 3,000 operations and 125 MB a second.
	CloudVolume = DiskProfile{Name: "cloud_volume", Read: UniformDelay(500*time.Microsecond, 2*time.Millisecond),
		Write: UniformDelay(500*time.Microsecond, 2*time.Millisecond),
		Sync:  UniformDelay(2*time.Millisecond, 5*time.Millisecond), IOPS: 3_000, Bandwidth: 125_000_000}
	// TmpFS: memory. No operation takes any time, and a power cut erases everything.
	TmpFS = DiskProfile{Name: "tmpfs", Volatile: true}
)

// DiskProfiles are the built-in profiles, in the order the documentation lists them.
var DiskProfiles = []DiskProfile{NVMe, SSD, HDD, CloudVolume, TmpFS}
