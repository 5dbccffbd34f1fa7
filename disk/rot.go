package disk

import (
	"bytes"

	"simlua.example/core"
)

// decay is a value that has changed by itself.
type decay struct {
	bucket     string
	key        []byte
	old, value []byte
}

func (d *disk) CanRot(rot core.Rot) bool {
	if rot.Of == core.RotFile {
		return len(d.files.thatRot(rot)) > 0
	}
	for _, found := range d.all {
		if rot.Means(found.name) && found.perishable(rot.Of) > 0 {
			return true
		}
	}
	return false
}

func (d *disk) Rot(rot core.Rot, r *core.Random) string {
	if rot.Of == core.RotFile {
		return d.files.rot(rot, r)
	}
	total := uint64(0)
	for _, found := range d.all {
		if rot.Means(found.name) {
			total += found.perishable(rot.Of)
		}
	}
	n, bit := r.Uint64n(total), r.Uint64()
	for _, found := range d.all {
		if !rot.Means(found.name) {
			continue
		}
		if count := found.perishable(rot.Of); n >= count {
			n -= count
			continue
		}
		return found.rot(rot.Of, n, bit)
	}
	panic("disk: nothing can rot")
}

// perishable is how many things of a sort can rot: values that have a bit, or the
// newest meta page, while it is known what was before it.
func (d *database) perishable(of core.RotOf) (n uint64) {
	switch {
	case d.corrupt:
	case of == core.RotMeta && d.group.commits == 0 && d.repeats:
		return 1
	case of == core.RotValue:
		d.each(func(_ string, _, value []byte) bool {
			if len(value) > 0 {
				n++
			}
			return true
		})
	}
	return n
}

func (d *database) rot(of core.RotOf, n, bit uint64) string {
	if of == core.RotMeta {
		// As if its sync had failed, but for the state that is on the device: it is known.
		d.group = group{commits: 1, lost: 1, settled: true, failed: true}
		return "the newest meta page rots on " + d.path()
	}
	d.each(func(bucket string, key, value []byte) bool {
		if len(value) > 0 {
			if n == 0 {
				d.decays = append(d.decays, newDecay(bucket, key, value, bit))
				return false
			}
			n--
		}
		return true
	})
	d.settleDecays()
	return "a bit of a value rots on " + d.path()
}

// mayRot draws whether something rots when a commit is written. What it returns lets it
// happen, where there is something.
func (d *database) mayRot() func() {
	device := d.disk.device
	rots := device.decide(core.FaultRot, device.profile.Rot, device.random)
	if !rots.harm {
		return func() {}
	}
	n, bit := device.random.Uint64(), device.random.Uint64()
	return func() {
		if total := d.perishable(core.RotValue); total > 0 && device.happens(rots) {
			d.rot(core.RotValue, n%total, bit)
		}
	}
}

// newDecay flips one of the bits of a value.
func newDecay(bucket string, key, value []byte, bit uint64) decay {
	flipped := bytes.Clone(value)
	bit %= 8 * uint64(len(value))
	flipped[bit/8] ^= 1 << (bit % 8)
	return decay{bucket, bytes.Clone(key), bytes.Clone(value), flipped}
}

// settleDecays changes what has rotted, when no transaction is open. A value that was
// written meanwhile lies elsewhere.
func (d *database) settleDecays() {
	if d.writing || len(d.decays) == 0 {
		return
	}
	for _, x := range d.decays {
		d.decay(x)
	}
	d.decays = nil
}
