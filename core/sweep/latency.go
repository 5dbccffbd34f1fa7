package sweep

import (
	"encoding/json"
	"errors"
	"math/bits"
	"slices"
	"time"
)

// Latency is a sparse HdrHistogram of durations with three significant digits:
// its bins that are not empty, ascending. As JSON it is one array: of each bin
// how far it begins behind the one before, and its count.
type Latency []Bin

// Bin is so many values from Low on, up to High.
type Bin struct {
	Low   time.Duration
	Count int64
}

// subBuckets of an HdrHistogram with three significant digits is 2^11: values
// below are exact, and those above keep their first 11 bits.
const subBucketBits = 11

// shift is how many bits of a value its bin does not tell apart.
func shift(value time.Duration) int { return max(0, bits.Len64(uint64(value))-subBucketBits) }

// High is the highest value of the bin.
func (b Bin) High() time.Duration { return b.Low + 1<<shift(b.Low) - 1 }

// NewLatency is the histogram of values, which it puts in order. None is
// negative.
func NewLatency(values []time.Duration) Latency {
	slices.Sort(values)
	var l Latency
	for _, v := range values {
		low := v >> shift(v) << shift(v)
		if last := len(l) - 1; last >= 0 && l[last].Low == low {
			l[last].Count++
			continue
		}
		l = append(l, Bin{low, 1})
	}
	return l
}

// Count is how many values there are.
func (l Latency) Count() (n int64) {
	for _, b := range l {
		n += b.Count
	}
	return n
}

// Percentile is the value that so many percent of the values do not exceed: the
// nearest rank, as core.Percentile has it, up to the width of its bin. ok is
// false when there are no values.
func (l Latency) Percentile(percent int) (value time.Duration, ok bool) {
	rank := max(1, (l.Count()*int64(percent)+99)/100)
	for _, b := range l {
		if rank -= b.Count; rank <= 0 {
			return b.High(), true
		}
	}
	return 0, false
}

// MarshalJSON writes [low, count, further, count, …].
func (l Latency) MarshalJSON() ([]byte, error) {
	flat := make([]int64, 0, 2*len(l))
	before := time.Duration(0)
	for _, b := range l {
		flat = append(flat, int64(b.Low-before), b.Count)
		before = b.Low
	}
	return json.Marshal(flat)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (l *Latency) UnmarshalJSON(text []byte) error {
	var flat []int64
	if err := json.Unmarshal(text, &flat); err != nil {
		return err
	}
	if len(flat)%2 != 0 {
		return errors.New("a histogram has pairs of numbers")
	}
	*l = nil
	low := time.Duration(0)
	for i := 0; i < len(flat); i += 2 {
		low += time.Duration(flat[i])
		*l = append(*l, Bin{low, flat[i+1]})
	}
	return nil
}
