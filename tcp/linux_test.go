package tcp

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
)

// linuxLine is what was measured of Linux under one set of conditions.
type linuxLine map[string]string

func (l linuxLine) number(t *testing.T, column string) float64 {
	x, err := strconv.ParseFloat(l[column], 64)
	if err != nil {
		t.Fatalf("%s: %v", column, err)
	}
	return x
}

// readLinux reads a file that cmd/simlua/linux has measured.
func readLinux(t *testing.T, file string) (all []linuxLine) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	records, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records[1:] {
		l := linuxLine{}
		for i, value := range record {
			l[records[0][i]] = value
		}
		all = append(all, l)
	}
	return all
}

// besideLinux computes a table's rows, and compares the table with a file.
func besideLinux(t *testing.T, file, header string, rows int, row func(t *testing.T, i int) string) {
	if testing.Short() {
		t.Skip("many transfers")
	}
	table := make([]string, rows)
	t.Run("rows", func(t *testing.T) {
		for i := range table {
			t.Run(strconv.Itoa(i), func(t *testing.T) {
				t.Parallel()
				table[i] = row(t, i)
			})
		}
	})
	text := header + strings.Join(table, "")
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(golden) != text {
		t.Errorf("%s says otherwise than\n%s", file, text)
	}
}

const linuxGoodputHeader = `# Goodput in kB/s beside that of Linux (linux_goodput.csv), where segments with data are lost. Both are corrected, by
# the square root, from the loss that came about to the one that was asked for.
congestion    rtt   loss     linux    simlua   ratio
`

// TestLinuxGoodput shows goodput beside that of Linux.
func TestLinuxGoodput(t *testing.T) {
	lines := readLinux(t, "testdata/linux_goodput.csv")
	besideLinux(t, "testdata/linux_goodput.golden", linuxGoodputHeader, len(lines), func(t *testing.T, i int) string {
		l := lines[i]
		rtt, err := time.ParseDuration(l["rtt"])
		if err != nil {
			t.Fatal(err)
		}
		loss := l.number(t, "loss")
		linux := l.number(t, "median") * math.Sqrt(l.number(t, "lost")/loss)
		ours := nominalGoodput(Config{Congestion: l["congestion"]}, rtt, loss)
		if l["congestion"] == core.CongestionReno && math.Abs(ours/linux-1) > 0.15 {
			t.Errorf("%v, loss %v: Reno brings %.1f kB/s, and that of Linux %.1f", rtt, loss, ours, linux)
		}
		return fmt.Sprintf("%-10s  %5v  %5v  %8.1f  %8.1f  %6.3f\n",
			l["congestion"], rtt, loss, linux, ours, ours/linux)
	})
}

// nominalGoodput is what a transfer brings after its first tenth, in kB/s.
func nominalGoodput(c Config, rtt time.Duration, loss float64) float64 {
	p, err := core.NewProbability(loss)
	if err != nil {
		panic(err)
	}
	b := newBulk(c, rtt, p, 1)
	n := int(min(100_000, max(10_000, 300/loss)))
	b.run(n / 10)
	lost, received := b.lost, b.received
	took := b.run(n)
	realised := float64(b.lost-lost) / float64(n)
	return float64(b.received-received) / took.Seconds() / 1000 * math.Sqrt(realised/loss)
}
