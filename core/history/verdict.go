package history

import "fmt"

// Validity is how a history came out.
type Validity string

// How histories come out.
const (
	Pass    Validity = "pass"
	Failed  Validity = "fail"
	Unknown Validity = "unknown" // a budget was used up, or the history was cut or has nothing to judge
)

// Verdict is what a checker says of a history.
type Verdict struct {
	Valid     Validity
	Message   string   // one line: what is wrong, or what was seen
	Picture   string   // lines of text: the counterexample; empty when there is none
	Anomalies []string // what was found, by the names that the literature has for it
	Details   []Detail // numbers beside, in the order in which they are shown
	// Err says why nothing was judged: the history or what was asked of it is
	// wrong, not the system. Valid is Unknown then.
	Err error
}

// Detail is a number that a checker found: int64, float64 or time.Duration.
type Detail struct {
	Name  string
	Value any
}

func passed(format string, args ...any) Verdict {
	return Verdict{Valid: Pass, Message: fmt.Sprintf(format, args...)}
}

func failed(format string, args ...any) Verdict {
	return Verdict{Valid: Failed, Message: fmt.Sprintf(format, args...)}
}

func unknown(format string, args ...any) Verdict {
	return Verdict{Valid: Unknown, Message: fmt.Sprintf(format, args...)}
}

// refused is the verdict on what cannot be judged.
func refused(err error) Verdict {
	return Verdict{Valid: Unknown, Message: err.Error(), Err: err}
}

// unfit is the verdict on a history that cannot be judged, or nil.
func (h *History) unfit() *Verdict {
	var v Verdict
	switch err := h.Validate(); {
	case err != nil:
		v = refused(err)
	case h.Cut:
		v = unknown("the history was cut, as it has too many operations, or a value that is too large: what is missing " +
			"may explain anything")
	default:
		return nil
	}
	return &v
}
