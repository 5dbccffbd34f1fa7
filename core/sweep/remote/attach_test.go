package remote_test

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"simlua.example/core/sweep"
	"simlua.example/core/sweep/remote"
)

// runsOf are the runs of seeds with both variants.
func runsOf(from, to uint64) iter.Seq[sweep.Run] {
	return func(yield func(sweep.Run) bool) {
		for seed := from; seed <= to; seed++ {
			for v := range 2 {
				if !yield(sweep.Run{Variant: v, Seed: seed}) {
					return
				}
			}
		}
	}
}

// cell is a run without a mask.
type cell struct {
	variant int
	seed    uint64
}

// attach attaches to a sweep, and returns what was known of it.
func attach(t *testing.T, s *server.Server, name string) (*remote.Submitter, map[cell]*sweep.Row, error) {
	t.Helper()
	found, err := remote.Find(t.Context(), connect(t, s), name)
	if err != nil {
		return nil, nil, err
	}
	known := map[cell]*sweep.Row{}
	told := new(lines)
	sub, err := found.Attach(t.Context(), remote.Here{}, told.tell, func(r *sweep.Row) error {
		known[cell{r.Variant, r.Seed}] = r
		return nil
	})
	if err == nil {
		t.Cleanup(func() {
			if err := sub.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	return sub, known, err
}

// all plays what is not known.
func all(t *testing.T, text string, sub *remote.Submitter, known map[cell]*sweep.Row) (all []string, played int) {
	t.Helper()
	return rows(t, text, 500, func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
		if row := known[cell{run.Variant, run.Seed}]; row != nil {
			return row, nil
		}
		return sub.Play(ctx, run)
	}), len(known)
}

// A sweep without a submitter is played, and its rows wait for one.
func TestDetach(t *testing.T) {
	s := startServer(t)
	spec := remote.Spec{Build: "one", Task: json.RawMessage(`{}`), Command: json.RawMessage(`{"seeds":"1-300"}`)}
	const name = "detached-1"
	if err := remote.Detach(t.Context(), connect(t, s), name, spec, nil, runsOf(1, 300), 10*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	startWorker(t, s, remote.Worker{}, fake)
	_, js := raw(t, s)
	stream, err := js.Stream(t.Context(), "SIMLUA_"+name+"_WORK")
	if err != nil {
		t.Fatal(err)
	}
	for n := uint64(1); n > 0; {
		info, err := stream.Info(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n = info.State.Msgs
	}
	sub, known, err := attach(t, s, name)
	if err != nil {
		t.Fatal(err)
	}
	if got, n := all(t, "1-310", sub, known); n != 600 || !slices.Equal(got, rows(t, "1-310", 1, fake)) {
		t.Errorf("%d rows were known; got %d", n, len(got))
	}
}

// Whose submitter has died gets another one; whose has not, gets none.
func TestAttach(t *testing.T) {
	s := startServer(t)
	startWorker(t, s, remote.Worker{Jobs: 2}, func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
		time.Sleep(time.Millisecond)
		return fake(ctx, run)
	})
	c := connect(t, s)
	first, err := remote.Submit(t.Context(), c, remote.NewName("x.lua"), remote.Spec{Build: "one"}, nil, remote.Here{},
		new(lines).tell)
	if err != nil {
		t.Fatal(err)
	}
	rows(t, "1-100", 100, first.Play)
	taken := (*remote.AttendedError)(nil)
	if _, _, err := attach(t, s, first.Name()); !errors.As(err, &taken) || !strings.HasPrefix(taken.Who, "process ") {
		t.Errorf("a second submitter: %v", err)
	}
	c.Close() // as if it was killed
	sub, known, err := attach(t, s, first.Name())
	if err != nil {
		t.Fatal(err)
	}
	if got, n := all(t, "1-200", sub, known); n < 150 || !slices.Equal(got, rows(t, "1-200", 1, fake)) {
		t.Errorf("%d rows were known; got %d", n, len(got))
	}
}

// One whose simlua has died while it was put on the server is none to go on with.
func TestFindPart(t *testing.T) {
	s := startServer(t)
	c := connect(t, s)
	name := remote.NewName("x.lua")
	_, js := raw(t, s)
	for _, missing := range []func() error{
		func() error { return js.DeleteConsumer(t.Context(), "SIMLUA_"+name+"_WORK", "workers") },
		func() error { return js.DeleteStream(t.Context(), "SIMLUA_"+name+"_ROWS") },
		func() error { return js.DeleteStream(t.Context(), "OBJ_SIMLUA_"+name) },
	} {
		err := remote.Detach(t.Context(), c, name, remote.Spec{Build: "one"}, nil, runsOf(1, 3), time.Second)
		if err := errors.Join(err, missing()); err != nil {
			t.Fatal(err)
		}
		_, err = remote.Find(t.Context(), c, name)
		want := "its simlua has died before it was complete: simlua sweeps --cancel " + name + " removes it"
		if err == nil || err.Error() != want {
			t.Error(err)
		}
		if all, err := c.Sweeps(t.Context()); err != nil || len(all) != 1 {
			t.Errorf("%v, %v", all, err)
		}
		if err := c.Cancel(t.Context(), name); err != nil {
			t.Error(err)
		}
	}
	for name := range js.StreamNames(t.Context()).Name() {
		t.Error(name)
	}
}

// There must be such a sweep.
func TestFind(t *testing.T) {
	s := startServer(t)
	c := connect(t, s)
	for name, want := range map[string]string{
		"nothing": "no such sweep is on the server: simlua sweeps lists those that are",
		"a.b":     `"a.b" is no name of a sweep: expected one as simlua sweeps lists them`,
	} {
		if _, err := remote.Find(t.Context(), c, name); err == nil || err.Error() != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
