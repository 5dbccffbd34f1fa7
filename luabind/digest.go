package luabind

import (
	"crypto/sha256"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
)

// required finds the modules that a text names, scheduled the schedules.
var (
	required  = regexp.MustCompile(`\brequire\s*\(?\s*["']([A-Za-z0-9_.-]+)["']`)
	scheduled = regexp.MustCompile(`\bschedule\s*\(?\s*["']([^"'\n]+)["']`)
)

// Digest tells scripts apart: the SHA-256, in hexadecimal, of what
//
//	sha256sum SCRIPT MODULE...
//
// prints in the script's folder, where the modules are the files in that folder
// whose names stand in a require, or a schedule, of the script or of one of them,
// ordered by their paths. Modules of simlua itself come with its version. A program WithPlan
// has a line "plan" more, and below it such lines for the plan's file and what
// only that requires; or "plan none", "plan swarm".
func (p *Program) Digest() (string, error) {
	texts := map[string][]byte{}
	if err := p.gather(p.name, texts); err != nil {
		return "", err
	}
	sums := sha256.New()
	addSums(sums, p.name, texts)
	if p.plan != nil {
		p.addPlan(sums, texts)
	}
	return fmt.Sprintf("%x", sums.Sum(nil)), nil
}

// addSums adds what sha256sum prints: a line for the first file, then for the
// others by their names.
func addSums(sums io.Writer, first string, texts map[string][]byte) {
	names := []string{first}
	for name := range texts { //tidy:sorted below
		if name != first {
			names = append(names, name)
		}
	}
	slices.Sort(names[1:])
	for _, name := range names {
		fmt.Fprintf(sums, "%x  %s\n", sha256.Sum256(texts[name]), name)
	}
}

// addPlan adds the plan that is played instead of the script's own.
func (p *Program) addPlan(sums io.Writer, script map[string][]byte) {
	if !p.plan.isFile() {
		fmt.Fprintf(sums, "plan %s\n", p.plan.given)
		return
	}
	fmt.Fprintln(sums, "plan")
	texts := map[string][]byte{p.plan.name: p.plan.text}
	p.follow(p.plan.text, texts)
	for name := range script { //tidy:sorted it takes away
		if name != p.plan.name {
			delete(texts, name)
		}
	}
	addSums(sums, p.plan.name, texts)
}

// gather reads a file and the modules that it names. One that cannot be read is
// none: the text of a comment, perhaps.
func (p *Program) gather(name string, texts map[string][]byte) error {
	text, err := readBounded(p.files, name)
	if err != nil {
		return err
	}
	texts[name] = text
	p.follow(text, texts)
	return nil
}

// follow gathers the modules that a text names.
func (p *Program) follow(text []byte, texts map[string][]byte) {
	for _, match := range required.FindAllSubmatch(text, -1) {
		module := string(match[1])
		file := moduleFile(module)
		if texts[file] == nil && module != "sim" && !strings.HasPrefix(module, "sim.") && moduleName.MatchString(module) {
			_ = p.gather(file, texts)
		}
	}
	for _, match := range scheduled.FindAllSubmatch(text, -1) {
		file := path.Clean(string(match[1]))
		if of, err := p.scheduleText(file); err == nil && texts[file] == nil {
			texts[file] = of
		}
	}
}
