package core_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
)

// shelf is a disk that tells what plans do to it.
type shelf struct {
	core.Disk
	name string // of the machine it was made for
	host core.DiskHost
	told *[]string
}

func (s *shelf) tell(format string, args ...any) {
	*s.told = append(*s.told, fmt.Sprintf("%v %s: ", s.host.Now(), s.name)+fmt.Sprintf(format, args...))
}

func (s *shelf) SetProfile(p core.DiskProfile) { s.tell("iops %d slow %g", p.IOPS, p.Slow) }
func (s *shelf) Stall(d time.Duration)         { s.tell("stall %v", d) }
func (s *shelf) CanRot(rot core.Rot) bool      { return rot.Means("db") }
func (s *shelf) Attach(host core.DiskHost) {
	s.host = host
	s.tell("in %s", host.Name())
}

func (s *shelf) PowerFail(*core.Random) []string {
	return []string{"1 commit lost on " + s.host.Name() + "/db"}
}

func (s *shelf) Rot(_ core.Rot, r *core.Random) string {
	return fmt.Sprintf("bit %d flipped", r.Uint64n(1e9))
}

// shelves is a world of two machines and a bot, with a plan that begins after a
// second. It returns what the disks were told.
func shelves(t *testing.T, mask core.Mask, plan func(p *core.Control)) (r *core.Result, told []string) {
	t.Helper()
	idle := func(env core.Env) error { return env.Sleep(time.Hour) }
	b := bot("bot.west", idle)
	s := &core.Scenario{
		Services: []core.ServiceSpec{service("a.west", idle), service("b.west", idle), b},
		Machines: []core.MachineSpec{{Name: "b.west", Disk: &core.DiskProfile{IOPS: 7}}},
		Limits:   core.Limits{Time: time.Minute},
		Plan: func(p *core.Control) error {
			_ = p.Start("*")
			at(1, p)
			plan(p)
			return nil
		},
	}
	disk := func(h core.DiskHost) (core.Disk, error) {
		made, err := coretest.Disk(h)
		return &shelf{made, h.Name(), h, &told}, err
	}
	c, err := core.NewCluster(s, core.Settings{Seed: 1, Mask: mask, Keep: core.KeepLines, Disk: disk})
	if err != nil {
		t.Fatal(err)
	}
	r = c.Run(context.Background())
	return r, told
}

func linesOf(r *core.Result) (faults []string) {
	for _, f := range r.Trace.Faults {
		faults = append(faults, strings.TrimSuffix(fmt.Sprintf("%v %s %s %v-%v %v %s", f.ID, f.Kind, f.Where, f.At, f.End,
			f.Params, f.Took), " "))
	}
	return faults
}

