package core

// Calm ends the harm of the plan: it heals all partitions, makes clocks, links and
// disks what was declared, resumes machines, and starts what a fault has taken down.
// Links and disks harm nothing by chance from then on, and no FaultPoint is true, until
// the plan does harm again. As Heal, it undoes harm and is none.
func (p *Control) Calm() error {
	return p.event(func() error {
		p.Log(Info, "calm")
		p.c.heal(p.c.between("", ""))
		for _, l := range p.c.links {
			l.calm()
		}
		for _, m := range p.c.machines {
			m.calm()
		}
		p.c.calm, p.c.trace.restored = true, true
		return nil
	})
}

// calm makes the link what was declared, without what it does by chance.
func (l *Link) calm() {
	l.restore()
	quiet := l.declared
	quiet.Loss, quiet.LossCorr, quiet.GEModel = 0, 0, nil
	quiet.Duplicate, quiet.DuplicateCorr = 0, 0
	quiet.Corrupt, quiet.CorruptCorr, quiet.CorruptUndetected = 0, 0, 0
	quiet.Reorder, quiet.ReorderCorr, quiet.Gap = 0, 0, 0
	l.change(quiet)
}

// calm makes the machine go on, as it was declared, with a disk that does its work.
func (m *machine) calm() {
	m.restoreClock()
	m.restoreDisk()
	if m.disk != nil {
		quiet := m.device.declared
		quiet.ReadError, quiet.SyncError, quiet.LyingSync = 0, 0, 0
		quiet.Misdirect, quiet.Rot, quiet.Corrupt = 0, 0, 0
		m.setDevice(quiet)
	}
	m.goOn()
	if len(m.dark) > 0 {
		m.start()
	}
	for _, s := range m.services {
		if m.on && len(s.struck) > 0 {
			s.boot()
		}
	}
}
