// Package schedule is the faults of a run as a file: what `simlua run
// --save-faults` writes, --only-faults and chaos.schedule read.
//
// The file is JSON Lines (jsonlines.org): a header that says which run it was,
// then a line for each fault that happened, in the order of their times:
//
//	{"schema":"simlua.faults/1","script":"shop.lua","digest":"5f0c…","seed":"8","set":["wipe=0"],"sum":"a1b2c3d4"}
//	{"id":"plan#1","at":"8.75s","kind":"reboot","where":"shop.net","end":"15.1s","parameters":{"grace":"2s"},"sum":"…"}
//	{"id":"net>botnet/loss#69","at":"40.0021s","kind":"loss","where":"net>botnet","sum":"…"}
//
// Times are simulated, in Go's notation. What a run withheld is not in it: the
// faults that did happen, and no others, make the same run again.
//
// A line can be deleted, and what is left is a schedule: fewer faults of the same
// run. Any other change makes it another thing than what that run did, so each
// line ends with a sum of itself and of the header; Read refuses lines that do
// not fit theirs. ReadEdited takes lines as they are, for who plays them by their
// times.
//
// The package knows nothing of files, nor of who plays a schedule.
package schedule
