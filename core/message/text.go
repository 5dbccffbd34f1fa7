package message

import (
	"strconv"
	"strings"
)

// AppendText appends a message as a script would write its value, on one line:
// {op = "move", 1, 2.5, true}. Of a long one it appends the beginning, of a
// little more than most bytes.
func AppendText(dst, message []byte, most int) []byte {
	w := writer{out: dst, rest: message, end: len(dst) + most}
	w.value()
	return w.out
}

// writer turns items into text while it goes over them.
type writer struct {
	out, rest []byte
	end       int // of out, where nobody reads on
}

func (w *writer) isFull() bool { return len(w.out) > w.end }

// value writes the item at the beginning of the rest.
func (w *writer) value() {
	major, info, argument, size, err := ReadHead(w.rest)
	if err != nil || size == 0 {
		w.rest = nil
		w.out = append(w.out, '?')
		return
	}
	w.rest = w.rest[size:]
	switch major {
	case MajorUint:
		w.out = strconv.AppendUint(w.out, argument, 10)
	case MajorNegint:
		w.out = strconv.AppendInt(w.out, -1-int64(argument), 10)
	case MajorBytes, MajorText:
		w.quoted(w.content(argument))
	case MajorArray:
		w.list(argument)
	case MajorMap:
		w.table(argument)
	default:
		w.simple(info, argument)
	}
}

// content takes the bytes of a string.
func (w *writer) content(n uint64) []byte {
	n = min(n, uint64(len(w.rest)))
	content := w.rest[:n]
	w.rest = w.rest[n:]
	return content
}

func (w *writer) quoted(content []byte) {
	content = content[:min(len(content), max(0, w.end-len(w.out))+1)]
	w.out = strconv.AppendQuote(w.out, string(content))
}

func (w *writer) list(n uint64) {
	w.out = append(w.out, '{')
	for i := uint64(0); i < n && len(w.rest) > 0 && !w.isFull(); i++ {
		w.comma(i)
		w.value()
	}
	w.out = append(w.out, '}')
}

func (w *writer) table(n uint64) {
	w.out = append(w.out, '{')
	for i := uint64(0); i < n && len(w.rest) > 0 && !w.isFull(); i++ {
		w.comma(i)
		w.key()
		w.out = append(w.out, " = "...)
		w.value()
	}
	w.out = append(w.out, '}')
}

func (w *writer) comma(i uint64) {
	if i > 0 {
		w.out = append(w.out, ", "...)
	}
}

// key writes a key as it stands in a table of Lua: bare when it is a name.
func (w *writer) key() {
	if major, _, argument, size, err := ReadHead(w.rest); err == nil && size > 0 && major == MajorText {
		rest := w.rest[size:]
		if name := rest[:min(argument, uint64(len(rest)))]; isName(name) {
			w.out = append(w.out, name...)
			w.rest = rest[len(name):]
			return
		}
	}
	w.out = append(w.out, '[')
	w.value()
	w.out = append(w.out, ']')
}

// keywords are those of Lua, which are no names.
const keywords = " and break do else elseif end false for function if in local nil not or repeat return then true " +
	"until while "

func isName(b []byte) bool {
	if len(b) == 0 || len(b) > 64 || b[0] >= '0' && b[0] <= '9' {
		return false
	}
	for _, c := range b {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_':
		default:
			return false
		}
	}
	return !strings.Contains(keywords, " "+string(b)+" ")
}

func (w *writer) simple(info byte, argument uint64) {
	switch info {
	case False:
		w.out = append(w.out, "false"...)
	case True:
		w.out = append(w.out, "true"...)
	case Null, Undefined:
		w.out = append(w.out, "nil"...)
	default:
		w.out = strconv.AppendFloat(w.out, Float(info, argument), 'g', -1, 64)
	}
}
