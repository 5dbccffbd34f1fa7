package sweep

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
)

// confirmed is one of how many passing runs Confirm plays twice.
const confirmed = 100

// Confirm plays runs with databases in memory, and those that have failed once
// more with databases in files, before anybody hears of them; also one in a
// hundred of those that passed, which ones by a hash of the seed. Rows that differ
// are a defect.
func Confirm(inMemory, inFiles Play) Play {
	return func(ctx context.Context, run Run) (*Row, error) {
		row, err := inMemory(ctx, run)
		if err != nil || !Known(row.Verdict) || !row.Failing() && !sampled(run.Seed) {
			return row, err
		}
		again, err := inFiles(ctx, run)
		if err != nil || !Known(again.Verdict) {
			return again, err
		}
		if err := Differ(again, row); err != nil {
			return NewDefect(run, fmt.Sprintf("with databases in files and in memory it came out in two ways: %v", err)), nil
		}
		return again, nil
	}
}

// sampled picks one seed in a hundred.
func sampled(seed uint64) bool {
	h := fnv.New64a()
	fmt.Fprint(h, seed)
	return h.Sum64()%confirmed == 0
}

// Differ says how two rows of the same run differ, or nothing when they do not.
func Differ(a, b *Row) error {
	textA, err := json.Marshal(a)
	if err != nil {
		return err
	}
	textB, err := json.Marshal(b)
	switch {
	case err != nil:
		return err
	case bytes.Equal(textA, textB):
		return nil
	}
	return fmt.Errorf("%s after %d steps, and %s after %d", a.Verdict, a.Steps, b.Verdict, b.Steps)
}
