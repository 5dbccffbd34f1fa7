package core

import "reflect"

// RestoreClock makes the clocks of machines what was declared, as if they had been
// so since the start. As Heal, it undoes harm and is none: no mask withholds it.
func (p *Control) RestoreClock(match string) error {
	machines, err := p.c.match(match)
	if err != nil {
		return err
	}
	return p.event(func() error {
		for _, m := range machines {
			m.restoreClock()
		}
		return nil
	})
}

func (m *machine) restoreClock() {
	m.c.trace.over(&m.skewed)
	if m.clock.ClockSpec == m.declared && m.clock.since == 0 {
		return
	}
	m.clock.ClockSpec, m.clock.since = m.declared, 0
	m.clock.tell()
	m.c.trace.record(Fact{Kind: FactHeal, Machine: m.name, Text: "clock"})
}

// RestoreLink makes the link between two networks what was declared, from the next
// packet on. As Heal, it undoes harm and is none.
func (p *Control) RestoreLink(a, b string, o LinkOptions) error {
	links, err := p.c.linksBetween(a, b, o.OneWay)
	if err != nil {
		return err
	}
	return p.event(func() error {
		for _, l := range links {
			l.restore()
		}
		return nil
	})
}

func (l *Link) restore() {
	l.c.trace.over(&l.changed)
	if reflect.DeepEqual(l.Profile, l.declared) {
		return
	}
	l.change(l.declared)
	l.c.trace.record(Fact{Kind: FactHeal, Text: "link " + l.Name})
}
