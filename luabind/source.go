package luabind

import (
	"path"
	"strings"
)

// Source is the text of a program: what plays it elsewhere.
type Source struct {
	Script string            // the script's name in its folder
	Files  map[string][]byte // it, and what it reads, by their paths in that folder
	Plan   string            // the name of the file of WithPlan; or NoPlan, SwarmPlan; or empty
	Text   []byte            // of that file
}

// Source has the script and its modules as they were loaded: those that it has
// required so far, in runs as well, and those that Digest counts in; and the
// schedules that it has read. Modules of simlua itself are not in it.
func (p *Program) Source() *Source {
	s := &Source{Script: p.name, Files: p.loaded(), Plan: p.Plan()}
	var texts [][]byte
	for _, text := range s.Files { //tidy:sorted a set grows to the same one in any order
		texts = append(texts, text)
	}
	if p.plan != nil && p.plan.isFile() {
		s.Plan, s.Text = p.plan.name, p.plan.text
		texts = append(texts, p.plan.text)
	}
	for _, text := range texts {
		p.follow(text, s.Files)
	}
	return s
}

// loaded are the files that were read so far, but for the plan's.
func (p *Program) loaded() map[string][]byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	texts := map[string][]byte{p.name: p.main.text}
	for name, module := range p.modules { //tidy:sorted into a map
		if !strings.HasPrefix(name, "sim.") {
			texts[moduleFile(name)] = module.text
		}
	}
	for name := range p.schedules { //tidy:sorted into a map
		if text, err := p.scheduleText(name); err == nil {
			texts[path.Clean(name)] = text
		}
	}
	return texts
}

// moduleFile is the path of a module in the script's folder.
func moduleFile(name string) string { return strings.ReplaceAll(name, ".", "/") + ".lua" }
