package reports

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"simlua.example/core"
)

// Format is how a result is written.
type Format string

// The formats.
const (
	Table    Format = "table"    // for people
	JSON     Format = "json"     // one document, see schema.md
	Markdown Format = "markdown" // tables as GitHub shows them
	CSV      Format = "csv"      // one long table: table,row,column,value
)

// Formats are all formats, in the order help lists them.
var Formats = []Format{Table, JSON, Markdown, CSV}

// ParseFormat finds a format by its name.
func ParseFormat(name string) (Format, error) {
	names := make([]string, len(Formats))
	for i, f := range Formats {
		if name == string(f) {
			return f, nil
		}
		names[i] = string(f)
	}
	return "", fmt.Errorf("a format is one of %s, not %q", strings.Join(names, ", "), name)
}

// Options say how Write writes, beside the format.
type Options struct {
	Command Command // what was played
	Origin  Origin
	Color   bool // Table only
}

// Origin is what a run came from beside its command, as far as it is known.
type Origin struct {
	Version string // of simlua
	Script  string // digest of the script and its modules
}

// Write writes a result.
func Write(w io.Writer, r *core.Result, format Format, options Options) error {
	d := &document{schema: Schema, title: options.Command.Title(), tables: newTables(r, options), wrong: errorText(r),
		pictures: pictures(r.Checks), digest: digest(r)}
	again := r.Failed() && r.Verdict != core.Interrupted && r.Verdict != core.Void
	if again || format == Markdown {
		d.replay = []string{options.Command.String()}
	}
	return d.write(w, format, options.Color)
}

// document is what one command has to say: tables, and for people what stands
// around them.
type document struct {
	schema string
	title  string
	tables []table
	wrong  string // what crashed, several lines perhaps

	pictures []picture // behind the checks
	replay   []string  // the commands that play failures again
	digest   string    // empty for none
}

func (d *document) write(w io.Writer, format Format, color bool) error {
	switch format {
	case Table:
		return writeText(w, d, color)
	case JSON:
		return writeJSON(w, d.schema, d.tables)
	case Markdown:
		return writeMarkdown(w, d)
	case CSV:
		return writeCSV(w, d.schema, d.tables)
	}
	_, err := ParseFormat(string(format))
	return err
}

// errorText is all that is known of what crashed, several lines perhaps;
// empty when nothing did.
func errorText(r *core.Result) string {
	if r.Err == nil {
		return ""
	}
	var long interface{ Details() string }
	if errors.As(r.Err, &long) {
		return long.Details()
	}
	return r.Err.Error()
}
