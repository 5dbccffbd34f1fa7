package reports

import (
	"bytes"
	"io"
	"strings"

	"simlua.example/core"
)

// writeMarkdown writes the tables for people as GitHub shows them, what
// crashed, and the command that replays the run.
func writeMarkdown(w io.Writer, r *core.Result, tables []table, o Options) error {
	var b bytes.Buffer
	b.WriteString("# `" + o.Command.Title() + "`\n")
	for _, t := range forPeople(tables) {
		b.WriteString("\n## " + t.name + "\n\n")
		writeMarkdownTable(&b, t)
	}
	if text := errorText(r); text != "" {
		b.WriteString("\n## error\n\n")
		for _, line := range shownLines(text) {
			b.WriteString("    " + line + "\n")
		}
	}
	b.WriteString("\n## replay\n\n    " + o.Command.String() + "\n")
	_, err := w.Write(b.Bytes())
	return err
}

func writeMarkdownTable(b *bytes.Buffer, t *table) {
	header, rows, numeric := t.cells()
	if t.single {
		header = []string{"", ""}
	}
	writeMarkdownRow(b, header)
	for _, right := range numeric {
		if right {
			b.WriteString("|---:")
		} else {
			b.WriteString("|---")
		}
	}
	b.WriteString("|\n")
	for _, row := range rows {
		writeMarkdownRow(b, row)
	}
}

func writeMarkdownRow(b *bytes.Buffer, cells []string) {
	for _, cell := range cells {
		b.WriteString("| " + markdownText.Replace(cell) + " ")
	}
	b.WriteString("|\n")
}

// markdownText keeps text from being read as Markdown or HTML.
var markdownText = strings.NewReplacer(`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "~", `\~`,
	"[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "@", "&#64;", "#", `\#`)
