package main

import (
	"fmt"
	"strings"
	"testing"
)

func TestAutoShard(t *testing.T) {
	for _, c := range []struct {
		count, env, want string // what is wanted begins an error, or is a shard
	}{
		{"", "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=1", "3/4"},
		{"", "SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=0", "1/4"},
		{"", "SLURM_ARRAY_TASK_ID=5 SLURM_ARRAY_TASK_COUNT=5 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_STEP=2", "3/5"},
		{"4", "SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_STEP=x", `SLURM_ARRAY_TASK_STEP is "x"; expected a whole number`},
		{"8", "SLURM_ARRAY_TASK_ID=5", "6/8"},
		{"3", "JOB_COMPLETION_INDEX=2", "3/3"},
		{"", "JOB_COMPLETION_INDEX=2", "nothing says of how many shards this is one: expected auto/N"},
		{"2", "JOB_COMPLETION_INDEX=2", "expected I/N, where I counts from 1 to N"},
		{"4", "JOB_COMPLETION_INDEX=x", `JOB_COMPLETION_INDEX is "x"; expected a whole number`},
		{"4", "SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_MIN=2", "SLURM_ARRAY_TASK_ID is 1, less than"},
		{"4", "", "neither JOB_COMPLETION_INDEX nor SLURM_ARRAY_TASK_ID is set"},
	} {
		env := map[string]string{}
		for word := range strings.FieldsSeq(c.env) {
			name, value, _ := strings.Cut(word, "=")
			env[name] = value
		}
		got, err := autoShard(c.count, func(name string) string { return env[name] })
		text := got.String()
		if err != nil {
			text = err.Error()
		}
		if !strings.HasPrefix(text, c.want) {
			t.Errorf("auto/%s with %s is %s, want %s", c.count, c.env, text, c.want)
		}
	}
}

func TestShardFlag(t *testing.T) {
	t.Setenv("SLURM_ARRAY_TASK_ID", "")
	t.Setenv("JOB_COMPLETION_INDEX", "0")
	for text, want := range map[string]string{
		"2/3": "<nil>", "auto/3": "<nil>", "auto": "nothing says of how many shards", "auto3": "expected I/N",
		"autos/3": "expected I/N",
	} {
		if err := new(shardFlag).Set(text); !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("--shard %s: %v, want %q", text, err, want)
		}
	}
}
