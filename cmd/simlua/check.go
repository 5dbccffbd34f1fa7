package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"simlua.example/core"
	"simlua.example/luabind"
	"simlua.example/reports"
)

const checkHelp = `Loads a script and validates what it declares, without playing it. Shows its
parameters, machines, links and checks; reports every mistake at once, names of
env, conn, plan and their like that are misspelt in functions included. Names that
differ in one number only share a row: node{1..10}.lan.

With --explain SEED, it shows what the plan has to say about that seed before it
does anything, and nothing else: of chaos.swarm, or --swarm, which kinds of faults
the seed has in store, and how strong. A run of the seed logs the same.`

func (a *app) newCheck() *cobra.Command {
	var set []string
	var plan planFlag
	var explained seed
	var g guards
	cmd := &cobra.Command{
		Use:   "check SCRIPT",
		Short: "Load and validate a script, and show what is in it",
		Long:  checkHelp,
		Example: "  simlua check scripts/mover.lua\n" +
			"  simlua check scripts/raft.lua --swarm --explain 3   what seed 3 has in store",
		ValidArgsFunction: completeScript,
		Args:              one("script"),
		RunE: func(cmd *cobra.Command, args []string) error {
			defer g.watch(&a.brake, a.abort)()
			if cmd.Flags().Changed("explain") {
				return a.explain(reports.Command{Script: args[0], Seed: uint64(explained), Set: set, Plan: string(plan)})
			}
			return a.check(args[0], set, string(plan))
		},
	}
	registerSet(cmd, &set)
	plan.register(cmd)
	cmd.Flags().Var(&explained, "explain", "show what the plan says of a seed, and nothing else")
	g.register(cmd.Flags())
	return cmd
}

// explain shows what the plan of a run says of its seed.
func (a *app) explain(of reports.Command) error {
	a.stage.Store(playing)
	program, err := luabind.Load(of.Script, luabind.WithBrake(&a.brake), luabind.WithPlan(of.Plan))
	if err != nil {
		return err
	}
	lines, err := program.Explain(of.Set, of.Seed)
	if err != nil {
		return fmt.Errorf("--explain %d: %w", of.Seed, err)
	}
	a.stage.Store(reporting)
	var b bytes.Buffer
	fmt.Fprintln(&b, of.Title())
	for _, line := range lines {
		fmt.Fprintln(&b, reports.OneLine(line))
	}
	_, err = a.stdout.Write(b.Bytes())
	return err
}

func (a *app) check(script string, set []string, plan string) error {
	a.stage.Store(playing)
	program, err := luabind.Load(script, luabind.WithBrake(&a.brake), luabind.WithPlan(plan))
	if err != nil {
		return err
	}
	scenario, err := program.Check(set)
	if err != nil {
		return err
	}
	a.stage.Store(reporting)
	var b bytes.Buffer
	for _, line := range program.Printed() {
		fmt.Fprintln(&b, reports.OneLine(line))
	}
	fmt.Fprintf(&b, "%s is valid\n", reports.OneLine(script))
	err = errors.Join(
		reports.WriteTable(&b, "parameters", []string{"name", "default", "type", "meaning"}, parameters(program)),
		reports.WriteTable(&b, "services", []string{"name", "kind", "restart", "declared at"}, services(scenario)),
		reports.WriteTable(&b, "machines", []string{"name", "clock offset", "drift ppm", "disk", "cores", "tcp"},
			machines(scenario)),
		reports.WriteTable(&b, "links", []string{"from", "to", "name", "profile", "log", "tcp"}, links(scenario)),
		reports.WriteTable(&b, "checks", []string{"name", "kind"}, checks(scenario)),
		reports.WriteTable(&b, "limits", []string{"limit", "value"}, limits(scenario)),
	)
	if err == nil {
		_, err = a.stdout.Write(b.Bytes())
	}
	return err
}

func parameters(program *luabind.Program) [][]string {
	var rows [][]string
	for _, p := range program.Params() {
		rows = append(rows, []string{p.Name, p.Default, p.Type, p.Doc})
	}
	return rows
}

func services(s *core.Scenario) [][]string {
	var rows [][]string
	for i := range s.Services {
		spec := &s.Services[i]
		kind, restart := "service", ""
		if spec.Bot {
			kind = "bot"
		}
		if spec.Restart > 0 {
			restart = "after " + reports.Duration(spec.Restart)
		}
		rows = append(rows, []string{spec.FullName(), kind, restart, spec.Declared})
	}
	return fold(rows, 0)
}

// machines are those with properties of their own.
func machines(s *core.Scenario) [][]string {
	var rows [][]string
	for i := range s.Machines {
		m := &s.Machines[i]
		disk, cores := core.SSD.Name, "unlimited"
		if m.Disk != nil {
			disk = m.Disk.Name
		}
		if m.Cores > 0 {
			cores = fmt.Sprint(m.Cores)
		}
		rows = append(rows, []string{m.Name, m.Clock.Offset.String(), fmt.Sprint(m.Clock.DriftPPM), disk, cores,
			cmp.Or(luabind.TCPText(m.TCP), "default")})
	}
	return fold(rows, 0)
}

func links(s *core.Scenario) [][]string {
	var rows [][]string
	for i := range s.Links {
		l := &s.Links[i]
		rows = append(rows, link(l.A, l.B, &l.AtoB))
		if l.A != l.B {
			rows = append(rows, link(l.B, l.A, &l.BtoA))
		}
	}
	return fold(fold(rows, 0), 1)
}

func link(from, to string, p *core.Profile) []string {
	return []string{from, to, p.Name, luabind.ProfileText(*p), cmp.Or(p.Log, core.LogFaults),
		cmp.Or(luabind.TCPText(p.TCP), "the machine's")}
}

func checks(s *core.Scenario) [][]string {
	var rows [][]string
	for _, i := range s.Always {
		rows = append(rows, []string{i.Name, core.KindAlways})
	}
	for _, p := range s.Sometimes {
		rows = append(rows, []string{p.Name, core.KindSometimes})
	}
	for _, p := range s.Eventually {
		rows = append(rows, []string{p.Name, core.KindEventually})
	}
	for _, e := range s.Expects {
		kind := cmp.Or(e.Kind, core.KindExpect)
		if e.Required {
			kind += ", required"
		}
		rows = append(rows, []string{e.Name, kind})
	}
	for _, c := range s.Checks {
		rows = append(rows, []string{c.Name, core.KindCheck})
	}
	return rows
}

func limits(s *core.Scenario) [][]string {
	l := &s.Limits
	rows := [][]string{
		{"simulated time", reports.Duration(cmp.Or(l.Time, core.DefaultTime))},
		{"idle time", reports.Duration(cmp.Or(l.Idle, core.DefaultIdle))},
		{"steps", reports.Number(cmp.Or(l.Steps, core.DefaultSteps))},
		{"processes", reports.Number(uint64(cmp.Or(l.Processes, core.DefaultProcesses)))},
		{"facts", reports.Number(uint64(cmp.Or(l.Facts, core.DefaultFacts)))},
	}
	if l.StopAtFirstFailure {
		rows = append(rows, []string{"failures", "the first one"})
	}
	return rows
}
