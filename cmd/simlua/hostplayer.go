package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"simlua.example/core/sweep/remote"
)

// hostPlayer plays the runs of others here.
type hostPlayer struct{ *localJobs }

func (p hostPlayer) Close() error { return p.close() }

// newHostPlayer makes what plays the runs of a sweep, as a worker.
func newHostPlayer(spec *remote.Spec, files map[string][]byte, jobs int) (remote.Player, error) {
	t, err := taskOf(spec, files)
	if err != nil {
		return nil, err
	}
	t.Memory = min(t.Memory, mostMemory, memorySize(hostMemory()/2))
	return hostPlayer{newLocalJobs(*t, jobs)}, nil
}

// taskOf is what is to be played, with the archives that it is in.
func taskOf(spec *remote.Spec, files map[string][]byte) (*task, error) {
	t := new(task)
	if err := json.Unmarshal(spec.Task, t); err != nil {
		return nil, fmt.Errorf("what is to be played is not understood: %w", err)
	}
	if len(t.Sources) != len(t.Variants) || len(t.Variants) == 0 {
		return nil, errors.New("what is to be played is not complete")
	}
	t.Archives = files
	return t, nil
}
