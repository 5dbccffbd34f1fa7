package main

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"simlua.example/core/sweep"
	"simlua.example/reports"
)

// manyOptions are the flags of every command that plays many seeds.
type manyOptions struct {
	seeds      seedsFlag
	jobs       jobsFlag
	timeBudget realTime
	disk       diskFlag
	guards     guards
	out        string
	resume     bool
	shard      shardFlag
	nats       natsFlags

	stopAtFirstFailure bool
}

func (o *manyOptions) register(cmd *cobra.Command) {
	o.registerPlaying(cmd)
	flags := cmd.Flags()
	flags.StringVar(&o.out, "out", "", "keep what comes of each run in `DIR`, as it finishes")
	flags.BoolVar(&o.resume, "resume", false, "go on with what --out has kept of an earlier sweep")
	flags.Var(&o.shard, "shard", "play only the `I/N`th part of the seeds, for simlua merge"+
		"\n(auto or auto/N: as SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX say)")
	o.nats.register(cmd)
	o.guards.register(flags)
	must(cmd.MarkFlagDirname("out"))
}

// registerPlaying adds those that say what is played, and how.
func (o *manyOptions) registerPlaying(cmd *cobra.Command) {
	o.seeds.Seeds = sweep.SeedRange(1, 100)
	flags := cmd.Flags()
	flags.Var(&o.seeds, "seeds", "the seeds to play: 7, 1-1000, 1-10,20-30, or 1- for all from 1 on")
	registerJobs(flags, &o.jobs)
	flags.Var(&o.timeBudget, "time-budget", "end after so much real time, with the seeds that have finished till then")
	flags.BoolVar(&o.stopAtFirstFailure, "stop-at-first-failure", false,
		"end each run when an invariant or an expectation does not hold")
	o.disk.register(cmd, confirmedDisk)
}

// registerJobs adds --jobs.
func registerJobs(flags *pflag.FlagSet, jobs *jobsFlag) {
	*jobs = jobsFlag(runtime.GOMAXPROCS(0))
	flags.Var(jobs, "jobs", "how many are played at once")
}

// seedsFlag is a flag.
type seedsFlag struct{ sweep.Seeds }

func (s *seedsFlag) Type() string { return "SEEDS" }

func (s *seedsFlag) Set(text string) (err error) {
	s.Seeds, err = sweep.ParseSeeds(text)
	return err
}

// jobsFlag is a flag: how many at once.
type jobsFlag int

// mostJobs is how many processes one command starts at most.
const mostJobs = 1024

func (j *jobsFlag) Type() string   { return "number" }
func (j *jobsFlag) String() string { return strconv.Itoa(int(*j)) }

func (j *jobsFlag) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > mostJobs {
		return fmt.Errorf("expected a whole number from 1 to %d", mostJobs)
	}
	*j = jobsFlag(n)
	return nil
}

// countFlag is a flag: a number above zero.
type countFlag int

func (c *countFlag) Type() string { return "number" }

func (c *countFlag) String() string {
	if *c == 0 {
		return ""
	}
	return strconv.Itoa(int(*c))
}

func (c *countFlag) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return errors.New("expected a whole number above zero")
	}
	*c = countFlag(n)
	return nil
}

// sweepOptions are the flags of sweep.
type sweepOptions struct {
	manyOptions
	set    []string
	plan   planFlag
	corpus corpusDir
	detachFlags
	stopAfter countFlag
	reached   reached
	perSeed   bool
	format    choice
	color     choice
}

func (o *sweepOptions) register(cmd *cobra.Command) {
	cmd.Flags().SortFlags = false
	o.manyOptions.register(cmd)
	registerSet(cmd, &o.set)
	o.plan.register(cmd)
	flags := cmd.Flags()
	o.corpus.register(cmd, "play the failures that `DIR` knows first, and add new ones to it")
	flags.Var(&o.stopAfter, "stop-after", "end with the `Nth` failure, in order of seeds")
	o.reached.register(cmd)
	registerPerSeed(cmd, &o.perSeed)
	registerFormat(cmd, &o.format, &o.color)
	o.detachFlags.register(cmd)
}

// registerPerSeed adds --per-seed.
func registerPerSeed(cmd *cobra.Command, perSeed *bool) {
	cmd.Flags().BoolVar(perSeed, "per-seed", false, "a line for every seed, not only for the notable ones")
}

// registerFormat adds --format and --color.
func registerFormat(cmd *cobra.Command, format, color *choice) {
	*format = choice{value: string(reports.Table)}
	for _, f := range reports.Formats {
		format.allowed = append(format.allowed, string(f))
	}
	*color = choice{value: "auto", allowed: []string{"auto", "always", "never"}}
	cmd.Flags().Var(format, "format", "what to write at the end: "+format.list())
	cmd.Flags().Var(color, "color", "colours: "+color.list()+"\n(auto: on a terminal, unless NO_COLOR is set)")
	for name, c := range map[string]*choice{"format": format, "color": color} {
		must(cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(c.allowed, cobra.ShellCompDirectiveNoFileComp)))
	}
}

// nothing says that the shard has no seeds: there are fewer of them than shards.
func (o *manyOptions) nothing() bool { return o.shard.Len(o.seeds.Len()) == 0 }

// budget is how long --time-budget is; zero for no end.
func (o *manyOptions) budget() time.Duration { return time.Duration(o.timeBudget) }
