package sweep

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"slices"

	"simlua.example/core"
)

// attempt is some of the faults of a Shrink, by their places, and values of its
// parameters.
type attempt struct {
	faults []int
	also   []Param
}

func (a attempt) with(faults []int) attempt { return attempt{faults, a.also} }

func (a attempt) valued(which int, value uint64) attempt {
	also := slices.Clone(a.also)
	also[which].Value = value
	return attempt{a.faults, also}
}

// key tells attempts apart.
func (a attempt) key() string {
	var b []byte
	for _, i := range a.faults {
		b = binary.AppendUvarint(b, uint64(i))
	}
	return fmt.Sprint(a.also) + string(b)
}

// finder is a Shrink under way.
type finder struct {
	*Shrink
	ctx     context.Context
	left    attempt         // fails as wanted
	row     *Row            // of left
	known   map[string]*Row // of what was played: its row, or nil where it does not fail as wanted
	counted map[string]bool // what one job would have played
}

func newFinder(ctx context.Context, s *Shrink) *finder {
	f := &finder{Shrink: s, ctx: ctx, known: map[string]*Row{}, counted: map[string]bool{}, left: attempt{also: s.Also}}
	for i := range s.Faults {
		f.left.faults = append(f.left.faults, i)
	}
	return f
}

func (f *finder) faults(a attempt) []core.Fault {
	faults := make([]core.Fault, len(a.faults))
	for i, place := range a.faults {
		faults[i] = f.Faults[place]
	}
	return faults
}

// errRuns ends a search that takes too many runs.
var errRuns = errors.New("too many runs")

// try makes one attempt what is left, if it fails as wanted.
func (f *finder) try(a attempt) (found bool, err error) {
	was, err := first(f, slices.Values([]attempt{a}), func(a attempt) attempt { return a })
	return was != nil, err
}

// first finds the first of some attempts that fails as wanted, and makes it what
// is left; nil when none does. Those behind it are played meanwhile, as many as
// there are jobs; they count as played when their turn comes.
func first[T any](f *finder, all iter.Seq[T], of func(T) attempt) (*T, error) {
	ctx, cancel := context.WithCancel(f.ctx)
	next, stop := iter.Pull(all)
	defer stop()
	var values []T
	var under []*underWay
	defer func() { f.giveUp(cancel, under) }()
	for {
		for len(under) < max(1, f.Jobs) {
			value, ok := next()
			if !ok {
				break
			}
			values, under = append(values, value), append(under, f.begin(ctx, of(value)))
		}
		if len(under) == 0 {
			return nil, nil
		}
		value, played := values[0], under[0]
		values, under = values[1:], under[1:]
		<-played.done
		if f.ctx.Err() != nil {
			return nil, context.Cause(f.ctx)
		}
		if found, err := f.take(played); err != nil || found {
			return &value, err
		}
	}
}

// underWay is an attempt that is played.
type underWay struct {
	attempt
	key  string
	done chan struct{}
	row  *Row // nil when it does not fail as wanted
	err  error
}

func (f *finder) begin(ctx context.Context, a attempt) *underWay {
	u := &underWay{attempt: a, key: a.key(), done: make(chan struct{})}
	if row, known := f.known[u.key]; known {
		u.row = row
		close(u.done)
		return u
	}
	go func() {
		defer close(u.done)
		u.row, u.err = f.play(ctx, &Shrunk{Faults: f.faults(a), Also: a.also})
		if u.err == nil && u.row.Signature() != f.Want {
			u.row = nil
		}
	}()
	return u
}

// take counts an attempt whose turn has come, and says whether it fails as wanted.
func (f *finder) take(u *underWay) (found bool, err error) {
	if u.err != nil {
		return false, u.err
	}
	if !f.counted[u.key] && len(f.counted) >= MostShrinkRuns {
		return false, errRuns
	}
	f.known[u.key], f.counted[u.key] = u.row, true
	if u.row != nil {
		f.left, f.row = u.attempt, u.row
	}
	if f.Tried != nil {
		f.Tried(len(f.counted), len(f.left.faults))
	}
	return u.row != nil, nil
}

// giveUp ends what nobody waits for any more. What has finished is known.
func (f *finder) giveUp(cancel func(), under []*underWay) {
	cancel()
	for _, u := range under {
		if <-u.done; u.err == nil {
			f.known[u.key] = u.row
		}
	}
}
