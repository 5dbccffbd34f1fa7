package sweep

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// ErrMissing ends a merged sweep where a run has no row.
var ErrMissing = errors.New("not all runs have a row")

// Merge makes one sweep of the stores of all shards of one, in any order: its rows
// are those that one process would have had. They end with ErrMissing at the first
// run that no store has.
func Merge(stores []*Store) (*Sweep, error) {
	first := stores[0].spec
	byShard := map[uint64]*Store{}
	for _, s := range stores {
		if err := s.fits(&first, byShard[s.spec.Shard.whole().I]); err != nil {
			return nil, fmt.Errorf("%s: %w", s.dir, err)
		}
		byShard[s.spec.Shard.whole().I] = s
	}
	n := first.Shard.whole().N
	if err := allShards(byShard, n); err != nil {
		return nil, err
	}
	find := func(run Run) (*Row, error) {
		position, _ := first.Seeds.Position(run.Seed)
		return byShard[position%n+1].Row(run)
	}
	none := func(context.Context, Run) (*Row, error) { return nil, ErrMissing }
	return &Sweep{Seeds: first.Seeds, StopAfter: first.StopAfter, Variants: len(first.Variants), Kept: find, Play: none},
		nil
}

// fits says why a store is no part of the same sweep.
func (s *Store) fits(first *Spec, same *Store) error {
	spec := s.spec
	shard, firstShard := spec.Shard.whole(), first.Shard.whole()
	switch {
	case shard.N != firstShard.N:
		return fmt.Errorf("it is shard %s, the first is %s", shard, firstShard)
	case same != nil:
		return fmt.Errorf("both are shard %s, it and %s", shard, same.dir)
	case spec.Seeds.String() != first.Seeds.String():
		return fmt.Errorf("--seeds was %s and is %s", first.Seeds, spec.Seeds)
	case spec.StopAfter != first.StopAfter:
		return fmt.Errorf("--stop-after was %d and is %d", first.StopAfter, spec.StopAfter)
	case spec.UntilReached != first.UntilReached:
		return errors.New("only one of them ends with --until-reached")
	}
	spec.Shard = first.Shard
	return first.differs(&spec)
}

// allShards says which of n are missing.
func allShards(have map[uint64]*Store, n uint64) error {
	const most = 10
	var missing []string
	for i := uint64(1); i <= n; i++ {
		if have[i] == nil && len(missing) < most {
			missing = append(missing, Shard{i, n}.String())
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if more := n - uint64(len(have)) - uint64(len(missing)); more > 0 {
		missing = append(missing, fmt.Sprintf("and %d more", more))
	}
	return fmt.Errorf("missing: shard %s", strings.Join(missing, ", "))
}
