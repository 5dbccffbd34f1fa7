package reports_test

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/message"
	"simlua.example/reports"
)

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

type segment string

func (s segment) AppendText(b []byte) []byte { return append(b, s...) }
func (s segment) Digest() uint64             { return 0 }
func (s segment) Flip(uint64) core.Segment   { return nil }

var syn = &core.Packet{Segment: segment("10000 > 443: Flags [S], seq 0, win 65535, length 0")}

// story is one fact of every kind.
func story() []core.Fact {
	plan := func(n uint64, kind core.FaultKind, where string, masked bool) *core.Fault {
		return &core.Fault{ID: core.FaultID{Stream: "plan", Ordinal: n}, Kind: kind, Where: where, Masked: masked}
	}
	const api, mover, link = "api2.public", "mover.botnet", "botnet>public"
	lost := &core.Fault{ID: core.FaultID{Stream: link, Ordinal: 2}, Kind: core.FaultLoss, Where: link}
	ends := core.Ends{Local: core.Address{Machine: mover, Port: 10000}, Remote: core.Address{Machine: api, Port: 443}}
	asked, _ := message.Marshal(map[string]any{"op": "move_item", "from": 1, "to": "é\x1b", "client": "a long name"})
	facts := []core.Fact{
		{Kind: core.FactPowerOn, Machine: api},
		{Kind: core.FactBoot, Machine: api, Service: api},
		{At: 500 * time.Microsecond, Kind: core.FactLog, Machine: mover, Service: mover,
			Text: "hello\n  0.000 s forged \x1b[2J\xff é"},
		{At: 1400 * time.Microsecond, Kind: core.FactPacket, Machine: mover, Peer: api, Link: link, Packet: syn,
			Delay: 34200 * time.Microsecond},
		{At: 2 * ms, Kind: core.FactFault, Machine: mover, Peer: api, Link: link, Packet: syn, Fault: lost},
		{At: 3 * ms, Kind: core.FactDrop, Machine: mover, Peer: api, Link: link, Packet: syn, Text: "off"},
		{At: 4 * ms, Kind: core.FactHeld, Machine: mover, Peer: api, Link: link, Packet: syn, Text: "partition a<>b"},
		{At: 5 * ms, Kind: core.FactArrival, Machine: mover, Peer: api, Link: link, Packet: syn},
		{At: 36 * ms, Kind: core.FactLog, Level: core.Warn, Machine: mover, Service: mover,
			Text: "connection reset for 'move 1 from 2 to 3'"},
		{At: 1723 * ms, Kind: core.FactLog, Text: "CHAOS MONKEY REBOOT api2.public"},
		{At: 1723 * ms, Kind: core.FactFault, Fault: plan(1, core.FaultReboot, api, false), Text: api},
		{At: 1723 * ms, Kind: core.FactFault, Fault: plan(2, core.FaultWipe, api, true), Text: api},
		{At: 1723 * ms, Kind: core.FactStopping, Machine: api, Service: api, Text: "2s"},
		{At: 3723 * ms, Kind: core.FactKilled, Machine: api, Service: api, Text: "shutdown timeout, erasing the future"},
		{At: 3723 * ms, Kind: core.FactPowerOff, Machine: api},
		{At: 20 * time.Second, Kind: core.FactBoot, Machine: api, Service: api + ":web"},
		{At: 20 * time.Second, Kind: core.FactFault,
			Fault: plan(3, core.FaultPartition, "public<>botnet", false), Text: "public<>botnet"},
		{At: 20 * time.Second, Kind: core.FactFault, Fault: &core.Fault{ID: core.FaultID{Stream: "plan", Ordinal: 4},
			Kind: core.FaultClock, Where: api, Params: []core.FaultParam{{Name: "offset", Value: -20 * ms}, {Name: "drift_ppm",
				Value: int64(50)}}}, Text: api},
		{At: 20 * time.Second, Kind: core.FactFault, Fault: &core.Fault{ID: core.FaultID{Stream: "plan", Ordinal: 5},
			Kind: core.FaultPartition, Where: "{a, b}<>{c, d}", Params: []core.FaultParam{{Name: "mode", Value: "clog"},
				{Name: "oneway", Value: false}}}, Text: api},
		{At: 20 * time.Second, Kind: core.FactFault, Fault: &core.Fault{ID: core.FaultID{Stream: "plan", Ordinal: 6},
			Kind: core.FaultLink, Where: link, Params: []core.FaultParam{{Name: "delay", Value: "1s to 2s"},
				{Name: "loss", Value: 0.5}, {Name: "rate"}}},
			Text: api},
		{At: 21 * time.Second, Kind: core.FactHeal, Text: "public<>botnet"},
		{At: 21 * time.Second, Kind: core.FactResume, Machine: api},
		{At: 21 * time.Second, Kind: core.FactFailed, Level: core.Error, Machine: api, Service: api + ":web",
			Text: "web.lua:3: no"},
		{At: 21 * time.Second, Kind: core.FactFailed, Level: core.Error, Machine: api, Service: api + ":web",
			Text: "web.lua:3: no", Delay: time.Second},
		{At: 21 * time.Second, Kind: core.FactLog, Level: core.Error, Machine: api, Service: api, Text: "giving up"},
		{At: 21 * time.Second, Kind: core.FactStopped, Machine: api, Service: api},
		{At: 21 * time.Second, Kind: core.FactViolation, Level: core.Error, Text: "one owner: two of them"},
		{At: 21 * time.Second, Kind: core.FactExpect, Level: core.Error, Machine: mover, Service: mover,
			Text: "count: expected 1, got 0"},
		{At: 21 * time.Second, Kind: core.FactGauge, Machine: mover, Service: mover, Gauge: &core.GaugeValue{Name: "n"}},
		{At: 21 * time.Second, Kind: core.FactComplete, Machine: mover, Service: mover, Operation: &core.Operation{}},
		{At: 21 * time.Second, Kind: core.FactClose, Machine: mover, Service: mover, Conn: &core.Ends{}},
		{At: 21 * time.Second, Kind: core.FactCommit, Machine: api, Service: api, Text: "shop"},
		{At: 21 * time.Second, Kind: core.FactSent, Machine: mover, Service: mover, Peer: api, Conn: &ends,
			Message: asked},
		{At: 21034 * ms, Kind: core.FactReceived, Machine: api, Service: api, Peer: mover, Message: asked, Delay: 34 * ms,
			Conn: &core.Ends{Local: ends.Remote, Remote: ends.Local}},
		{At: 21034 * ms, Kind: core.FactReceived, Machine: api, Service: api, Peer: mover, Message: []byte{7}, Delay: -1,
			Conn: &core.Ends{Local: ends.Remote, Remote: ends.Local}},
		{At: 21 * time.Second, Kind: core.FactHalt, Machine: mover, Service: mover, Text: "DONE"},
	}
	return append(facts, ofDisks(api, mover)...)
}

