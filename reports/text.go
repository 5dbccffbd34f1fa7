package reports

import (
	"fmt"
	"strconv"
	"strings"
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

// OneLine is text that may come from anywhere, for a terminal: as one line, with
// what is not printable escaped as in a Go string.
func OneLine(text string) string { return string(appendLine(nil, text)) }

// What people are shown of one text, in bytes, and of one that has lines.
const (
	longest   = 2000
	mostLines = 100
)

// shownLines are the lines of a text as people are shown them.
func shownLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if len(lines) == mostLines {
			rest := strings.Count(strings.TrimRight(text, "\n"), "\n") + 1 - mostLines
			return append(lines, fmt.Sprintf("… (cut: %d lines more; --format json has all of it)", rest))
		}
		lines = append(lines, OneLine(cut(strings.TrimRight(line, "\r\n"))))
	}
	return lines
}

// cut leaves a note in place of what people would not read.
func cut(text string) string {
	if len(text) <= longest {
		return text
	}
	end := longest
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + " … (cut: " + size(int64(len(text))) + "; --format json has all of it)"
}
