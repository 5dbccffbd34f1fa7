package core

// Unjudged is the error of a Check that can say neither that it holds nor that it does
// not: there was too much to judge, or nothing.
type Unjudged struct {
	Message string
	Allowed bool // it does not fail the run
}

func (u *Unjudged) Error() string { return u.Message }

// Counterexample is the error of a Check that does not hold, with what shows it.
type Counterexample struct {
	Message string // one line
	Picture string // lines of text
}

func (c *Counterexample) Error() string { return c.Message }
