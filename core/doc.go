// Package core is the world that a distributed system is played in: a kernel
// of simulated time, and on it machines, links between their networks, a plan
// that harms them, and the record of what happened.
//
// Eight nouns carry it. A Scenario declares a world; a Cluster is that world
// while it runs. It has machines and, for each pair of networks and direction,
// a Link. A machine runs services: each boot is a fresh Engine, which sees its
// Env and nothing else. What happens is told to observers as facts; what is
// kept of it is the Trace, what came of it the Result: plain data both.
//
// The laws that everything in this module keeps:
//
//  1. A run is a pure function of program, seed, settings and mask.
//  2. Only the kernel moves time. One process runs at a time. The only thing
//     code waits for is a Future.
//  3. All chance comes from named streams, each seeded by the run's seed and
//     its name: one per direction of a link, per machine, per boot, per process
//     of the plan, per fault point, and those that a plan asks for by name.
//     Chance is drawn first and masked after, so withholding a fault shifts no
//     stream: the names of faults stay. Moments may move, and faults may happen
//     that the full run had not.
//  4. An engine may assume nothing that only holds in a simulation: its Env
//     could as well be given by real sockets, a real clock and a real disk.
//  5. Checks and reports read the Trace and the Result, nothing else.
//  6. A power cut kills a scope. Its future is erased: timers, sleeping
//     processes, packets that have not arrived. Its processes unwind without
//     running more of their code, its sockets vanish without FIN or RST, and
//     what was not synced is lost. Kills are kernel events; no process kills
//     its own scope.
//  7. Time is charged before the effect: sleep, then do. The function of a
//     database transaction never waits.
//  8. Everything is bounded. A limit left at zero means its default.
//  9. Imports point at core, and core imports the standard library only.
//
// Simulated time is a time.Duration since the start, in nanoseconds. Events
// are ordered by time, then by when they were scheduled; a step is one event.
//
// The ports Network and Disk are how package tcp and package disk, or a test's
// own, come into a Cluster; each sees of its machine what a NetworkHost or a
// DiskHost has. A Clock says how time passes: a real one lets the same kernel,
// with a Network and a Disk that Post what the real world did, meet that world.
// Package core does not know what a segment says, how bytes reach a disk, or
// what language an engine is written in.
package core
