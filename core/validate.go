package core

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

var (
	namePattern    = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	machinePattern = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$`)
	networkPattern = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
)

// Validate returns every mistake of the scenario at once, each with the place
// where the thing was declared; nil when there is none. Of many that are alike,
// as those of a range, it tells the first and how many more there are.
func (s *Scenario) Validate() error {
	v := &validation{machines: map[string]bool{}, networks: map[string]bool{}, alike: map[[2]string]int{}}
	v.services(s)
	v.links(s)
	v.machineSpecs(s)
	v.checks(s)
	v.limits(s.Limits)
	if v.more > 0 {
		v.mistakes = append(v.mistakes, fmt.Errorf("and %d more", v.more))
	}
	return errors.Join(v.mistakes...)
}

// Bounds of what is reported: a mistake in a range is one for each of its names.
const (
	maxMistakes = 100
	maxAlike    = 3 // of one kind that were made in one place
)

type validation struct {
	mistakes []error
	alike    map[[2]string]int // by place and kind
	more     int               // mistakes that are not reported
	machines map[string]bool
	networks map[string]bool // that have a machine
}

func (v *validation) add(declared, format string, args ...any) {
	kind := [2]string{declared, format}
	if v.alike[kind]++; len(v.mistakes) == maxMistakes || declared != "" && v.alike[kind] > maxAlike {
		v.more++
		return
	}
	err := fmt.Errorf(format, args...)
	if declared != "" {
		err = fmt.Errorf("%s: %w", declared, err)
	}
	v.mistakes = append(v.mistakes, err)
}

func (v *validation) services(s *Scenario) {
	if len(s.Services) == 0 {
		v.add("", "nothing to run: declare a service or a bot")
	}
	seen := map[string]bool{}
	unnamed := map[string]bool{}
	for i := range s.Services {
		spec := &s.Services[i]
		name := spec.FullName()
		switch {
		case !machinePattern.MatchString(spec.Machine) && namePattern.MatchString(spec.Machine):
			v.add(spec.Declared, "machine %q is on no network: write it machine.network, for example %q",
				spec.Machine, spec.Machine+".internal")
		case !machinePattern.MatchString(spec.Machine):
			v.add(spec.Declared, "%q is no machine: letters, digits, - and _, then a dot and its network", spec.Machine)
		case spec.Name != "" && !namePattern.MatchString(spec.Name):
			v.add(spec.Declared, "%q is no name of a service: letters, digits, - and _", spec.Name)
		case seen[name]:
			v.add(spec.Declared, "service %q is declared twice", name)
		case spec.Name == "" && v.machines[spec.Machine], unnamed[spec.Machine]:
			v.add(spec.Declared, "machine %q has several services: name each one, machine:service", spec.Machine)
		case spec.Boot == nil:
			v.add(spec.Declared, "service %q has no engine", name)
		case spec.Restart < 0:
			v.add(spec.Declared, "service %q: restart after %v lies in the past", name, spec.Restart)
		}
		seen[name], v.machines[spec.Machine] = true, true
		_, network, _ := strings.Cut(spec.Machine, ".")
		v.networks[network] = true
		unnamed[spec.Machine] = unnamed[spec.Machine] || spec.Name == ""
	}
}

func (v *validation) links(s *Scenario) {
	seen := map[route]bool{}
	for _, l := range s.Links {
		for _, network := range []string{l.A, l.B} {
			if !networkPattern.MatchString(network) {
				v.add(l.Declared, "%q is no name of a network: letters, digits, - and _", network)
			}
			if _, own, _ := strings.Cut(network, "."); v.machines[network] && !v.networks[network] {
				v.add(l.Declared, "%q is a machine: a link connects networks, such as %q", network, own)
			}
		}
		if seen[route{l.A, l.B}] || seen[route{l.B, l.A}] {
			v.add(l.Declared, "networks %q and %q are connected twice", l.A, l.B)
		}
		seen[route{l.A, l.B}] = true
		v.profile(l.Declared, l.AtoB)
		v.profile(l.Declared, l.BtoA)
	}
}

func (v *validation) profile(declared string, p Profile) {
	for _, err := range each(p.Validate()) {
		v.add(declared, "%w", err)
	}
	switch p.Log {
	case "", LogNone, LogFaults, LogAll:
	default:
		if !v.machines[p.Log] {
			v.add(declared, `log: "none", "faults", "all" or the name of a machine, not %q`, p.Log)
		}
	}
}

// each takes apart what errors.Join has joined.
func each(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, err := range joined.Unwrap() {
			all = append(all, each(err)...)
		}
		return all
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

// checkDrift says what is wrong with a clock's drift.
func checkDrift(ppm int64) error {
	if ppm < -500_000 || ppm > 500_000 {
		return fmt.Errorf("drift_ppm is from -500000 to 500000, not %d", ppm)
	}
	return nil
}

func (v *validation) machineSpecs(s *Scenario) {
	seen := map[string]bool{}
	for _, m := range s.Machines {
		switch {
		case !v.machines[m.Name]:
			v.add(m.Declared, "machine %q has no service and no bot", m.Name)
		case seen[m.Name]:
			v.add(m.Declared, "machine %q is declared twice", m.Name)
		case m.Cores < 0 || m.Cores > MaxCores:
			v.add(m.Declared, "machine %q: cores are from 1 to %d, not %d", m.Name, MaxCores, m.Cores)
		case checkDrift(m.Clock.DriftPPM) != nil:
			v.add(m.Declared, "machine %q: %w", m.Name, checkDrift(m.Clock.DriftPPM))
		}
		if m.TCP != nil {
			for _, err := range each(m.TCP.Validate()) {
				v.add(m.Declared, "machine %q: %w", m.Name, err)
			}
		}
		if m.Disk != nil {
			for _, err := range each(m.Disk.Validate()) {
				v.add(m.Declared, "machine %q: disk: %w", m.Name, err)
			}
		}
		seen[m.Name] = true
	}
}

func (v *validation) checks(s *Scenario) {
	seen := map[string]bool{}
	for _, name := range checkNames(s) {
		switch {
		case name == "":
			v.add("", "a check needs a name")
		case seen[name]:
			v.add("", "two checks are called %q", name)
		}
		seen[name] = true
	}
	for _, p := range s.Eventually {
		if p.Within <= 0 {
			v.add("", "eventually %q: within is a duration above zero", p.Name)
		}
	}
}

func checkNames(s *Scenario) []string {
	var names []string
	for _, i := range s.Always {
		names = append(names, i.Name)
	}
	for _, p := range s.Sometimes {
		names = append(names, p.Name)
	}
	for _, p := range s.Eventually {
		names = append(names, p.Name)
	}
	for _, c := range s.Checks {
		names = append(names, c.Name)
	}
	return names
}

func (v *validation) limits(l Limits) {
	if l.Time < 0 || l.Idle < 0 || l.Processes < 0 || l.Facts < 0 {
		v.add("", "limits are not negative")
	}
}
