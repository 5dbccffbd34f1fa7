package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"simlua.example/core"
	"simlua.example/luabind"
)

// planted is an engine with defects, for the program simlua-planted: scripts use
// sim.engine.planted { ["do"] = … }. What it does depends on the seed: in one of
// about four it does it.
type planted struct {
	what  string
	armed bool
	boots int
}

// mainPlanted is main with the engine planted in every script.
func mainPlanted() {
	ackWait, quiet, hung = time.Second, 3, 5
	loadOptions = append(loadOptions, luabind.WithEngine("planted",
		func(o luabind.Options) (func() core.Engine, error) {
			p := &planted{what: o.String("do", "")}
			return func() core.Engine {
				if p.armed {
					panic("planted in step 12") // outside of what belongs to the engine
				}
				p.boots++
				return p
			}, nil
		}))
	main()
}

// kept is what an engine does not close.
var kept *os.File

func (p *planted) Run(env core.Env) error {
	if p.what == "damage" {
		return damage(env)
	}
	env.Sleep(time.Second)
	if p.what == "unless killed" && p.boots == 1 {
		go func() { select {} }()
	}
	if !env.Random().Chance(core.Always / 4) {
		return nil
	}
	switch p.what {
	case "panic":
		p.armed = true
		return errors.New("boot me again")
	case "kill": // as the kernel does when memory is short
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case "kill worker": // as the host does that goes down
		_ = syscall.Kill(os.Getppid(), syscall.SIGKILL)
		select {}
	case "hang": // as a process that waits for a disk
		_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
		select {} // it may take a moment
	case "beside": // ends the process, whatever is deferred
		go panic("planted beside")
		select {}
	case "goroutine": // goes on when the run has ended
		go func() { select {} }()
	case "file": // is never closed
		kept, _ = os.Open("planted.lua")
	case "differ": // the second time it is played
		if _, err := os.Stat("played"); err == nil {
			return errors.New("second")
		}
		_ = os.WriteFile("played", nil, 0o644)
		return errors.New("first")
	case "once": // takes more memory than a guard allows, but only beside others
		if _, err := os.Stat("voided"); err != nil {
			_ = os.WriteFile("voided", nil, 0o644)
			os.Exit(exitVoid)
		}
	case "interrupt": // presses Ctrl-C in the third run of a job
		if len(os.Args) > 1 && os.Args[1] == "job" {
			played, _ := os.ReadFile("played")
			_ = os.WriteFile("played", append(played, '.'), 0o644)
			if len(played) == 2 {
				_ = syscall.Kill(os.Getppid(), syscall.SIGINT)
			}
		}
	case "clock": // lets real time into the simulation, where it is seen
		env.Log(core.Info, "it is "+time.Now().Format(time.RFC3339Nano))
	case "jitter": // and where it is not
		env.Sleep(time.Duration(1 + time.Now().UnixNano()%int64(time.Second)))
	}
	return nil
}

// damage changes the file of a database behind the back of simlua, and those of other
// processes: one job at a time.
func damage(env core.Env) error {
	db, err := env.Open("kv", core.DBOptions{})
	if err == nil {
		err = db.Update(func(tx core.Tx) error { return tx.Put([]byte("key"), []byte("planted")) })
	}
	paths, _ := filepath.Glob(filepath.Join(os.TempDir(), "*", env.Machine(), "kv.db"))
	for _, path := range paths {
		file, _ := os.ReadFile(path)
		_ = os.WriteFile(path, bytes.ReplaceAll(file, []byte("planted"), []byte("damaged")), 0o600)
	}
	if err != nil {
		return err
	}
	return db.Update(func(tx core.Tx) error { return tx.Put([]byte("more"), nil) })
}
