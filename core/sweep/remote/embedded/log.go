//go:build embedded

package embedded

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// log is what a server tells of itself. Errors are passed on, each kind of them once;
// all else is for who runs a server, which is nobody here.
type log struct {
	warn func(string)

	mu     sync.Mutex
	told   map[string]bool
	ending error // why it cannot go on
}

// mostTold is how many kinds of errors are passed on.
const mostTold = 100

func newLog(warn func(string)) *log {
	if warn == nil {
		warn = func(string) {}
	}
	return &log{warn: warn, told: map[string]bool{}}
}

// fatal is why the server cannot go on, or nil.
func (l *log) fatal() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ending
}

func (l *log) Noticef(string, ...any) {}
func (l *log) Warnf(string, ...any)   {}
func (l *log) Debugf(string, ...any)  {}
func (l *log) Tracef(string, ...any)  {}

// Errorf passes an error on, unless one like it was.
func (l *log) Errorf(format string, args ...any) {
	if text := plain(fmt.Sprintf(format, args...)); l.isNew(text) {
		l.warn(text)
	}
}

// Fatalf is told why the server cannot go on. It ends nothing by itself.
func (l *log) Fatalf(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ending == nil {
		l.ending = errors.New(plain(fmt.Sprintf(format, args...)))
	}
}

var digits = regexp.MustCompile(`\d+`)

func (l *log) isNew(text string) bool {
	kind := digits.ReplaceAllString(text, "#")
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.told[kind] || len(l.told) >= mostTold {
		return false
	}
	l.told[kind] = true
	return true
}

// words are how the server says something, and how we do.
var words = []struct {
	theirs *regexp.Regexp
	ours   string
}{
	{regexp.MustCompile(`^Error listening on port: (\S+), "(?:.*: )?(.*)"$`), "$1: $2"},
	{regexp.MustCompile(`^Can't start JetStream: `), ""},
	{regexp.MustCompile(`^(\S+) - cid:\d+ - (?:"[^"]*" - )*(.*?)( - Token ".*")?$`), "the client $1: $2"},
}

// plain is a text of the server as one line in our words.
func plain(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	for _, w := range words {
		text = w.theirs.ReplaceAllString(text, w.ours)
	}
	return text
}