// ofDisks is the part of the story about disks.
func ofDisks(api, mover string) []core.Fact {
	return []core.Fact{
		{At: 21 * time.Second, Kind: core.FactFault, Fault: &core.Fault{ID: core.FaultID{Stream: "plan", Ordinal: 7},
			Kind: core.FaultDisk, Where: api, Params: []core.FaultParam{{Name: "sync", Value: "1ms to 2ms"},
				{Name: "capacity", Value: "64mb"}, {Name: "stall", Value: 2 * time.Second}}}, Text: api},
		{At: 21 * time.Second, Kind: core.FactFault, Fault: &core.Fault{ID: core.FaultID{Stream: "plan", Ordinal: 8},
			Kind: core.FaultRot, Where: mover, Params: []core.FaultParam{{Name: "value", Value: "*"}}}, Text: mover},
		{At: 21 * time.Second, Kind: core.FactFault,
			Fault: &core.Fault{ID: core.FaultID{Stream: "plan", Ordinal: 9},
				Kind: core.FaultSwapDisks, Where: api + " | " + mover}, Text: api + " | " + mover},
		{At: 21 * time.Second, Kind: core.FactLost, Machine: mover, Text: "3 commits lost on mover.botnet/db"},
	}
}

// tell plays the story to a log, as a cluster would.
func tell(profile string, o reports.LogOptions) string {
	var b bytes.Buffer
	log := reports.NewLog(&b, o)
	wanted := log.Packets("botnet>public", &core.Profile{Log: profile})
	for _, f := range story() {
		if f.Packet == nil || f.Kind == core.FactFault || wanted {
			log.Observe(&f)
		}
	}
	return b.String()
}

