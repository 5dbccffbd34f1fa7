package history

import "time"

// Type is how an operation ended, in Jepsen's words.
type Type string

// The types of completions.
const (
	OK   Type = "ok"   // it happened
	Fail Type = "fail" // it did not happen
	Info Type = "info" // nobody knows; it may still happen, at any time
)

// Op is one operation: what was asked and what was answered. Values are as
// core.Plain makes them: nil, bool, int64, float64, string, []any and
// map[string]any.
type Op struct {
	Index   int    // place in History.Ops
	Process int    // at one operation at a time; one whose operation is Info has no other
	Service string // whose process it is, for pictures; may be empty
	F       string
	Key     any // of the object that is meant; nil when there is only one
	Input   any // what was asked: the value of the invocation
	Output  any // what was answered: the value of an OK completion
	Type    Type
	Err     string // kind of the error, of one that is not OK
	// Invoked and Completed order the beginnings and the ends of all operations
	// of a run, also those of one moment. One that has no end (its process was
	// killed, or the run ended) has zero, and is Info.
	Invoked, Completed uint64
	Start, End         time.Duration // since the start of the run; End is zero when Completed is
}
