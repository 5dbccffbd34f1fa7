package backend

import (
	"errors"

	"simlua.example/core"
)

// openDatabase opens the database of the machine, as often as it takes. One that is
// damaged it erases: what was in it is made of the log.
func openDatabase(env core.Env, disk *device) (core.DB, error) {
	var db core.DB
	open := func() (err error) {
		db, err = env.Open("inventory", core.DBOptions{})
		if errors.Is(err, core.ErrCorrupt) {
			env.Log(core.Warn, "rebuilding from the commit log: "+err.Error())
			if err = env.RemoveDatabase("inventory"); err == nil {
				db, err = env.Open("inventory", core.DBOptions{})
			}
		}
		return disk.note(err)
	}
	err := disk.outlast(open, open)
	return db, err
}

// device is the disk as the backend knows it.
type device struct {
	env     core.Env
	failing bool // as the log says
}

// outlast does something with the disk. When that fails it waits a little and does what is
// to be done then, as often as it takes.
func (d *device) outlast(do, again func() error) error {
	err := d.note(do())
	for diskFails(err) {
		if err := d.env.Sleep(pause); err != nil {
			return err
		}
		err = again()
	}
	return err
}

// note tells when the disk begins to fail, and when it does its work again.
func (d *device) note(err error) error {
	switch fails := diskFails(err); {
	case fails && !d.failing:
		d.failing = true
		d.env.Log(core.Warn, "the disk fails: "+err.Error())
	case err == nil && d.failing:
		d.failing = false
		d.env.Log(core.Info, "the disk is back")
	}
	return err
}

// diskFails says whether err is a device's that may do its work another time.
func diskFails(err error) bool {
	return errors.Is(err, core.ErrIO) || errors.Is(err, core.ErrNoSpace) || errors.Is(err, core.ErrUnknown)
}
