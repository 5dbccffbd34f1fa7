// Package sweep plays many runs of one or several programs and keeps what came
// of them.
//
// Its nouns: Seeds are an ordered set of seeds, a Shard is every Nth of them. A
// Variant is one of the programs that are compared, as plain data. A Run is one
// cell, a variant with a seed; Play plays it and is the one thing that is asked
// of outside. What is kept of a finished run is a Row. A Sweep plays all runs,
// several at once, and hands out their rows in the order of the seeds, so that
// nothing depends on how many there are at once. Guarded plays a run that a guard
// voided once more, alone. Two failures are the same one
// when their Signatures are. A Comparison puts variants side by side, by a Metric
// or several: numbers of a row, which may have none. A Shrink looks for
// the few faults that a failing run needs. A Corpus is the failures that are known,
// each a KnownFailure.
//
// Memory does not grow with the number of seeds: rows are handed out through a
// window of bounded size, and nobody here keeps them. (Only a Comparison keeps a
// number of each: medians of differences need them.)
//
// The package meets the real world: goroutines and files. What it computes is
// still a function of the rows alone, which are functions of program, seed and
// settings. It knows nothing of Lua, of processes, or of how tables look.
package sweep
