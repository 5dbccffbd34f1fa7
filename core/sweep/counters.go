package sweep

import "simlua.example/core"

// Counters are what one link or machine has counted, under the names that its
// columns have in the report of a run.
type Counters struct {
	Name   string `json:"name"`
	Counts Counts `json:"counts,omitempty"`
}

// LinkCounters are the names of what links count.
var LinkCounters = names(linkCounts)

// MachineCounters are the names of what machines count; those in _ns are times.
var MachineCounters = names(machineCounts)

// counter is one number of a T.
type counter[T any] struct {
	name string
	of   func(*T) int64
}

var linkCounts = []counter[core.LinkStats]{
	{"messages", func(l *core.LinkStats) int64 { return int64(l.Messages) }},
	{"sent", func(l *core.LinkStats) int64 { return int64(l.Sent) }},
	{"duplicated", func(l *core.LinkStats) int64 { return int64(l.Duplicated) }},
	{"delivered", func(l *core.LinkStats) int64 { return int64(l.Delivered) }},
	{"lost", func(l *core.LinkStats) int64 { return int64(l.Lost) }},
	{"corrupted", func(l *core.LinkStats) int64 { return int64(l.Corrupted) }},
	{"queue_dropped", func(l *core.LinkStats) int64 { return int64(l.QueueDropped) }},
	{"partitioned", func(l *core.LinkStats) int64 { return int64(l.Partitioned) }},
	{"power_failed", func(l *core.LinkStats) int64 { return int64(l.PowerFailed) }},
	{"off", func(l *core.LinkStats) int64 { return int64(l.Off) }},
	{"in_flight", func(l *core.LinkStats) int64 { return int64(l.InFlight) }},
	{"bytes", func(l *core.LinkStats) int64 { return int64(l.Bytes) }},
	{"goodput_bytes", func(l *core.LinkStats) int64 { return int64(l.Goodput) }},
	{"retransmitted", func(l *core.LinkStats) int64 { return int64(l.Retransmitted) }},
	{"fast_retransmitted", func(l *core.LinkStats) int64 { return int64(l.FastRetransmit) }},
	{"reordered", func(l *core.LinkStats) int64 { return int64(l.Reordered) }},
	{"no_port", func(l *core.LinkStats) int64 { return int64(l.NoPort) }},
	{"buffer_full", func(l *core.LinkStats) int64 { return int64(l.BufferFull) }},
}

var machineCounts = []counter[core.MachineStats]{
	{"boots", func(m *core.MachineStats) int64 { return int64(m.Boots) }},
	{"kills", func(m *core.MachineStats) int64 { return int64(m.Kills) }},
	{"crashes", func(m *core.MachineStats) int64 { return int64(m.Crashes) }},
	{"wipes", func(m *core.MachineStats) int64 { return int64(m.Wipes) }},
	{"downtime_ns", func(m *core.MachineStats) int64 { return int64(m.Downtime) }},
	{"commits", func(m *core.MachineStats) int64 { return int64(m.Disk.Commits) }},
	{"syncs", func(m *core.MachineStats) int64 { return int64(m.Disk.Syncs) }},
	{"bytes_read", func(m *core.MachineStats) int64 { return m.Disk.Read }},
	{"bytes_written", func(m *core.MachineStats) int64 { return m.Disk.Written }},
	{"disk_busy_ns", func(m *core.MachineStats) int64 { return int64(m.Disk.Busy) }},
	{"disk_full", func(m *core.MachineStats) int64 { return int64(m.Disk.Full) }},
	{"disk_errors", func(m *core.MachineStats) int64 { return int64(m.Disk.Errors) }},
	{"open_sockets", func(m *core.MachineStats) int64 { return int64(m.Open) }},
}

func names[T any](counters []counter[T]) (names []string) {
	for _, c := range counters {
		names = append(names, c.name)
	}
	return names
}

func linkCounters(l *core.LinkStats) Counters       { return Counters{l.Name, count(linkCounts, l)} }
func machineCounters(m *core.MachineStats) Counters { return Counters{m.Name, count(machineCounts, m)} }

func count[T any](counters []counter[T], of *T) (counts Counts) {
	for _, c := range counters {
		counts.add(c.name, c.of(of))
	}
	return counts
}

// Total of one counter over links or machines; ok is false when there are none.
func Total(all []Counters, counter string) (n int64, ok bool) {
	for i := range all {
		n += all[i].Counts[counter]
	}
	return n, len(all) > 0
}
