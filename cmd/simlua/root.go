package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"

	"github.com/spf13/cobra"

	"simlua.example/core"
	"simlua.example/reports"
)

const rootHelp = `simlua plays one Lua script: machines, networks, the software on them, the bots
that load them, a chaos plan, and what must hold. The same script, seed and
settings give the same bytes, always.

  simlua SCRIPT is short for simlua run SCRIPT.

Exit codes: 0 every check held; 1 a check failed, or the run was stuck or
crashed; 2 bad usage, or a script that does not load; 3 a defect in simlua;
4 void: the host got in the way (a guard ended the run, or its disk is full or
failed); 130 interrupted; 141 nobody reads on, as with | head.`

const rootExample = `  simlua scripts/mover.lua                     play it with seed 1
  simlua scripts/mover.lua --seed 7            another run of the same system
  simlua scripts/mover.lua --set iterations=5  change a parameter of the script
  simlua check scripts/mover.lua               what is in the script, and is it valid?
  simlua new shop.lua                          write a script to begin with`

// app is one call of the program.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	code           int
	brake          core.Brake
	heeded         chan struct{}          // closed by the first signal that asks to end
	stage          atomic.Int32           // a stage
	writes         atomic.Int64           // of a report: begun and ended
	abandon        atomic.Pointer[func()] // what is to be done elsewhere when the command is ended at once
	played         *reports.Command       // what is being played, for reports of defects
}

// run is the program: it returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr}
	doing := func() string {
		if a.played != nil {
			return a.played.String()
		}
		return "simlua " + strings.Join(args, " ")
	}
	return guard(stderr, doing, func() int {
		defer a.heed()()
		out := &written{w: stdout}
		if err := cmp.Or(a.root(args, out).Execute(), out.err); err != nil {
			return explain(stderr, err)
		}
		return a.code
	})
}

// root is the command without a name: it plays a script, or says what it
// could be asked.
func (a *app) root(args []string, out io.Writer) *cobra.Command {
	var o runOptions
	var showVersion bool
	root := &cobra.Command{
		Use:                        "simlua [SCRIPT]",
		Short:                      "Deterministic simulation of distributed systems that are scripted in Lua",
		Long:                       rootHelp,
		Example:                    rootExample,
		Args:                       cobra.ArbitraryArgs,
		SilenceErrors:              true,
		SilenceUsage:               true,
		SuggestionsMinimumDistance: 2,
		ValidArgsFunction:          cobra.FixedCompletions(nil, cobra.ShellCompDirectiveDefault), // files
		PersistentPreRunE:          func(cmd *cobra.Command, _ []string) error { return pathsHaveNames(cmd) },
		RunE: func(cmd *cobra.Command, args []string) error {
			if showVersion {
				_, err := fmt.Fprint(out, version())
				return err
			}
			if len(args) == 0 {
				cmd.SetOut(a.stderr)
				a.code = exitUsage
				return cmd.Help()
			}
			if !isScript(args[0]) {
				return unknownCommand(cmd, args[0])
			}
			return a.play(cmd, args, &o)
		},
	}
	o.register(root)
	// Not cobra's own flag: its template would make the linker keep every method of every type.
	root.InitDefaultHelpFlag() // before it, in the list of flags
	root.Flags().BoolVarP(&showVersion, "version", "v", false, "version for simlua")
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(out)
	root.SetErr(a.stderr)
	root.SetFlagErrorFunc(unknownFlag)
	root.AddCommand(a.newRun(), a.newBundle(), a.newCheck(), a.newNew(), a.newTypes(), a.newVersion(),
		a.newSweep(), a.newMerge(), a.newCompare(), a.newVerify(), a.newShrink(), a.newTest(), a.newWorker(), a.newSweeps(),
		a.newJob())
	mindTopics(root)
	return root
}

// isScript says whether a first argument is meant as a script rather than as
// a command.
func isScript(name string) bool {
	if strings.HasSuffix(name, ".lua") || strings.ContainsAny(name, `/\`) {
		return true
	}
	_, err := os.Stat(name)
	return err == nil
}

func unknownCommand(cmd *cobra.Command, name string) error {
	message := fmt.Sprintf("%q is no command, and no such script exists", name)
	return &usageError{message + didYouMean("", name, commandNames(cmd)), cmd.CommandPath()}
}
