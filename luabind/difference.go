package luabind

import (
	"fmt"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Bounds of what is said of a difference.
const (
	maxBothShown   = 200 // bytes of a value that is shown whole
	maxPartShown   = 60  // bytes of a part of it
	maxDifferences = 5   // parts that differ, and elements of a set
	aroundText     = 20  // bytes before the first that differs
)

// difference says how a value differs from the one wanted: both of them when
// they are short, else where they differ.
func difference(want, got lua.LValue) string {
	if isSet(want) && isSet(got) && want != got {
		return setDifference(want.(*lua.LTable), got.(*lua.LTable))
	}
	a, whole := renderUpTo(want, maxBothShown)
	b, wholeToo := renderUpTo(got, maxBothShown)
	if whole && wholeToo {
		return both(a, b)
	}
	switch x := want.(type) {
	case lua.LString:
		if y, ok := got.(lua.LString); ok {
			return textDifference(string(x), string(y))
		}
	case *lua.LTable:
		if y, ok := got.(*lua.LTable); ok {
			d := differ{seen: map[tablePair]bool{}}
			d.tables(x, y, "")
			return "the tables differ at " + atMost(d.found, d.count, "; ")
		}
	}
	return both(a, b)
}

func both(want, got string) string { return "expected " + want + ", got " + got }

// atMost joins what was found, of so many.
func atMost(found []string, count int, separator string) string {
	text := strings.Join(found, separator)
	if more := count - len(found); more > 0 {
		text += fmt.Sprintf("%sand %d more", separator, more)
	}
	return text
}

func textDifference(want, got string) string {
	at := 0
	for at < len(want) && at < len(got) && want[at] == got[at] {
		at++
	}
	return fmt.Sprintf("expected a text of %d bytes, got one of %d; from byte %d on: %s", len(want), len(got), at+1,
		both(textFrom(want, at), textFrom(got, at)))
}

// textFrom shows a text around the byte at.
func textFrom(text string, at int) string {
	from, to := max(at-aroundText, 0), min(at+maxPartShown, len(text))
	shown := strconv.Quote(strings.ToValidUTF8(text[from:to], "\ufffd"))
	if from > 0 {
		shown = "..." + shown
	}
	if to < len(text) {
		shown += "..."
	}
	return shown
}

// differ finds where two tables differ.
type differ struct {
	seen  map[tablePair]bool
	found []string // the first of them
	count int
}

func (d *differ) tables(want, got *lua.LTable, path string) {
	want, got = behind(want), behind(got)
	if pair := (tablePair{want, got}); d.seen[pair] {
		return
	} else {
		d.seen[pair] = true
	}
	for _, key := range keysBeyond(want, 0) {
		d.values(want.RawGet(key), got.RawGet(key), path, key)
	}
	for _, key := range keysBeyond(got, 0) {
		if want.RawGet(key) == lua.LNil {
			d.values(lua.LNil, got.RawGet(key), path, key)
		}
	}
}

func (d *differ) values(want, got lua.LValue, path string, key lua.LValue) {
	x, xTable := want.(*lua.LTable)
	y, yTable := got.(*lua.LTable)
	switch {
	case xTable && yTable && len(path) < maxBothShown:
		if !isSet(x) || !isSet(y) {
			d.tables(x, y, path+keyPath(key))
		} else if !equalValues(x, y) {
			d.note(path, key, func() string { return setDifference(x, y) })
		}
	case !equalValues(want, got):
		d.note(path, key, func() string { return partDifference(want, got) })
	}
}

// partDifference is difference of what is no table in both.
func partDifference(want, got lua.LValue) string {
	a, whole := renderUpTo(want, maxPartShown)
	b, wholeToo := renderUpTo(got, maxPartShown)
	x, isText := want.(lua.LString)
	y, isTextToo := got.(lua.LString)
	if isText && isTextToo && !(whole && wholeToo) {
		return textDifference(string(x), string(y))
	}
	return both(a, b)
}

func (d *differ) note(path string, key lua.LValue, what func() string) {
	if d.count++; d.count <= maxDifferences {
		d.found = append(d.found, path+keyPath(key)+": "+what())
	}
}

// isSet says whether a value is a table all of whose keys map to true.
func isSet(v lua.LValue) bool {
	t, ok := v.(*lua.LTable)
	if !ok {
		return false
	}
	for key, v := t.Next(lua.LNil); key != lua.LNil; key, v = t.Next(key) {
		if v != lua.LTrue {
			return false
		}
	}
	return true
}

// setDifference says which elements one set has and the other has not.
func setDifference(want, got *lua.LTable) string {
	missing, many := beyond(want, got), beyond(got, want)
	switch {
	case many == "":
		return "the set lacks " + missing
	case missing == "":
		return "the set should not have " + many
	}
	return "the set lacks " + missing + ", and should not have " + many
}

// beyond lists the elements of one set that another does not have.
func beyond(of, other *lua.LTable) string {
	var found []string
	count := 0
	for _, key := range keysBeyond(of, 0) {
		if other.RawGet(key) != lua.LNil {
			continue
		}
		if count++; count <= maxDifferences {
			text, _ := renderUpTo(key, maxPartShown)
			found = append(found, text)
		}
	}
	return atMost(found, count, ", ")
}
