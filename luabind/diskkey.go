package luabind

import (
	"math"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// diskKey is one key of a table that describes a disk. core.DiskProfile says what
// each is; its Validate bounds them.
type diskKey struct {
	name string
	doc  string
	kind string // in LuaLS's words
	read func(o options, name string, p *core.DiskProfile)
	// value is as read takes it, the default, too; a probability of zero is nil.
	value func(p *core.DiskProfile) lua.LValue
	// latency is the distribution of a key that has one; else nil.
	latency func(p *core.DiskProfile) *core.Distribution
}

// diskKeys are the keys of a disk, in the order of the reference.
var diskKeys = []diskKey{
	{"name", "What it is called.", "string",
		func(o options, name string, p *core.DiskProfile) { p.Name = o.str(name, "") },
		func(p *core.DiskProfile) lua.LValue { return lua.LString(p.Name) }, nil},
	diskLatency("read", "Latency of one read from the device: a duration or a distribution.",
		func(p *core.DiskProfile) *core.Distribution { return &p.Read }),
	diskLatency("write", "Of one write to the device.",
		func(p *core.DiskProfile) *core.Distribution { return &p.Write }),
	diskLatency("sync", "Of one flush of the device's cache.",
		func(p *core.DiskProfile) *core.Distribution { return &p.Sync }),
	{"slow", "A factor, 1 or more: latencies times, iops and bandwidth divided by it.", "number", readSlow,
		func(p *core.DiskProfile) lua.LValue { return lua.LNumber(max(1, p.Slow)) }, nil},
	{"iops", "Reads and writes a second, each of whatever size; 0: without limit.", "integer",
		func(o options, name string, p *core.DiskProfile) { p.IOPS = o.integer(name, 0, math.MaxInt64, 0) },
		func(p *core.DiskProfile) lua.LValue { return lua.LNumber(p.IOPS) }, nil},
	diskSize("bandwidth", "Bytes a second: a number, or a string in b, kb, mb or gb (powers of 1024), \"20mb\"; 0: "+
		"without limit.",
		func(p *core.DiskProfile) *int64 { return &p.Bandwidth }),
	diskSize("capacity", `Bytes, likewise: "64mb". What does not fit is refused with kind "no_space". 0: without limit.`,
		func(p *core.DiskProfile) *int64 { return &p.Capacity }),
	diskChance("read_error", `Of each read from the device: that it fails, kind "io".`,
		func(p *core.DiskProfile) *core.Probability { return &p.ReadError }),
	diskChance("sync_error", "Of each sync: that it fails. What it should have written may be lost at a power cut, and a "+
		"later sync does not write it again, as on Linux.",
		func(p *core.DiskProfile) *core.Probability { return &p.SyncError }),
	diskChance("lying_sync", "Of each sync: that it says that all is well, and nothing was written.",
		func(p *core.DiskProfile) *core.Probability { return &p.LyingSync }),
	diskChance("misdirect", "Of each write to a file: that it lands in another place of the file.",
		func(p *core.DiskProfile) *core.Probability { return &p.Misdirect }),
	diskChance("rot", "Of each write: that a bit of what lies on the disk flips.",
		func(p *core.DiskProfile) *core.Probability { return &p.Rot }),
	diskChance("corrupt", "Of each power cut, and database that was not synced: that it comes back damaged, kind "+
		`"corrupt".`,
		func(p *core.DiskProfile) *core.Probability { return &p.Corrupt }),
	{"volatile", "true: a power cut erases everything, as of a tmpfs.", "boolean",
		func(o options, name string, p *core.DiskProfile) { p.Volatile = o.boolean(name, false) },
		func(p *core.DiskProfile) lua.LValue { return lua.LBool(p.Volatile) }, nil},
}

func diskLatency(name, doc string, field func(*core.DiskProfile) *core.Distribution) diskKey {
	return diskKey{name, doc, "sim.duration|sim.distribution",
		func(o options, name string, p *core.DiskProfile) { *field(p) = o.distribution(name) },
		func(p *core.DiskProfile) lua.LValue { return distributionValue(*field(p)) }, field}
}

func diskSize(name, doc string, field func(*core.DiskProfile) *int64) diskKey {
	return diskKey{name, doc, "integer|string",
		func(o options, name string, p *core.DiskProfile) { *field(p) = o.size(name) },
		func(p *core.DiskProfile) lua.LValue { return sizeValue(*field(p)) }, nil}
}

func diskChance(name, doc string, field func(*core.DiskProfile) *core.Probability) diskKey {
	return diskKey{name, doc, "number",
		func(o options, name string, p *core.DiskProfile) { *field(p) = o.probability(name) },
		func(p *core.DiskProfile) lua.LValue { return probabilityValue(*field(p)) }, nil}
}

// readSlow reads a factor. What is not slow has none, so that it is as declared.
func readSlow(o options, name string, p *core.DiskProfile) {
	if p.Slow = o.number(name, 0); p.Slow == 1 {
		p.Slow = 0
	}
	if o.get(name) == lua.LNumber(0) {
		o.bad(name, "a factor, a number from 1 on")
	}
}

func diskNames() []string {
	names := make([]string, len(diskKeys))
	for i, key := range diskKeys {
		names[i] = key.name
	}
	return names
}
