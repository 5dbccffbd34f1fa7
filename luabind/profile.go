package luabind

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

const aProfile = `a profile such as sim.profile.internet or {delay = "20ms", loss = 0.01}`

// profileTable is a table of profile keys: for both directions of a link, and
// for one of them, which wins.
type profileTable struct{ both, up, down options }

// checkProfile reads argument n, a profile, for each direction.
func checkProfile(L *lua.LState, n int) (up, down core.Profile) {
	own := core.Profile{Name: "own", Log: core.LogFaults}
	t := readProfile(L, n, "profile")
	up, err := t.over(t.up, own)
	if err == nil {
		down, err = t.over(t.down, own)
	}
	if err != nil {
		L.RaiseError("%v", err)
	}
	return up, down
}

// readProfile reads argument n, a table of profile keys. Where begins messages.
func readProfile(L *lua.LState, n int, where string) profileTable {
	if _, ok := L.Get(n).(*lua.LTable); !ok {
		badArgument(L, n, aProfile)
	}
	names := profileNames()
	o := readOptions(L, n, where, append(names, "up", "down")...)
	t := profileTable{o, o.sub("up", names...), o.sub("down", names...)}
	for _, name := range names {
		if t.both.has(name) && t.up.has(name) && t.down.has(name) {
			L.RaiseError("%s: option %q has no effect: up and down both have their own", where, name)
		}
	}
	return t
}

// over is a profile changed as the table says, for the direction that has the
// keys of own. It raises what cannot be read; the error is about what makes no
// sense together.
func (t profileTable) over(own options, p core.Profile) (core.Profile, error) {
	level := func(name string) int {
		switch {
		case own.has(name):
			return 2
		case t.both.has(name):
			return 1
		}
		return 0
	}
	for _, key := range profileKeys {
		if from := level(key.name); from > 0 {
			key.read([]options{t.both, own}[from-1], key.name, &p)
		}
	}
	settle(&p, level)
	err := p.Validate()
	if p.Shape != core.Constant && p.Jitter == 0 {
		err = errors.New("distribution: the shape of jitter wants jitter")
	}
	where := own.where
	if own.table == nil {
		where = t.both.where
	}
	if err != nil {
		return p, fmt.Errorf("%s: %s", where, oneLine(err))
	}
	return p, nil
}

// settle sets what follows from the keys that are given: a rate has a queue, and
// what takes something away takes away what belongs to it. Level says how near a
// key is given: 0 for not at all.
func settle(p *core.Profile, level func(name string) int) {
	follow := func(cause, name string, reset func()) {
		if level(name) == 0 || level(name) < level(cause) {
			reset()
		}
	}
	if p.Rate > 0 && p.Limit == (core.Limit{}) && level("limit") == 0 {
		p.Limit = core.DefaultLimit
	}
	if p.Rate == 0 && level("rate") > 0 {
		follow("rate", "limit", func() { p.Limit = core.Limit{} })
		follow("rate", "overhead", func() { p.Overhead = 0 })
	}
	if p.Delay.Shape != core.Constant && level("delay") > 0 {
		follow("delay", "jitter", func() { p.Jitter = 0 })
	}
	if p.Jitter == 0 {
		follow("jitter", "distribution", func() { p.Shape = core.Constant })
		follow("jitter", "delay_corr", func() { p.DelayCorr = 0 })
	}
	if p.Reorder == 0 {
		follow("reorder", "reorder_corr", func() { p.ReorderCorr = 0 })
		follow("reorder", "gap", func() { p.Gap = 0 })
	}
	if level("loss") > 0 {
		follow("loss", "gemodel", func() { p.GEModel = nil })
	}
	if level("gemodel") > 0 {
		follow("gemodel", "loss", func() { p.Loss = 0 })
	}
}

// profileEntry is a key of a built-in profile, for both directions or for one.
type profileEntry struct {
	direction string // "up", "down", or empty for both
	key       string
	value     lua.LValue
}

