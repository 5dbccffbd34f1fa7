package luabind

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// Bounds of pattern matching.
const (
	maxCaptures     = 32
	maxPatternDepth = 200 // quantified items and captures in one pattern
)

// Lengths of captures that are not text.
const (
	captureOpen     = -1
	capturePosition = -2
)

// pattern matches Lua 5.1's patterns (reference manual, 5.4.1) by backtracking.
// Every character looked at is charged to the instruction budget, so a pattern
// that explodes ends as an infinite loop does.
type pattern struct {
	L        *lua.LState
	v        *vm
	src, pat string
	captures []capture
	depth    int
}

type capture struct{ start, length int }

func newPattern(L *lua.LState, src, pat string) *pattern {
	return &pattern{L: L, v: vmOf(L), src: src, pat: pat}
}

func (m *pattern) fail(what string) { m.L.RaiseError("malformed pattern %q: %s", m.pat, what) }

func (m *pattern) step() { m.v.look(m.L) }

// find looks for a match from position at on. It returns where it begins and
// ends, or -1.
func (m *pattern) find(at int) (begin, end int) {
	p, anchored := 0, strings.HasPrefix(m.pat, "^")
	if anchored {
		p = 1
	}
	for ; at <= len(m.src); at++ {
		m.captures, m.depth = m.captures[:0], 0
		if end := m.match(at, p); end >= 0 {
			return at, end
		}
		if anchored {
			break
		}
	}
	return -1, -1
}

// match matches the pattern from p on at position s and returns where the
// match ends, or -1.
func (m *pattern) match(s, p int) int {
	if m.depth++; m.depth > maxPatternDepth {
		m.fail("it is too complex")
	}
	defer func() { m.depth-- }()
	for p < len(m.pat) {
		m.step()
		switch c := m.pat[p]; {
		case c == '(':
			return m.open(s, p+1)
		case c == ')':
			return m.close(s, p+1)
		case c == '$' && p+1 == len(m.pat):
			if s == len(m.src) {
				return s
			}
			return -1
		case c == '%' && p+1 < len(m.pat) && strings.IndexByte("bf0123456789", m.pat[p+1]) >= 0:
			if s, p = m.special(s, p+1); s < 0 {
				return -1
			}
			continue
		}
		after := m.itemEnd(p)
		if after < len(m.pat) && strings.IndexByte("*+-?", m.pat[after]) >= 0 {
			return m.repeat(s, p, after)
		}
		if !m.one(s, p, after) {
			return -1
		}
		s, p = s+1, after
	}
	return s
}

// repeat matches an item with the quantifier at q, and what follows it.
func (m *pattern) repeat(s, p, q int) int {
	switch m.pat[q] {
	case '?':
		if m.one(s, p, q) {
			if end := m.match(s+1, q+1); end >= 0 {
				return end
			}
		}
		return m.match(s, q+1)
	case '-':
		for {
			if end := m.match(s, q+1); end >= 0 {
				return end
			}
			if !m.one(s, p, q) {
				return -1
			}
			s++
		}
	}
	least := s
	if m.pat[q] == '+' {
		least++
	}
	last := s
	for m.one(last, p, q) {
		last++
	}
	for ; last >= least; last-- {
		if end := m.match(last, q+1); end >= 0 {
			return end
		}
	}
	return -1
}

// open starts a capture; "()" captures the position.
func (m *pattern) open(s, p int) int {
	if len(m.captures) == maxCaptures {
		m.fail("too many captures")
	}
	n, c := len(m.captures), capture{s, captureOpen}
	if p < len(m.pat) && m.pat[p] == ')' {
		c.length = capturePosition
		p++
	}
	m.captures = append(m.captures, c)
	end := m.match(s, p)
	if end < 0 {
		m.captures = m.captures[:n]
	}
	return end
}

// close ends the innermost open capture.
func (m *pattern) close(s, p int) int {
	for i := len(m.captures) - 1; i >= 0; i-- {
		if m.captures[i].length != captureOpen {
			continue
		}
		m.captures[i].length = s - m.captures[i].start
		end := m.match(s, p)
		if end < 0 {
			m.captures[i].length = captureOpen
		}
		return end
	}
	m.fail("a ) without its (")
	return -1
}

