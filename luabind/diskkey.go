package luabind

import (
	"math"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// diskKeys are the keys of a disk, in the order of the reference.
var diskKeys = []tableKey[core.DiskProfile]{
	{"name", "What it is called.", "string",
		func(o options, name string, p *core.DiskProfile) { p.Name = o.str(name, "") },
		func(p *core.DiskProfile) lua.LValue { return lua.LString(p.Name) }},
	diskLatency("read", "Latency of one read from the device: a duration or a distribution.",
		func(p *core.DiskProfile) *core.Distribution { return &p.Read }),
	diskLatency("write", "Of one write to the device.",
		func(p *core.DiskProfile) *core.Distribution { return &p.Write }),
	diskLatency("sync", "Of one flush of the device's cache.",
		func(p *core.DiskProfile) *core.Distribution { return &p.Sync }),
	{"slow", "A factor, 1 or more: latencies times, iops and bandwidth divided by it.", "number", readSlow,
		func(p *core.DiskProfile) lua.LValue { return lua.LNumber(max(1, p.Slow)) }},
	{"iops", "Reads and writes a second, each of whatever size; 0: without limit.", "integer",
		func(o options, name string, p *core.DiskProfile) { p.IOPS = o.integer(name, 0, math.MaxInt64, 0) },
		func(p *core.DiskProfile) lua.LValue { return lua.LNumber(p.IOPS) }},
	diskSize("bandwidth", "Bytes a second: a number, or a string in b, kb, mb or gb (powers of 1024), \"20mb\"; 0: "+
		"without limit.",
		func(p *core.DiskProfile) *int64 { return &p.Bandwidth }),
	diskSize("capacity", `Bytes, likewise: "64mb". What does not fit is refused with kind "no_space". 0: without limit.`,
		func(p *core.DiskProfile) *int64 { return &p.Capacity }),
	chanceKey("read_error", `Of each read from the device: that it fails, kind "io".`,
		func(p *core.DiskProfile) *core.Probability { return &p.ReadError }),
	chanceKey("sync_error", "Of each sync: that it fails. What it should have written may be lost at a power cut, and a "+
		"later sync does not write it again, as on Linux. A power cut in the next commit of a database leaves it damaged, "+
		"and so does any later one when it was data that was not written.",
		func(p *core.DiskProfile) *core.Probability { return &p.SyncError }),
	chanceKey("lying_sync", "Of each sync: that it says that all is well, and nothing was written.",
		func(p *core.DiskProfile) *core.Probability { return &p.LyingSync }),
	chanceKey("misdirect", "Of each write to a file: that it lands in another place of the file.",
		func(p *core.DiskProfile) *core.Probability { return &p.Misdirect }),
	chanceKey("rot", "Of each write: that a bit of what lies on the disk flips.",
		func(p *core.DiskProfile) *core.Probability { return &p.Rot }),
	chanceKey("corrupt", "Of each power cut, and database or file that was not synced: that it comes back damaged. Of a "+
		`database env:open says so, kind "corrupt"; of a file, one of the sectors that were not synced is garbage.`,
		func(p *core.DiskProfile) *core.Probability { return &p.Corrupt }),
	{"volatile", "true: a power cut erases everything, as of a tmpfs.", "boolean",
		func(o options, name string, p *core.DiskProfile) { p.Volatile = o.boolean(name, false) },
		func(p *core.DiskProfile) lua.LValue { return lua.LBool(p.Volatile) }},
}

func diskLatency(name, doc string, field func(*core.DiskProfile) *core.Distribution) tableKey[core.DiskProfile] {
	return tableKey[core.DiskProfile]{name, doc, aTime,
		func(o options, name string, p *core.DiskProfile) { *field(p) = o.distribution(name) },
		func(p *core.DiskProfile) lua.LValue { return distributionValue(*field(p)) }}
}

func diskSize(name, doc string, field func(*core.DiskProfile) *int64) tableKey[core.DiskProfile] {
	return tableKey[core.DiskProfile]{name, doc, "integer|string",
		func(o options, name string, p *core.DiskProfile) { *field(p) = o.size(name) },
		func(p *core.DiskProfile) lua.LValue { return sizeValue(*field(p)) }}
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

func diskNames() []string { return keyNames(diskKeys) }
