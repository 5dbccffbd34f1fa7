package reports

import (
	"strconv"
	"strings"
)

// Command is the command line that plays a run.
type Command struct {
	Script   string
	Seed     uint64
	Set      []string // as given: "name=value"
	Withhold []string // faults, as given: "plan#3"
}

// Title is the first line of a run: "simlua run mover.lua seed=1 moves=5".
func (c Command) Title() string {
	words := []string{"simlua", "run", quote(c.Script), "seed=" + strconv.FormatUint(c.Seed, 10)}
	for _, set := range c.Set {
		words = append(words, quote(set))
	}
	if c.Withhold != nil {
		words = append(words, "withhold="+quote(strings.Join(c.Withhold, ",")))
	}
	return strings.Join(words, " ")
}

// String is what replays the run in a shell.
func (c Command) String() string {
	words := []string{"simlua", "run", "--seed", strconv.FormatUint(c.Seed, 10)}
	for _, set := range c.Set {
		words = append(words, "--set", quote(set))
	}
	if c.Withhold != nil {
		words = append(words, "--withhold", quote(strings.Join(c.Withhold, ",")))
	}
	if strings.HasPrefix(c.Script, "-") {
		words = append(words, "--")
	}
	return strings.Join(append(words, quote(c.Script)), " ")
}

// quote writes a word as a POSIX shell reads it, bare when that is safe.
func quote(word string) string {
	if word != "" && strings.Trim(word, bare) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

const bare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+./,:@%"
