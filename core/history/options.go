package history

// Options bound what a checker spends. Zero means the default, which is what a
// search of some seconds takes. Neither is a time: the same history has the same
// verdict on every machine.
type Options struct {
	Steps  int // of a model, or along an edge of a graph; DefaultSteps
	States int // kept to not go the same way twice; DefaultStates
}

// The default budgets.
const (
	DefaultSteps  = 5_000_000
	DefaultStates = 1_000_000
)

func (o Options) defaults() Options {
	if o.Steps <= 0 {
		o.Steps = DefaultSteps
	}
	if o.States <= 0 {
		o.States = DefaultStates
	}
	return o
}

// share is what one of so many may spend.
func (o Options) share(of int) Options { return Options{o.Steps / of, o.States / of} }

func (o *Options) spend(spent Options) {
	o.Steps = max(o.Steps-spent.Steps, 0)
	o.States = max(o.States-spent.States, 0)
}

// exhausted is the verdict when a budget was used up, of these keys.
func (o Options) exhausted(keys []any) Verdict {
	o = o.defaults()
	where := ""
	if len(keys) > 1 || keys[0] != nil {
		where = " at key " + some(keys)
	}
	return unknown("the budget of %d steps and %d states is used up%s", o.Steps, o.States, where)
}
