package core_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"simlua/core"
)

// watcher writes down what it is told about packets.
type watcher struct {
	wants bool
	lines []string
}

func (w *watcher) Packets(*core.Link) bool { return w.wants }

func (w *watcher) Observe(f *core.Fact) {
	if f.Packet == nil {
		return
	}
	kind := map[core.FactKind]string{core.FactPacket: "sent", core.FactArrival: "arrived", core.FactHeld: "held",
		core.FactDrop: "dropped", core.FactFault: "fault"}[f.Kind]
	if f.Fault != nil {
		kind += " " + string(f.Fault.Kind)
	}
	line := fmt.Sprintf("%v %s %s>%s %v harm %d %s",
		f.At, kind, f.Machine, f.Peer, f.Packet.Segment, f.Packet.Harm, f.Text)
	w.lines = append(w.lines, strings.TrimSpace(line))
}

// TestObserverOfPackets shows the whole life of a packet, in order, to those
// who want it, and only its faults to others. Who watches changes nothing.
func TestObserverOfPackets(t *testing.T) {
	clog := func(p *core.Control) error {
		if err := p.Partition("west", "east", core.PartitionOptions{Mode: core.Clog}); err != nil {
			return err
		}
		if err := p.Start("*"); err != nil {
			return err
		}
		_ = p.Sleep(50 * time.Millisecond)
		return p.Heal("", "")
	}
	off := func(p *core.Control) error { return p.Start("a.west") }
	for _, test := range []struct {
		name    string
		profile core.Profile
		plan    func(*core.Control) error
		want    []string
	}{
		{"undisturbed", core.Profile{}, nil, []string{
			"0s sent a.west>b.east 0 harm 0", "10ms arrived a.west>b.east 0 harm 0"}},
		{"lost", core.Profile{Loss: core.Always}, nil, []string{
			"0s sent a.west>b.east 0 harm 0", "0s fault loss a.west>b.east 0 harm 0"}},
		{"damaged", core.Profile{Corrupt: core.Always}, nil, []string{
			"0s sent a.west>b.east 0 harm 0", "0s fault corrupt a.west>b.east 0 harm 0",
			"10ms arrived a.west>b.east 0 harm 1", "10ms dropped a.west>b.east 0 harm 1 checksum"}},
		{"altered", core.Profile{CorruptUndetected: core.Always}, nil, []string{
			"0s sent a.west>b.east 0 harm 0", "0s fault corrupt_undetected a.west>b.east 0 harm 0",
			"10ms arrived a.west>b.east 0 harm 2"}},
		{"doubled", core.Profile{Duplicate: core.Always}, nil, []string{
			"0s sent a.west>b.east 0 harm 0", "0s fault duplicate a.west>b.east 0 harm 0",
			"10ms arrived a.west>b.east 0 harm 0", "10ms arrived a.west>b.east 0 harm 4"}},
		{"held", core.Profile{}, clog, []string{
			"0s sent a.west>b.east 0 harm 0", "0s held a.west>b.east 0 harm 0 partition west<>east",
			"60ms arrived a.west>b.east 0 harm 0"}},
		{"to a machine that is off", core.Profile{}, off, []string{
			"0s sent a.west>b.east 0 harm 0", "10ms dropped a.west>b.east 0 harm 0 off"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.profile.Delay = core.ConstantDelay(10 * time.Millisecond)
			played := func(observers ...core.Observer) uint64 {
				m := newMailing(test.profile, 1)
				m.Plan = test.plan
				return m.play(t, core.Settings{Observers: observers}).Digest
			}
			watching, other := &watcher{wants: true}, &watcher{}
			if alone, watched := played(), played(watching, other); alone != watched {
				t.Errorf("digest %x, and %x when nobody watches", watched, alone)
			}
			if got, want := strings.Join(watching.lines, "\n"), strings.Join(test.want, "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			for _, line := range other.lines {
				if !strings.Contains(line, " fault ") {
					t.Errorf("somebody who wants no packets is told: %s", line)
				}
			}
		})
	}
}
