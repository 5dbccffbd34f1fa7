package core_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
)

// watcher writes down what it is told about packets.
type watcher struct {
	wants bool
	lines []string
}

func (w *watcher) Packets(string, *core.Profile) bool { return w.wants }
func (w *watcher) Wants() core.Keep                   { return core.KeepLines }

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
		if _, err := p.Partition(core.Side{"west"}, core.Side{"east"}, core.PartitionOptions{Mode: core.Clog}); err != nil {
			return err
		}
		if err := p.Start("*"); err != nil {
			return err
		}
		_ = p.Sleep(50 * time.Millisecond)
		return p.Heal(nil, nil)
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

// listener writes down what services do with connections, databases, gauges and
// operations.
type listener struct {
	wants core.Keep
	lines []string
}

func (l *listener) Wants() core.Keep                   { return l.wants }
func (l *listener) Packets(string, *core.Profile) bool { return false }

func (l *listener) Observe(f *core.Fact) {
	if f.Kind.Level() > l.wants {
		l.lines = append(l.lines, "was not asked for")
	}
	line := fmt.Sprintf("%v %s", f.At, f.Service)
	switch f.Kind {
	case core.FactGauge:
		line += fmt.Sprintf(" gauge %s %v", f.Gauge.Name, f.Gauge.Value)
	case core.FactInvoke:
		line += fmt.Sprintf(" invoke %s %v", f.Operation.Name, f.Operation.Input)
	case core.FactComplete:
		line += fmt.Sprintf(" complete %s %v%s", f.Operation.Name, f.Operation.Output, f.Operation.Err)
	case core.FactDial:
		line += fmt.Sprintf(" dial %s %s", f.Peer, f.Text)
	case core.FactAccept:
		line += " accept " + f.Peer
	case core.FactClose:
		line += fmt.Sprintf(" close %s at port %d", f.Peer, min(f.Conn.Local.Port, f.Conn.Remote.Port))
	case core.FactCommit:
		line += " commit " + f.Text
	default:
		return
	}
	l.lines = append(l.lines, line)
}

// From its observers alone one can draw who talked to whom, what was stored,
// and what gauges stood when. Whoever listens, the run is the same.
func TestObserverOfAll(t *testing.T) {
	curious, other := &listener{wants: core.KeepAll}, &listener{wants: core.KeepLines}
	watched := play(t, busy(), core.Settings{Observers: []core.Observer{other, curious}})
	if alone := play(t, busy(), core.Settings{}); alone.Digest != watched.Digest || alone.Steps != watched.Steps {
		t.Errorf("digest %x when somebody listens, %x else", watched.Digest, alone.Digest)
	}
	if len(other.lines) > 0 {
		t.Errorf("who wants lines is told %v", other.lines)
	}
	want := `0s b.west dial db.east refused
0s b.west invoke buy <nil>
0s db.east accept b.west
0s db.east commit shop
0s db.east commit shop
0s db.east commit shop
0s db.east gauge stock 3
0s db.east close b.west at port 1
0s b.west dial db.east 
0s b.west close db.east at port 1
0s b.west complete buy <nil>
0s b.west invoke sell [tea 2]
0s b.west complete sell map[left:1]
1s db.east gauge stock <nil>`
	if got := strings.Join(curious.lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A change of the link by the plan asks observers again.
func TestObserversOfAChangedLink(t *testing.T) {
	m := newMailing(core.Ideal, 4)
	m.Plan = func(p *core.Control) error {
		_ = p.Start("*")
		_ = p.Sleep(150 * time.Millisecond)
		return p.Link("west", "east", core.LinkOptions{}, func(now core.Profile, _ bool) (core.Profile, error) {
			now.Log = core.LogAll
			return now, nil
		})
	}
	picky := &picky{}
	m.play(t, core.Settings{Observers: []core.Observer{picky}})
	if picky.packets != 2 {
		t.Errorf("saw %d packets of the two that were sent after the change", picky.packets)
	}
}

// picky wants the packets of links whose profile says so.
type picky struct{ packets int }

func (*picky) Wants() core.Keep                       { return core.KeepNone }
func (*picky) Packets(_ string, p *core.Profile) bool { return p.Log == core.LogAll }

func (o *picky) Observe(f *core.Fact) {
	if f.Kind == core.FactPacket {
		o.packets++
	}
}
