package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"simlua.example/core/sweep"
)

// ComparisonSchema names the version of the tables of a comparison, as Schema
// does for those of a run.
const ComparisonSchema = "simlua.compare/1"

// Comparison is what is written of variants that were played with the same seeds.
type Comparison struct {
	Title    string // the command, as its first line has it
	Version  string // of simlua
	Seeds    string
	Variants []sweep.Variant
	Bases    []int             // as sweep.NewComparison has them
	Compared *sweep.Compared   // its rows are of Variants
	Rows     []json.RawMessage // all sweep.Rows: JSON only
	Color    bool              // Table only
}

// CompareTitle is the first line of a comparison: "simlua compare shop.lua
// seeds=1-40 retry=false,true". It depends on what was played only.
func CompareTitle(variants []sweep.Variant, seeds sweep.Seeds, shard sweep.Shard) string {
	t := titleWords{}
	for _, v := range variants {
		t.add("", v.Script)
	}
	t.add("seeds=", seeds.String())
	if !shard.IsAll() {
		t.add("shard=", shard.String())
	}
	for _, v := range variants {
		for _, setting := range v.Set {
			name, value, found := strings.Cut(setting, "=")
			if found {
				name += "="
			}
			t.add(name, value)
		}
		if v.Plan != "" {
			t.add("plan=", v.Plan)
		}
		if v.StopAtFirstFailure {
			t.add("stop-at-first-failure", "")
		}
	}
	return t.String()
}

// FilesTitle is the first line of a comparison of files.
func FilesTitle(files []string) string {
	t := titleWords{}
	for _, file := range files {
		t.add("", file)
	}
	return t.String()
}

// titleWords are names with all their values, each once.
type titleWords struct {
	names  []string // "retry="
	values [][]string
}

func (t *titleWords) add(name, value string) {
	i := slices.Index(t.names, name)
	if i < 0 {
		i = len(t.names)
		t.names, t.values = append(t.names, name), append(t.values, nil)
	}
	if !slices.Contains(t.values[i], value) {
		t.values[i] = append(t.values[i], value)
	}
}

func (t *titleWords) String() string {
	words := []string{"simlua", "compare"}
	for i, name := range t.names {
		if name != "" {
			words = append(words, quote(name+strings.Join(t.values[i], ",")))
			continue
		}
		for _, value := range t.values[i] {
			words = append(words, quote(value))
		}
	}
	return strings.Join(words, " ")
}

// WriteComparison writes a comparison.
func WriteComparison(w io.Writer, c *Comparison, format Format) error {
	var b bytes.Buffer
	var err error
	switch format {
	case Table:
		err = c.text(&b)
	case Markdown:
		c.markdown(&b)
	case JSON:
		err = writeJSON(&b, ComparisonSchema, c.data())
		writeRuns(&b, c.Rows)
	case CSV:
		err = writeCSV(&b, ComparisonSchema, c.data())
	default:
		_, err = ParseFormat(string(format))
	}
	if err == nil {
		_, err = w.Write(b.Bytes())
	}
	return err
}

// writeRuns puts the runs behind the tables, each on a line of its own.
func writeRuns(b *bytes.Buffer, rows []json.RawMessage) {
	b.Truncate(len(bytes.TrimSuffix(b.Bytes(), []byte("\n}\n"))))
	b.WriteString(",\n  \"runs\": [")
	for i, row := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n    ")
		b.Write(row)
	}
	b.WriteString("\n  ]\n}\n")
}

func (c *Comparison) text(b *bytes.Buffer) error {
	paint := newPalette(c.Color)
	b.WriteString(OneLine(c.Title) + "\n")
	for _, t := range c.shown() {
		header, rows, numeric := t.cells()
		fitTo(widePage, header, rows)
		paintMarks(header, rows, &paint)
		if err := writeTable(b, t.name, header, rows, numeric); err != nil {
			return err
		}
	}
	for _, note := range c.notes() {
		b.WriteString("\n" + wrap(note, widePage) + "\n")
	}
	for i, line := range c.replays() {
		if i == 0 {
			b.WriteByte('\n')
		}
		b.WriteString(line + "\n")
	}
	b.WriteString("\ndigest " + c.Compared.Digest.String() + "\n")
	return nil
}

func (c *Comparison) markdown(b *bytes.Buffer) {
	fmt.Fprintf(b, "# %s\n", markdownText.Replace(OneLine(c.Title)))
	for _, t := range c.shown() {
		b.WriteString("\n## " + markdownText.Replace(t.name) + "\n\n")
		writeMarkdownTable(b, t)
	}
	for _, note := range c.notes() {
		b.WriteString("\n" + markdownText.Replace(note) + "\n")
	}
	for i, line := range c.replays() {
		if i == 0 {
			b.WriteByte('\n')
		}
		b.WriteString("    " + line + "\n")
	}
}

// paintMarks colours the last column of a table of differences.
func paintMarks(header []string, rows [][]string, paint *palette) {
	last := len(header) - 1
	if header[last] != "mark" {
		return
	}
	for _, row := range rows {
		switch sweep.Mark(row[last]) {
		case sweep.Better:
			row[last] = paint.good.Sprint(row[last])
		case sweep.Worse:
			row[last] = paint.bad.Sprint(row[last])
		case sweep.Differs:
			row[last] = paint.warning.Sprint(row[last])
		}
	}
}
