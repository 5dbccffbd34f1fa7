// Package scripts holds the Lua that ships with simlua: the library that
// scripts require as sim.NAME (lib/), the scenarios, scenarios with planted bugs
// (broken/), and scripts to begin with (templates/). In gallery/, which is not
// part of FS, there are the bugs that textbooks know, each with its repair.
package scripts

import (
	"embed"
	"strings"
)

// FS holds the scripts: lib/ is the library, *.lua are scenarios,
// broken/*.lua are scenarios that fail for some seeds, and templates/*.lua are
// what else `simlua new` writes.
//
//go:embed *.lua broken/*.lua templates/*.lua
//go:embed lib/*.lua lib/chaos/*.lua lib/maelstrom/*.lua lib/options/*.lua lib/raft/*.lua
var FS embed.FS

// Template is a script to begin with.
type Template struct {
	Name string // as `simlua new --template` calls it
	File string // in FS
}

// Templates are what `simlua new` can write, the usual one first.
var Templates = []Template{
	{"service", "templates/service.lua"},
	{"raft", "raft.lua"},
	{"queue", "templates/queue.lua"},
}

// Text is the script as it stands in a file: the commands in its first comment
// name that file.
func (t Template) Text(file string) string {
	text, err := FS.ReadFile(t.File)
	if err != nil {
		panic(err) // it is embedded
	}
	return strings.ReplaceAll(string(text), "scripts/"+t.File, file)
}
