package remote_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/core/sweep/remote"
)

// A worker on which the first seed comes out otherwise has no part in the sweep.
func TestFirstSeed(t *testing.T) {
	s := startServer(t)
	spec := remote.Spec{First: &remote.First{Run: sweep.Run{Seed: 5}, Digest: 5}}
	sub, told := submit(t, s, spec, nil)
	var wrong atomic.Int64
	mine, _ := startWorker(t, s, remote.Worker{}, func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
		wrong.Add(1)
		row, err := fake(ctx, run)
		row.Digest++
		return row, err
	})
	const text = "seed 5 came out with digest 0000000000000006 here, and with 0000000000000005 at the submitter"
	told.await(t, text)
	mine.await(t, text)
	startWorker(t, s, remote.Worker{}, fake)
	if got := rows(t, "1-50", 100, sub.Play); !slices.Equal(got, rows(t, "1-50", 1, fake)) {
		t.Error("other rows")
	}
	if wrong.Load() != 1 {
		t.Errorf("the wrong worker has played %d runs", wrong.Load())
	}
}

// So has one of another build, and either side says so.
func TestOtherBuild(t *testing.T) {
	s := startServer(t)
	sub, told := submit(t, s, remote.Spec{}, nil)
	other, _ := startWorker(t, s, remote.Worker{Build: "another"}, func(context.Context, sweep.Run) (*sweep.Row, error) {
		t.Error("it has played a run")
		return nil, nil
	})
	told.await(t, "is another, and this is one: it plays nothing of this sweep")
	other.await(t, "sweep "+sub.Name()+" is left alone: it is of one, and this is another")
	told.await(t, "no worker is there; start some: simlua worker --nats nats://127.0.0.1:")
}

// Close ends what is being played within a second.
func TestCancel(t *testing.T) {
	s := startServer(t)
	began, ended := make(chan bool), make(chan bool)
	startWorker(t, s, remote.Worker{}, func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
		began <- true
		<-ctx.Done()
		ended <- true
		return nil, context.Cause(ctx)
	})
	sub, _ := submit(t, s, remote.Spec{}, nil)
	go func() { _, _ = sub.Play(context.Background(), sweep.Run{Seed: 1}) }()
	<-began
	start := time.Now()
	if err := sub.Close(); err != nil {
		t.Error(err)
	}
	<-ended
	if took := time.Since(start); took > time.Second {
		t.Errorf("it took %v", took)
	}
}

// A worker that is stopped finishes what it plays, and gives back what it has not
// begun.
func TestStop(t *testing.T) {
	s := startServer(t)
	sub, _ := submit(t, s, remote.Spec{AckWait: time.Minute}, nil)
	var played atomic.Int64
	slow := func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
		played.Add(1)
		time.Sleep(5 * time.Millisecond)
		return fake(ctx, run)
	}
	_, stop := startWorker(t, s, remote.Worker{}, slow)
	done := make(chan []string)
	go func() { done <- rows(t, "1-300", 600, sub.Play) }()
	for played.Load() < 100 { // batches are large by now
		time.Sleep(time.Millisecond)
	}
	stop()
	startWorker(t, s, remote.Worker{}, slow)
	start := time.Now()
	if got := <-done; !slices.Equal(got, rows(t, "1-300", 1, fake)) {
		t.Error("other rows")
	}
	if n := played.Load(); n != 600 || time.Since(start) > 30*time.Second {
		t.Errorf("%d runs were played, for 600 rows, in %v", n, time.Since(start))
	}
}

// Two sweeps have equal shares of one worker.
func TestFairness(t *testing.T) {
	s := startServer(t)
	one, _ := submit(t, s, remote.Spec{}, nil)
	other, _ := submit(t, s, remote.Spec{}, nil)
	var mu sync.Mutex
	var order []int
	play := func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
		time.Sleep(20 * time.Millisecond)
		mu.Lock()
		defer mu.Unlock()
		order = append(order, len(run.Set))
		return fake(ctx, run)
	}
	startWorker(t, s, remote.Worker{}, play)
	var both sync.WaitGroup
	both.Go(func() { rows(t, "1-50", 100, one.Play) })
	both.Go(func() {
		rows(t, "1-50", 100, func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
			run.Set = []string{"other=true"}
			return other.Play(ctx, run)
		})
	})
	both.Wait()
	half, share := order[:len(order)/2], 0
	for _, n := range half {
		share += n
	}
	if share < len(half)/3 || share > len(half)*2/3 {
		t.Errorf("of the first %d runs, %d are of one sweep", len(half), share)
	}
}

// A sweep of long runs has no more of a worker than one of short runs.
func TestFairnessOfTime(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	s := startServer(t)
	short, _ := submit(t, s, remote.Spec{}, nil)
	long, _ := submit(t, s, remote.Spec{}, nil)
	var longOnes atomic.Int64
	startWorker(t, s, remote.Worker{}, func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
		if run.Seed >= 1000 {
			longOnes.Add(1)
			time.Sleep(time.Second)
		}
		time.Sleep(4 * time.Millisecond)
		return fake(ctx, run)
	})
	for seed := range uint64(20) {
		go func() { _, _ = long.Play(t.Context(), sweep.Run{Seed: 1000 + seed}) }()
	}
	rows(t, "1-150", 300, short.Play) // less than two seconds, but in many batches
	if n := longOnes.Load(); n > 4 {
		t.Errorf("%d long runs were played meanwhile", n)
	}
}

