package backend

import (
	"errors"

	"simlua.example/core"
)

// openDatabase opens the database of the machine, as often as it takes.
func openDatabase(env core.Env) (core.DB, error) {
	for failing := false; ; failing = true {
		db, err := env.Open("inventory", core.DBOptions{})
		if !diskFails(err) {
			return db, err
		}
		if !failing {
			env.Log(core.Warn, "the disk fails: "+err.Error())
		}
		if err := env.Sleep(pause); err != nil {
			return nil, err
		}
	}
}

// diskFails says whether err is a device's that may do its work another time.
func diskFails(err error) bool {
	return errors.Is(err, core.ErrIO) || errors.Is(err, core.ErrNoSpace) || errors.Is(err, core.ErrUnknown)
}
