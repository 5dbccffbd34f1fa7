package reports

import (
	"bytes"

	"simlua.example/core"
)

// picture is what shows that a check does not hold.
type picture struct{ check, text string }

// pictures are those of the checks that have one.
func pictures(checks []core.CheckResult) (pictures []picture) {
	for i := range checks {
		if c := &checks[i]; c.Picture != "" {
			pictures = append(pictures, picture{c.Name, c.Picture})
		}
	}
	return pictures
}

// writePictures writes each below the name of its check, as title makes it, and set in:
// Markdown shows that as it is.
func writePictures(b *bytes.Buffer, pictures []picture, title func(string) string) {
	for _, p := range pictures {
		b.WriteString("\n" + title(OneLine(p.check)) + "\n\n")
		for _, line := range shownLines(p.text) {
			b.WriteString("    " + line + "\n")
		}
	}
}
