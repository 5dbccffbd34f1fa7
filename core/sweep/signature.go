package sweep

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"simlua.example/core"
)

// Signature tells failures apart: two are the same one when their signatures
// are equal. That of a run that passed has the verdict only.
type Signature struct {
	Verdict core.Verdict `json:"verdict"`
	Check   string       `json:"check,omitempty"` // the one that made the run fail
	// Reason is what the check said, or why the run ended, without what differs
	// from seed to seed: <n> stands for a number or several of them, <time> for a
	// time, <machine> for a machine or a service of it, or several of them, key <key> for the key
	// of an object. Of the differences of two tables the first is left. Lines of scripts stay.
	Reason string `json:"reason,omitempty"`
}

// Signature of the run.
func (r *Row) Signature() Signature { return Signature{r.Verdict, r.Check(), r.Pattern} }

// pattern is the reason of a signature.
func pattern(r *Row, result *core.Result) string {
	if r.Verdict == core.Pass {
		return ""
	}
	text := result.Reason
	if r.Check() != "" {
		text = message(result.Checks)
	}
	text, _, _ = strings.Cut(text, "; sim.limits {") // advice
	return normalise(text, result.Machines)
}

// message is what the first check says that does not hold.
func message(checks []core.CheckResult) string {
	i := slices.IndexFunc(checks, func(c core.CheckResult) bool { return !c.Held })
	return checks[i].Message
}

// longestRead is how many bytes of a text a signature looks at.
const longestRead = 32 * longest

// number finds what differs from run to run, and the places in scripts, which
// do not.
var number = regexp.MustCompile(`[\w./-]+\.lua:\d+` +
	`|-?(?:\d+(?:\.\d+)? ?(?:ns|µs|us|ms|s|m|h))+\b` +
	`|0x[0-9a-fA-F]+|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?`)

// numbers finds those that are listed, of which there may be more or fewer, and texts with
// numbers in them likewise.
var numbers = regexp.MustCompile(`(<n>|` + numbered + `)` +
	`(?:(?:, and |, | or | and )(?:<n> more|<n>|…|` + numbered + `))+`)

const numbered = `"(?:[^"\\<]|\\.)*<n>(?:[^"\\]|\\.)*"`

// key finds the one of several objects of a history that a checker speaks of.
var key = regexp.MustCompile(`\bkey "(?:[^"\\]|\\.)*"`)

// differences finds those of two tables beyond the first, of which there may be more or fewer.
var differences = regexp.MustCompile(`(\bthe tables differ at .*?); (?:[.\[]|and <n> more).*`)

// several finds names that are listed.
var several = regexp.MustCompile(`<machine>(?:(?:, | and )(?:<machine>|<n> more))+(?: have\b)?`)

// excerpt finds the beginning of a text, or of a table, that was cut short after so many
// bytes: behind a number, what is left of it is not always the same.
var excerpt = regexp.MustCompile(`("(?:[^"\\<]|\\.)*<(?:n|time|machine)>)(?:[^"\\]|\\.)*("\.\.\.)` +
	`|(expected \{[^<]*<(?:n|time|machine)>).*?(\.\.\., got )|(got \{[^<]*<(?:n|time|machine)>).*?(\.\.\.)`)

// normalise is the first line of a text, bounded, with numbers, times, and the names of
// machines and services replaced: before it is cut, since they are not always as long.
func normalise(text string, machines []core.MachineStats) string {
	text = boundedTo(longestRead, text)
	names := make([]string, len(machines))
	for i := range machines {
		names[i] = machines[i].Name
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(len(b)-len(a), cmp.Compare(a, b)) })
	for _, name := range names {
		text = replaceName(text, name)
	}
	text = replaceNumbers(text)
	text = numbers.ReplaceAllString(differences.ReplaceAllString(text, "$1"), "$1")
	text = key.ReplaceAllString(text, "key <key>")
	text = several.ReplaceAllStringFunc(text, func(found string) string {
		if strings.HasSuffix(found, " have") {
			return "<machine> has"
		}
		return "<machine>"
	})
	return bounded(excerpt.ReplaceAllString(text, "$1$2$3$4$5$6"))
}

// replaceNumbers replaces numbers and times. A hyphen behind a name or a number is no minus.
func replaceNumbers(text string) string {
	var b strings.Builder
	end := 0
	for _, at := range number.FindAllStringIndex(text, -1) {
		b.WriteString(text[end:at[0]])
		found := text[at[0]:at[1]]
		if found[0] == '-' && at[0] > 0 && (inName(text[at[0]-1]) || text[at[0]-1] == '>') {
			b.WriteByte('-')
		}
		b.WriteString(placeholder(found))
		end = at[1]
	}
	return b.String() + text[end:]
}

// placeholder is what stands for what number has found.
func placeholder(found string) string {
	switch {
	case strings.Contains(found, ".lua:"):
		return found
	case strings.HasPrefix(found, "0x"):
		return "<n>"
	case strings.ContainsAny(found[len(found)-1:], "smh"):
		return "<time>"
	}
	return "<n>"
}

// replaceName replaces a machine, and a service of it: "api1.public:web".
func replaceName(text, machine string) string {
	var b strings.Builder
	for {
		i := strings.Index(text, machine)
		if i < 0 {
			return b.String() + text
		}
		end := i + len(machine)
		if i > 0 && inName(text[i-1]) || end < len(text) && inName(text[end]) {
			b.WriteString(text[:end])
			text = text[end:]
			continue
		}
		b.WriteString(text[:i] + "<machine>")
		text = text[end:]
		if len(text) > 1 && text[0] == ':' && inName(text[1]) && !isDigit(text[1]) {
			text = strings.TrimLeft(text[1:], nameBytes)
		}
	}
}

const nameBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

func inName(b byte) bool  { return strings.IndexByte(nameBytes, b) >= 0 }
func isDigit(b byte) bool { return b >= '0' && b <= '9' }
