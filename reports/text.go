package reports

import (
	"strconv"
	"unicode"
	"unicode/utf8"
)

// appendLine appends text that a script wrote as one printable line: line
// ends, other control characters and bytes that are not UTF-8 are written as
// in a Go string ("\n", "\x1b", "\xff"), so that no text can forge a line or
// command a terminal.
func appendLine(b []byte, text string) []byte {
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		switch {
		case r == '\t':
			b = append(b, ' ')
		case r >= ' ' && r < 0x7f, r > 0x7f && r != utf8.RuneError && unicode.IsPrint(r):
			b = append(b, text[i:i+size]...)
		case r == utf8.RuneError && size == 1:
			b = append(b, `\x`...)
			b = append(b, hexDigits[text[i]>>4], hexDigits[text[i]&15])
		default:
			quoted := strconv.QuoteRuneToASCII(r)
			b = append(b, quoted[1:len(quoted)-1]...)
		}
		i += size
	}
	return b
}

const hexDigits = "0123456789abcdef"

// oneLine is text as appendLine writes it.
func oneLine(text string) string { return string(appendLine(nil, text)) }
