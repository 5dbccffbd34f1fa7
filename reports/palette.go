package reports

import (
	"github.com/fatih/color"

	"simlua.example/core"
)

// palette is the colours of a report, whatever the terminal is.
type palette struct {
	bad, warning, good, fault, plan, quiet *color.Color
}

func newPalette(on bool) palette {
	paint := func(attributes ...color.Attribute) *color.Color {
		c := color.New(attributes...)
		if on {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
		return c
	}
	return palette{
		bad:     paint(color.FgRed),
		warning: paint(color.FgYellow),
		good:    paint(color.FgGreen),
		fault:   paint(color.FgMagenta),
		plan:    paint(color.FgCyan, color.Bold),
		quiet:   paint(color.Faint),
	}
}

// of is the colour of a fact's line; nil is none.
func (p *palette) of(f *core.Fact) *color.Color {
	switch f.Kind {
	case core.FactLog:
		return p.ofLevel(f)
	case core.FactFailed:
		if f.Delay > 0 {
			return p.warning
		}
		return p.bad
	case core.FactKilled, core.FactViolation, core.FactExpect:
		return p.bad
	case core.FactFault, core.FactDrop, core.FactHeld, core.FactLost:
		return p.fault
	case core.FactHalt, core.FactReached:
		return p.good
	case core.FactSent, core.FactReceived:
		return nil
	}
	return p.quiet
}

func (p *palette) ofLevel(f *core.Fact) *color.Color {
	switch {
	case f.Level == core.Warn:
		return p.warning
	case f.Level == core.Error:
		return p.bad
	case f.Machine == "":
		return p.plan
	}
	return nil
}

// verdict paints the word of a verdict, of a run or a check.
func (p *palette) verdict(word string) string {
	switch word {
	case "pass":
		return p.good.Sprint(word)
	case "untested", "unreached", "unknown", string(core.Interrupted), string(core.Void):
		return p.warning.Sprint(word)
	}
	return p.bad.Sprint(word)
}
