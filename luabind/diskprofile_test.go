package luabind

import (
	"reflect"
	"testing"
	"testing/fstest"
	"time"

	"simlua.example/core"
)

// diskOf is the disk of a machine that a script declares.
func diskOf(t *testing.T, disk string) *core.DiskProfile {
	t.Helper()
	text := "local sim = require 'sim'\n" +
		"function copy(t) local c = {} for k, v in pairs(t) do c[k] = v end return c end\n" +
		"sim.machine('a.net', { disk = " + disk + " })"
	p, err := LoadFS(fstest.MapFS{"s.lua": {Data: []byte(text)}}, "s.lua")
	if err != nil {
		t.Fatalf("%s: %v", disk, err)
	}
	_, d, err := p.evaluate(nil, p.brake)
	if err != nil {
		t.Fatal(err)
	}
	return d.scenario.Machines[0].Disk
}

// A built-in disk, or a copy of one, is that disk; so is a preset.
func TestBuiltinDisksRoundTrip(t *testing.T) {
	for _, p := range core.DiskProfiles {
		for _, disk := range []string{"sim.disk." + p.Name, "copy(sim.disk." + p.Name + ")", "'" + p.Name + "'",
			"{preset = '" + p.Name + "'}"} {
			if got := diskOf(t, disk); *got != p {
				t.Errorf("%s is %+v, not %+v", disk, *got, p)
			}
		}
	}
}

// TestDiskTable shows what a table of disk keys means.
func TestDiskTable(t *testing.T) {
	with := func(p core.DiskProfile, name string, set func(*core.DiskProfile)) core.DiskProfile {
		set(&p)
		p.Name = name
		return p
	}
	for lua, want := range map[string]core.DiskProfile{
		`{}`: with(core.SSD, "own", func(*core.DiskProfile) {}),
		`{read = "1ms", write = 0.002, sync = sim.uniform("3ms", "4ms"), slow = 1.5, iops = 7, bandwidth = "20mb",
			capacity = "1.5kb", volatile = true, name = "x"}`: {Name: "x", Read: core.ConstantDelay(time.Millisecond),
			Write: core.ConstantDelay(2 * time.Millisecond), Sync: core.UniformDelay(3*time.Millisecond, 4*time.Millisecond),
			Slow: 1.5, IOPS: 7, Bandwidth: 20 << 20, Capacity: 1536, Volatile: true},
		`{preset = "hdd", slow = 1, iops = 0, bandwidth = 512}`: with(core.HDD, "hdd", func(p *core.DiskProfile) {
			p.IOPS, p.Bandwidth = 0, 512
		}),
		`{read_error = 1, sync_error = 0.5, lying_sync = 1e-9, misdirect = 0.25, rot = 0.1, corrupt = 0.2}`: with(core.SSD,
			"own", func(p *core.DiskProfile) {
				p.ReadError, p.SyncError, p.LyingSync = core.Always, core.Always/2, 1
				p.Misdirect, p.Rot, p.Corrupt = core.Always/4, core.Always/10, core.Always/5
			}),
	} {
		if got := diskOf(t, lua); *got != want {
			t.Errorf("%s is\n%+v, not\n%+v", lua, *got, want)
		}
	}
}

// Every field of a disk has a key, that says it and no other.
func TestDiskKeys(t *testing.T) {
	fields := reflect.TypeFor[core.DiskProfile]()
	if len(diskKeys) != fields.NumField() {
		t.Errorf("%d keys, %d fields", len(diskKeys), fields.NumField())
	}
	for i := range fields.NumField() {
		var p core.DiskProfile
		switch f := reflect.ValueOf(&p).Elem().Field(i); f.Kind() {
		case reflect.Bool:
			f.SetBool(true)
		case reflect.String:
			f.SetString("x")
		case reflect.Float64:
			f.SetFloat(2)
		case reflect.Struct:
			f.Set(reflect.ValueOf(core.ConstantDelay(time.Second)))
		case reflect.Uint32, reflect.Uint64:
			f.SetUint(1)
		default:
			f.SetInt(1)
		}
		if changes := diskChanges(&core.DiskProfile{}, &p); len(changes) != 1 {
			t.Errorf("%s is told as %v", fields.Field(i).Name, changes)
		}
	}
}