// profileEntries are the keys of a profile that are not nil.
func profileEntries(d *core.Duplex) []profileEntry {
	same := reflect.DeepEqual(d.Up, d.Down)
	var entries []profileEntry
	add := func(direction, key string, value lua.LValue) {
		if value != lua.LNil {
			entries = append(entries, profileEntry{direction, key, value})
		}
	}
	for _, key := range profileKeys {
		up, down := key.value(&d.Up), key.value(&d.Down)
		if same || equalValues(up, down) {
			add("", key.name, up)
			continue
		}
		add("up", key.name, up)
		add("down", key.name, down)
	}
	return entries
}

// builtinProfiles are the entries of core.Profiles, made once: their values are
// never changed, and a boot is quicker without making them.
var builtinProfiles = sync.OnceValue(func() [][]profileEntry {
	all := make([][]profileEntry, len(core.Profiles))
	for i := range core.Profiles {
		all[i] = profileEntries(&core.Profiles[i])
	}
	return all
})

// tableOf is a profile as a script sees it: a table to be used, or copied
// and changed.
func tableOf(entries []profileEntry) *lua.LTable {
	t := newTable()
	for _, e := range entries {
		if e.direction == "" {
			t.RawSetString(e.key, e.value)
			continue
		}
		part, ok := t.RawGetString(e.direction).(*lua.LTable)
		if !ok {
			part = newTable()
			t.RawSetString(e.direction, part)
		}
		part.RawSetString(e.key, e.value)
	}
	return t
}

// missingProfile makes a built-in profile when it is first used.
func missingProfile(L *lua.LState) int {
	name := toText(L, L.Get(2))
	if name == "region" {
		L.Push(regionFunction)
		return 1
	}
	var names []string
	for i := range core.Profiles {
		if p := &core.Profiles[i]; p.Name == name {
			t := tableOf(builtinProfiles()[i])
			L.Get(1).(*lua.LTable).RawSetString(name, t)
			L.Push(t)
			return 1
		}
		names = append(names, core.Profiles[i].Name)
	}
	L.RaiseError("sim.profile: %s", core.Unknown("profile", name, append(names, "region")))
	return 0
}

var regionFunction = goFunction(func(L *lua.LState) int {
	a, b := checkString(L, 1), checkString(L, 2)
	for _, name := range []string{a, b} {
		if known := core.Regions(); !slices.Contains(known, name) {
			L.RaiseError("sim.profile.region: %s", core.Unknown("region", name, known))
		}
	}
	d, err := core.Region(a, b)
	if err != nil {
		L.RaiseError("sim.profile.region: %v", err)
	}
	L.Push(tableOf(profileEntries(&d)))
	return 1
})

// ProfileText tells a profile on one line, in the words of a script.
func ProfileText(p core.Profile) string {
	parts := []string{"delay " + delayText(&p)}
	for _, key := range profileKeys {
		switch v := key.value(&p); {
		case slices.Contains([]string{"name", "delay", "jitter", "distribution", "log", "tcp"}, key.name), v == lua.LNil:
		case key.name == "rate":
			parts = append(parts, "rate "+quantityText(p.Rate, rateUnits))
		case v == lua.LTrue:
			parts = append(parts, key.name)
		case key.name == "gemodel":
			parts = append(parts, "gemodel "+renderValue(v))
		default:
			parts = append(parts, key.name+" "+lua.LVAsString(v))
		}
	}
	return strings.Join(parts, ", ")
}

// profileChanges are the keys in which two profiles differ, and what they become.
func profileChanges(before, after *core.Profile) []core.FaultParam {
	return differences(profileKeys, before, after)
}

// delayText tells a delay with its jitter.
func delayText(p *core.Profile) string {
	text := distributionText(p.Delay)
	if p.Jitter > 0 {
		text += " ± " + p.Jitter.String()
	}
	if p.Shape != core.Constant {
		text += " " + p.Shape.String()
	}
	return text
}

// oneLine writes an error on one line.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }
