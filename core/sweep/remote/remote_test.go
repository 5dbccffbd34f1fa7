package remote_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/core/sweep/remote"
)

// fake plays nothing: every seventh seed fails.
func fake(_ context.Context, run sweep.Run) (*sweep.Row, error) {
	result := &core.Result{Verdict: core.Pass, Reason: "DONE", Time: time.Duration(run.Seed), Digest: run.Seed}
	if run.Seed%7 == 0 {
		result.Verdict, result.Reason = core.Fail, "count does not hold"
		result.Checks = []core.CheckResult{{Name: "count", Kind: "expect", Message: fmt.Sprint("got ", run.Seed)}}
	}
	return sweep.NewRow(run, result), nil
}

// player plays by a function.
type player struct {
	play   sweep.Play
	closed func()
}

func (p player) Play(ctx context.Context, run sweep.Run) (*sweep.Row, error) { return p.play(ctx, run) }

func (p player) Close() error {
	if p.closed != nil {
		p.closed()
	}
	return nil
}

// lines are what was told.
type lines struct {
	mu  sync.Mutex
	all []string
}

func (l *lines) tell(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, text)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.all, "\n")
}

// await waits for a line with a text in it.
func (l *lines) await(t *testing.T, text string) {
	t.Helper()
	for range 500 {
		if strings.Contains(l.String(), text) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("nobody was told %q, but:\n%s", text, l)
}

// startWorker starts a worker that plays by a function; stop ends it, and waits.
func startWorker(t *testing.T, s *server.Server, w remote.Worker, play sweep.Play) (told *lines, stop func()) {
	t.Helper()
	told = new(lines)
	w.Tell = told.tell
	if w.Build == "" {
		w.Build = "one"
	}
	w.Jobs = max(1, w.Jobs)
	if w.Open == nil {
		w.Open = func(*remote.Spec, map[string][]byte) (remote.Player, error) { return player{play: play}, nil }
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	c := connect(t, s)
	go func() { ended <- w.Work(ctx, c, "worker of "+t.Name()) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(20 * time.Second):
			t.Error("the worker does not stop")
		}
	})
	t.Cleanup(stop)
	return told, stop
}

// submit begins a sweep.
func submit(t *testing.T, s *server.Server, spec remote.Spec, files map[string][]byte) (*remote.Submitter, *lines) {
	t.Helper()
	spec.Build, spec.Title = "one", "a test"
	if spec.Task == nil {
		spec.Task = json.RawMessage(`{}`)
	}
	told := new(lines)
	sub, err := remote.Submit(t.Context(), connect(t, s), remote.NewName("some/Mover 1.lua"), spec, files, remote.Here{},
		told.tell)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sub.Close(); err != nil {
			t.Error(err)
		}
	})
	return sub, told
}

// rows plays seeds and returns their rows as JSON lines.
func rows(t *testing.T, text string, jobs int, play sweep.Play) (all []string) {
	t.Helper()
	seeds, err := sweep.ParseSeeds(text)
	if err != nil {
		t.Fatal(err)
	}
	err = (&sweep.Sweep{Seeds: seeds, Variants: 2, Jobs: jobs, Play: play}).Rows(t.Context(), func(r *sweep.Row) error {
		line, err := json.Marshal(r)
		all = append(all, string(line))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Rows that workers answer are those that are played here.
func TestRows(t *testing.T) {
	s := startServer(t)
	startWorker(t, s, remote.Worker{Jobs: 2}, fake)
	startWorker(t, s, remote.Worker{Jobs: 1}, fake)
	sub, told := submit(t, s, remote.Spec{}, nil)
	want := rows(t, "1-3000", 1, fake)
	if got := rows(t, "1-3000", 512, sub.Play); !slices.Equal(got, want) {
		t.Errorf("%d rows, want %d", len(got), len(want))
	}
	if told.String() != "" {
		t.Error(told)
	}
}

// A run that fails for all is an error of Play, with the text that the worker has.
func TestError(t *testing.T) {

	s := startServer(t)
	startWorker(t, s, remote.Worker{}, func(context.Context, sweep.Run) (*sweep.Row, error) {
		return nil, errors.New("mover.lua:3: no such module")
	})
	sub, _ := submit(t, s, remote.Spec{}, nil)
	if _, err := sub.Play(t.Context(), sweep.Run{Seed: 1}); err == nil || err.Error() != "mover.lua:3: no such module" {
		t.Error(err)
	}
}