func wantLines(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// slower is a change of a profile, and how it is told.
func slower(now core.DiskProfile) (core.DiskProfile, error) {
	now.Slow = 10
	return now, nil
}

func TestDiskVerb(t *testing.T) {
	describe := func(before, after *core.DiskProfile) []core.FaultParam {
		return []core.FaultParam{{Name: "slow", Value: after.Slow - before.Slow}}
	}
	r, told := shelves(t, core.Mask{}, func(p *core.Control) {
		_ = p.Disk("*", core.DiskOptions{Describe: describe}, slower)
		at(2, p)
		_ = p.Disk("a", core.DiskOptions{Stall: 3 * time.Second, Describe: describe}, slower)
		at(3, p)
		_ = p.RestoreDisk("*")
		at(4, p)
		_ = p.Disk("a", core.DiskOptions{Stall: 2 * time.Second}, nil)
		_ = p.Disk("a", core.DiskOptions{Stall: 9 * time.Second}, nil)
		at(8, p)
		_ = p.RestoreDisk("a")
	})
	wantLines(t, "disks", told, "1s a.west: iops 50000 slow 10", "1s b.west: iops 7 slow 10",
		"2s a.west: iops 50000 slow 10", "2s a.west: stall 3s",
		"3s a.west: stall 0s", "3s a.west: iops 50000 slow 0", "3s b.west: stall 0s", "3s b.west: iops 7 slow 0",
		"3s bot.west: stall 0s", "3s bot.west: iops 50000 slow 0",
		"4s a.west: iops 50000 slow 0", "4s a.west: stall 2s", "4s a.west: iops 50000 slow 0", "4s a.west: stall 9s",
		"8s a.west: stall 0s", "8s a.west: iops 50000 slow 0")
	wantLines(t, "faults", linesOf(r), "plan#1 disk a.west 1s-2s [{slow 10}]", "plan#2 disk b.west 1s-3s [{slow 10}]",
		"plan#3 disk a.west 2s-3s [{slow 0} {stall 3s}]", "plan#4 disk a.west 4s-6s [{stall 2s}]",
		"plan#5 disk a.west 4s-8s [{stall 9s}]")
	var healed []string
	for _, f := range r.Trace.Facts {
		if f.Kind == core.FactHeal {
			healed = append(healed, fmt.Sprint(f.At, f.Machine, f.Text))
		}
	}
	wantLines(t, "healed", healed, "3sa.westdisk", "3sb.westdisk", "8sa.westdisk")
}

func TestRotAndSwap(t *testing.T) {
	plan := func(p *core.Control) {
		_ = p.Rot("*", core.Rot{Of: core.RotValue, Match: "d*"})
		_ = p.Rot("a", core.Rot{Of: core.RotFile, Match: "wal*"}) // there is none, but it takes an ordinal
		_ = p.SwapDisks("a", "b.west")
		at(2, p)
		_ = p.Disk("a", core.DiskOptions{}, slower)
		at(3, p)
		_ = p.Start("*")
		_ = p.RestoreDisk("a")
	}
	r, told := shelves(t, core.Mask{}, plan)
	rotten := []string{r.Trace.Faults[0].Took, r.Trace.Faults[1].Took}
	wantLines(t, "disks", told, "1s b.west: in a.west", "1s a.west: in b.west", "2s b.west: iops 7 slow 10",
		"3s b.west: stall 0s", "3s b.west: iops 7 slow 0")
	wantLines(t, "faults", linesOf(r), "plan#1 rot a.west 1s-0s [{value d*}] "+rotten[0],
		"plan#2 rot b.west 1s-0s [{value d*}] "+rotten[1],
		"plan#4 swap_disks a.west | b.west 1s-3s [] 1 commit lost on a.west/db; 1 commit lost on b.west/db",
		"plan#5 disk a.west 2s-3s []")
	if rotten[0] == rotten[1] || !strings.HasPrefix(rotten[0], "bit ") {
		t.Errorf("one draw for two machines: %q", rotten)
	}
	first, swap := core.FaultID{Stream: "plan", Ordinal: 1}, core.FaultID{Stream: "plan", Ordinal: 4}
	r, told = shelves(t, core.Withhold(first, swap), plan)
	if got := r.Trace.Faults[1]; got.Took != rotten[1] {
		t.Errorf("what else rots depends on what is withheld: %q, not %q", got.Took, rotten[1])
	}
	if len(told) != 3 || !strings.HasPrefix(told[0], "2s a.west: iops 50000") {
		t.Errorf("the swap was not withheld: %q", told)
	}
}

func TestDiskVerbsRefuse(t *testing.T) {
	shelves(t, core.Mask{}, func(p *core.Control) {
		bad := func(core.DiskProfile) (core.DiskProfile, error) { return core.DiskProfile{IOPS: -1}, nil }
		for want, err := range map[string]error{
			"iops":                           p.Disk("a", core.DiskOptions{}, bad),
			"no machine matches":             p.Disk("c", core.DiskOptions{}, slower),
			"spares":                         p.Disk("bot*", core.DiskOptions{}, slower),
			`rot of a "page"`:                p.Rot("a", core.Rot{Of: "page", Match: "*"}),
			"is not a glob":                  p.Rot("a", core.Rot{Of: core.RotFile, Match: "["}),
			"the same machine":               p.SwapDisks("a", "a.west"),
			`"*" matches 3 machines`:         p.SwapDisks("*", "a.west"),
			`no machine matches "x"`:         p.SwapDisks("a", "x"),
			`no machine matches "y"; there `: p.RestoreDisk("y"),
		} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %s", err, want)
			}
		}
	})
}
