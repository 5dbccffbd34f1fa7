package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"simlua.example/core/sweep"
	"simlua.example/reports"
)

// progress tells on standard error how far many runs have come: as a bar on a
// terminal, else a line now and then.
type progress struct {
	w     io.Writer
	total uint64 // zero: nobody knows
	start time.Time
	next  time.Time // of the next line

	mu      sync.Mutex // the bar is drawn by a goroutine of its own
	runs    uint64
	known   uint64 // that were played before
	failing int

	bars *mpb.Progress // nil: no terminal
	bar  *mpb.Bar
}

// lineEvery is the time between two lines of progress.
const lineEvery = 10 * time.Second

func newProgress(w io.Writer, total uint64) *progress {
	now := time.Now()
	p := &progress{w: w, total: total, start: now, next: now.Add(lineEvery)}
	if !isTerminal(w) {
		return p
	}
	p.bars = mpb.New(mpb.WithOutput(w), mpb.WithWidth(30))
	says := decor.Any(func(decor.Statistics) string { return p.text() })
	if total == 0 {
		p.bar = p.bars.AddSpinner(0, mpb.AppendDecorators(says))
		return p
	}
	p.bar = p.bars.AddBar(int64(total), mpb.AppendDecorators(says))
	return p
}

// add counts a row.
func (p *progress) add(r *sweep.Row) {
	p.mu.Lock()
	p.runs++
	if r.Failing() {
		p.failing++
	}
	p.mu.Unlock()
	if p.bar != nil {
		p.bar.SetCurrent(int64(p.runs))
		return
	}
	if now := time.Now(); now.After(p.next) {
		p.next = now.Add(lineEvery)
		fmt.Fprintln(p.w, p.text())
	}
}

// kept counts a row that was played before.
func (p *progress) kept() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known++
}

// played is how many of the runs were played now: rows are known before they are
// counted.
func (p *progress) played() uint64 { return p.runs - min(p.runs, p.known) }

// end takes the bar away and tells what it took.
func (p *progress) end() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.bars.Wait()
	}
	took := time.Since(p.start)
	fmt.Fprintf(p.w, "played %s in %s (%s)\n", runsText(p.played()), reports.Duration(took), p.rate(took))
}

// text is a line of progress.
func (p *progress) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	took := time.Since(p.start)
	text := reports.Number(p.runs)
	if p.total > 0 {
		text += " of " + reports.Number(p.total)
	}
	text += fmt.Sprintf(" runs, %s failing, %s", reports.Number(uint64(p.failing)), p.rate(took))
	if played := p.played(); p.total > p.runs && played > 0 {
		left := time.Duration(float64(took) / float64(played) * float64(p.total-p.runs))
		text += ", " + reports.Duration(left.Round(time.Second)) + " left"
	}
	return text
}

// rate is how many runs were played a second.
func (p *progress) rate(took time.Duration) string {
	if took <= 0 {
		return "0 a second"
	}
	rate := float64(p.played()) / took.Seconds()
	if rate >= 100 {
		return reports.Number(threeDigits(uint64(rate))) + " a second"
	}
	return fmt.Sprintf("%.2g a second", rate)
}

func runsText(n uint64) string {
	if n == 1 {
		return "1 run"
	}
	return reports.Number(n) + " runs"
}
