package backend

import (
	"errors"

	"simlua.example/core"
)

// openDatabase opens the database of the machine, as often as it takes. One that is
// damaged it erases: what was in it is made of the log.
func openDatabase(env core.Env) (core.DB, error) {
	var db core.DB
	open := func() (err error) {
		db, err = env.Open("inventory", core.DBOptions{})
		if errors.Is(err, core.ErrCorrupt) {
			env.Log(core.Warn, "rebuilding from the commit log: "+err.Error())
			if err = env.RemoveDatabase("inventory"); err == nil {
				db, err = env.Open("inventory", core.DBOptions{})
			}
		}
		return err
	}
	err := outlast(env, open, open)
	return db, err
}

// outlast does something with the disk. When that fails it waits a little and does what is
// to be done then, as often as it takes.
func outlast(env core.Env, do, again func() error) error {
	err := do()
	for failing := false; diskFails(err); failing = true {
		if !failing {
			env.Log(core.Warn, "the disk fails: "+err.Error())
		}
		if err := env.Sleep(pause); err != nil {
			return err
		}
		err = again()
	}
	return err
}

// diskFails says whether err is a device's that may do its work another time.
func diskFails(err error) bool {
	return errors.Is(err, core.ErrIO) || errors.Is(err, core.ErrNoSpace) || errors.Is(err, core.ErrUnknown)
}
