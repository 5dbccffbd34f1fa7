package luabind

import (
	"fmt"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

const aDisk = `"ssd" or another preset, sim.disk.ssd, or a table such as {preset = "ssd", capacity = "64mb"}`

// disk is an option that is the name of a preset or a table of disk keys. What it does
// not say is as on the preset, or as on what a machine has that declares no disk.
func (o options) disk(name string) *core.DiskProfile {
	switch o.get(name).(type) {
	case lua.LString:
		p := o.diskPreset(name)
		return &p
	case *lua.LTable:
		base := core.SSD
		base.Name = "own"
		p, err := diskTable{o.sub(name, diskTableNames()...)}.over(base)
		if err != nil {
			o.mistake(err)
		}
		return &p
	}
	o.bad(name, aDisk)
	return nil
}

// diskPreset is an option that is the name of a preset.
func (o options) diskPreset(name string) core.DiskProfile {
	p, err := builtinDisk("preset", o.str(name, ""))
	if err != nil {
		o.wrong(name, err)
	}
	return p
}

// builtinDisk finds the disk of a name; the error says what it is called.
func builtinDisk(what, name string) (core.DiskProfile, error) {
	names := make([]string, len(core.DiskProfiles))
	for i, p := range core.DiskProfiles {
		if names[i] = p.Name; p.Name == name {
			return p, nil
		}
	}
	return core.DiskProfile{}, core.Unknown(what, name, names)
}

// diskTable is a table of disk keys.
type diskTable struct{ options }

func diskTableNames() []string { return append(diskNames(), "preset") }

// over is a disk changed as the table says. It raises what cannot be read; the error is
// about what is out of bounds.
func (t diskTable) over(p core.DiskProfile) (core.DiskProfile, error) {
	if t.has("preset") {
		p = t.diskPreset("preset")
	}
	for _, key := range diskKeys {
		if t.has(key.name) {
			key.read(t.options, key.name, &p)
		}
	}
	if err := p.Validate(); err != nil {
		return p, fmt.Errorf("%s: %s", t.where, oneLine(err))
	}
	return p, nil
}

// diskProfileTable is a built-in disk as a script sees it: a table that says all that
// tells it from others.
func diskProfileTable(p *core.DiskProfile) *lua.LTable {
	t := newTable()
	for _, key := range diskKeys {
		if v := key.value(p); v != lua.LNil && !slices.Contains([]string{"slow", "capacity"}, key.name) {
			t.RawSetString(key.name, v)
		}
	}
	return t
}

// missingDisk makes a built-in disk when it is first used.
func missingDisk(L *lua.LState) int {
	name := toText(L, L.Get(2))
	p, err := builtinDisk("disk", name)
	if err != nil {
		L.RaiseError("sim.disk: %s", err)
	}
	t := diskProfileTable(&p)
	L.Get(1).(*lua.LTable).RawSetString(name, t)
	L.Push(t)
	return 1
}

// diskChanges are the keys in which two disks differ, and what they become.
func diskChanges(before, after *core.DiskProfile) []core.FaultParam {
	return differences(diskKeys, before, after)
}

// planDisk changes disks, or makes them again what was declared.
func planDisk(L *lua.LState) int {
	p := checkPlan(L)
	if L.Get(3) == lua.LNil {
		return p.match(L, 2, "disk", p.control.RestoreDisk)
	}
	o := readOptions(L, 3, "plan:disk", append(diskTableNames(), "stall")...)
	options := core.DiskOptions{Stall: o.duration("stall", 0), Describe: diskChanges}
	if key, _ := o.table.Next(lua.LNil); key == lua.LNil {
		badArgument(L, 3, `a table of what becomes different, such as {slow = 10} or {stall = "2s"}`)
	}
	if o.has("stall") && options.Stall == 0 {
		o.bad("stall", "a duration above 0")
	}
	t := diskTable{o}
	_, _ = t.over(core.DiskProfile{}) // raises what cannot be read, while nothing waits
	return p.match(L, 2, "disk", func(match string) error { return p.control.Disk(match, options, t.over) })
}

// planRot lets something decay.
func planRot(L *lua.LState) int {
	p := checkPlan(L)
	kinds := []string{string(core.RotValue), string(core.RotMeta), string(core.RotFile)}
	o := readOptions(L, 3, "plan:rot", kinds...)
	rot := core.Rot{Of: core.RotValue, Match: "*"}
	given := 0
	for _, kind := range kinds {
		if o.has(kind) {
			given++
			rot = core.Rot{Of: core.RotOf(kind), Match: o.str(kind, "")}
		}
	}
	if given > 1 {
		L.RaiseError("plan:rot: value, meta and file are three kinds of rot: give one of them")
	}
	return p.match(L, 2, "rot", func(match string) error { return p.control.Rot(match, rot) })
}

func planSwapDisks(L *lua.LState) int {
	p := checkPlan(L)
	a, b := checkString(L, 2), checkString(L, 3)
	p.v.wait(L, "swap_disks", func() error { return p.control.SwapDisks(a, b) })
	return 0
}
