package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"simlua.example/core"
	"simlua.example/core/schedule"
	"simlua.example/disk"
	"simlua.example/luabind"
	"simlua.example/reports"
)

const runHelp = `Plays a script and reports how it came out.

Standard output depends on script, seed and settings only, byte for byte: a log
line for every fact, then tables; the first line has the seed, the last one the
digest of all that happened. A run that fails says how to replay it. How long it
took goes to standard error, and so does the command that replays a failed run
from here, as simlua was called.

With --log messages, each value that a script or an engine sent has a line, "> TO
VALUE", and another when it was received, "< FROM (TIME UNDER WAY) VALUE". These
lines are cut at the width of the terminal, or at 1,000 characters where there is
none. With --log packets, each packet has a line, as tcpdump prints it.

With --plan FILE, the plan is not the script's own but the one that another file
returns; with --plan none, there is no chaos but what links, disks and services do to
themselves. The file declares nothing, and requires what the script could. With
--swarm, each seed draws which kinds of faults there are and how strong: see
chaos.swarm in the reference. The log begins with what was drawn, which 'simlua
check --swarm --explain SEED' tells, too.

With --bundle, the run goes into a file that plays anywhere; where a script is
expected, such a file is one, too: see 'simlua bundle --help'. It says itself which
run it is; flags that say so are refused beside it.

With --withhold, faults that another run of the same seed had do not happen. The
others keep their names; but they may come at other moments, and some may happen
that the other run had not. With --only-faults, none but some happen: those of a
file of --save-faults, in which a line is a fault. Its lines may be deleted; any
other change is an error. Faults that the run never comes to are named in a warning:
what was withheld may have led to them. A wipe inside a reboot comes with the reboot.

With --pcap, every packet goes into a file for Wireshark and tshark as well: once,
where it is sent, on an interface that is called like the machine. A comment
(frame.comment) tells which faults touched it. --pcap MACHINE=FILE captures what
tcpdump would on that machine: what it sends and what arrives.`

const runExample = `  simlua run scripts/mover.lua
  simlua run scripts/mover.lua --seed 0x2a --set iterations=100
  simlua run scripts/mover.lua --withhold plan#3     without this fault
  simlua run scripts/mover.lua --plan none           without its plan
  simlua run scripts/mover.lua --save-faults faults.jsonl
  simlua run scripts/mover.lua --only-faults faults.jsonl   delete lines first
  simlua run scripts/mover.lua --bundle mover.zip    for somebody else: simlua run mover.zip
  simlua run scripts/raft.lua --swarm --seed 3       with chaos that the seed mixes
  simlua run scripts/mover.lua --only 'api*'         the log of these machines
  simlua run scripts/mover.lua --log messages --only mover
  simlua run scripts/mover.lua --log packets | less
  simlua run scripts/http.lua --pcap http.pcapng     open it in Wireshark
  simlua run scripts/mover.lua --format json | jq .operations
  simlua run scripts/kv.lua --data /tmp/kv      keep the databases and look at them`

func (a *app) newRun() *cobra.Command {
	var o runOptions
	cmd := &cobra.Command{
		Use:               "run SCRIPT",
		Short:             "Play a script",
		Long:              runHelp,
		Example:           runExample,
		ValidArgsFunction: completeScript,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.play(cmd, args, &o) },
	}
	o.register(cmd)
	return cmd
}

// play is simlua run, by either name.
func (a *app) play(cmd *cobra.Command, args []string, o *runOptions) error {
	if err := one("script")(cmd, args); err != nil {
		return err
	}
	o.guards.waits = func() bool { return a.stage.Load() == reporting || isWriting(a.writes.Load()) }
	defer o.guards.watch(&a.brake, a.abort)()
	p, scenario, err := a.prepare(cmd, args[0], o)
	if err != nil {
		return err
	}
	ctx, end := context.WithCancel(context.Background())
	defer end()
	p.end = end
	return p.play(ctx, scenario)
}

// prepare makes sure that a run can be played, and written where that is wanted.
func (a *app) prepare(cmd *cobra.Command, file string, o *runOptions) (*player, *core.Scenario, error) {
	a.stage.Store(playing)
	p := &player{app: a, o: o}
	if err := p.load(cmd, file); err != nil {
		return nil, nil, err
	}
	scenario, err := p.program.Check(o.set)
	if err != nil {
		return nil, nil, err
	}
	if p.mask, err = p.masked(scenario); err != nil {
		return nil, nil, err
	}
	if err := cmp.Or(o.saveFaults.usable(), o.bundle.usable()); err != nil {
		return nil, nil, err
	}
	if p.histories, err = o.histories.files(scenario); err != nil {
		return nil, nil, err
	}
	if err := distinct(a.stdout, p.outFiles(scenario)); err != nil {
		return nil, nil, err
	}
	if err := o.showsLog(cmd); err != nil {
		return nil, nil, err
	}
	if p.only, err = machinesOf(cmd, o.only, scenario); err != nil {
		return nil, nil, err
	}
	a.played = &p.command
	return p, scenario, o.usableDisk(cmd)
}

