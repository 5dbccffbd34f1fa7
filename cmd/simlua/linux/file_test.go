//go:build linux

package linux

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// file is a file of figures beside tcp's tests: a line for each
// experiment, its key first, and then what was measured.
type file struct {
	name  string
	about []string // for a reader
	key   []string // names of columns
}

// figures are the columns after the key. Lost is the share of the packets that
// could be lost and were.
var figures = []string{"runs", "lost", "min", "median", "max"}

// outcome is what the runs of one experiment gave.
type outcome struct {
	values     []float64
	sent, lost int
}

// compare measures, and wants what the file says.
func (f file) compare(t *testing.T, all []experiment) {
	outcomes, late := measureAll(t, all)
	t.Logf("99 in 100 packets were at most %v late, 999 in 1000 %v", late.quantile(0.99), late.quantile(0.999))
	if t.Failed() {
		return
	}
	path := filepath.Join("..", "..", "..", "tcp", "testdata", f.name)
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, f.format(all, outcomes, late), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f.check(t, text, all, outcomes)
}

// check wants each median within the range of the file's runs and 15 %.
func (f file) check(t *testing.T, text []byte, all []experiment, outcomes []outcome) {
	r := csv.NewReader(bytes.NewReader(text))
	r.Comment = '#'
	lines, err := r.ReadAll()
	if err != nil || len(lines) != len(all)+1 {
		t.Fatalf("%s: %d lines for %d experiments: %v", f.name, len(lines), len(all), err)
	}
	number := func(line []string, figure string) float64 {
		x, err := strconv.ParseFloat(line[len(f.key)+slices.Index(figures, figure)], 64)
		if err != nil {
			t.Errorf("%s: %s: %v", f.name, figure, err)
		}
		return x
	}
	for i, line := range lines[1:] {
		if !slices.Equal(line[:len(f.key)], all[i].key) {
			t.Errorf("%s: %v where %v was measured", f.name, line, all[i].key)
		}
		least, most := number(line, "min"), number(line, "max")
		if got := outcomes[i].quantile(0.5); got < least*0.85 || got > most*1.15 {
			t.Errorf("%v: measured %.4g, and the file has %v to %v", all[i].key, got, least, most)
		}
	}
}

func (o *outcome) quantile(share float64) float64 {
	slices.Sort(o.values)
	return o.values[int(share*float64(len(o.values)-1)+0.5)]
}

func (f file) format(all []experiment, outcomes []outcome, late *lateness) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# The TCP of Linux %s, measured on %s by cmd/simlua/linux.\n",
		kernelRelease(), time.Now().Format(time.DateOnly))
	for _, line := range f.about {
		fmt.Fprintf(&b, "# %s\n", line)
	}
	fmt.Fprintf(&b, "# SACK, D-SACK, RACK-TLP and HyStart on, ECN off, buffers as the kernel tunes them, packets leave one by one.\n")
	fmt.Fprintf(&b, "# 99 in 100 packets arrived within %v of their time, 999 in 1000 within %v.\n",
		late.quantile(0.99).Round(10*time.Microsecond), late.quantile(0.999).Round(10*time.Microsecond))
	w := csv.NewWriter(&b)
	w.Write(slices.Concat(f.key, figures))
	for i, e := range all {
		o := &outcomes[i]
		line := append(slices.Clone(e.key), fmt.Sprint(len(o.values)),
			fmt.Sprintf("%.5f", float64(o.lost)/float64(max(1, o.sent))))
		for _, share := range []float64{0, 0.5, 1} {
			line = append(line, fmt.Sprintf("%.4g", o.quantile(share)))
		}
		w.Write(line)
	}
	w.Flush()
	return b.Bytes()
}

func kernelRelease() string {
	var u unix.Utsname
	unix.Uname(&u)
	return unix.ByteSliceToString(u.Release[:])
}

// loadMax is what all that runs at once may be expected to bring, in MB/s.
const loadMax = 5

// measureAll runs experiments side by side: each run has hosts of its own.
func measureAll(t *testing.T, all []experiment) ([]outcome, *lateness) {
	outcomes, late := make([]outcome, len(all)), new(lateness)
	var mu sync.Mutex
	var running sync.WaitGroup
	room := make(chan struct{}, loadMax*100)
	for i, e := range all {
		for run := range e.runs {
			share := min(cap(room), int(e.load*100)+1)
			for range share {
				room <- struct{}{}
			}
			running.Go(func() {
				defer func() {
					for range share {
						<-room
					}
				}()
				value, r, err := e.run(uint64(i*1000 + run))
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Errorf("%v: %v", e.key, err)
					return
				}
				o := &outcomes[i]
				o.values = append(o.values, value)
				o.sent, o.lost = o.sent+r.lanes[0].sent, o.lost+r.lanes[0].lost
				late.add(r)
			})
		}
	}
	running.Wait()
	return outcomes, late
}

func (e experiment) run(seed uint64) (float64, *relay, error) {
	p, err := newPair(e, seed)
	if err != nil {
		return 0, nil, err
	}
	value, err := e.measure(p)
	p.close()
	return value, p.relay, err
}
