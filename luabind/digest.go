package luabind

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// required finds the modules that a text names.
var required = regexp.MustCompile(`\brequire\s*\(?\s*["']([A-Za-z0-9_.-]+)["']`)

// Digest tells scripts apart: the SHA-256, in hexadecimal, of what
//
//	sha256sum SCRIPT MODULE...
//
// prints in the script's folder, where the modules are the files in that folder
// whose names stand in a require of the script or of one of them, ordered by
// their paths. Modules of simlua itself come with its version.
func (p *Program) Digest() (string, error) {
	texts := map[string][]byte{}
	if err := p.gather(p.name, texts); err != nil {
		return "", err
	}
	names := []string{p.name}
	for name := range texts { //tidy:sorted below
		if name != p.name {
			names = append(names, name)
		}
	}
	slices.Sort(names[1:])
	sums := sha256.New()
	for _, name := range names {
		fmt.Fprintf(sums, "%x  %s\n", sha256.Sum256(texts[name]), name)
	}
	return fmt.Sprintf("%x", sums.Sum(nil)), nil
}

// gather reads a file and the modules that it names. One that cannot be read is
// none: the text of a comment, perhaps.
func (p *Program) gather(name string, texts map[string][]byte) error {
	text, err := readBounded(p.files, name)
	if err != nil {
		return err
	}
	texts[name] = text
	for _, match := range required.FindAllSubmatch(text, -1) {
		module := string(match[1])
		file := strings.ReplaceAll(module, ".", "/") + ".lua"
		if texts[file] == nil && module != "sim" && !strings.HasPrefix(module, "sim.") && moduleName.MatchString(module) {
			_ = p.gather(file, texts)
		}
	}
	return nil
}
