package reports

import (
	"unicode/utf8"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

// width is how many columns of a terminal a printable text takes: most of East Asia's
// characters take two, those that combine none. The locale has no say.
func width(text string) (columns int) {
	for _, r := range text {
		columns += runeWidth(r)
	}
	return columns
}

func runeWidth(r rune) int {
	if r < utf8.RuneSelf {
		return 1
	}
	return twwidth.WidthWithOptions(string(r), twwidth.Options{})
}
