package remote

import (
	"context"
	"sync"
	"sync/atomic"
)

// heartbeats is the key of a context under which Suspend finds how often it was called.
type heartbeats struct{}

// Suspend is for a Player whose run goes on beyond its guards, or says nothing any more:
// until resume, the worker does not tell the server that it is at work, which gives the
// run to another worker after Spec.AckWait. The context is that of Player.Play.
func Suspend(ctx context.Context) (resume func()) {
	held, ok := ctx.Value(heartbeats{}).(*atomic.Int32)
	if !ok {
		return func() {}
	}
	held.Add(1)
	return sync.OnceFunc(func() { held.Add(-1) })
}
