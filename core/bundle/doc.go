// Package bundle is a run as a file that plays anywhere: what `simlua bundle` and
// `simlua run --bundle` write, and `simlua run FILE` plays.
//
// The file is a ZIP archive:
//
//	bundle.json    which run it is and what came of it: a Bundle
//	faults.jsonl   the faults that happened in it, as core/schedule has them
//	plan/NAME.lua  the plan that was played in place of the script's own, if any
//	script/…       the script's folder: the script, its modules and schedules
//
// The same run gives the same bytes: times are 1980, and the order is that above,
// then by name. faults.jsonl is for people and for chaos.schedule; a run is played
// by bundle.json, script and plan.
//
// Nothing is ever unpacked, and only what is asked for is read: a name that leads
// out of the archive leads nowhere, and what would swell is bounded by who reads it.
// Whether a bundle gives the same run as when it was written, only playing it can
// tell. The package knows neither files nor Lua.
package bundle
