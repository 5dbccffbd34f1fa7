package luabind

// WithBudget lets a VM execute n instructions in a slice of virtual time, so
// that tests of infinite loops are quick.
func WithBudget(n int) Option { return func(p *Program) { p.budget = n } }

// Keeps says whether an evaluation of the script waits for the next run.
func (p *Program) Keeps() bool { return p.spare != nil }
