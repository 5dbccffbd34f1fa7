package luabind

import (
	"fmt"
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// tcpPreset is a value of all knobs that has a name. On a link it says nothing
// of those that belong to a machine.
type tcpPreset struct {
	name          string
	machine, link config
}

var tcpPresets = []tcpPreset{
	{"simple", config{Simple: true}, config{Simple: true}},
	{"linux", core.LinuxTCP, core.LinuxTCP.OfLink()},
}

// tcp is an option that is the name of a preset or a table of TCP keys, which
// may change those of a preset.
func (o options) tcp(name string, ofLink bool) *config {
	c := config{}
	switch o.get(name).(type) {
	case lua.LString:
		c = o.tcpPreset(name, ofLink)
	case *lua.LTable:
		inner := o.sub(name, tcpNames()...)
		if inner.has("preset") {
			c = inner.tcpPreset("preset", ofLink)
			if inner.has("simple") {
				inner.mistake(fmt.Errorf("%s: preset and simple contradict each other; give one of them", inner.where))
			}
		}
		for _, key := range tcpKeys {
			if inner.has(key.name) {
				key.read(inner, key.name, &c)
			}
		}
	default:
		o.bad(name, `"simple", "linux" or a table such as {sack = false, min_rto = "200ms"}`)
	}
	return &c
}

// tcpPreset is an option that is the name of a preset.
func (o options) tcpPreset(name string, ofLink bool) config {
	var names []string
	for _, p := range tcpPresets {
		if o.get(name) == lua.LString(p.name) {
			return p.of(ofLink)
		}
		names = append(names, p.name)
	}
	o.wrong(name, core.Unknown("preset", o.str(name, ""), names))
	return config{}
}

func (p *tcpPreset) of(link bool) config {
	if link {
		return p.link
	}
	return p.machine
}

// tcpValue is a configuration as tcp reads it, in as few words as there are: a
// preset, with what differs from it.
func tcpValue(c *config) lua.LValue {
	if c == nil {
		return lua.LNil
	}
	best, size := tcpDifference("", config{}, c)
	for i := range 2 * len(tcpPresets) {
		p := &tcpPresets[i/2]
		base := p.of(i%2 == 1)
		if *c == base {
			return lua.LString(p.name)
		}
		if t, n := tcpDifference(p.name, base, c); n < size {
			best, size = t, n
		}
	}
	return best
}

// tcpDifference is a table of what a configuration says otherwise than a
// preset, and its size: beyond all bounds where no table says it.
func tcpDifference(preset string, base config, c *config) (t *lua.LTable, size int) {
	t = newTable()
	if preset != "" {
		t.RawSetString("preset", lua.LString(preset))
		size++
	}
	for _, key := range tcpKeys {
		v := key.value(c)
		if v == key.value(&base) {
			continue
		}
		if v == lua.LNil || preset != "" && key.name == "simple" {
			return t, math.MaxInt
		}
		t.RawSetString(key.name, v)
		size++
	}
	return t, size
}

// TCPText tells the TCP of a link or a machine in the words of a script; that
// of none, which leaves all as it is, has none.
func TCPText(c *core.TCPConfig) string {
	switch v := tcpValue(c).(type) {
	case lua.LString:
		return string(v)
	case *lua.LTable:
		if text := strings.Trim(renderValue(v), "{}"); text != "" {
			return text
		}
	}
	return ""
}
