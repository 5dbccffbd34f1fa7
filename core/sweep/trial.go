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
	// Wrong is the check of that row that should not have failed; nil when it is no check.
	Wrong *Failure
	why   string // it is a surprise
}

// Add holds a row, in order of the seeds, against the claim.
func (t *Trial) Add(r *Row) {
	t.Runs++
	why, wrong := "", (*Failure)(nil)
	switch {
	case r.Verdict == Defect:
		t.Defects++
		why = "a defect of simlua"
	case !Known(r.Verdict):
		t.Void++
	case r.Failing():
		t.Failing++
		why, wrong = t.wrong(r)
	case t.Claim.Outcome == AllFail:
		why = "it passes"
	}
	if why != "" && t.Surprise == nil {
		t.Surprise, t.Wrong, t.why = r, wrong, why
	}
}

// wrong says why a failure is not the one that the claim is about, and which check is to
// blame, if one is.
func (t *Trial) wrong(r *Row) (why string, check *Failure) {
	switch {
	case t.Claim.Outcome == AllPass && r.Check() != "":
		return "it fails", &r.Failed[0]
	case t.Claim.Outcome == AllPass:
		return "it fails", nil
	case t.Claim.Check == "":
		return "", nil
	case r.Verdict != core.Fail:
		return fmt.Sprintf("%s, where only %q may fail", r.Verdict, t.Claim.Check), nil
	}
	for i := range r.Failed {
		if f := &r.Failed[i]; f.Check != t.Claim.Check {
			return fmt.Sprintf("%q fails, where only %q may", f.Check, t.Claim.Check), f
		}
	}
	return "", nil
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
