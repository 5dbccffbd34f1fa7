package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// documents are tested by their fenced blocks:
//
//   - console: a line that begins with "$ " is a command, run by sh in the top
//     folder of the project, and what follows is what it prints, byte for byte,
//     save the time taken. Below a comment "<!-- not run -->" it is not run.
//   - lua, when it requires sim: a script, which must be valid.
//   - go: a program, run in the top folder, which prints what its last comment says.
//   - any, below a comment "<!-- from FILE -->": a part of that file.
//
// UPDATE=1 rewrites what the commands print.
var documents = []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "scripts/README.md",
	"scripts/gallery/README.md", "scripts/maelstrom/README.md", "reports/schema.md", "reports/schema-sweep.md"}

// generated are documents that are made of another file, which has the same blocks.
var generated = map[string]string{"scripts/README.md": "luabind/reference.md.tmpl"}

// top is the top folder of the project.
const top = "../.."

var (
	fenced = regexp.MustCompile("(?ms)(?:^<!-- ([^\n]*) -->\n+)?^```(\\w*)\n(.*?)^```$")
	prompt = regexp.MustCompile(`(?m)^\$ (.*)\n((?:[^$\n].*\n|\n)*)`)
	taken  = regexp.MustCompile(`(?m)^(simulated .*) in .* \(.* times faster than real time\)$`)
)

func TestDocuments(t *testing.T) {
	for _, name := range documents {
		t.Run(name, func(t *testing.T) {
			d := &document{T: t}
			for _, block := range fenced.FindAllString(d.read(name), -1) {
				d.checkBlock(block)
			}
			if os.Getenv("UPDATE") == "" || len(d.changes) == 0 {
				return
			}
			d.update(name)
			if source := generated[name]; source != "" {
				d.update(source)
			}
		})
	}
}

type document struct {
	*testing.T
	changes []string // blocks as they are and as they should be, in turn
}

func (d *document) read(name string) string {
	text, err := os.ReadFile(filepath.Join(top, name))
	if err != nil {
		d.Fatal(err)
	}
	return string(text)
}

// update writes the blocks of a file as they should be.
func (d *document) update(name string) {
	text := strings.NewReplacer(d.changes...).Replace(d.read(name))
	if err := os.WriteFile(filepath.Join(top, name), []byte(text), 0o644); err != nil {
		d.Fatal(err)
	}
}

// checkBlock checks one block, and notes how it should be.
func (d *document) checkBlock(text string) {
	m := fenced.FindStringSubmatch(text)
	comment, language, body := m[1], m[2], m[3]
	file, isPart := strings.CutPrefix(comment, "from ")
	switch {
	case isPart:
		d.checkPart(file, body)
	case language == "sh" || language == "bash" || language == "shell":
		d.Errorf("commands are blocks of the language console:\n%s", text)
	case language == "console" && comment != "not run":
		d.checkConsole(body)
		if now := prompt.ReplaceAllStringFunc(body, d.runCommand); now != body {
			d.changes = append(d.changes, text, strings.Replace(text, body, now, 1))
		}
	case language == "go":
		d.checkProgram(body)
	case language == "lua" && strings.Contains(body, `require "sim"`):
		d.checkScript(body)
	}
}

func (d *document) checkPart(file, part string) {
	if !strings.Contains(d.read(file), part) {
		d.Errorf("%s does not contain\n%s", file, part)
	}
}

// checkProgram runs a program in Go.
func (d *document) checkProgram(text string) {
	file := filepath.Join(d.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		d.Fatal(err)
	}
	cmd := exec.Command("go", "run", file)
	cmd.Dir = top
	out, err := cmd.CombinedOutput()
	_, comment, _ := strings.Cut(text, "\t// Output:\n")
	want := strings.ReplaceAll(strings.TrimSuffix(comment, "}\n"), "\t// ", "")
	if err != nil || string(out) != want {
		d.Errorf("%v\ngot:\n%s\nthe document says:\n%s", err, out, want)
	}
}

func (d *document) checkScript(text string) {
	var stdout, stderr bytes.Buffer
	if code := run([]string{"check", writeScript(d.T, text)}, nil, &stdout, &stderr); code != exitPass {
		d.Errorf("%s\n%s", stderr.String(), text)
	}
}

// checkConsole checks that a block is commands and their output, no more.
func (d *document) checkConsole(body string) {
	if rest := prompt.ReplaceAllString(body, ""); rest != "" {
		d.Errorf("output without a command:\n%s", rest)
	}
}

// runCommand runs one command of a console block and returns it with what it
// printed.
func (d *document) runCommand(text string) string {
	m := prompt.FindStringSubmatch(text)
	line, want := m[1], m[2]
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = top
	out, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		d.Fatal(err)
	}
	got := string(out)
	if taken.ReplaceAllString(got, "$1") == taken.ReplaceAllString(want, "$1") {
		return text
	}
	if os.Getenv("UPDATE") == "" {
		d.Errorf("$ %s\ngot:\n%s\nthe document says:\n%s", line, got, want)
	}
	return "$ " + line + "\n" + got
}

// A command is one wherever it stands: output before it may end in a blank line.
func TestPrompt(t *testing.T) {
	body := "$ one\noutput\n\n$ two\n$ three\n\nmore\n"
	var lines []string
	for _, m := range prompt.FindAllStringSubmatch(body, -1) {
		lines = append(lines, m[1]+"|"+m[2])
	}
	if want := "one|output\n\n two| three|\nmore\n"; strings.Join(lines, " ") != want {
		t.Errorf("got %q", lines)
	}
}
