// Package reports turns what happened in a run into bytes: live log lines,
// tables for people, and JSON, CSV and Markdown for programs.
//
// A Log is a core.Observer that writes one line a fact while the run goes on.
// Write writes a finished core.Result in one of the Formats. Every format is
// made from the same tables, so that none knows more than another, with two
// exceptions: lists of single things (faults, calls, changes of gauges, events) are left to JSON and CSV.
//
// The bytes depend on the arguments only, never on the terminal, the locale
// or the clock; whether to colour is the caller's decision.
//
// What the tables of JSON and CSV contain is documented in schema.md, which
// is generated from the same definitions (go test ./reports -update).
//
// Values that were sent are shown as package core/message writes them.
//
// The package does not know how a run is made, and it decides nothing about
// it: verdicts and checks come with the Result.
package reports
