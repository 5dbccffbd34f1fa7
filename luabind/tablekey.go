package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// tableKey is one key of a table that describes a P: a link, a disk, a TCP. The P of
// core says what each is, and its Validate bounds them.
type tableKey[P any] struct {
	name  string
	doc   string
	kind  string // in LuaLS's words
	read  func(o options, name string, p *P)
	value func(p *P) lua.LValue // as read takes it; nil where it takes nothing that says so
}

// aTime is the kind of a key that is a duration or a distribution.
const aTime = "sim.duration|sim.distribution"

// chanceKey is a key that is a probability.
func chanceKey[P any](name, doc string, field func(*P) *core.Probability) tableKey[P] {
	return tableKey[P]{name, doc, "number",
		func(o options, name string, p *P) { *field(p) = o.probability(name) },
		func(p *P) lua.LValue { return probabilityValue(*field(p)) }}
}

// keyNames are the names of keys, after those that come first.
func keyNames[P any](keys []tableKey[P], first ...string) []string {
	for _, key := range keys {
		first = append(first, key.name)
	}
	return first
}

// differences are the keys in which two differ, and what they become.
func differences[P any](keys []tableKey[P], before, after *P) (changes []core.FaultParam) {
	for _, key := range keys {
		if is := key.setting(after); is != key.setting(before) {
			changes = append(changes, core.FaultParam{Name: key.name, Value: is})
		}
	}
	return changes
}

// text is the value of a key as a script would write it.
func (k *tableKey[P]) text(p *P) string {
	v := k.value(p)
	if v == lua.LNil {
		return ""
	}
	return renderValue(v)
}

// setting is what a key says, as a fault tells it.
func (k *tableKey[P]) setting(p *P) any {
	value := k.value(p)
	if k.kind == aTime {
		d, _ := toDistribution(value)
		return distributionText(d)
	}
	return plainSetting(value)
}

// plainSetting is a value of a key as a fault tells it.
func plainSetting(value lua.LValue) any {
	switch v := value.(type) {
	case *lua.LNilType:
		return nil
	case lua.LNumber:
		return float64(v)
	case lua.LBool:
		return bool(v)
	case lua.LString:
		return string(v)
	}
	return renderValue(value)
}
