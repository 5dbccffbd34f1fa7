package sweep

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/bits"
	"slices"
	"strconv"
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
	text := append(make([]byte, 0, 2+12*len(l)), '[')
	before := time.Duration(0)
	for i, b := range l {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, int64(b.Low-before), 10)
		text = strconv.AppendInt(append(text, ','), b.Count, 10)
		before = b.Low
	}
	return append(text, ']'), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (l *Latency) UnmarshalJSON(text []byte) error {
	flat, plain := plainNumbers(text)
	if !plain {
		if err := json.Unmarshal(text, &flat); err != nil {
			return err
		}
	}
	if len(flat)%2 != 0 {
		return errors.New("a histogram has pairs of numbers")
	}
	*l = slices.Grow(Latency(nil), len(flat)/2)
	low := time.Duration(0)
	for i := 0; i < len(flat); i += 2 {
		low += time.Duration(flat[i])
		*l = append(*l, Bin{low, flat[i+1]})
	}
	return nil
}

// plainNumbers reads a JSON array of whole numbers without spaces, as it is written here:
// most of a row is that. Any other is left to package json.
func plainNumbers(text []byte) (all []int64, plain bool) {
	if len(text) < 3 || text[0] != '[' || text[len(text)-1] != ']' {
		return nil, false
	}
	text = text[1 : len(text)-1]
	all = make([]int64, 0, bytes.Count(text, []byte{','})+1)
	for number := range bytes.SplitSeq(text, []byte{','}) {
		n, err := strconv.ParseInt(string(number), 10, 64)
		if err != nil {
			return nil, false
		}
		all = append(all, n)
	}
	return all, true
}
