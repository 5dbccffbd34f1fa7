package luabind

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// signature is the args of an entry, taken apart: "(name[, {grace = "5s"}]) -> conn".
type signature struct {
	params  []parameter
	returns []string // the words behind the arrow
}

// parameter is one argument of a call.
type parameter struct {
	name     string // "..." for any number; "options" for a table in braces
	table    string // those braces with what is in them
	optional bool
}

// parseSignature takes the args of an entry apart. Of a call without
// parentheses, limits{...}, the table is the only parameter.
func parseSignature(args string) signature {
	call, returns, _ := strings.Cut(args, " -> ")
	call = strings.TrimSpace(call)
	if strings.HasPrefix(call, "(") {
		call = strings.TrimSuffix(strings.TrimPrefix(call, "("), ")")
	}
	var s signature
	for _, word := range topLevel(call) {
		name, optional := strings.Trim(word, "[] "), strings.HasPrefix(word, "[")
		if last := len(s.params) - 1; last >= 0 {
			optional = optional || s.params[last].optional
		}
		switch {
		case name == "":
		case strings.HasPrefix(name, "{"):
			s.params = append(s.params, parameter{"options", name, optional})
		default:
			s.params = append(s.params, parameter{name, "", optional})
		}
	}
	for word := range strings.SplitSeq(returns, ",") {
		if word = strings.TrimSpace(word); word != "" {
			s.returns = append(s.returns, word)
		}
	}
	return s
}

// topLevel splits a list at the commas that stand in no braces. A bracket that
// opens begins a new word and stays at its front: "a[, b]" is "a" and "[ b".
func topLevel(list string) []string {
	var words []string
	depth, start := 0, 0
	for i, c := range list {
		switch {
		case c == '{':
			depth++
		case c == '}':
			depth--
		case depth > 0:
		case c == '[':
			words, start = append(words, list[start:i]), i
		case c == ',' && strings.TrimSpace(list[start:i]) == "[":
			list = list[:i] + " " + list[i+1:]
		case c == ',':
			words, start = append(words, list[start:i]), i+1
		}
	}
	words = append(words, list[start:])
	return slices.DeleteFunc(words, func(w string) bool { return strings.TrimSpace(w) == "" })
}

// fieldsOf are the names and example values of a table in braces.
func fieldsOf(table string) [][2]string {
	var fields [][2]string
	inner := strings.TrimSuffix(strings.TrimPrefix(table, "{"), "}")
	for _, word := range topLevel(inner) {
		name, value, _ := strings.Cut(word, "=")
		if name = strings.TrimSpace(name); isWord(name) {
			fields = append(fields, [2]string{name, strings.TrimSpace(value)})
		}
	}
	return fields
}

func isWord(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool {
		return c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c)
	})
}

