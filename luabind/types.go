package luabind

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"simlua.example/core"
	"simlua.example/scripts"
)

// TypesMark begins every file of Types.
const TypesMark = "---@meta"

// TypesFile is one file of definitions.
type TypesFile struct {
	Name string // below the folder of the definitions, with slashes
	Text string
}

// Types are the definitions of the whole API for the Lua language server
// (LuaLS), so that an editor completes names and marks misspelt ones. A file has
// the name that require looks for.
func Types() []TypesFile {
	files := []TypesFile{{"sim.lua", simTypes()}}
	library, _ := fs.Glob(scripts.FS, "lib/*.lua") // the pattern is well-formed
	for _, file := range library {
		text, err := fs.ReadFile(scripts.FS, file)
		if err != nil {
			panic(err) // it is embedded
		}
		files = append(files, TypesFile{"sim/" + path.Base(file), TypesMark + "\n\n" + string(text)})
	}
	return files
}

// typesHead defines what the tables of the API do not name.
const typesHead = TypesMark + `

-- The Lua API of simlua. Written by "simlua types"; what is changed here is lost.

---A number of seconds, or a string such as "250ms" or "1m30s".
---@alias sim.duration number|string

---What sim.uniform and the like make.
---@class sim.distribution

---What plan:partition makes, for plan:heal.
---@class sim.partition

---What sim.engine.NAME makes.
---@class sim.engine

---What check.linearizable and the like make, for sim.check.
---@class sim.checker

---An error of the world, as pcall returns it.
---@class sim.error
---@field kind %s
---@field message string

`

// choiceType is the type of one of some strings.
func choiceType(names []string) string { return `"` + strings.Join(names, `"|"`) + `"` }

func simTypes() string {
	var b strings.Builder
	fmt.Fprintf(&b, typesHead, choiceType(core.ErrorKinds()))
	writeTableTypes(&b)
	for _, s := range sections() {
		s.writeTypes(&b)
	}
	b.WriteString("---The values of the parameters that sim.param has declared.\n" +
		"---@type table<string, any>\nsim.params = {}\n\n")
	writeProfileTypes(&b)
	writeDiskTypes(&b)
	b.WriteString("sim.engine = {}\n\n")
	for _, e := range builtinEngines() {
		s := signature{params: []parameter{{name: "options", table: e.args}}, returns: []string{"engine"}}
		section{name: "sim."}.writeFunction(&b, entry{name: "engine." + e.name, doc: e.doc}, s, []string{"sim.engine"})
	}
	b.WriteString("return sim\n")
	return b.String()
}

// writeTableTypes defines the tables that calls take: profiles, knobs of TCP, disks.
func writeTableTypes(b *strings.Builder) {
	b.WriteString("---Knobs of TCP.\n---@class sim.tcp\n---@field preset? \"linux\"|\"simple\"\n")
	for _, key := range tcpKeys {
		writeField(b, key.name+"?", key.kind, key.doc)
	}
	b.WriteString("\n---A link, in the words of tc-netem(8).\n---@class sim.profile\n")
	for _, key := range profileKeys {
		writeField(b, key.name+"?", key.kind, key.doc)
	}
	b.WriteString("---@field up? sim.profile\n---@field down? sim.profile\n\n")
	b.WriteString("---A disk; stall is for plan:disk.\n---@class sim.disk_profile\n---@field preset? string\n" +
		"---@field stall? sim.duration\n")
	for _, key := range diskKeys {
		writeField(b, key.name+"?", key.kind, key.doc)
	}
	b.WriteString("\n")
}

func writeField(b *strings.Builder, name, kind, doc string) {
	fmt.Fprintf(b, "---@field %s %s %s\n", name, kind, doc)
}

// writeProfileTypes defines sim.profile.
func writeProfileTypes(b *strings.Builder) {
	b.WriteString("---Built-in profiles, to be used, or copied and changed.\n---@class sim.profiles\n")
	for i := range core.Profiles {
		name := core.Profiles[i].Name
		if !identifier(name) {
			name = `["` + name + `"]`
		}
		fmt.Fprintf(b, "---@field %s sim.profile\n", name)
	}
	b.WriteString("sim.profile = {}\n\n---The profile between two regions of AWS.\n" +
		"---@param a string\n---@param b string\n---@return sim.profile\nfunction sim.profile.region(a, b) end\n\n")
}

// writeDiskTypes defines sim.disk.
func writeDiskTypes(b *strings.Builder) {
	b.WriteString("---Built-in disks, to be used, or copied and changed.\n---@class sim.disks\n")
	for i := range core.DiskProfiles {
		fmt.Fprintf(b, "---@field %s sim.disk_profile\n", core.DiskProfiles[i].Name)
	}
	b.WriteString("sim.disk = {}\n\n")
}

// writeTypes defines a module, or the class of an object.
func (s section) writeTypes(b *strings.Builder) {
	kind := strings.TrimRight(s.name, ".:")
	fmt.Fprintf(b, "---%s\n---@class %s\n", s.doc, className(kind))
	for _, e := range s.entries {
		if e.fn == nil {
			writeField(b, e.name, fieldType(e.name), e.doc)
		}
	}
	fmt.Fprintf(b, "local %s = {}\n\n", kind)
	for _, e := range s.entries {
		if e.fn != nil {
			signature := parseSignature(e.args)
			s.writeFunction(b, e, signature, signature.returnTypes())
		}
	}
}

func className(kind string) string {
	if kind == "sim" {
		return kind
	}
	return "sim." + kind
}

// fieldType is the type of a field by its name.
func fieldType(name string) string {
	switch name {
	case "random":
		return "sim.random"
	case "index":
		return "integer?"
	case "port":
		return "integer"
	case "now", "time":
		return "number"
	case "seed":
		return "number|string"
	}
	return "string"
}

func (s section) writeFunction(b *strings.Builder, e entry, call signature, returns []string) {
	fmt.Fprintf(b, "---%s\n", e.doc)
	var names []string
	for _, p := range call.params {
		optional := ""
		if p.optional {
			optional = "?"
		}
		fmt.Fprintf(b, "---@param %s%s %s\n", p.name, optional, s.argumentType(e, p))
		names = append(names, p.name)
	}
	for _, kind := range returns {
		if kind == "..." {
			kind = "any ..."
		}
		fmt.Fprintf(b, "---@return %s\n", kind)
	}
	fmt.Fprintf(b, "function %s%s(%s) end\n\n", s.name, e.name, strings.Join(names, ", "))
}
