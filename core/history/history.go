package history

import (
	"cmp"
	"fmt"
	"slices"
)

// History is what the clients of a system have asked and been answered, on one
// subject: plain data.
type History struct {
	Name string
	Ops  []Op // in the order in which they were invoked
	Cut  bool // something was too much to be kept
}

// New puts operations into the order in which they were invoked and numbers
// them. It fails when no client can have seen them so: see History.Validate.
func New(name string, ops []Op) (*History, error) {
	h := &History{Name: name, Ops: ops}
	slices.SortStableFunc(h.Ops, func(a, b Op) int { return cmp.Compare(a.Invoked, b.Invoked) })
	for i := range h.Ops {
		h.Ops[i].Index = i
	}
	return h, h.Validate()
}

// Validate finds what no history can have: operations out of order, one that
// ends before it begins, one whose process is still at another one, or goes on
// after an Info, an unknown Type.
func (h *History) Validate() error {
	last := map[int]*Op{}
	for i := range h.Ops {
		o := &h.Ops[i]
		if err := h.validate(o, i, last[o.Process]); err != nil {
			return fmt.Errorf("history %q: operation %d, %s of process %d: %w", h.Name, i, o.F, o.Process, err)
		}
		last[o.Process] = o
	}
	return nil
}

func (h *History) validate(o *Op, i int, last *Op) error {
	switch {
	case o.Type != OK && o.Type != Fail && o.Type != Info:
		return fmt.Errorf("type %q: there are ok, fail and info", o.Type)
	case o.Index != i || i > 0 && o.Invoked <= h.Ops[i-1].Invoked:
		return fmt.Errorf("it is not in the order of invocations")
	case o.Completed == 0 && o.Type != Info:
		return fmt.Errorf("it is %s and never completed", o.Type)
	case o.Completed != 0 && (o.Completed <= o.Invoked || o.End < o.Start):
		return fmt.Errorf("it ends before it begins")
	case last != nil && last.Type == Info:
		return fmt.Errorf("nobody knows whether its operation %d is over: it cannot have another", last.Index)
	case last != nil && last.Completed > o.Invoked:
		return fmt.Errorf("it is still at its operation %d", last.Index)
	}
	return nil
}
