package luabind

import (
	_ "embed" // for the text of the reference
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
	"simlua.example/scripts"
)

// entry is one function of the Lua API. The reference in scripts/README.md is
// generated from these, so a function without documentation cannot exist.
type entry struct {
	name string // as the script writes it: "sleep"
	args string // "(duration)", or "(name, want, got) -> boolean"
	doc  string // one or two sentences: what it does, units, errors, bounds
	fn   lua.LGFunction
}

// section is a table of the API: a module, or the methods of an object.
type section struct {
	name    string // how a call reads: "sim.", "env:", "conn:"
	doc     string
	entries []entry
}

// sections are all of the API, in the order of the reference.
func sections() []section {
	return []section{simSection, envSection, historySection,
		processSection, channelSection, conditionSection, randomSection,
		connSection, listenerSection, socketSection, dbSection, txSection, fileSection, planSection, worldSection, runSection}
}

//go:embed reference.md.tmpl
var referenceText string

type (
	referenceCall    struct{ Call, Doc string }
	referenceSection struct {
		Title, Doc string
		Entries    []referenceCall
	}
	referenceModule  struct{ Name, Doc string }
	referenceKey     struct{ Name, Doc string }
	referenceKnob    struct{ Name, Default, Linux, Doc string }
	referenceProfile struct{ Name, Delay, Loss, Up, Down, RTT, Order, Source string }
	referenceDisk    struct{ Name, Read, Write, Sync, IOPS, Bandwidth, Kind string }
)

// reference is what the template shows.
type reference struct {
	Sections  []referenceSection
	Engines   []referenceCall
	Modules   []referenceModule
	Keys      []referenceKey
	TCP       []referenceKnob
	Profiles  []referenceProfile
	DiskKeys  []referenceKey
	Disks     []referenceDisk
	Regions   string
	Forbidden string
	Kinds     string

	Budget, MaxString, MaxFrames, MaxProtection, MaxResults, MaxScript int
	MaxNesting, MaxBranches, MaxPositional                             int
}

// Reference is the documentation of the whole Lua API, in Markdown.
func Reference() string {
	r := reference{
		Budget: defaultBudget / 1_000_000, MaxString: maxString >> 20, MaxFrames: maxFrames,
		MaxProtection: maxProtection, MaxResults: maxResults, MaxScript: maxScript >> 10,
		MaxNesting: maxNesting, MaxBranches: maxBranches, MaxPositional: maxPositional,
	}
	for _, s := range sections() {
		r.Sections = append(r.Sections, s.reference())
	}
	for _, e := range builtinEngines() {
		r.Engines = append(r.Engines, referenceCall{"sim.engine." + e.name + " " + e.args, e.doc})
	}
	for _, key := range profileKeys {
		r.Keys = append(r.Keys, referenceKey{key.name, key.doc})
	}
	for _, key := range tcpKeys {
		knob := referenceKnob{key.name, key.text(&core.DefaultTCP), key.text(&core.LinuxTCP), key.doc}
		if knob.Linux == knob.Default {
			knob.Linux = ""
		}
		r.TCP = append(r.TCP, knob)
	}
	for i := range core.Profiles {
		r.Profiles = append(r.Profiles, profileRow(&core.Profiles[i]))
	}
	for _, key := range diskKeys {
		r.DiskKeys = append(r.DiskKeys, referenceKey{key.name, key.doc})
	}
	for i := range core.DiskProfiles {
		r.Disks = append(r.Disks, diskRow(&core.DiskProfiles[i]))
	}
	r.Regions = "`" + strings.Join(core.Regions(), "`, `") + "`"
	for i, name := range slices.Sorted(maps.Keys(forbidden)) {
		if i > 0 {
			r.Forbidden += ", "
		}
		r.Forbidden += "`" + name + "`"
	}
	r.Modules, r.Kinds = libraryModules(), quoted(core.ErrorKinds())
	var b strings.Builder
	// Parsed here, where only tests come: a linker that finds a template keeps every method of every type.
	if err := template.Must(template.New("reference").Parse(referenceText)).Execute(&b, r); err != nil {
		panic(err) // the template and its data are part of the program
	}
	return b.String()
}

