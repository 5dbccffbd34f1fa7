package history

import (
	"fmt"
	"strings"
)

// perKey judges what each key names as an object of its own, and tells of the
// first that fails, or else of the first of which nothing is known.
func (h *History) perKey(check func(ops []*Op) Verdict) Verdict {
	if v := h.unfit(); v != nil {
		return *v
	}
	objects, err := h.objects()
	if err != nil {
		return refused(err)
	}
	if len(objects) == 0 {
		return check(nil)
	}
	var worst *Verdict
	for _, object := range objects {
		v := check(object.ops)
		if v.Err != nil {
			return refused(fmt.Errorf("history %q: %w", h.Name, v.Err))
		}
		v.Message = onKey(object.key) + v.Message
		if v.Valid == Failed {
			return v
		}
		if worst == nil || v.Valid == Unknown && worst.Valid == Pass {
			worst = &v
		}
	}
	if worst.Valid == Pass && len(objects) > 1 {
		worst.Message = fmt.Sprintf("all of %d keys; %s", len(objects), worst.Message)
	}
	return *worst
}

// strange says that a checker does not know an operation.
func strange(o *Op, known ...string) error {
	return fmt.Errorf("operation %d: there is no %q here: want %s", o.Index, o.F, strings.Join(known, " or "))
}

// counts are details: names and numbers in turn.
func counts(pairs ...any) []Detail {
	var all []Detail
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, Detail{pairs[i].(string), int64(pairs[i+1].(int))})
	}
	return all
}

// names are those of what there is any of: numbers and names in turn.
func names(pairs ...any) []string {
	var all []string
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i].(int) > 0 {
			all = append(all, pairs[i+1].(string))
		}
	}
	return all
}

// told lists the values of each name that has any: names and lists in turn.
func told(pairs ...any) string {
	var all []string
	for i := 0; i < len(pairs); i += 2 {
		if values := pairs[i+1].([]any); len(values) > 0 {
			all = append(all, pairs[i].(string)+" "+some(values))
		}
	}
	return strings.Join(all, "; ")
}
