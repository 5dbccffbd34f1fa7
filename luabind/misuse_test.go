package luabind_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"simlua.example/core"
)

// A misuse says how it ends: at the end of the line that is wrong, with the
// message that must come for it, or in a line of its own, with a verdict.
//
//	sim.bot("b", function(env) env:slep(1) end) --! env: unknown name "slep"; did you mean "sleep"?
//	--! stuck: nothing left to do: …
var (
	misuseOfLine = regexp.MustCompile(`(?m)^(.*\S) *--! (.*)$`)
	misuseOfRun  = regexp.MustCompile(`(?m)^--! (\w+): (.*)$`)
	anyMisuse    = regexp.MustCompile(`(?m)^--! .*\n|(\S) *--! .*$`)
	placed       = regexp.MustCompile(`^([\w.]+):(\d+): (.*)$`)
)

// TestMisuses plays testdata/misuses/*.lua, what careless people write. -update
// rewrites the messages; read them as somebody who has to understand them.
func TestMisuses(t *testing.T) {
	files, _ := filepath.Glob("testdata/misuses/*.lua")
	if len(files) == 0 {
		t.Fatal("no misuses")
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		for _, c := range splitChunks(t, file) {
			want, got := c.misuse(t), playMisuse(t, c)
			if got == want {
				continue
			}
			if strings.Contains(got, "goroutine ") || !updating() {
				t.Errorf("%s:%d\ngot  %s\nwant %s", c.name, strings.Count(c.text, "\n"), got, want)
				continue
			}
			text = strings.Replace(text, strings.TrimLeft(c.text, "\n"), c.corrected(got), 1)
		}
		if updating() {
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func updating() bool { return flag.Lookup("update").Value.String() == "true" }

// misuse is what must come of a chunk.
func (c chunk) misuse(t *testing.T) string {
	if m := misuseOfRun.FindStringSubmatch(c.text); m != nil {
		return m[1] + ": " + m[2]
	}
	m := misuseOfLine.FindStringSubmatchIndex(c.text)
	if m == nil {
		t.Fatalf("%s: no message in\n%s", c.name, strings.TrimLeft(c.text, "\n"))
	}
	return fmt.Sprintf("%s:%d: %s", c.name, 1+strings.Count(c.text[:m[0]], "\n"), c.text[m[4]:m[5]])
}

// playMisuse is what comes of it: the first line of an error, the message of the
// first check that fails, or the verdict with its reason.
func playMisuse(t *testing.T, c chunk) string {
	r, err := playGuest(t, c.name, c.text)
	if err == nil && r.Err != nil {
		err = r.Err
	}
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		if m := placed.FindStringSubmatch(first); m != nil && m[1] == c.name {
			return first
		}
		return "mistake: " + first
	}
	for _, check := range r.Checks {
		if r.Verdict == core.Fail && !check.Held {
			if placed.MatchString(check.Message) {
				return check.Message
			}
			return "fail: " + check.Message
		}
	}
	return string(r.Verdict) + ": " + r.Reason
}

// corrected is the chunk with what came of it.
func (c chunk) corrected(got string) string {
	text := anyMisuse.ReplaceAllString(strings.TrimLeft(c.text, "\n"), "$1")
	m := placed.FindStringSubmatch(got)
	if m == nil || m[1] != c.name {
		return "--! " + got + "\n" + text
	}
	line, _ := strconv.Atoi(m[2])
	lines := strings.Split(strings.Repeat("\n", len(c.text)-len(strings.TrimLeft(c.text, "\n")))+text, "\n")
	gone := strings.Count(c.text, "\n") - len(lines) + 1 // the line with a verdict
	lines[line-1-gone] += " --! " + m[3]
	return strings.TrimLeft(strings.Join(lines, "\n"), "\n")
}