// load loads the script, or the bundle, and says what is played.
func (p *player) load(cmd *cobra.Command, file string) error {
	if from, err := openBundle(file); err != nil {
		return err
	} else if from != nil {
		return p.loadBundle(cmd, from)
	}
	o := p.o
	p.command = reports.Command{Script: file, Seed: uint64(o.seed), Set: o.set, Plan: string(o.plan),
		Withhold: o.withhold.texts(), OnlyFaults: string(o.onlyFaults), StopAtFirstFailure: o.stopAtFirstFailure}
	var err error
	p.program, err = luabind.Load(file, luabind.WithBrake(&p.brake), luabind.WithPlan(string(o.plan)))
	return err
}

// masked is the mask of the run.
func (p *player) masked(scenario *core.Scenario) (masked, error) {
	if p.from != nil {
		return p.from.mask(scenario)
	}
	return p.o.mask(scenario)
}

// usableDisk says early if databases cannot be where they are wanted.
func (o *runOptions) usableDisk(cmd *cobra.Command) error {
	switch {
	case o.disk.kind() != disk.Memory:
		return usable(o.data)
	case o.data != "":
		return &usageError{"--data: with --disk memory there are no folders to keep", cmd.CommandPath()}
	}
	return nil
}

// usable takes the folder of --data, or one for temporary files, and gives it
// back, so that it is known early if it cannot be had.
func usable(dir string) error {
	if dir == "" {
		_, remove, err := disk.TempRoot()
		if err != nil {
			return err
		}
		return remove()
	}
	release, err := disk.KeepRoot(dir)
	if err != nil {
		return fmt.Errorf("--data: %w", err)
	}
	return release()
}

// player plays one program once.
type player struct {
	*app
	o         *runOptions
	program   *luabind.Program
	from      *opened // the bundle that is played; nil for a script
	command   reports.Command
	mask      masked
	histories []historyFile
	only      []string // machines that the log is about; nil for all
	end       func()
}

func (p *player) play(ctx context.Context, scenario *core.Scenario) error {
	pcap, err := openPcap(string(p.o.pcap), scenario, p.command)
	if err != nil {
		return err
	}
	defer pcap.close()
	out := newOutput(p.stdout, &p.writes, p.end)
	defer out.Flush() // what is known, if this panics
	start := time.Now()
	result, err := p.simulate(ctx, out, scenario, pcap)
	p.stage.Store(reporting)
	if err != nil {
		return err
	}
	took := time.Since(start)
	options := reports.Options{Command: p.command, Origin: p.origin(), Color: colored(p.stdout, p.o.color.value)}
	err = errors.Join(reports.Write(out, result, reports.Format(p.o.format.value), options), out.Flush())
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if err := p.saveFaults(result, scenario.Limits); err != nil {
		return err
	}
	if err := p.writeHistories(p.histories, result); err != nil {
		return err
	}
	if _, err := p.writeBundle(result, scenario.Limits); err != nil {
		return err
	}
	fmt.Fprintln(p.stderr, speed(result.Time, took))
	if result.Failed() && result.Verdict != core.Interrupted && result.Verdict != core.Void {
		p.sayAgain()
	}
	p.code = p.missed(p.o.requireReached, result.Unreached(), verdictExit(result.Verdict))
	if p.from != nil {
		p.compareWithBundle(result)
	} else {
		p.mask.warn(p.stderr, result, p.scriptDigest())
	}
	return pcap.close()
}

// keep says which facts the report shows.
func (p *player) keep() core.Keep {
	switch reports.Format(p.o.format.value) {
	case reports.JSON, reports.CSV:
		return core.KeepGauges
	}
	return core.KeepNone
}

// origin is what reports for programs say of where a run came from.
func (p *player) origin() reports.Origin {
	if p.keep() == core.KeepNone {
		return reports.Origin{}
	}
	return reports.Origin{Version: versionNumber(), Script: p.scriptDigest()}
}

