package reports

import "slices"

// Schema names the version of the tables. It changes when a column changes
// its meaning or goes away, not when one is added.
const Schema = "simlua.run/1"

// kind is the type of a column's values.
type kind string

const (
	text     kind = "string"
	integer  kind = "integer"
	duration kind = "nanoseconds" // the key ends in _ns
	volume   kind = "bytes"
	boolean  kind = "boolean"
	share    kind = "share"  // a number from 0 to 1; percent for people
	value    kind = "value"  // number, string or boolean
	object   kind = "object" // of JSON
)

// column describes the values of one column; nil stands for none.
type column struct {
	key    string // in JSON and CSV
	title  string // for people; empty: JSON and CSV only
	kind   kind
	doc    string
	sparse bool // people see it only when some value is not zero
}

// table is the only model of what a report says. Values are string, int,
// uint64, float64, bool, time.Duration, json.RawMessage or nil.
type table struct {
	name    string
	doc     string
	single  bool // one row: an object in JSON, upright for people
	long    bool // JSON and CSV only
	aside   bool // for people only: a part of another table, which is too wide for them
	columns []column
	rows    [][]any
}

// shown are the indexes of the columns for people.
func (t *table) shown() []int {
	var shown []int
	for i, c := range t.columns {
		if c.title != "" && (!c.sparse || t.hasValue(i)) {
			shown = append(shown, i)
		}
	}
	return shown
}

func (t *table) hasValue(column int) bool {
	for _, row := range t.rows {
		if !isZero(row[column]) {
			return true
		}
	}
	return false
}

func isZero(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case int:
		return v == 0
	case uint64:
		return v == 0
	case bool:
		return !v
	}
	return false
}

// forPrograms are the tables that JSON and CSV have.
func forPrograms(tables []table) []table {
	return slices.DeleteFunc(slices.Clone(tables), func(t table) bool { return t.aside })
}

// forPeople are the tables that are shown to people: not the long and not
// the empty ones.
func forPeople(tables []table) []*table {
	var shown []*table
	for i := range tables {
		if t := &tables[i]; !t.long && len(t.rows) > 0 {
			shown = append(shown, t)
		}
	}
	return shown
}
