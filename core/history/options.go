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