func TestLog(t *testing.T) {
	golden(t, "story.log", tell("", reports.LogOptions{Width: 13}))
	golden(t, "story.packets.log", tell("", reports.LogOptions{Width: 13, Packets: true}))
	golden(t, "story.delta.log", tell("", reports.LogOptions{Width: 13, Delta: true}))
	golden(t, "story.only.log", tell("", reports.LogOptions{Width: 13, Packets: true, Only: []string{"api2.public"}}))
	if got := tell("", reports.LogOptions{Only: []string{}}); strings.Contains(got, "mover") {
		t.Errorf("machines are shown that are not wanted:\n%s", got)
	}
	golden(t, "story.messages.log", tell("", reports.LogOptions{Width: 13, Messages: true}))
	narrow := tell("", reports.LogOptions{Width: 13, Messages: true, Columns: 40, Only: []string{"mover.botnet"}})
	golden(t, "story.narrow.log", narrow)
	colored := tell("", reports.LogOptions{Width: 13, Color: true})
	golden(t, "story.color.log", colored)
	if got := escapes.ReplaceAllString(colored, ""); got != tell("", reports.LogOptions{Width: 13}) {
		t.Errorf("without its colours the log is\n%s", got)
	}
}

func TestLogOfLink(t *testing.T) {
	for _, c := range []struct {
		log                    string
		packets                bool
		packet, fault, dropped bool
	}{
		{"", false, false, true, false},
		{core.LogFaults, false, false, true, false},
		{core.LogNone, false, false, false, false},
		{core.LogAll, false, true, true, true},
		{"mover.botnet", false, true, true, true},
		{"api2.public", false, true, true, true},
		{"other.botnet", false, false, false, false},
		{"", true, true, true, true},
		{"other.botnet", true, true, true, true},
		{core.LogNone, true, false, false, false},
	} {
		text := tell(c.log, reports.LogOptions{Packets: c.packets})
		shown := map[string]bool{"length 0, in 34.2 ms": c.packet, "fault botnet>public#2": c.fault,
			"dropped (off)": c.dropped}
		for what, want := range shown {
			if got := strings.Contains(text, what); got != want {
				t.Errorf("log = %q, packets %v: %q is shown: %v, want %v", c.log, c.packets, what, got, want)
			}
		}
	}
}

func TestLogStopsAfterWriteError(t *testing.T) {
	w := &countingWriter{}
	log := reports.NewLog(w, reports.LogOptions{})
	for range 3 {
		log.Observe(&core.Fact{Kind: core.FactLog, Text: "hello"})
	}
	if w.calls != 1 {
		t.Errorf("wrote %d times to a writer that fails", w.calls)
	}
}

type countingWriter struct{ calls int }

func (w *countingWriter) Write([]byte) (int, error) {
	w.calls++
	return 0, errors.New("broken pipe")
}

func BenchmarkLogLine(b *testing.B) {
	var out bytes.Buffer
	log := reports.NewLog(&out, reports.LogOptions{Width: 13})
	f := &core.Fact{Kind: core.FactLog, Machine: "mover.botnet", Service: "mover.botnet", Text: "moving 1 from 2 to 3"}
	b.ReportAllocs()
	for b.Loop() {
		out.Reset()
		log.Observe(f)
	}
}
