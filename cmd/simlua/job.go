package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/signal"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/disk"
	"simlua.example/luabind"
	"simlua.example/reports"
)

// task is what a job is told first: all that it needs to make a
// program of each variant and to play it.
type task struct {
	Variants  []sweep.Variant `json:"variants"`
	Databases disk.Kind       `json:"databases"` // see sweep.Confirm
	Memory    memorySize      `json:"memory"`    // see guards
	Slice     time.Duration   `json:"slice"`
	Run       time.Duration   `json:"run"`
	Steps     bool            `json:"steps,omitempty"` // tell each step

	// Sources are those of the variants, when they are not in files of this machine, and
	// Archives what they are in, by digest.
	Sources  []source          `json:"sources,omitempty"`
	Archives map[string][]byte `json:"archives,omitempty"`
}

func newTask(variants []sweep.Variant, o *manyOptions) task {
	g := &o.guards
	return task{Variants: variants, Databases: o.disk.kind(), Memory: g.memory, Slice: g.slice, Run: g.run}
}

// answer is what a job says to a run: its row, or why there can be none for
// any run; before that its steps, one by one, when the task asks for them.
type answer struct {
	Alive bool          `json:"alive,omitempty"` // it goes on, within its guards; more comes
	Step  *reports.Step `json:"step,omitempty"`
	Row   *sweep.Row    `json:"row,omitempty"`
	Error string        `json:"error,omitempty"`
}

// newJob is the command of the processes that a pool plays runs in. It reads a
// task, then runs, and answers each, all as JSON lines.
func (a *app) newJob() *cobra.Command {
	return &cobra.Command{
		Use:    "job",
		Short:  "Play the runs of another process (internal)",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE:   func(*cobra.Command, []string) error { return a.job() },
	}
}

// job plays the runs of another process.
type job struct {
	*app
	task     task
	programs map[int]*luabind.Program
	speaking sync.Mutex // held to use out
	out      *json.Encoder
	before   *inventory
}

// job plays until the other process closes the pipe. Ctrl-C reaches all
// processes of a terminal; what it means is the other one's business.
func (a *app) job() error {
	signal.Ignore(heeded...)
	lines := a.lines()
	j := &job{app: a, programs: map[int]*luabind.Program{}}
	if err := json.Unmarshal(<-lines, &j.task); err != nil {
		return fmt.Errorf("a job is started by simlua itself: %w", err)
	}
	j.out, j.before = json.NewEncoder(a.stdout), takeInventory()
	play := j.howToPlay()
	for line := range lines {
		collectSeldom()
		var run sweep.Run
		if err := json.Unmarshal(line, &run); err != nil {
			return err
		}
		reply := answer{}
		row, err := play(context.Background(), run)
		if err != nil {
			reply.Error = err.Error()
		}
		reply.Row = row
		if err := j.say(&reply); err != nil {
			return err
		}
	}
	return nil
}

// lines are those that come in. When the other process closes the pipe, or has
// gone, this one ends at once, whatever it does.
func (a *app) lines() <-chan []byte {
	lines := make(chan []byte)
	go func() {
		in := bufio.NewReader(a.stdin)
		for {
			line, err := in.ReadBytes('\n')
			if err != nil {
				a.abort(&core.Stop{Verdict: core.Interrupted})
			}
			lines <- line
		}
	}()
	return lines
}

func (j *job) say(a *answer) error {
	j.speaking.Lock()
	defer j.speaking.Unlock()
	return j.out.Encode(a)
}

// liveEvery is how often a job says that its run goes on.
const liveEvery = 2 * time.Second