// quoted lists words in quotation marks.
func quoted(words []string) string { return `"` + strings.Join(words, `", "`) + `"` }

func (s section) reference() referenceSection {
	r := referenceSection{Title: strings.TrimRight(s.name, ".:"), Doc: s.doc}
	for _, e := range s.entries {
		call := s.name + e.name
		if e.fn == nil {
			call = r.Title + "." + e.name // a field
		}
		r.Entries = append(r.Entries, referenceCall{call + e.args, e.doc})
	}
	return r
}

func profileRow(d *core.Duplex) referenceProfile {
	name := "sim.profile." + d.Name
	if !identifier(d.Name) {
		name = `sim.profile["` + d.Name + `"]`
	}
	least, most := delayBounds(d.Up.Delay)
	back, further := delayBounds(d.Down.Delay)
	rtt := (least + back).String()
	if most+further > least+back {
		rtt += " to " + (most + further).String()
	}
	return referenceProfile{name, delayText(&d.Up), d.Up.Loss.String(), rateText(d.Up.Rate), rateText(d.Down.Rate),
		rtt, d.Order, d.Source}
}

// diskRow is a built-in disk, whose rates are in round decimal numbers.
func diskRow(p *core.DiskProfile) referenceDisk {
	row := referenceDisk{p.Name, distributionText(p.Read), distributionText(p.Write), distributionText(p.Sync), "", "",
		diskKinds[p.Name]}
	if p.IOPS > 0 {
		row.IOPS = strconv.FormatInt(p.IOPS, 10)
	}
	if p.Bandwidth > 0 {
		row.Bandwidth = strconv.FormatInt(p.Bandwidth/1_000_000, 10) + " MB/s"
	}
	return row
}

// diskKinds say what the built-in disks are like.
var diskKinds = map[string]string{
	"nvme":         "a drive whose cache survives power cuts",
	"ssd":          "a SATA drive; what a machine has that declares no disk",
	"hdd":          "7,200 turns a minute: 8.3 ms each, seeks of 4 to 12 ms",
	"cloud_volume": "a block device behind a network, as general purpose volumes of clouds",
	"tmpfs":        "memory: a power cut erases everything",
}

// delayBounds are the ends of a built-in delay: constant, uniform or a cycle.
func delayBounds(d core.Distribution) (least, most time.Duration) {
	if d.Shape == core.Constant {
		return d.A, d.A
	}
	return min(d.A, d.B), max(d.A, d.B)
}

func rateText(rate int64) string {
	if rate == 0 {
		return ""
	}
	return quantityText(rate, rateUnits)
}

// libraryModules documents the Lua modules that ship with simlua by the
// comments they begin with.
func libraryModules() []referenceModule {
	var modules []referenceModule
	files, _ := fs.Glob(scripts.FS, "lib/*.lua") // the pattern is well-formed
	for _, file := range files {
		text, err := fs.ReadFile(scripts.FS, file)
		if err != nil {
			panic(err) // it is embedded
		}
		name := "sim." + strings.TrimSuffix(path.Base(file), ".lua")
		modules = append(modules, referenceModule{name, leadingComment(string(text))})
	}
	return modules
}

// leadingComment is the comment that a file begins with. What is indented,
// after an empty line, is code.
func leadingComment(text string) string {
	var b strings.Builder
	code, empty := false, true
	for line := range strings.Lines(text) {
		comment, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "--")
		if !ok {
			break
		}
		comment = strings.TrimPrefix(comment, " ")
		indented := strings.HasPrefix(comment, "  ")
		if !code && !empty {
			indented = false // it goes on with the text above it
		}
		if empty = comment == ""; indented != code && !empty {
			if code = indented; code {
				b.WriteString("```lua\n")
			} else {
				b.WriteString("```\n\n")
			}
		}
		if code {
			comment = strings.TrimPrefix(comment, "  ")
		}
		b.WriteString(comment + "\n")
	}
	if code {
		b.WriteString("```\n")
	}
	return strings.ReplaceAll(strings.TrimSpace(b.String()), "\n\n```\n", "\n```\n")
}
