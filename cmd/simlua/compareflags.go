package main

import (
	"strings"

	"github.com/spf13/cobra"

	"simlua.example/core/sweep"
)

const compareHelp = `Plays several variants of a system with the same seeds and puts them side by side.

Variants are scripts, values of parameters (--vary), plans (--vary plan=…), or all
of these: each is played with every seed. The first one is what the others are
compared with, seed by seed: a seed has the same chance in store for all of them.

A run that got stuck, crashed, or never came to a measurement has no value, which
is neither zero nor left out: it is counted, and has a row of its own.

--metric adds a number of each run: [NAME[:lower|:higher]=]WHAT, where lower or
higher says what is better, and WHAT is one of

`

const compareHelpEnd = `
A mark says that a difference is more than chance: differs, or better or worse where
a direction is declared, and only if it holds both without the runs that have no
value and with no value being worst. Tests are exact and two-sided: McNemar's of
yes and no, the sign test of numbers; p is corrected for all of them (Holm).

What --format json wrote is compared again with simlua compare OLD.json NEW.json, and
so are folders that --out kept, those of simlua sweep, too. What it kept of shards is
joined by simlua merge.

Exit codes: 0 nothing is marked as worse; 1 something is; 2 bad usage; 3 a defect in
simlua; 4 a run is void, or no seed has finished; 130 interrupted.`

const compareExample = `  simlua compare scripts/broken/mover_eventual.lua --vary consistency=checked,eventual
  simlua compare old.lua new.lua --seeds 1-500
  simlua compare shop.lua --vary plan=none,monkey.lua --vary profile=lan,mobile_3g
  simlua compare shop.lua --vary retry=false,true --metric lost:lower=gauge:'carts lost'
  simlua compare shop.lua --vary retry=false,true --metric :lower=p99:place_order
  simlua compare shop.lua --vary retry=false,true --format json > new.json
  simlua compare old.json new.json     did it get worse?
  simlua compare before after          likewise, of sweeps with --out before, --out after`

// compareOptions are the flags of compare.
type compareOptions struct {
	manyOptions
	set     []string
	plan    planFlag
	vary    axes
	metrics []string
	format  choice
	color   choice
}

func (a *app) newCompare() *cobra.Command {
	var o compareOptions
	cmd := &cobra.Command{
		Use:     "compare SCRIPT... | RESULT...",
		Short:   "Play variants with the same seeds, and show how they differ",
		Long:    compareHelp + metricHelp() + compareHelpEnd,
		Example: compareExample,
		RunE:    func(cmd *cobra.Command, args []string) error { return a.compare(cmd, args, &o) },
	}
	o.register(cmd)
	return cmd
}

// metricHelp lists the kinds of metrics.
func metricHelp() string {
	var b strings.Builder
	for _, k := range sweep.MetricKinds() {
		b.WriteString("  " + k.Form + strings.Repeat(" ", max(1, 26-len(k.Form))) + k.Doc + "\n")
	}
	return b.String()
}

func (o *compareOptions) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.Var(&o.vary, "vary", "compare these values of a parameter (repeatable)"+
		"\n(plan=none,FILE.lua: plans, as --plan takes them)")
	must(cmd.RegisterFlagCompletionFunc("vary", completeSet))
	registerMetrics(cmd, &o.metrics)
	o.manyOptions.register(cmd)
	registerSet(cmd, &o.set)
	o.plan.register(cmd)
	registerFormat(cmd, &o.format, &o.color)
}

// registerMetrics adds --metric.
func registerMetrics(cmd *cobra.Command, metrics *[]string) {
	cmd.Flags().StringArrayVar(metrics, "metric", nil, "compare `WHAT`, too, with a name and what is better if wanted:"+
		"\n[NAME[:lower|:higher]=]WHAT, as simlua compare --help has it (repeatable)")
}
