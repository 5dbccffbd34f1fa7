package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"simlua.example/core/sweep"
)

// shardFlag is a flag: I/N, or auto to ask the batch system.
type shardFlag struct{ sweep.Shard }

func (s *shardFlag) Type() string { return "I/N" }

func (s *shardFlag) String() string {
	if s.IsAll() {
		return ""
	}
	return s.Shard.String()
}

func (s *shardFlag) Set(text string) (err error) {
	switch how, count, _ := strings.Cut(text, "/"); how {
	case "auto":
		s.Shard, err = autoShard(count, os.Getenv)
	default:
		s.Shard, err = sweep.ParseShard(text)
	}
	return err
}

// autoShard is the shard that a batch system says this is: Slurm by
// SLURM_ARRAY_TASK_ID, Kubernetes by JOB_COMPLETION_INDEX, which counts from zero.
// Of how many, Slurm says, too; of others count must.
func autoShard(count string, env func(string) string) (sweep.Shard, error) {
	number := func(name string) (uint64, error) {
		n, err := strconv.ParseUint(env(name), 10, 32)
		if err != nil {
			return 0, fmt.Errorf("%s is %q; expected a whole number", name, env(name))
		}
		return n, nil
	}
	var index uint64
	var err error
	switch {
	case env("SLURM_ARRAY_TASK_ID") != "":
		index, count, err = slurmShard(count, env, number)
	case env("JOB_COMPLETION_INDEX") != "":
		index, err = number("JOB_COMPLETION_INDEX")
	default:
		err = errors.New("neither JOB_COMPLETION_INDEX nor SLURM_ARRAY_TASK_ID is set; expected I/N")
	}
	if err != nil {
		return sweep.Shard{}, err
	}
	n, err := strconv.ParseUint(count, 10, 32)
	if err != nil {
		return sweep.Shard{}, errors.New("nothing says of how many shards this is one: expected auto/N")
	}
	return sweep.NewShard(index+1, n)
}

// slurmShard reads what Slurm says of an array whose numbers need not begin at
// zero, and may be a step apart: --array=1-9:2.
func slurmShard(given string, env func(string) string, number func(string) (uint64, error)) (index uint64,
	count string, err error) {
	id, err := number("SLURM_ARRAY_TASK_ID")
	if err != nil {
		return 0, "", err
	}
	least, step := uint64(0), uint64(1)
	for name, n := range map[string]*uint64{"SLURM_ARRAY_TASK_MIN": &least, "SLURM_ARRAY_TASK_STEP": &step} {
		if env(name) == "" {
			continue
		}
		if *n, err = number(name); err != nil {
			return 0, "", err
		}
	}
	if given == "" {
		given = env("SLURM_ARRAY_TASK_COUNT")
	}
	if id < least {
		return 0, "", fmt.Errorf("SLURM_ARRAY_TASK_ID is %d, less than SLURM_ARRAY_TASK_MIN", id)
	}
	return (id - least) / max(1, step), given, nil
}
