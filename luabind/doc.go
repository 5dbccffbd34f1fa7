// Package luabind turns a Lua script into a Program, and a Program into runs.
//
// A Program is a script compiled once. Running it evaluates the script to learn
// what it declares (a core.Scenario), puts the built-in TCP and disks under it,
// and plays it. Every boot of a Lua service or bot, the plan and the judge get a
// fresh VM: a copy of what their functions can reach in the one in which the
// script was evaluated. Runs share nothing but the compiled code, so one Program
// can be run from many goroutines at once.
//
//	program, err := luabind.Load("scripts/mover.lua")
//	result, err := program.Run(ctx, luabind.RunOptions{Seed: 1})
//
// A map of the code:
//
//	program, require   what is loaded, and what require may load
//	otherplan, explain a plan in place of the script's, and what it says of a seed
//	schedule           the faults of another run
//	run, judge         a scenario, and the VMs behind its functions
//	evaluate, copy     the VM in which a script was evaluated, and its copies
//	vm, budget         one VM: its threads, power cuts, instruction budget
//	culprit            which variable is nil where it is called or indexed
//	syntax, rewrite    what a script is bounded by between parser and compiler
//	concat, erase      what takes the place of .., and of t[k] = nil
//	numbers, arithmetic
//	                   numbers and texts of numbers as Lua has them
//	sandbox*           the Lua a script gets: deterministic and bounded
//	sim*, engine*      what a script says at its top level
//	tablekey           links (profile*), disks (disk*) and TCP (tcp*) as tables of keys
//	env, conn, db, …   what a script does while it runs
//	expect, difference what is expected, and where what came differs
//	history, checker   what clients were answered, and what judges it; model: one in Lua
//	view, gaugeview    tables that a script sees and cannot change
//	line, channel, …   how processes of one service wait for each other
//	value*, *coder     Lua values as bytes
//	native, json       what modules of scripts/lib have from Go
//	reference          the documentation of all of it
//
// The package owns the Lua API and its errors. It does not own the world (core),
// its network (tcp) or its storage (disk), and it decides nothing about time,
// chance or order.
package luabind
