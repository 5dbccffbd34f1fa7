package sweep

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Claim is what a script says of itself in a comment: with which seeds, and
// which parameters and plan, it comes out how.
//
//	-- test: seeds 1-200 pass
//	-- test: seeds 1-50 set fixed=true plan none pass
//	-- test: seeds 1-50 fail "final count"
//	-- test: seeds 1-20 fail-all
type Claim struct {
	Line    int // in the script, from 1
	Seeds   Seeds
	Set     []string // parameters, "name=value"
	Plan    string   // as --plan takes it; empty for the script's own
	Outcome Outcome
	Check   string // the one check that fails; empty for any failure
}

// Outcome is how the runs of a Claim come out.
type Outcome string

// The outcomes.
const (
	AllPass  Outcome = "pass"     // every seed passes
	SomeFail Outcome = "fail"     // at least one seed fails, in the check of the claim if it has one, and none in another
	AllFail  Outcome = "fail-all" // every seed fails, likewise
)

// claimMark begins the line of a claim.
var claimMark = regexp.MustCompile(`^\s*--\s*test\s*:`)

// howClaim says what ParseClaims expects.
const howClaim = `expected seeds 1-200, then set name=value or plan FILE.lua where wanted, then ` +
	`pass, fail or fail-all, then the "check" that fails`

// ParseClaims reads the claims of a script: lines that begin with "-- test:", whatever
// spaces are around the word.
// Its errors begin with name:line.
func ParseClaims(name, script string) ([]Claim, error) {
	var claims []Claim
	number := 0
	for line := range strings.Lines(script) {
		number++
		mark := claimMark.FindString(line)
		if mark == "" {
			continue
		}
		claim, err := parseClaim(line[len(mark):])
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, number, err)
		}
		claim.Line = number
		claims = append(claims, claim)
	}
	return claims, nil
}

// String is the claim as a script has it, without the mark.
func (c *Claim) String() string {
	words := []string{"seeds", c.Seeds.String()}
	for _, set := range c.Set {
		words = append(words, "set", claimWord(set))
	}
	if c.Plan != "" {
		words = append(words, "plan", claimWord(c.Plan))
	}
	words = append(words, string(c.Outcome))
	if c.Check != "" {
		words = append(words, strconv.Quote(c.Check))
	}
	return strings.Join(words, " ")
}

// claimWord is a word of a claim, quoted where it would not be one.
func claimWord(text string) string {
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '"' }) {
		return strconv.Quote(text)
	}
	return text
}

func parseClaim(text string) (c Claim, err error) {
	words, err := claimWords(text)
	if err != nil {
		return c, err
	}
	p := &claimParser{words: words}
	for c.Outcome == "" && err == nil {
		err = p.part(&c)
	}
	if err != nil {
		return Claim{}, err
	}
	return c, p.end(&c)
}

// claimWords splits a line at spaces; what is quoted is one word.
func claimWords(text string) (words []string, err error) {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		word := text
		if i := strings.IndexFunc(text, unicode.IsSpace); i > 0 {
			word = text[:i]
		}
		value := word
		if text[0] == '"' {
			if word, err = strconv.QuotedPrefix(text); err != nil {
				return nil, fmt.Errorf(`no second quote: %s`, text)
			}
			value, _ = strconv.Unquote(word)
		}
		words = append(words, value)
		text = text[len(word):]
	}
	return words, nil
}

// claimParser has the words that were not read yet.
type claimParser struct{ words []string }

func (p *claimParser) next() (word string, ok bool) {
	if len(p.words) == 0 {
		return "", false
	}
	word, p.words = p.words[0], p.words[1:]
	return word, true
}

// part reads one part of a claim, the outcome last.
func (p *claimParser) part(c *Claim) (err error) {
	word, ok := p.next()
	switch {
	case !ok:
		return fmt.Errorf("no outcome: %s", howClaim)
	case word == "seeds" || word == "set" || word == "plan":
		return p.setting(c, word)
	case isOutcome(word):
		c.Outcome = Outcome(word)
		return nil
	}
	return fmt.Errorf("%q: %s", word, howClaim)
}

func (p *claimParser) setting(c *Claim, name string) (err error) {
	value, ok := p.next()
	if !ok {
		return fmt.Errorf("nothing behind %s: %s", name, howClaim)
	}
	switch {
	case name == "set":
		c.Set = append(c.Set, value)
	case name == "plan" && c.Plan == "":
		c.Plan = value
	case name == "seeds" && c.Seeds.Len() == 0:
		if c.Seeds, err = ParseSeeds(value); err == nil && c.Seeds.Open() {
			err = fmt.Errorf("seeds %s never end: %s", value, howClaim)
		}
	default:
		err = fmt.Errorf("a second %s: %s", name, howClaim)
	}
	return err
}

func isOutcome(word string) bool {
	return slices.Contains([]Outcome{AllPass, SomeFail, AllFail}, Outcome(word))
}

// end reads what may follow the outcome.
func (p *claimParser) end(c *Claim) error {
	if c.Seeds.Len() == 0 {
		return fmt.Errorf("no seeds: %s", howClaim)
	}
	check, ok := p.next()
	switch {
	case ok && c.Outcome == AllPass:
		return fmt.Errorf("%q behind pass: %s", check, howClaim)
	case ok:
		c.Check = check
	}
	if more, ok := p.next(); ok {
		return fmt.Errorf("%q behind the end: %s", more, howClaim)
	}
	return nil
}
