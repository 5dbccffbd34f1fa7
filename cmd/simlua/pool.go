package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"simlua.example/core/sweep"
	"simlua.example/core/sweep/remote"
)

// pool plays runs in processes of their own, one at a time each: what a run does
// to its process, be it a panic, a hang or all of the memory, is its own affair,
// and collectors and caches do not get into each other's way. As many processes
// are started as play at once.
type pool struct {
	task task
	mu   sync.Mutex
	idle []*process
}

// process is one that plays runs.
type process struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	stderr head
	hung   atomic.Bool // it was killed for that
}

func newPool(t task) *pool { return &pool{task: t} }

// Play plays a run in a process that is idle, or in a new one.
func (p *pool) Play(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
	w, err := p.take()
	if err != nil {
		return nil, &remote.HostError{Err: err}
	}
	row, err := w.play(ctx, run)
	if err != nil || !sweep.Known(row.Verdict) {
		w.end()
		return row, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, w)
	return row, nil
}

// Fresh plays a run in a process of its own.
func (p *pool) Fresh(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
	w, err := p.start()
	if err != nil {
		return nil, &remote.HostError{Err: err}
	}
	defer w.end()
	return w.play(ctx, run)
}

// take is an idle process or a new one.
func (p *pool) take() (*process, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := len(p.idle) - 1; last >= 0 {
		w := p.idle[last]
		p.idle = p.idle[:last]
		return w, nil
	}
	return p.start()
}

// close ends the processes that are idle: all, when nothing is played.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range p.idle {
		w.end()
	}
	p.idle = nil
}

// self is the program that runs, also when its file was replaced meanwhile.
func self() (string, error) {
	const linux = "/proc/self/exe"
	if _, err := os.Stat(linux); err == nil && runtime.GOOS == "linux" {
		return linux, nil
	}
	return os.Executable()
}

// start starts a process and gives it its task.
func (p *pool) start() (*process, error) {
	exe, err := self()
	if err != nil {
		return nil, err
	}
	w := &process{cmd: &exec.Cmd{Path: exe, Args: []string{os.Args[0], "job"}}}
	// Two threads: a read that waits for the next run holds one until the scheduler takes it away, milliseconds later.
	w.cmd.Env = append(os.Environ(), "GOMAXPROCS=2")
	w.cmd.Stderr = &w.stderr
	in, err := w.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := w.cmd.Start(); err != nil {
		return nil, fmt.Errorf("a process to play runs in: %w", err)
	}
	w.in, w.out = in, bufio.NewReaderSize(out, 64<<10)
	_ = w.send(p.task) // if it fails, so does the answer
	return w, nil
}

func (w *process) send(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.in.Write(append(line, '\n'))
	return err
}

// play has a run played. A process that dies of it leaves a row, too.
func (w *process) play(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
	defer context.AfterFunc(ctx, func() { w.in.Close() })()
	_ = w.send(run) // if it fails, so does the answer
	reply, err := w.answer(ctx)
	if cause := context.Cause(ctx); cause != nil {
		return nil, cause
	}
	if errors.Is(err, errLost) {
		return w.lost(run), nil
	}
	if err != nil {
		return nil, err
	}
	if reply.Error != "" {
		return nil, errors.New(reply.Error)
	}
	return reply.Row, nil
}

// errLost is of a process that does not answer any more.
var errLost = errors.New("the process has ended")

// For how many seconds in a row a process may say nothing. One whose guards have struck,
// which end it soon, or that was stopped, or waits for a disk that does not answer, says
// nothing any more. Then other workers may have its run; after a while, it is killed.
var (
	quiet int32 = 6
	hung  int32 = 30
)

// answer reads what a process answers in the end.
func (w *process) answer(ctx context.Context) (reply answer, err error) {
	silent, end := w.watchdog(ctx)
	defer end()
	for {
		line, err := w.out.ReadBytes('\n')
		if err != nil {
			return answer{}, errLost
		}
		reply = answer{}
		if err := json.Unmarshal(line, &reply); err != nil {
			return answer{}, fmt.Errorf("what a job says is not understood: %w", err)
		}
		if !reply.Alive {
			return reply, nil
		}
		silent.Store(0)
	}
}

// watchdog counts the seconds in silent, which who hears the process sets to zero: those
// that this process was stopped for do not count. When there are too many, it suspends the
// heartbeats of this worker for the run, if it is one, and kills.
func (w *process) watchdog(ctx context.Context) (silent *atomic.Int32, end func()) {
	silent = new(atomic.Int32)
	done := make(chan struct{})
	go func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		resume := func() {}
		defer func() { resume() }()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				switch n := silent.Add(1); {
				case n > hung:
					w.hung.Store(true)
					_ = w.cmd.Process.Kill()
					return
				case n == quiet:
					resume = remote.Suspend(ctx)
				case n < quiet:
					resume()
				}
			}
		}
	}()
	return silent, func() { close(done) }
}

// lost is the row of a run that has taken its process with it.
func (w *process) lost(run sweep.Run) *sweep.Row {
	_ = w.cmd.Wait()
	reason := w.stderr.reason()
	state := w.cmd.ProcessState
	switch status, ok := state.Sys().(syscall.WaitStatus); {
	case w.hung.Load():
		return sweep.NewVoid(run, "the process that played it did nothing any more, and was ended")
	case ok && status.Signaled():
		return sweep.NewVoid(run, "the process that played it was ended by another: "+state.String())
	case state.ExitCode() == exitVoid:
		return sweep.NewVoid(run, reason)
	case reason == "":
		reason = state.String()
	}
	return sweep.NewDefect(run, reason)
}

// end ends a process; one that does not heed it, is killed.
func (w *process) end() {
	w.in.Close()
	if w.cmd.ProcessState != nil {
		return
	}
	patient := time.AfterFunc(patience, func() { _ = w.cmd.Process.Kill() })
	_ = w.cmd.Wait()
	patient.Stop()
}

// head keeps the beginning of what a process says on standard error.
type head struct {
	mu   sync.Mutex
	text []byte
}

func (t *head) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	const most = 4 << 10
	t.text = append(t.text, p[:min(len(p), most-min(most, len(t.text)))]...)
	return len(p), nil
}

// reason is the first line, without our own name, and the place that follows an
// internal error.
func (t *head) reason() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	line, rest, _ := strings.Cut(string(t.text), "\n")
	line = strings.TrimPrefix(strings.TrimPrefix(line, "simlua: "), "internal error: ")
	if place, found := strings.CutPrefix(rest, "  in "); found {
		place, _, _ = strings.Cut(place, "\n")
		line += " in " + place
	}
	return line
}
