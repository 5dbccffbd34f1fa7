package coretest

import (
	"fmt"
	"maps"
	"slices"

	"simlua.example/core"
)

// content is a plain file, under any name: what is read, and what a power cut
// leaves.
type content struct {
	name         string
	now, durable []byte
	owner        core.Owner // the service that has it open
	opened       int        // handles of it that are not closed
	epoch        int        // counts its ends
}

// file is a handle: a core.File.
type file struct {
	*content
	disk   *memory
	epoch  int
	closed bool
}

func (m *memory) OpenFile(owner core.Owner, name string) (core.File, error) {
	c := m.files[name]
	switch {
	case c == nil && len(m.files) >= core.MaxFiles:
		return nil, fmt.Errorf("open file %s: %w", name, core.ErrNoSpace)
	case c == nil:
		c = &content{}
		m.files[name] = c
	case c.opened > 0 && c.owner != owner:
		return nil, fmt.Errorf("open file %s of %s: %w", name, m.host.Name(), core.ErrInUse)
	}
	c.name, c.owner = name, owner
	c.opened++
	return &file{content: c, disk: m, epoch: c.epoch}, nil
}

func (m *memory) Files(core.Owner) ([]string, error) { return slices.Sorted(maps.Keys(m.files)), nil }

func (m *memory) SyncDir(core.Owner) error {
	m.durableFiles = maps.Clone(m.files)
	return nil
}

// end takes the file away from its owner.
func (c *content) end() {
	c.opened = 0
	c.epoch++
}

// powerFailFiles loses all that was not synced.
func (m *memory) powerFailFiles() {
	for _, c := range m.files { //tidy:sorted each by itself
		c.end()
	}
	m.files = map[string]*content{}
	maps.Copy(m.files, m.durableFiles)
	for _, c := range m.files { //tidy:sorted each by itself
		c.now = slices.Clone(c.durable)
	}
}

func (f *file) Append(data []byte) (offset int64, err error) {
	offset = int64(len(f.now))
	return offset, f.WriteAt(offset, data)
}

func (f *file) WriteAt(offset int64, data []byte) error {
	end := offset + int64(len(data))
	switch {
	case offset < 0:
		return f.wrap(fmt.Errorf("an offset is not negative: %d", offset))
	case end > core.MaxFileBytes:
		return f.wrap(core.ErrNoSpace)
	}
	return f.do(func() {
		if len(data) == 0 {
			return
		}
		f.now = append(f.now, make([]byte, max(0, end-int64(len(f.now))))...)
		copy(f.now[offset:], data)
	})
}

func (f *file) ReadAt(offset int64, n int) (data []byte, err error) {
	if offset < 0 || n < 0 {
		return nil, f.wrap(fmt.Errorf("an offset and a length are not negative: %d and %d", offset, n))
	}
	err = f.do(func() {
		from := min(offset, int64(len(f.now)))
		data = slices.Clone(f.now[from:min(from+int64(n), int64(len(f.now)))])
	})
	return data, err
}

func (f *file) Size() (size int64, err error) {
	err = f.do(func() { size = int64(len(f.now)) })
	return size, err
}

func (f *file) Sync() error { return f.do(func() { f.durable = slices.Clone(f.now) }) }

func (f *file) Truncate(size int64) error {
	if size < 0 || size > core.MaxFileBytes {
		return f.wrap(fmt.Errorf("a size is from 0 to %d: %d", core.MaxFileBytes, size))
	}
	return f.do(func() {
		kept := f.now[:min(size, int64(len(f.now)))]
		f.now = append(slices.Clone(kept), make([]byte, size-int64(len(kept)))...)
	})
}

func (f *file) Rename(name string) error {
	if err := core.CheckFileName(name); err != nil {
		return f.wrap(err)
	}
	old := f.disk.files[name]
	if old != nil && old.opened > 0 && old.owner != f.owner {
		return f.wrap(core.ErrInUse)
	}
	return f.do(func() {
		if old != nil && old != f.content {
			old.end()
		}
		delete(f.disk.files, f.name)
		f.disk.files[name], f.name = f.content, name
	})
}

func (f *file) Remove() error {
	return f.do(func() {
		delete(f.disk.files, f.name)
		f.end()
	})
}

func (f *file) Close() error {
	if !f.closed && f.epoch == f.content.epoch {
		f.opened--
	}
	f.closed = true
	return nil
}

// do has an effect, unless the file is closed.
func (f *file) do(effect func()) error {
	if f.closed || f.epoch != f.content.epoch {
		return f.wrap(core.ErrClosed)
	}
	effect()
	return nil
}

func (f *file) wrap(err error) error { return fmt.Errorf("file %s: %w", f.name, err) }