// live says that a run goes on, until its guards strike or it ends.
func (j *job) live(brake *core.Brake) (end func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(liveEvery)
		defer tick.Stop()
		for brake.Pulled() == nil {
			select {
			case <-tick.C:
				_ = j.say(&answer{Alive: true}) // who does not listen will not hear of the row either
			case <-done:
				return
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}

// howToPlay is how the task wants runs to be played.
func (j *job) howToPlay() sweep.Play {
	in := func(databases disk.Kind) sweep.Play {
		return func(ctx context.Context, run sweep.Run) (*sweep.Row, error) { return j.play(ctx, run, databases) }
	}
	if j.task.Databases == disk.Memory && !j.task.Steps {
		return sweep.Confirm(in(disk.Memory), in(disk.Bbolt))
	}
	return in(j.task.Databases)
}

// play plays one run, which must not leave anything behind: a leak is a defect.
func (j *job) play(ctx context.Context, run sweep.Run, databases disk.Kind) (*sweep.Row, error) {
	j.before.begin()
	row, err := j.guarded(ctx, run, databases)
	if err != nil || !sweep.Known(row.Verdict) {
		return row, err
	}
	if leak := j.before.leak(); leak != "" {
		return sweep.NewDefect(run, leak), nil
	}
	return row, nil
}

// guarded plays one run under guards of its own.
func (j *job) guarded(ctx context.Context, run sweep.Run, databases disk.Kind) (*sweep.Row, error) {
	v := &j.task.Variants[run.Variant]
	brake := new(core.Brake)
	g := guards{memory: j.task.Memory, slice: j.task.Slice, run: j.task.Run}
	defer g.watch(brake, j.abort)()
	if !j.task.Steps {
		defer j.live(brake)()
	}
	program, err := j.program(run.Variant, v, brake)
	if err != nil {
		return nil, err
	}
	options := runOptionsOf(v, run)
	options.Brake, options.Databases = brake, databases
	if j.task.Steps {
		newStepper(func(s *reports.Step) { _ = j.say(&answer{Step: s}) }).join(&options)
	}
	result, err := program.Run(ctx, options)
	if stop := (*core.Stop)(nil); errors.As(err, &stop) {
		return sweep.NewVoid(run, err.Error()), nil
	}
	if err != nil {
		return nil, err
	}
	return sweep.NewRow(run, result), nil
}

// runOptionsOf are what a run is played with.
func runOptionsOf(v *sweep.Variant, run sweep.Run) luabind.RunOptions {
	return luabind.RunOptions{Seed: run.Seed, Set: slices.Concat(v.Set, run.Set), Mask: run.Mask,
		StopAtFirstFailure: v.StopAtFirstFailure}
}

// loadOptions are more that the scripts of many runs are loaded with: tests plant
// defects so.
var loadOptions []luabind.Option

// loadVariant makes a program of a variant.
func loadVariant(v *sweep.Variant, brake *core.Brake) (*luabind.Program, error) {
	options := []luabind.Option{luabind.WithBrake(brake), luabind.WithPlan(v.Plan)}
	return luabind.Load(v.Script, append(options, loadOptions...)...)
}

// loadVariant does so in the process that is asked to end: parsing looks at no brake.
func (a *app) loadVariant(v *sweep.Variant) (*luabind.Program, error) {
	defer a.stage.Store(a.stage.Swap(playing))
	return loadVariant(v, &a.brake)
}

// program of a variant. It is loaded once.
func (j *job) program(i int, v *sweep.Variant, brake *core.Brake) (*luabind.Program, error) {
	if p := j.programs[i]; p != nil {
		return p, nil
	}
	p, err := j.load(i, v, brake)
	if err != nil {
		return nil, err
	}
	if digest, err := p.Digest(); err != nil || digest != v.Digest {
		return nil, fmt.Errorf("%s has changed since the sweep began", v.Script)
	}
	j.programs[i] = p
	return p, nil
}

func (j *job) load(i int, v *sweep.Variant, brake *core.Brake) (*luabind.Program, error) {
	if i < len(j.task.Sources) {
		s := &j.task.Sources[i]
		return s.load(v, j.task.Archives[s.Archive], brake)
	}
	return loadVariant(v, brake)
}
