package reports

import (
	"io"
	"math"
)

// OngoingSchema is Schema for the sweeps that a server has.
const OngoingSchema = "simlua.sweeps/1"

// Ongoing are the sweeps that a server has.
type Ongoing struct {
	Server string // where it is
	Sweeps []OngoingSweep
	Color  bool // Table only
}

// OngoingSweep is one of them.
type OngoingSweep struct {
	Name, Script, Build string
	Played, Failing     uint64
	Total               uint64  // zero when nobody knows
	Rate                float64 // runs a second
	Attended            bool
	Workers, Jobs       int
}

// WriteOngoing writes it.
func WriteOngoing(w io.Writer, o *Ongoing, format Format) error {
	d := &document{schema: OngoingSchema, title: "simlua sweeps " + o.Server, tables: []table{o.table()}}
	if format == Table {
		if _, err := io.WriteString(w, d.title+"\n"); err != nil {
			return err
		}
	}
	return d.write(w, format, o.Color)
}

func (o *Ongoing) table() table {
	t := table{
		name: "sweeps", doc: "The sweeps on the server, by their names.",
		columns: []column{
			{"name", "name", text, "Its name, as `--attach` and `--cancel` take it.", false},
			{"script", "script", text, "The first script of it, as it was given.", false},
			{"played", "played", integer, "Runs that have finished, as far as it is known.", false},
			{"total", "of", integer, "Runs that there will be; none when nobody knows.", true},
			{"failing", "failing", integer, "Runs that have failed.", false},
			{"runs_per_second", "a second", value, "Runs that have finished, a second, on average.", false},
			{"workers", "workers", integer, "Workers that play it.", false},
			{"jobs", "jobs", integer, "How many runs these play at once; some of other sweeps, perhaps.", false},
			{"attended", "attended", boolean, "Whether a submitter waits for what comes of it.", false},
			{key: "build", kind: text, doc: "The build of simlua whose workers play it."},
		},
	}
	for i := range o.Sweeps {
		s := &o.Sweeps[i]
		total := any(nil)
		if s.Total > 0 {
			total = s.Total
		}
		t.rows = append(t.rows, []any{s.Name, s.Script, s.Played, total, s.Failing, roughly(s.Rate), s.Workers, s.Jobs,
			s.Attended, s.Build})
	}
	return t
}

// roughly is a rate with one digit behind the point, if that tells anything.
func roughly(rate float64) float64 {
	if rate >= 100 {
		return math.Round(rate)
	}
	return math.Round(rate*10) / 10
}
