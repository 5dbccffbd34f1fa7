package stats

import (
	_ "embed"
	"encoding/csv"
	"math"
	"strconv"
	"strings"
	"testing"
)

//go:embed testdata/golden.csv
var goldenValues string

// TestGolden compares with what R computes; testdata/golden.R says how.
func TestGolden(t *testing.T) {
	rows := csv.NewReader(strings.NewReader(goldenValues))
	rows.Comment = '#'
	all, err := rows.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 60 {
		t.Fatalf("%d golden values", len(all))
	}
	for _, row := range all {
		got, want := compute(row[0], numbers(t, row[1])), numbers(t, row[2])
		for i := range want {
			if math.Abs(got[i]-want[i]) > 1e-9*math.Abs(want[i])+1e-12 {
				t.Errorf("%s of %s: got %v, R says %v", row[0], row[1], got, want)
				break
			}
		}
	}
}

func compute(name string, in []float64) []float64 {
	switch name {
	case "wilson":
		lo, hi := Wilson(int(in[0]), int(in[1]), 0.95)
		return []float64{lo, hi}
	case "sign":
		return []float64{SignTest(int(in[0]), int(in[1]))}
	case "median": // of 0, 1, 2 …: the interval's ends are the orders
		values := make([]float64, int(in[0]))
		for i := range values {
			values[i] = float64(i)
		}
		_, interval, ok := Median(values, 0.95)
		if !ok {
			return []float64{-1, 0}
		}
		return []float64{interval.Lo, interval.Coverage}
	case "holm":
		return Holm(in)
	case "poisson":
		shares := make([]float64, len(in))
		for i := range in {
			shares[i] = float64(poisson[i]) / (1 << 64)
		}
		return shares
	}
	return nil
}

func numbers(t *testing.T, text string) (numbers []float64) {
	t.Helper()
	for _, word := range strings.Fields(text) {
		x, err := strconv.ParseFloat(word, 64)
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, x)
	}
	return numbers
}
