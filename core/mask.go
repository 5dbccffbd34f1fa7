package core

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Mask says which faults a run withholds: those of IDs, or with Only all but
// those of IDs. The zero Mask withholds nothing. Make one with Withhold, Only or
// ParseMask.
//
// Chance is drawn first and masked after, so that a mask shifts no stream: every
// fault keeps its name. What else happens may change, as it would in the real
// world: a packet that is not lost is not sent again, later ones leave at other
// moments, and the draws that the full run had no use for may now do harm. A run
// with a mask is as reproducible as one without.
type Mask struct {
	Only bool
	IDs  []FaultID // ordered, each once
}

// Withhold is the mask that withholds some faults and lets all others happen.
func Withhold(ids ...FaultID) Mask { return newMask(false, ids) }

// Only is the mask that withholds all faults but some.
func Only(ids ...FaultID) Mask { return newMask(true, ids) }

func newMask(only bool, ids []FaultID) Mask {
	ids = slices.Clone(ids)
	slices.SortFunc(ids, compareFaultIDs)
	return Mask{only, slices.Compact(ids)}
}

func compareFaultIDs(a, b FaultID) int {
	return cmp.Or(cmp.Compare(a.Stream, b.Stream), cmp.Compare(a.Ordinal, b.Ordinal))
}

// errBothMasks: one mask cannot do both.
var errBothMasks = errors.New("a mask withholds some faults, or lets only some happen; not both")

// ParseMask reads the faults to withhold, or the only ones to let happen, as
// FaultID.String writes them. A list that is nil is not given; both at once are
// an error.
func ParseMask(withhold, only []string) (Mask, error) {
	if withhold != nil && only != nil {
		return Mask{}, errBothMasks
	}
	var ids []FaultID
	for _, text := range append(slices.Clip(withhold), only...) {
		id, err := ParseFaultID(text)
		if err != nil {
			return Mask{}, err
		}
		ids = append(ids, id)
	}
	return newMask(only != nil, ids), nil
}

// IsZero says whether the mask withholds nothing.
func (m Mask) IsZero() bool { return !m.Only && len(m.IDs) == 0 }

// Kind is what the mask does, in one word: "withhold", "only", or "" for the
// zero Mask.
func (m Mask) Kind() string {
	switch {
	case m.Only:
		return "only"
	case len(m.IDs) > 0:
		return "withhold"
	}
	return ""
}

// Withholds says whether the mask withholds a fault.
func (m Mask) Withholds(id FaultID) bool {
	_, named := slices.BinarySearchFunc(m.IDs, id, compareFaultIDs)
	return named != m.Only
}

// Validate returns every fault of the mask whose stream a scenario does not
// have; nil when there is none. Whether a run comes to the ordinal, only the run
// can tell.
func (m Mask) Validate(s *Scenario) error {
	var mistakes []error
	for i, id := range m.IDs {
		if i > 0 && id.Stream == m.IDs[i-1].Stream {
			continue
		}
		if err := s.checkStream(id.Stream); err != nil {
			mistakes = append(mistakes, fmt.Errorf("fault %s: %w", id, err))
		}
	}
	return errors.Join(mistakes...)
}

// checkStream says what is wrong with the name of a stream of faults.
func (s *Scenario) checkStream(stream string) error {
	owner, name, named := strings.Cut(stream, "/")
	links := s.linkNames()
	kind, ofDisk := strings.CutPrefix("/"+name, diskInfix)
	switch {
	case owner == planStream && s.Plan == nil:
		return errors.New("the scenario has no plan")
	case owner == planStream:
		return checkPlanStream(name, named)
	case named && slices.Contains(links, owner):
		return checkDecision(owner, name)
	case ofDisk && slices.Contains(s.MachineNames(), owner):
		return checkDiskStream(kind)
	case named && s.hasService(owner):
		return checkServiceStream(owner, name)
	}
	return fmt.Errorf("no stream is called %q: there are plan, plan/PROCESS, SERVICE/point/NAME, SERVICE/crash, "+
		"SERVICE/power_fail, MACHINE/disk/KIND, and LINK/DECISION, where LINK is %s", stream, alternatives(links))
}

// checkPlanStream checks what is behind "plan/": only the run knows what there is.
func checkPlanStream(process string, named bool) error {
	for part := range strings.SplitSeq(process, "/") {
		if named && !namePattern.MatchString(part) {
			return fmt.Errorf("%q is no name of a process of the plan: letters, digits, - and _", part)
		}
	}
	return nil
}

func checkDecision(link, name string) error {
	var names []string
	for _, d := range decisions {
		names = append(names, d.name)
	}
	if !slices.Contains(names, name) {
		return fmt.Errorf("link %s decides no %q: there are %s", link, name, alternatives(names))
	}
	return nil
}

// checkServiceStream checks what is behind "SERVICE/": only the run knows which
// fault points there are.
func checkServiceStream(service, name string) error {
	point, found := strings.CutPrefix("/"+name, pointInfix)
	if found && validPoint(point) || name == string(FaultCrash) || name == string(FaultPowerFail) {
		return nil
	}
	return fmt.Errorf("service %s has no %q: there are point/NAME, crash and power_fail", service, name)
}

// diskInfix is between a machine and a kind in the streams of a disk's faults.
const diskInfix = "/disk/"

// diskKinds are what a disk decides by itself.
var diskKinds = []FaultKind{
	FaultReadError, FaultSyncError, FaultLyingSync, FaultMisdirect, FaultRot, FaultDiskCorrupt,
}

func checkDiskStream(name string) error {
	if slices.Contains(diskKinds, FaultKind(name)) {
		return nil
	}
	var names []string
	for _, k := range diskKinds {
		names = append(names, string(k))
	}
	return fmt.Errorf("a disk decides no %q: there are %s", name, alternatives(names))
}

func (s *Scenario) hasService(name string) bool {
	return slices.ContainsFunc(s.Services, func(spec ServiceSpec) bool { return spec.FullName() == name })
}

// linkNames lists the links, one direction each, in order of declaration.
func (s *Scenario) linkNames() []string {
	var names []string
	for _, l := range s.Links {
		names = append(names, linkName(l.A, l.B))
		if l.A != l.B {
			names = append(names, linkName(l.B, l.A))
		}
	}
	return names
}

// alternatives writes at most a dozen names as "a, b, c and 9 more".
func alternatives(names []string) string {
	const most = 12
	if len(names) > most+1 {
		names = append(slices.Clip(names[:most]), fmt.Sprintf("%d more", len(names)-most))
	}
	switch last := len(names) - 1; last {
	case -1:
		return "none"
	case 0:
		return names[0]
	default:
		return strings.Join(names[:last], ", ") + " and " + names[last]
	}
}
