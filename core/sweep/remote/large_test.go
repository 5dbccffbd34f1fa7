package remote_test

import (
	"crypto/rand"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/core/sweep/remote"
)

// A run that is too large for a message, as work and as a row, is played once.
func TestLargeBothWays(t *testing.T) {
	s := startServer(t, func(o *server.Options) { o.MaxPayload = 160 << 10 })
	startWorker(t, s, remote.Worker{}, large)
	sub, told := submit(t, s, remote.Spec{}, nil)
	var mask core.Mask
	for range 20_000 {
		mask.IDs = append(mask.IDs, core.FaultID{Stream: rand.Text(), Ordinal: 1})
	}
	row, err := sub.Play(t.Context(), sweep.Run{Seed: 1, Mask: mask})
	if err != nil || row.Verdict != core.Pass || len(row.Untested) != 20_000 {
		t.Errorf("%v, %v", row, err)
	}
	if told.String() != "" {
		t.Error(told)
	}
}
