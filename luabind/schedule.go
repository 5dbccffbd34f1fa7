package luabind

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
	"simlua.example/core/schedule"
)

// maxSchedule bounds the size of a schedule that a script reads, in bytes.
const maxSchedule = 64 << 20

// simSchedule reads a schedule of faults.
func simSchedule(L *lua.LState) int {
	name := checkString(L, 1)
	faults, err := vmOf(L).program.schedule(name)
	if err != nil {
		L.RaiseError("schedule %s: %v", name, err)
	}
	t := L.CreateTable(len(faults), 0)
	for i := range faults {
		t.Append(plannedTable(L, &faults[i]))
	}
	L.Push(t)
	return 1
}

// plannedTable is a fault as run:faults has it, but with 0 where a fault says that
// a property of a link became none.
func plannedTable(L *lua.LState, f *core.Fault) *lua.LTable {
	t := faultTable(L, f)
	parameters := t.RawGetString("parameters").(*lua.LTable)
	for _, p := range f.Params {
		if p.Value == nil {
			parameters.RawSetString(p.Name, lua.LNumber(0))
		}
	}
	return t
}

// schedule is what a file in the script's folder holds. It is read once: a program
// does not change.
func (p *Program) schedule(name string) ([]core.Fault, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if faults, known := p.schedules[name]; known {
		return faults, nil
	}
	text, err := p.scheduleText(name)
	if err != nil {
		return nil, err
	}
	s, err := schedule.ReadEdited(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	if p.schedules == nil {
		p.schedules = map[string][]core.Fault{}
	}
	p.schedules[name] = s.Faults
	return s.Faults, nil
}

// scheduleText reads a file in the script's folder.
func (p *Program) scheduleText(name string) ([]byte, error) {
	f, err := p.files.open(path.Clean(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("no such file in the script's folder")
	case errors.Is(err, errNotFile):
		return nil, errors.New("a regular file is expected")
	case err != nil:
		return nil, cause(err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, errors.New("a directory, not a file")
	}
	text, err := io.ReadAll(io.LimitReader(f, maxSchedule+1))
	if err == nil && len(text) > maxSchedule {
		err = fmt.Errorf("too large: a schedule has at most %d MiB here", maxSchedule>>20)
	}
	return text, err
}
