package reports

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Command is the command line that plays a run.
type Command struct {
	Bundle   string // the file that says all else; empty for a script
	Script   string // in the bundle, if there is one
	Seed     uint64
	Set      []string // as given: "name=value"
	Plan     string   // instead of the script's: a file, "none" or "swarm"
	Withhold []string // faults, as given: "plan#3"

	OnlyFaults         string // as given: a file, faults, or "none"; empty when all may happen
	StopAtFirstFailure bool
}

// Title is the first line of a run: "simlua run mover.lua seed=1 moves=5".
func (c Command) Title() string { return c.title("run") }

// title is that of another command about a run.
func (c Command) title(command string) string {
	words := []string{"simlua", command, quote(c.Script)}
	if c.Bundle != "" {
		words = []string{"simlua", command, quote(c.Bundle), "script=" + quote(c.Script)}
	}
	words = append(words, "seed="+strconv.FormatUint(c.Seed, 10))
	for _, set := range c.Set {
		words = append(words, quote(set))
	}
	switch c.Plan {
	case "":
	case "swarm":
		words = append(words, "swarm")
	default:
		words = append(words, "plan="+quote(c.Plan))
	}
	if c.Withhold != nil {
		words = append(words, "withhold="+quote(strings.Join(c.Withhold, ",")))
	}
	if c.OnlyFaults != "" {
		words = append(words, "only-faults="+quote(c.OnlyFaults))
	}
	if c.StopAtFirstFailure {
		words = append(words, "stop-at-first-failure")
	}
	return strings.Join(words, " ")
}

// String is what replays the run in a shell, wherever simlua is installed: it
// depends on the run only.
func (c Command) String() string { return c.With("simlua") }

// With is what replays the run by a program that is called by these words.
func (c Command) With(program ...string) string {
	var words []string
	for _, word := range program {
		words = append(words, quote(word))
	}
	if c.Bundle != "" {
		return strings.Join(append(words, "run", Operand(c.Bundle)), " ")
	}
	words = append(words, "run", "--seed", strconv.FormatUint(c.Seed, 10))
	for _, set := range c.Set {
		words = append(words, "--set", quote(set))
	}
	switch c.Plan {
	case "":
	case "swarm":
		words = append(words, "--swarm")
	default:
		words = append(words, "--plan", quote(c.Plan))
	}
	if c.Withhold != nil {
		words = append(words, "--withhold", quote(strings.Join(c.Withhold, ",")))
	}
	if c.OnlyFaults != "" {
		words = append(words, "--only-faults", quote(c.OnlyFaults))
	}
	if c.StopAtFirstFailure {
		words = append(words, "--stop-at-first-failure")
	}
	return strings.Join(append(words, Operand(c.Script)), " ")
}

// Operand writes an argument that is no flag as a shell reads it.
func Operand(word string) string {
	if strings.HasPrefix(word, "-") {
		return "-- " + quote(word)
	}
	return quote(word)
}

// quote writes a word as a POSIX shell reads it, bare when that is safe. What
// would command a terminal is escaped (POSIX.1-2024, 2.2.4).
func quote(word string) string {
	switch {
	case word != "" && strings.Trim(word, bare) == "":
		return word
	case strings.IndexFunc(word, isUnprintable) < 0:
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	b := []byte("$'")
	for i := range len(word) {
		switch c := word[i]; {
		case c == '\'' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ' || c >= 0x7f:
			b = fmt.Appendf(b, `\%03o`, c)
		default:
			b = append(b, c)
		}
	}
	return string(append(b, '\''))
}

func isUnprintable(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError }

const bare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+./,:@%"