// scriptDigest tells scripts apart. One that has gone meanwhile has none.
func (p *player) scriptDigest() string {
	digest, _ := p.program.Digest()
	return digest
}

// saveFaults is --save-faults.
func (p *player) saveFaults(result *core.Result, limits core.Limits) error {
	if p.o.saveFaults.path == "" {
		return nil
	}
	if err := allFaults(result, limits); err != nil {
		return fmt.Errorf("--save-faults: %w", err)
	}
	return p.o.saveFaults.write(schedule.Of(result, p.scriptDigest()).Write)
}

// sayAgain says how to play a run again here and now, unless that is what
// standard output says.
func (p *player) sayAgain() {
	again := p.command.With(invocation(os.Args[0])...)
	if again != p.command.String() {
		fmt.Fprintln(p.stderr, "again: "+again)
	}
}

// simulate runs the program, with a log and a capture where they are wanted.
func (p *player) simulate(ctx context.Context, out io.Writer, scenario *core.Scenario, pcap *pcapFile) (*core.Result,
	error) {
	var observers []core.Observer
	if pcap != nil {
		observers = append(observers, pcap)
	}
	isTable := p.o.format.value == string(reports.Table)
	if isTable {
		fmt.Fprintln(out, p.command.Title())
	}
	if level := p.o.logLevel(); level != "none" {
		where, target := out, p.stdout
		if !isTable {
			where, target = p.stderr, p.stderr
		}
		for _, line := range p.program.Printed() {
			fmt.Fprintln(where, reports.OneLine(line))
		}
		observers = append(observers, reports.NewLog(where, reports.LogOptions{
			Packets:  level == "packets",
			Messages: level == "messages",
			Columns:  columns(target),
			Delta:    p.o.time.value == "delta",
			Color:    colored(target, p.o.color.value),
			Width:    nameWidth(scenario),
			Only:     p.only,
		}))
	}
	return p.program.Run(ctx, luabind.RunOptions{
		Brake: &p.brake, Seed: p.command.Seed, Set: p.o.set, Keep: p.keep(), Mask: p.mask.Mask,
		Observers: observers, Folder: p.o.data, Databases: p.o.disk.kind(),
		StopAtFirstFailure: p.o.stopAtFirstFailure})
}

func (o *runOptions) logLevel() string {
	switch {
	case o.log.value != "":
		return o.log.value
	case o.format.value == string(reports.Table):
		return "info"
	}
	return "none"
}

// showsLog refuses what says how the log is shown when none is.
func (o *runOptions) showsLog(cmd *cobra.Command) error {
	if o.logLevel() != "none" {
		return nil
	}
	for _, name := range []string{"only", "time"} {
		switch {
		case !cmd.Flags().Changed(name):
		case o.log.value == "none":
			return &usageError{(&exclusion{name, "log none", "there is no log"}).Error(), cmd.CommandPath()}
		default:
			return &usageError{fmt.Sprintf("--%s: with --format %s there is no log, unless --log asks for one", name,
				o.format.value), cmd.CommandPath()}
		}
	}
	return nil
}

// machinesOf are those that --only means; nil when it is not given.
func machinesOf(cmd *cobra.Command, only []string, scenario *core.Scenario) (machines []string, err error) {
	if len(only) == 0 && cmd.Flags().Changed("only") {
		return nil, errors.New("--only: expected machines, got nothing")
	}
	for _, match := range only {
		found, err := scenario.Match(match)
		if err != nil {
			return nil, fmt.Errorf("--only: %w", err)
		}
		machines = append(machines, found...)
	}
	return machines, nil
}

// nameWidth is how wide the column of machines in the log is.
func nameWidth(scenario *core.Scenario) int {
	width := 0
	for i := range scenario.Services {
		width = max(width, len(scenario.Services[i].FullName()))
	}
	return width
}

// speed tells how much faster than real time a run was.
func speed(simulated, took time.Duration) string {
	text := fmt.Sprintf("simulated %s in %s", reports.Duration(simulated), reports.Duration(took))
	if simulated == 0 || took <= 0 {
		return text
	}
	factor := float64(simulated) / float64(took)
	shown := fmt.Sprintf("%.2g", factor)
	if factor >= 10 {
		shown = reports.Number(threeDigits(uint64(factor)))
	}
	return text + " (" + shown + " times faster than real time)"
}

// threeDigits keeps the first three digits of n.
func threeDigits(n uint64) uint64 {
	unit := uint64(1)
	for n/unit >= 1000 {
		unit *= 10
	}
	return n / unit * unit
}
