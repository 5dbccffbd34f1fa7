package luabind_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"simlua.example/luabind"
)

// chunk is a part of a guest-language test: between lines of dashes, with the
// error that it must end with, written on the line that fails:
//
//	sim.bot(1) --! "expected a string"
type chunk struct {
	name, text string
	line       int
	want       *regexp.Regexp // nil: it must not fail
}

var (
	separator = regexp.MustCompile(`(?m)^---\n`)
	wanted    = regexp.MustCompile(`--! "(.*)"`)
)

// readChunks takes a file of chunks apart, with the errors that they want.
func readChunks(t *testing.T, file string) []chunk {
	t.Helper()
	chunks := splitChunks(t, file)
	for i := range chunks {
		c := &chunks[i]
		for n, line := range strings.Split(c.text, "\n") {
			if m := wanted.FindStringSubmatch(line); m != nil {
				c.line, c.want = n+1, regexp.MustCompile(m[1])
			}
		}
	}
	return chunks
}

// splitChunks takes a file apart. Each chunk keeps its line numbers.
func splitChunks(t *testing.T, file string) []chunk {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var chunks []chunk
	line := 0
	for _, text := range separator.Split(string(data), -1) {
		chunks = append(chunks, chunk{name: filepath.Base(file), text: strings.Repeat("\n", line) + text})
		line += strings.Count(text, "\n") + 1
	}
	return chunks
}

// loadText loads a script from memory.
func loadText(name, text string, more ...luabind.Option) (*luabind.Program, error) {
	return luabind.LoadFS(fstest.MapFS{name: {Data: []byte(text)}}, name, more...)
}

// TestGuestScripts plays testdata/load_*.lua: each chunk is evaluated, and fails
// where and how it says.
func TestGuestScripts(t *testing.T) {
	files, _ := filepath.Glob("testdata/load_*.lua")
	if len(files) == 0 {
		t.Fatal("no scripts")
	}
	for _, file := range files {
		for _, c := range readChunks(t, file) {
			t.Run(c.name+":"+strconv.Itoa(1+strings.Count(strings.TrimRight(c.text, "\n"), "\n")), func(t *testing.T) {
				_, err := loadText(c.name, c.text, luabind.WithBudget(300_000))
				c.judge(t, err)
			})
		}
	}
}

func (c chunk) judge(t *testing.T, err error) {
	t.Helper()
	switch {
	case c.want == nil && err != nil:
		t.Errorf("unexpected error: %v", err)
	case c.want == nil:
	case err == nil:
		t.Errorf("%s:%d: no error; want %s", c.name, c.line, c.want)
	default:
		place := c.name + ":" + strconv.Itoa(c.line) + ":"
		if !strings.HasPrefix(err.Error(), place) || !c.want.MatchString(err.Error()) {
			t.Errorf("got  %v\nwant %s %s", err, place, c.want)
		}
	}
}
