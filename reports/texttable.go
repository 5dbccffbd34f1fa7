package reports

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// writeText writes tables for people, then what crashed, the commands that
// replay what failed, and the digest.
func writeText(w io.Writer, d *document, color bool) error {
	var b bytes.Buffer
	paint := newPalette(color)
	for _, t := range forPeople(d.tables) {
		header, rows, numeric := t.cells()
		fit(header, rows)
		paintVerdicts(header, rows, &paint)
		if err := writeTable(&b, t.name, header, rows, numeric); err != nil {
			return err
		}
		if t.name == "checks" {
			writePictures(&b, d.pictures, func(check string) string { return check })
		}
	}
	if d.wrong != "" {
		b.WriteString("\nerror\n")
		for _, line := range shownLines(d.wrong) {
			b.WriteString("  " + paint.bad.Sprint(line) + "\n")
		}
	}
	for i, command := range d.replay {
		if i == 0 {
			b.WriteString("\n")
		}
		b.WriteString("replay: " + command + "\n")
	}
	if d.digest != "" {
		b.WriteString("\ndigest " + d.digest + "\n")
	}
	_, err := w.Write(b.Bytes())
	return err
}

// WriteTable writes an empty line, a title and a table of texts in the look
// of a report; nothing when there are no rows.
func WriteTable(w io.Writer, title string, header []string, rows [][]string) error {
	if len(rows) == 0 {
		return nil
	}
	for _, row := range rows {
		for i, cell := range row {
			row[i] = OneLine(cut(cell))
		}
	}
	fit(header, rows)
	var b bytes.Buffer
	if err := writeTable(&b, title, header, rows, make([]bool, len(header))); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// writeTable writes a table without borders, whose cells fit the page. One
// without a header stands upright.
func writeTable(b *bytes.Buffer, title string, header []string, rows [][]string, numeric []bool) error {
	b.WriteString("\n" + title + "\n")
	var padded bytes.Buffer
	w := tablewriter.NewTable(&padded,
		tablewriter.WithRenderer(renderer.NewBlueprint(look)),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithAlignment(alignment(numeric)),
		tablewriter.WithPadding(tw.Padding{Left: " ", Right: " ", Overwrite: true}),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithEastAsian(tw.Off), // or the locale would decide about widths
	)
	if header != nil {
		w.Header(header)
	}
	if err := w.Bulk(rows); err != nil {
		return err
	}
	err := w.Render()
	for line := range strings.Lines(padded.String()) {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return err
}

func paintVerdicts(header []string, rows [][]string, paint *palette) {
	column := slices.Index(header, "verdict")
	for _, row := range rows {
		switch {
		case header == nil && row[0] == "verdict":
			row[1] = paint.verdict(row[1])
		case column >= 0:
			row[column] = paint.verdict(row[column])
		}
	}
}

var look = tw.Rendition{
	Borders: tw.BorderNone,
	Symbols: tw.NewSymbols(tw.StyleLight),
	Settings: tw.Settings{
		Separators: tw.Separators{BetweenColumns: tw.Off},
	},
}

func alignment(right []bool) tw.Alignment {
	a := make(tw.Alignment, len(right))
	for i := range a {
		a[i] = tw.AlignLeft
		if right[i] {
			a[i] = tw.AlignRight
		}
	}
	return a
}
