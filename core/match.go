package core

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// matcher says which names a match of a plan means: a glob, or a range.
func matcher(match string) (func(name string) bool, error) {
	r, err := ParseRange(match)
	switch {
	case err != nil:
		return nil, err
	case r != nil && isGlob(match):
		return nil, fmt.Errorf("%q: a match is a glob or has a range, not both", match)
	case r != nil:
		return r.Has, nil
	}
	if _, err := path.Match(match, ""); err != nil {
		return nil, fmt.Errorf("%q is not a glob: %w", match, err)
	}
	return func(name string) bool {
		ok, _ := path.Match(match, name) // the pattern is well-formed
		return ok
	}, nil
}

// CheckMatch says what is wrong with a match, whatever it is over.
func CheckMatch(match string) error {
	_, err := matcher(match)
	return err
}

// isName says whether a match can only mean the name that it is.
func isName(match string) bool { return !strings.ContainsAny(match, `*?[\{}`) }

// machineMatcher says which machines a match means, with or without the
// network: "api*" means api1.public.
func machineMatcher(match string) (func(name string) bool, error) {
	matches, err := matcher(match)
	if err != nil {
		return nil, err
	}
	whole := strings.Contains(strings.ReplaceAll(match, "..", ""), ".") // beside the dots of a range
	return func(name string) bool {
		host, _, _ := strings.Cut(name, ".")
		return matches(name) || !whole && matches(host)
	}, nil
}

// match finds machines by their names, with or without the network: "api*"
// finds api1.public.
func (c *Cluster) match(match string) (found []*machine, err error) {
	switch m := c.byName[match]; {
	case m != nil:
		found = []*machine{m}
	case isName(match):
		found = slices.Clone(c.byHost[match])
	default:
		found, err = c.search(match)
	}
	if found == nil && err == nil {
		err = noMatch(match, c.names())
	}
	return found, err
}

// matchOne finds the one machine that is meant.
func (c *Cluster) matchOne(match string) (*machine, error) {
	machines, err := c.match(match)
	if err == nil && len(machines) > 1 {
		err = fmt.Errorf("%q matches %d machines: name one", match, len(machines))
	}
	if err != nil {
		return nil, err
	}
	return machines[0], nil
}

// search looks at every machine.
func (c *Cluster) search(match string) ([]*machine, error) {
	matches, err := machineMatcher(match)
	if err != nil {
		return nil, err
	}
	var found []*machine
	for _, m := range c.machines {
		if matches(m.name) {
			found = append(found, m)
		}
	}
	return found, nil
}

// matchServices finds services: by "machine:service", or all of the machines.
func (c *Cluster) matchServices(match string) ([]*service, error) {
	machineMatch, serviceMatch, chosen := strings.Cut(match, ":")
	machines, err := c.match(machineMatch)
	if err != nil {
		return nil, err
	}
	matches, err := matcher(serviceMatch)
	if err != nil {
		return nil, err
	}
	var found []*service
	for _, m := range machines {
		if !chosen {
			found = append(found, m.services...)
		} else if s := c.services[m.name+":"+serviceMatch]; s != nil {
			found = append(found, s)
		} else {
			found = append(found, m.matching(matches)...)
		}
	}
	if found == nil {
		return nil, fmt.Errorf("no service matches %q", match)
	}
	return found, nil
}

func (m *machine) matching(matches func(name string) bool) []*service {
	var found []*service
	for _, s := range m.services {
		if matches(s.spec.Name) {
			found = append(found, s)
		}
	}
	return found
}

func (c *Cluster) names() []string {
	names := make([]string, len(c.machines))
	for i, m := range c.machines {
		names[i] = m.name
	}
	return names
}

// Match lists the machines of a scenario that match, as a plan writes it, in
// order of declaration. That none does is an error.
func (s *Scenario) Match(match string) (found []string, err error) {
	matches, err := machineMatcher(match)
	if err != nil {
		return nil, err
	}
	names := s.MachineNames()
	for _, name := range names {
		if matches(name) {
			found = append(found, name)
		}
	}
	if found == nil {
		return nil, noMatch(match, names)
	}
	return found, nil
}

// noMatch says what there is instead of what was meant.
func noMatch(match string, names []string) error {
	meant := ""
	if closest := closestMachine(match, names); closest != "" {
		meant = "; did you mean " + closest + "?"
	}
	return fmt.Errorf("no machine matches %q; there are %s%s", match, strings.Join(atMost(names, 12), ", "), meant)
}

// closestMachine is the name, with or without its network, that a match looks
// like.
func closestMachine(match string, names []string) string {
	known := slices.Clone(names)
	for _, name := range names {
		host, _, _ := strings.Cut(name, ".")
		known = append(known, host)
	}
	return Closest(match, known)
}

// targets is match for what harms machines: a glob spares those with bots, which
// are to see the harm and not to suffer it. A name or a range means what it says.
func (c *Cluster) targets(match string) ([]*machine, error) {
	machines, err := c.match(match)
	if err != nil || !isGlob(match) {
		return machines, err
	}
	spared := slices.DeleteFunc(machines, (*machine).hasBot)
	if len(spared) == 0 {
		return nil, sparesBots(match)
	}
	return spared, nil
}

// targetServices is matchServices likewise.
func (c *Cluster) targetServices(match string) ([]*service, error) {
	services, err := c.matchServices(match)
	if err != nil || !isGlob(match) {
		return services, err
	}
	spared := slices.DeleteFunc(services, func(s *service) bool { return s.spec.Bot })
	if len(spared) == 0 {
		return nil, sparesBots(match)
	}
	return spared, nil
}

func isGlob(match string) bool { return strings.ContainsAny(match, `*?[\`) }

func sparesBots(match string) error {
	return fmt.Errorf("%q matches only bots, which a glob spares: name them, or use a range", match)
}

func (m *machine) hasBot() bool {
	return slices.ContainsFunc(m.services, func(s *service) bool { return s.spec.Bot })
}
