package reports

import (
	"bytes"
	"io"
	"strings"
)

// writeMarkdown writes the tables for people as GitHub shows them, what
// crashed, and the commands that replay.
func writeMarkdown(w io.Writer, d *document) error {
	var b bytes.Buffer
	b.WriteString("# " + codeSpan(d.title) + "\n")
	for _, t := range forPeople(d.tables) {
		b.WriteString("\n## " + t.name + "\n\n")
		writeMarkdownTable(&b, t)
		if t.name == "checks" {
			writePictures(&b, d.pictures, markdownText.Replace)
		}
	}
	if d.wrong != "" {
		b.WriteString("\n## error\n\n")
		for _, line := range shownLines(d.wrong) {
			b.WriteString("    " + line + "\n")
		}
	}
	if len(d.replay) > 0 {
		b.WriteString("\n## replay\n\n    " + strings.Join(d.replay, "\n    ") + "\n")
	}
	_, err := w.Write(b.Bytes())
	return err
}

// codeSpan shows text as it is, in as many backticks as it takes.
func codeSpan(text string) string {
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + text + fence
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