// Work goes to who plays it, not to all workers there are.
func TestOthersWork(t *testing.T) {
	s := startServer(t)
	startWorker(t, s, remote.Worker{Build: "another"}, fake)
	idle, _ := s.Connz(&server.ConnzOptions{})
	sub, _ := submit(t, s, remote.Spec{}, nil)
	startWorker(t, s, remote.Worker{}, fake)
	rows(t, "1-200", 400, func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
		for i := range 40 { // in all, a megabyte
			run.Set = append(run.Set, remote.DigestOf([]byte{byte(i), byte(run.Seed), byte(run.Variant)}))
		}
		return sub.Play(ctx, run)
	})
	now, err := s.Connz(&server.ConnzOptions{CID: idle.Conns[0].Cid})
	if err != nil || len(now.Conns) != 1 || now.Conns[0].OutBytes > 100_000 {
		t.Errorf("a worker of another build has got %d bytes (%v)", now.Conns[0].OutBytes, err)
	}
}

// What a worker has begun is known while it is under way, and not for ever.
func TestNotesGo(t *testing.T) {
	s := startServer(t)
	startWorker(t, s, remote.Worker{}, fake)
	sub, _ := submit(t, s, remote.Spec{}, nil)
	rows(t, "1-10", 1, sub.Play) // one run an item
	_, js := raw(t, s)
	notes, err := js.Stream(t.Context(), "KV_SIMLUA_"+sub.Name())
	if err != nil {
		t.Fatal(err)
	}
	for range 500 {
		if info, err := notes.Info(t.Context()); err == nil && info.State.Msgs <= 1 { // that of the submitter
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("notes of runs stay")
}

// A run that goes on beyond its guards does not keep its item.
func TestSuspend(t *testing.T) {
	s := startServer(t)
	sub, _ := submit(t, s, remote.Spec{AckWait: time.Second}, nil)
	began := make(chan bool)
	play := func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
		defer remote.Suspend(ctx)()
		close(began)
		<-ctx.Done()
		return nil, context.Cause(ctx)
	}
	startWorker(t, s, remote.Worker{Grace: time.Millisecond}, play)
	go func() {
		<-began
		startWorker(t, s, remote.Worker{}, fake)
	}()
	ctx, cancel := context.WithTimeoutCause(t.Context(), 20*time.Second, errors.New("nobody else has played it"))
	defer cancel()
	if row, err := sub.Play(ctx, sweep.Run{Seed: 1}); err != nil || row.Verdict != core.Pass {
		t.Error(row, err)
	}
}

// What is too large for a message goes as an object.
func TestLarge(t *testing.T) {
	s := startServer(t, smallMessages)
	startWorker(t, s, remote.Worker{}, fake)
	files := map[string][]byte{remote.DigestOf([]byte("a script")): []byte("a script")}
	sub, told := submit(t, s, remote.Spec{Files: slices.Collect(mapKeys(files))}, files)
	var set []string
	for seed := range uint64(3000) { // that do not compress
		set = append(set, remote.DigestOf([]byte{byte(seed), byte(seed >> 8)}))
	}
	row, err := sub.Play(t.Context(), sweep.Run{Seed: 7, Set: set})
	if err != nil || row.Check() != "count" || told.String() != "" {
		t.Error(row, err, told)
	}
}

func mapKeys(m map[string][]byte) func(func(string) bool) {
	return func(yield func(string) bool) {
		for key := range m {
			if !yield(key) {
				return
			}
		}
	}
}

// Files arrive as they were sent, once.
func TestFiles(t *testing.T) {
	s := startServer(t)
	script := []byte(strings.Repeat("return 1\n", 1<<18)) // larger than a message
	digest := remote.DigestOf(script)
	var opened atomic.Int64
	open := func(spec *remote.Spec, files map[string][]byte) (remote.Player, error) {
		opened.Add(1)
		if string(files[digest]) != string(script) || string(spec.Task) != `{"do":1}` {
			t.Error("another script or task arrived")
		}
		return player{play: fake}, nil
	}
	startWorker(t, s, remote.Worker{Jobs: 4, Open: open}, nil)
	sub, _ := submit(t, s, remote.Spec{Files: []string{digest}, Task: []byte(`{"do":1}`)},
		map[string][]byte{digest: script})
	rows(t, "1-100", 100, sub.Play)
	if opened.Load() != 1 {
		t.Errorf("it was opened %d times", opened.Load())
	}
}

// What the submitter plays itself, beside workers or without any, are rows like others.
func TestHere(t *testing.T) {
	s := startServer(t)
	var here atomic.Int64
	play := func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
		here.Add(1)
		return fake(ctx, run)
	}
	sub, err := remote.Submit(t.Context(), connect(t, s), remote.NewName("x.lua"), remote.Spec{Build: "one"}, nil,
		remote.Here{Play: play, Jobs: 2}, new(lines).tell)
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	want := rows(t, "1-300", 1, fake)
	if got := rows(t, "1-300", 100, sub.Play); !slices.Equal(got, want) || here.Load() != 600 {
		t.Errorf("without workers: %d rows, %d played here", len(got), here.Load())
	}
	startWorker(t, s, remote.Worker{}, fake)
	if sub.Jobs(t.Context()) != 1 {
		t.Error("the worker is not known")
	}
	if got := rows(t, "1-300", 100, sub.Play); !slices.Equal(got, want) {
		t.Error("other rows beside a worker")
	}
}
