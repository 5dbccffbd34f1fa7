package sweep

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"

	"simlua.example/core"
)

// index says where the rows of a store are: one entry a run, ordered. An entry is
// all that memory holds of a row.
type index []entry

type entry struct {
	seed    uint64
	offset  int64
	length  int32
	variant int16
	void    bool
}

// longestLine bounds a line of a store.
const longestLine = 64 << 20

// read looks through rows from the beginning. It tells lines that are no rows, and
// returns where the last line ends that was finished.
func (x *index) read(rows *os.File, damaged func(line int, what string)) (end int64, err error) {
	in := bufio.NewReaderSize(rows, 1<<20)
	for number := 1; ; number++ {
		line, err := in.ReadBytes('\n')
		switch {
		case errors.Is(err, io.EOF):
			if len(line) > 0 {
				damaged(number, "a line that was not finished")
			}
			x.order()
			return end, nil
		case err != nil:
			return end, err
		}
		if e, err := newEntry(line); err != nil {
			damaged(number, err.Error())
		} else {
			e.offset = end
			*x = append(*x, e)
		}
		end += int64(len(line))
	}
}

func newEntry(line []byte) (entry, error) {
	text, err := rowOf(line)
	if err != nil {
		return entry{}, err
	}
	var r struct {
		Variant int
		Seed    uint64
		Verdict core.Verdict
	}
	err = json.Unmarshal(text, &r)
	if err != nil || r.Variant < 0 || r.Variant >= MaxVariants || len(line) > longestLine {
		return entry{}, errNoRow
	}
	return entry{seed: r.Seed, variant: int16(r.Variant), length: int32(len(line)), void: r.Verdict == core.Void}, nil
}

// order leaves one row of each run: one that is not void if there is one, then the
// first.
func (x *index) order() {
	slices.SortFunc(*x, func(a, b entry) int {
		return cmp.Or(a.compare(b.seed, b.variant), compareBool(a.void, b.void), cmp.Compare(a.offset, b.offset))
	})
	*x = slices.CompactFunc(*x, func(a, b entry) bool { return a.compare(b.seed, b.variant) == 0 })
}

func (e *entry) compare(seed uint64, variant int16) int {
	return cmp.Or(cmp.Compare(e.seed, seed), cmp.Compare(e.variant, variant))
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func (x index) find(run Run) *entry {
	i, found := slices.BinarySearchFunc(x, run, func(e entry, run Run) int {
		return e.compare(run.Seed, int16(run.Variant))
	})
	if !found {
		return nil
	}
	return &x[i]
}
