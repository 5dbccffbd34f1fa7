package remote_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"simlua.example/core/sweep"
	"simlua.example/core/sweep/remote"
)

// workerURL is the variable that makes this test binary a worker.
const workerURL = "SIMLUA_TEST_WORKER"

func TestMain(m *testing.M) {
	if url := os.Getenv(workerURL); url != "" {
		if err := workerProcess(url); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// deadly is a seed that kills the process that plays it.
const deadly = 13

// workerProcess is a worker in a process of its own.
func workerProcess(url string) error {
	c, err := remote.Connect(context.Background(), remote.Options{URL: url})
	if err != nil {
		return err
	}
	play := func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
		if run.Seed == deadly && len(run.Set) > 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
		time.Sleep(time.Millisecond)
		return fake(ctx, run)
	}
	w := remote.Worker{Build: "one", Jobs: 2, Tell: func(string) {},
		Open: func(*remote.Spec, map[string][]byte) (remote.Player, error) { return player{play: play}, nil }}
	return w.Work(context.Background(), c, fmt.Sprint(os.Getpid()))
}

// keepWorkers keeps so many worker processes alive until the test ends. Every so often
// it kills one, unless that is zero. It counts those that have died.
func keepWorkers(t *testing.T, url string, n int, every time.Duration) (died *atomic.Int64) {
	died = new(atomic.Int64)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan bool)
	for range n {
		go func() {
			defer func() { ended <- true }()
			for ctx.Err() == nil {
				life := ctx
				if every > 0 {
					var end func()
					life, end = context.WithTimeout(ctx, every)
					defer end()
				}
				cmd := exec.CommandContext(life, os.Args[0]) // SIGKILL at the end of life
				cmd.Env = append(os.Environ(), workerURL+"="+url)
				_ = cmd.Run()
				died.Add(1)
			}
		}()
	}
	t.Cleanup(func() {
		cancel()
		for range n {
			<-ended
		}
	})
	return died
}

// Workers that are killed take nothing with them that others do not play again.
func TestKilledWorkers(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	s := startServer(t)
	died := keepWorkers(t, s.ClientURL(), 2, 900*time.Millisecond)
	sub, _ := submit(t, s, remote.Spec{AckWait: time.Second, Tries: 1000}, nil)
	want := rows(t, "1-4000", 1, fake)
	if got := rows(t, "1-4000", 4096, sub.Play); !slices.Equal(got, want) {
		t.Errorf("%d rows, want %d, or others", len(got), len(want))
	}
	if died.Load() < 2 {
		t.Errorf("%d workers were killed", died.Load())
	}
}

// A run that takes its workers with it is void after three of them, and the others of
// its batch are not.
func TestDeadlyRun(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	s := startServer(t)
	died := keepWorkers(t, s.ClientURL(), 1, 0)
	sub, _ := submit(t, s, remote.Spec{AckWait: time.Second}, nil)
	rows(t, "1001-1200", 400, sub.Play) // batches are large by now
	deadlyOne := func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
		if run.Seed == deadly && run.Variant == 1 {
			run.Set = []string{"deadly=true"}
		}
		return sub.Play(ctx, run)
	}
	want, got := rows(t, "1-200", 1, fake), rows(t, "1-200", 400, deadlyOne)
	at := 2*(deadly-1) + 1
	if !strings.Contains(got[at], `"verdict":"void","reason":"it took 3 workers with it"`) {
		t.Errorf("the deadly run came to %s", got[at])
	}
	got[at] = want[at]
	if !slices.Equal(got, want) {
		t.Error("other rows are not as they would be")
	}
	if n := died.Load(); n != 3 { // the first one with others in its batch
		t.Errorf("%d workers died", n)
	}
}
