package luabind

import (
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"simlua/core"
)

// settings are values for parameters, as the user gave them: the last one of a
// name counts.
type settings []core.Setting

func (s settings) get(name string) (string, bool) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i].Name == name {
			return s[i].Value, true
		}
	}
	return "", false
}

// parseSettings reads "name=value" texts.
func parseSettings(set []string) (settings, error) {
	var s settings
	for _, text := range set {
		name, value, found := strings.Cut(text, "=")
		if name = strings.TrimSpace(name); !found || name == "" {
			return nil, usage("--set %s: expected name=value", text)
		}
		s = append(s, core.Setting{Name: name, Value: value})
	}
	return s, nil
}

// known complains about a setting that no parameter takes.
func (s settings) known(params []Param) error {
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.Name
	}
	for _, setting := range s {
		found := false
		for _, name := range names {
			found = found || name == setting.Name
		}
		if !found {
			return usage("--set %s=%s: %s", setting.Name, setting.Value, core.Unknown("parameter", setting.Name, names))
		}
	}
	return nil
}

// parseSetting reads the value of a setting as the type of the default.
func parseSetting(name, text string, fallback lua.LValue) (lua.LValue, error) {
	switch fallback.(type) {
	case lua.LNumber:
		x, err := strconv.ParseFloat(text, 64)
		if whole, e := strconv.ParseInt(text, 0, 64); e == nil { // also 0x10
			x, err = float64(whole), nil
		}
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, usage("--set %s=%s: expected a number, as the default is %s", name, text, fallback)
		}
		return lua.LNumber(x), nil
	case lua.LBool:
		if text != "true" && text != "false" {
			return nil, usage("--set %s=%s: expected true or false", name, text)
		}
		return lua.LBool(text == "true"), nil
	}
	return lua.LString(text), nil
}
