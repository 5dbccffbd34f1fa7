package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/luabind"
	"simlua.example/reports"
)

// runOptions are the flags of run.
type runOptions struct {
	seed     seed
	set      []string
	withhold faultIDs
	plan     planFlag
	format   choice
	log      choice
	time     choice
	only     []string
	color    choice
	data     string
	disk     diskFlag
	pcap     pcapFlag
	guards   guards

	onlyFaults onlyFaults
	saveFaults saveFaults
	histories  historyFiles
	bundle     bundleFile

	stopAtFirstFailure bool
	requireReached     bool
}

func (o *runOptions) register(cmd *cobra.Command) {
	*o = runOptions{
		format: choice{value: string(reports.Table)},
		log:    choice{allowed: []string{"none", "info", "messages", "packets"}},
		time:   choice{value: "absolute", allowed: []string{"absolute", "delta"}},
		color:  choice{value: "auto", allowed: []string{"auto", "always", "never"}},
	}
	for _, f := range reports.Formats {
		o.format.allowed = append(o.format.allowed, string(f))
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	o.registerWhich(cmd)
	registerRequireReached(cmd, &o.requireReached, "was not reached")
	o.saveFaults.register(cmd)
	o.histories.register(cmd)
	o.bundle.register(cmd)
	flags.Var(&o.format, "format", "what to write at the end: "+o.format.list())
	flags.Var(&o.log, "log", "what to show meanwhile: "+o.log.list()+
		"\n(info with --format table, none with others, where it goes to standard error)")
	flags.Var(&o.time, "time", "times in the log: "+o.time.list()+
		"\n(absolute: simulated time; delta: since the line before)")
	flags.StringSliceVar(&o.only, "only", nil, "show in the log only what is about these machines, a `glob` as in a plan"+
		"\n(api*,buyer; repeatable)")
	flags.Var(&o.color, "color", "colours: "+o.color.list()+"\n(auto: on a terminal, unless NO_COLOR is set)")
	flags.StringVar(&o.data, "data", "", "keep the folders of the machines in `DIR`")
	o.disk.register(cmd, aboutDisk)
	flags.Var(&o.pcap, "pcap", "write every packet to `FILE`, for Wireshark (pcapng)"+
		"\n(MACHINE=FILE: what one machine sends and gets)")
	o.guards.register(flags)
	for name, c := range map[string]*choice{"format": &o.format, "log": &o.log, "time": &o.time, "color": &o.color} {
		must(cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(c.allowed, cobra.ShellCompDirectiveNoFileComp)))
	}
	must(cmd.RegisterFlagCompletionFunc("only", completeMachine))
	must(cmd.MarkFlagDirname("data"))
	must(cmd.MarkFlagFilename("pcap", "pcapng"))
}

// registerWhich adds the flags that say which run it is.
func (o *runOptions) registerWhich(cmd *cobra.Command) {
	o.seed = 1
	flags := cmd.Flags()
	flags.Var(&o.seed, "seed", "seed of all chance: decimal, or hexadecimal with 0x")
	registerSet(cmd, &o.set)
	o.plan.register(cmd)
	flags.Var(&o.withhold, "withhold", "play without these faults, as logs and --format json name them"+
		"\n(plan#3,net>lan/loss#17; repeatable)")
	o.onlyFaults.register(cmd)
	exclude(cmd, "withhold", "only-faults", "a run withholds some faults, or lets only some happen")
	flags.BoolVar(&o.stopAtFirstFailure, "stop-at-first-failure", false,
		"end the run when an invariant or an expectation does not hold")
}

// registerSet adds --set.
func registerSet(cmd *cobra.Command, set *[]string) {
	cmd.Flags().StringArrayVar(set, "set", nil, "set a parameter of the script, as `name=value` (repeatable)"+
		"\n(name alone makes a boolean true)")
	must(cmd.RegisterFlagCompletionFunc("set", completeSet))
}

// completeSet completes the parameters of the script that is already there.
func completeSet(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	none := cobra.ShellCompDirectiveNoFileComp
	if len(args) == 0 {
		return nil, none
	}
	program, err := luabind.Load(args[0])
	if err != nil {
		return nil, none
	}
	var names []string
	for _, p := range program.Params() {
		names = append(names, p.Name+"=\t"+p.Doc)
	}
	return names, none | cobra.ShellCompDirectiveNoSpace
}

// completeParam completes the names of parameters of the script that is already
// there.
func completeParam(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	names, _ := completeSet(cmd, args, typed)
	for i, name := range names {
		names[i] = strings.Replace(name, "=", "", 1)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// completeMachine completes the machines of the script that is already there.
func completeMachine(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	program, err := luabind.Load(args[0])
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	scenario, err := program.Check(nil)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	names, _ := scenario.Match("*")
	return names, cobra.ShellCompDirectiveNoFileComp
}

// pathsHaveNames refuses a file or a folder without a name, which a variable of the shell
// stands for that is not set: nothing would be kept, or read, and nobody told.
func pathsHaveNames(cmd *cobra.Command) (err error) {
	cmd.Flags().Visit(func(f *pflag.Flag) {
		_, isFile := f.Annotations[cobra.BashCompFilenameExt]
		_, isFolder := f.Annotations[cobra.BashCompSubdirsInDir]
		if err == nil && (isFile || isFolder) && f.Value.String() == "" {
			err = &usageError{"--" + f.Name + ": expected a name, got nothing", cmd.CommandPath()}
		}
	})
	return err
}

// must is for what only a mistake in this package can cause.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// seed is a flag.
type seed uint64

func (s *seed) String() string { return strconv.FormatUint(uint64(*s), 10) }
func (s *seed) Type() string   { return "number" }

func (s *seed) Set(text string) error {
	n, err := sweep.ParseSeed(text)
	if err != nil {
		return err
	}
	*s = seed(n)
	return nil
}

// faultIDs is a flag that can be repeated, and takes several at once.
type faultIDs []core.FaultID

func (f *faultIDs) Type() string { return "IDs" }

func (f *faultIDs) String() string { return strings.Join(f.texts(), ",") }

// texts are the faults as they are written.
func (f *faultIDs) texts() []string {
	var texts []string
	for _, id := range *f {
		texts = append(texts, id.String())
	}
	return texts
}

func (f *faultIDs) Set(text string) error {
	for _, word := range splitFaults(text) {
		id, err := core.ParseFaultID(strings.TrimSpace(word))
		if err != nil {
			return err
		}
		*f = append(*f, id)
	}
	return nil
}

// splitFaults takes a list apart at its commas, but for those in the name of a
// fault point: before its # nothing is whole.
func splitFaults(text string) []string {
	var words []string
	for part := range strings.SplitSeq(text, ",") {
		if last := len(words) - 1; last >= 0 && !strings.Contains(words[last], "#") {
			words[last] += "," + part
			continue
		}
		words = append(words, part)
	}
	return words
}

// choice is a flag with a few values.
type choice struct {
	value   string
	allowed []string
}

func (c *choice) String() string { return c.value }
func (c *choice) Type() string   { return "word" }
func (c *choice) list() string   { return strings.Join(c.allowed, ", ") }

func (c *choice) Set(text string) error {
	for _, word := range c.allowed {
		if text == word {
			c.value = text
			return nil
		}
	}
	return fmt.Errorf("expected one of %s", c.list())
}
