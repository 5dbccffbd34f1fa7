package sweep

import (
	"context"
	"sync"

	"simlua.example/core"
)

// Guarded plays runs beside others, and those that a guard voided once more, while
// nothing else is played: what the others took from them is theirs then. Its Play is
// for Sweep.Play.
type Guarded struct {
	Beside Play // others
	Alone  Play // nil is Beside

	alone sync.RWMutex // held for writing while a run is played alone
}

// Play plays a run; again, alone, when it is void.
func (g *Guarded) Play(ctx context.Context, run Run) (*Row, error) {
	row, err := g.beside(ctx, run)
	if err != nil || row.Verdict != core.Void {
		return row, err
	}
	return g.again(ctx, run)
}

func (g *Guarded) beside(ctx context.Context, run Run) (*Row, error) {
	g.alone.RLock()
	defer g.alone.RUnlock()
	return g.Beside(ctx, run)
}

func (g *Guarded) again(ctx context.Context, run Run) (*Row, error) {
	g.alone.Lock()
	defer g.alone.Unlock()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	if g.Alone == nil {
		return g.Beside(ctx, run)
	}
	return g.Alone(ctx, run)
}
