package sweep

import (
	"context"
	"slices"
	"sync"
)

// Without is what is left without one fault, or with one number smaller by one.
type Without struct {
	Removed string // the fault's name, or "name=value"
	Row     *Row
	Same    bool // it fails in the same way all the same: what was left is not minimal
}

// Prove plays what is left anew, without each of its faults alone and with each
// number smaller by one: none of these runs may fail as it does. It takes no
// notice of what Find has seen.
func (s *Shrink) Prove(ctx context.Context, left *Shrunk) ([]Without, error) {
	without := left.without()
	proof := make([]Without, len(without))
	errs := make([]error, len(without))
	turns := make(chan struct{}, max(1, s.Jobs))
	var jobs sync.WaitGroup
	for i := range without {
		turns <- struct{}{}
		jobs.Go(func() {
			defer func() { <-turns }()
			row, err := s.play(ctx, &without[i].left)
			proof[i], errs[i] = Without{without[i].removed, row, err == nil && row.Signature() == s.Want}, err
		})
	}
	jobs.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return proof, nil
}

// smaller is what is left without something.
type smaller struct {
	removed string
	left    Shrunk
}

func (s *Shrunk) without() (all []smaller) {
	for i := range s.Faults {
		left := Shrunk{Faults: slices.Delete(slices.Clone(s.Faults), i, i+1), Also: s.Also}
		all = append(all, smaller{s.Faults[i].ID.String(), left})
	}
	for i, n := range s.Also {
		if n.Value == 0 {
			continue
		}
		left := Shrunk{Faults: s.Faults, Also: slices.Clone(s.Also)}
		left.Also[i].Value--
		all = append(all, smaller{left.Also[i].String(), left})
	}
	return all
}