// argumentTypes are the types of parameters, in LuaLS's words: of those of one
// call, by section, entry and name, and of all others, by name.
var argumentTypes = map[string]string{
	"sim.service.engine_or_fn": "sim.engine|fun(env: sim.env)",
	"sim.bot.fn":               "fun(env: sim.env)",
	"sim.machine.options": "{ clock?: { offset?: sim.duration, drift_ppm?: number }, tcp?: string|sim.tcp, " +
		"disk?: string|sim.disk_profile, cores?: integer }",
	"sim.plan.fn":         "fun(plan: sim.plan)",
	"sim.always.fn":       "fun(world: sim.world): boolean?, string?",
	"sim.sometimes.fn":    "fun(world: sim.world): boolean?",
	"sim.eventually.fn":   "fun(world: sim.world): boolean?, string?",
	"sim.check.fn":        "sim.checker|fun(run: sim.run): boolean?, string?",
	"sim.connect.profile": "sim.profile",
	"sim.connect.back":    "sim.profile",
	"sim.param.default":   "number|string|boolean",
	"sim.uniform.a":       "sim.duration",
	"sim.uniform.b":       "sim.duration",
	"env.serve.fn":        "fun(conn: sim.conn)",
	"db.update.fn":        "fun(tx: sim.tx): any",
	"db.view.fn":          "fun(tx: sim.tx): any",
	"tx.each.fn":          "fun(key: string, value: any): boolean?",
	"plan.go.fn":          "fun(plan: sim.plan, ...)",
	"plan.partition.a":    "string|string[]",
	"plan.partition.b":    "string|string[]",
	"plan.heal.a":         "string|string[]|sim.partition",
	"plan.heal.b":         "string|string[]",
	"plan.link.changes":   "sim.profile",
	"plan.disk.changes":   "sim.disk_profile",
	"plan.rot.options":    "{ value?: string, meta?: string, file?: string }",
	"random.int.a":        "integer",
	"random.int.b":        "integer",

	"a": "string", "address": "string", "alpha": "number", "array": "any[]", "b": "string", "bytes": "string",
	"capacity": "integer", "d": "sim.duration", "deviation": "sim.duration", "distribution": "sim.distribution",
	"doc": "string", "down": "sim.duration", "duration": "sim.duration", "fn": "function", "key": "string",
	"kind": "string", "least": "sim.duration", "match": "string", "mean": "sim.duration", "median": "sim.duration",
	"n": "integer", "name": "string", "offset": "integer", "operation": "string", "p": "number",
	"port": "integer", "prefix": "string", "reason": "string", "sigma": "number", "t": "number", "timeout": "sim.duration",
}

// argumentType is the type of a parameter of one entry; "any" of one that is
// not known.
func (s section) argumentType(e entry, p parameter) string {
	if known, ok := argumentTypes[strings.TrimRight(s.name, ".:")+"."+e.name+"."+p.name]; ok {
		return known
	}
	if known, ok := argumentTypes[p.name]; ok {
		return known
	}
	if p.table != "" {
		return tableType(p.table)
	}
	return "any"
}

// tableType is the type of a table by the values that documentation shows.
func tableType(table string) string {
	var b strings.Builder
	for _, field := range fieldsOf(table) {
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(field[0] + "?: " + valueType(field[1]))
	}
	if b.Len() == 0 {
		return "table"
	}
	return "{ " + b.String() + " }"
}

var durationExample = regexp.MustCompile(`^"?[0-9][0-9.]*(ns|us|µs|ms|s|m|h)`)

// valueType is the type of a value that stands for others like it.
func valueType(value string) string {
	switch {
	case value == "":
		return "any"
	case strings.HasPrefix(value, "{"):
		return tableType(value)
	case value == "true" || value == "false":
		return "boolean"
	case durationExample.MatchString(value) || value == "d":
		return "sim.duration"
	case strings.Contains(value, `"|"`):
		return value
	case strings.HasPrefix(value, `"`):
		return "string"
	case value == "n" || unicode.IsDigit(rune(value[0])):
		return "number"
	}
	return "any"
}

// returnTypes are the types of what a call returns, in LuaLS's words.
func (s signature) returnTypes() []string {
	var types []string
	for _, word := range s.returns {
		switch word {
		case "number", "boolean", "string", "table", "...":
			types = append(types, word)
		case "array":
			types = append(types, "any[]")
		case "distribution", "partition":
			types = append(types, "sim."+word)
		default:
			types = append(types, objectType(word))
		}
	}
	return types
}

// objectType is the class of an object of the API, or "any".
func objectType(kind string) string {
	if _, ok := sectionOf(kind); ok {
		return "sim." + kind
	}
	return "any"
}

// sectionOf finds the section of a kind of object: "conn".
func sectionOf(kind string) (section, bool) {
	for _, s := range sections() {
		if s.name == kind+":" || s.name == kind+"." {
			return s, true
		}
	}
	return section{}, false
}

var takesObject = regexp.MustCompile(`fun\(\w+: sim\.(\w+)`)

// takes is the kind of object that a function given as a parameter is called
// with first, or "".
func (s section) takes(e entry, p parameter) string {
	if m := takesObject.FindStringSubmatch(s.argumentType(e, p)); m != nil {
		return m[1]
	}
	return ""
}
