package disk

import (
	"fmt"
	"slices"

	"simlua.example/core"
)

// fate is what is drawn for a database at a power cut, whatever becomes of it.
type fate struct {
	old     bool // of two states that can be left, it is the older one
	damaged draw
}

func (d *disk) fate(r *core.Random) fate {
	return fate{r.Chance(core.Always / 2), d.device.decide(core.FaultDiskCorrupt, d.device.profile.Corrupt, r)}
}

func (d *disk) PowerFail(r *core.Random) (took []string) {
	d.device.off()
	for _, found := range slices.Clone(d.all) {
		found.session.end()
		if what := found.powerFail(d.fate(r)); what != "" {
			took = append(took, what)
		}
	}
	return append(took, d.files.powerFail(r)...)
}

func (d *disk) PowerOff() {
	d.device.off()
	for _, found := range slices.Clone(d.all) {
		found.session.end()
		found.powerOff()
	}
	d.files.powerOff()
}

// powerFail is a power cut. It says what that took.
func (d *database) powerFail(f fate) string {
	g := d.group
	switch {
	case d.disk.device.profile.Volatile:
		d.disk.erase(d)
		return d.path() + " is gone"
	case d.corrupt:
		return ""
	case d.fresh && f.old:
		d.disk.erase(d)
		return d.path() + ", just created, is gone"
	case g.damaged(), g.loose() && d.disk.device.happens(f.damaged):
		d.corrupt = true
		return d.path() + " comes back damaged"
	}
	return d.crash(g.loses(f.old))
}

// powerOff is the orderly end of the machine: all is synced that a sync can still
// write. Of what a failed one has left out, there is no more than after a power cut.
func (d *database) powerOff() {
	g := d.group
	switch {
	case d.disk.device.profile.Volatile:
		d.disk.erase(d)
	case d.corrupt:
	case g.damaged():
		d.corrupt = true
	default:
		d.crash(g.failed && g.loses(!hits(g.last, 2)))
	}
}

// crash leaves what is visible, or the marked state. It says how much that takes.
func (d *database) crash(lost bool) string {
	commits := d.group.lost
	d.group, d.fresh = group{}, false
	d.store.crash(lost)
	if lost {
		d.size = d.marked
	}
	d.marked, d.repeats = d.size, false
	switch {
	case !lost:
		return ""
	case commits == 1:
		return "1 commit lost on " + d.path()
	}
	return fmt.Sprintf("%d commits lost on %s", commits, d.path())
}

// path is what people call the database.
func (d *database) path() string { return d.disk.host.Name() + "/" + d.name }
