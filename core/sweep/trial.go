package sweep

import (
	"fmt"

	"simlua.example/core"
)

// Trial holds a claim against the rows of its runs.
type Trial struct {
	Claim   Claim
	Runs    int
	Failing int
	Void    int // of which nothing is known
	Defects int // that ended in a defect of simlua
	// Surprise is the first row that is not as the claim says; nil when there is
	// none, though the claim may still be wrong: that some seed fails.
	Surprise *Row
	why      string // it is a surprise
}

// Add holds a row, in order of the seeds, against the claim.
func (t *Trial) Add(r *Row) {
	t.Runs++
	why := ""
	switch {
	case r.Verdict == Defect:
		t.Defects++
		why = "a defect of simlua"
	case !Known(r.Verdict):
		t.Void++
	case r.Failing():
		t.Failing++
		why = t.wrong(r)
	case t.Claim.Outcome == AllFail:
		why = "it passes"
	}
	if why != "" && t.Surprise == nil {
		t.Surprise, t.why = r, why
	}
}

// wrong says why a failure is not the one that the claim is about.
func (t *Trial) wrong(r *Row) string {
	switch {
	case t.Claim.Outcome == AllPass:
		return "it fails"
	case t.Claim.Check == "":
		return ""
	case r.Verdict != core.Fail:
		return fmt.Sprintf("%s, where only %q may fail", r.Verdict, t.Claim.Check)
	}
	for _, f := range r.Failed {
		if f.Check != t.Claim.Check {
			return fmt.Sprintf("%q fails, where only %q may", f.Check, t.Claim.Check)
		}
	}
	return ""
}

// Verdict is how the claim came out once all rows were added: Pass; Fail with
// why not; Void when nothing is known, since a guard ended runs that matter.
func (t *Trial) Verdict() (verdict core.Verdict, why string) {
	switch {
	case t.Surprise != nil:
		return core.Fail, t.why
	case t.Claim.Outcome == SomeFail && t.Failing > 0:
		return core.Pass, ""
	case t.Void > 0:
		return core.Void, fmt.Sprintf("a guard ended %d of %d runs", t.Void, t.Runs)
	case t.Claim.Outcome == SomeFail:
		return core.Fail, fmt.Sprintf("none of %d seeds fails", t.Runs)
	}
	return core.Pass, ""
}
