package core

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// MaxNames bounds the names of one range.
const MaxNames = 1_000_000

// Range is many names written as one, as shells write them: "node{1..10}.lan".
// Where either number begins with a zero, as in {01..10}, all are as wide as
// the wider of them.
type Range struct {
	Before, After string // the braces
	From, To      int
	Width         int // of the numbers, with zeros before them; 0 for none
}

const digits = "0123456789"

// maxDigits bounds the numbers of a range: they are exact as floats, too.
const maxDigits = 15

var errRange = errors.New("a range is written {1..10}: two whole numbers, not negative, with two dots between them")

// ParseRange reads the range in a name, or returns nil when there is none.
func ParseRange(name string) (*Range, error) {
	open, end := strings.IndexByte(name, '{'), strings.IndexByte(name, '}')
	switch {
	case open < 0 && end < 0:
		return nil, nil
	case open < 0 || end < open:
		return nil, fmt.Errorf("%q: %w", name, errRange)
	}
	r := &Range{Before: name[:open], After: name[end+1:]}
	if strings.ContainsAny(r.After, "{}") {
		return nil, fmt.Errorf("%q: a name has one range; declare in a loop over the other", name)
	}
	if err := r.parse(name[open : end+1]); err != nil {
		return nil, fmt.Errorf("%q: %w", name, err)
	}
	return r, nil
}

// parse reads the range itself, braces included.
func (r *Range) parse(text string) error {
	from, to, found := strings.Cut(text[1:len(text)-1], "..")
	if !found || !isNumber(from) || !isNumber(strings.TrimPrefix(to, "-")) {
		return errRange
	}
	if max(len(from), len(to)) > maxDigits {
		return fmt.Errorf("the numbers of a range have at most %d digits", maxDigits)
	}
	r.From, _ = strconv.Atoi(from) // what follows checks both
	r.To, _ = strconv.Atoi(to)
	if padded(from) || padded(to) {
		r.Width = max(len(from), len(to))
	}
	switch {
	case r.From > r.To:
		return fmt.Errorf("the range %s is empty: it goes from the lower number to the higher", text)
	case r.To-r.From >= MaxNames:
		return fmt.Errorf("the range %s has %d names; at most %d are allowed", text, r.Len(), MaxNames)
	}
	return nil
}

func isNumber(text string) bool {
	return text != "" && strings.Trim(text, digits) == ""
}

func padded(number string) bool { return len(number) > 1 && number[0] == '0' }

// Len is how many names there are.
func (r *Range) Len() int { return r.To - r.From + 1 }

// Name is the name with this number.
func (r *Range) Name(number int) string {
	text := strconv.Itoa(number)
	if missing := r.Width - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	return r.Before + text + r.After
}

// Has says whether a name is one of them.
func (r *Range) Has(name string) bool {
	rest, ok := strings.CutPrefix(name, r.Before)
	rest, found := strings.CutSuffix(rest, r.After)
	if !ok || !found || !isNumber(rest) || len(rest) > maxDigits {
		return false
	}
	number, _ := strconv.Atoi(rest) // it is one
	return number >= r.From && number <= r.To && r.Name(number) == name
}

// String is the range as it is written.
func (r *Range) String() string {
	numbers := Range{Width: r.Width}
	return r.Before + "{" + numbers.Name(r.From) + ".." + numbers.Name(r.To) + "}" + r.After
}
