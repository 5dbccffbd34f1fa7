package luabind

import (
	"math"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// settings are values for parameters, as the user gave them: the last one of a
// name counts.
type settings []setting

// setting is "name=value", or "name" alone, which makes a boolean true.
type setting struct {
	name, value string
	bare        bool
}

func (s setting) String() string {
	if s.bare {
		return s.name
	}
	return s.name + "=" + s.value
}

func (s settings) get(name string) (given setting, ok bool) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i].name == name {
			return s[i], true
		}
	}
	return setting{}, false
}

// parseSettings reads "name=value" and "name" texts.
func parseSettings(set []string) (settings, error) {
	var s settings
	for _, text := range set {
		name, value, found := strings.Cut(text, "=")
		if name = strings.TrimSpace(name); name == "" {
			return nil, usage("--set %s: expected name=value", text)
		}
		if !found {
			value = "true"
		}
		s = append(s, setting{name, value, !found})
	}
	return s, nil
}

// known complains about a setting that no parameter takes.
func (s settings) known(params []Param) error {
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.Name
	}
	for _, given := range s {
		if !slices.Contains(names, given.name) {
			return usage("--set %s: %s", given, core.Unknown("parameter", given.name, names))
		}
	}
	return nil
}

// parse reads the value of a setting as the type of the default.
func (s setting) parse(fallback lua.LValue) (lua.LValue, error) {
	_, isBoolean := fallback.(lua.LBool)
	switch {
	case isBoolean && (s.value == "true" || s.value == "false"):
		return lua.LBool(s.value == "true"), nil
	case isBoolean:
		return nil, usage("--set %s: expected true or false", s)
	case s.bare:
		return nil, usage("--set %s: expected %s=value, a %s", s, s.name, fallback.Type())
	case fallback.Type() != lua.LTNumber:
		return lua.LString(s.value), nil
	}
	x, ok := parseNumber(s.value)
	if !ok || math.IsInf(x, 0) {
		return nil, usage("--set %s: expected a number, as the default is %s", s, fallback)
	}
	return lua.LNumber(x), nil
}