// special matches %bxy, %f[set] and %1 to %9. It returns the next positions in
// text and pattern; the former is -1 when there is no match.
func (m *pattern) special(s, p int) (int, int) {
	switch c := m.pat[p]; c {
	case 'b':
		return m.balance(s, p+1), p + 3
	case 'f':
		return m.frontier(s, p+1)
	default:
		i := int(c) - '1'
		if i < 0 || i >= len(m.captures) || m.captures[i].length == captureOpen {
			m.fail("no such capture: %" + string(c))
		}
		text := ""
		if m.captures[i].length > 0 {
			text = m.src[m.captures[i].start:][:m.captures[i].length]
		}
		if !strings.HasPrefix(m.src[s:], text) {
			return -1, p
		}
		return s + len(text), p + 1
	}
}

// balance matches from an opening to its closing character.
func (m *pattern) balance(s, p int) int {
	if p+1 >= len(m.pat) {
		m.fail("%b needs two characters")
	}
	if s >= len(m.src) || m.src[s] != m.pat[p] {
		return -1
	}
	for i, open := s+1, 1; i < len(m.src); i++ {
		m.step()
		switch m.src[i] {
		case m.pat[p+1]:
			if open--; open == 0 {
				return i + 1
			}
		case m.pat[p]:
			open++
		}
	}
	return -1
}

// frontier matches nothing, where a set begins.
func (m *pattern) frontier(s, p int) (int, int) {
	if p >= len(m.pat) || m.pat[p] != '[' {
		m.fail("%f needs a set in brackets")
	}
	end := m.itemEnd(p)
	var before, here byte
	if s > 0 {
		before = m.src[s-1]
	}
	if s < len(m.src) {
		here = m.src[s]
	}
	if m.inSet(before, p, end) || !m.inSet(here, p, end) {
		return -1, p
	}
	return s, end
}

// itemEnd is where the item at p ends: a character, %x or a set.
func (m *pattern) itemEnd(p int) int {
	c := m.pat[p]
	p++
	switch c {
	case '%':
		if p >= len(m.pat) {
			m.fail("it ends with %")
		}
		return p + 1
	case '[':
		if p < len(m.pat) && m.pat[p] == '^' {
			p++
		}
		for first := true; first || p >= len(m.pat) || m.pat[p] != ']'; first = false {
			if p < len(m.pat) && m.pat[p] == '%' {
				p++
			}
			if p++; p > len(m.pat) {
				m.fail("a [ without its ]")
			}
		}
		return p + 1
	}
	return p
}

// one says whether the item from p to end matches the character at s.
func (m *pattern) one(s, p, end int) bool {
	m.step()
	if s >= len(m.src) {
		return false
	}
	switch c := m.src[s]; m.pat[p] {
	case '.':
		return true
	case '%':
		return inClass(c, m.pat[p+1])
	case '[':
		return m.inSet(c, p, end)
	default:
		return c == m.pat[p]
	}
}

// inSet says whether c is in the set from p ("[") to end (after "]").
func (m *pattern) inSet(c byte, p, end int) bool {
	p, end = p+1, end-1
	negated := m.pat[p] == '^'
	if negated {
		p++
	}
	for p < end {
		switch {
		case m.pat[p] == '%':
			if inClass(c, m.pat[p+1]) {
				return !negated
			}
			p += 2
		case p+2 < end && m.pat[p+1] == '-':
			if m.pat[p] <= c && c <= m.pat[p+2] {
				return !negated
			}
			p += 3
		default:
			if m.pat[p] == c {
				return !negated
			}
			p++
		}
	}
	return negated
}

// inClass says whether c is in the class %x; an upper-case class is its
// complement, and %x of anything else is x itself.
func inClass(c, class byte) bool {
	var in bool
	switch class | 0x20 {
	case 'a':
		in = isLetter(c)
	case 'c':
		in = c < 32 || c == 127
	case 'd':
		in = isDigit(c)
	case 'l':
		in = c >= 'a' && c <= 'z'
	case 'p':
		in = c > 32 && c < 127 && !isLetter(c) && !isDigit(c)
	case 's':
		in = c == ' ' || c >= 9 && c <= 13
	case 'u':
		in = c >= 'A' && c <= 'Z'
	case 'w':
		in = isLetter(c) || isDigit(c)
	case 'x':
		in = isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f'
	case 'z':
		in = c == 0
	default:
		return c == class
	}
	if !isLetter(class) {
		return c == class
	}
	return in == (class >= 'a')
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
