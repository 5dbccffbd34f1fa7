package disk

import (
	"fmt"

	"simlua.example/core"
)

// fileSession is a file while one service has it open.
type fileSession struct {
	files   *files
	file    *plainFile
	name    string
	owner   core.Owner
	holders int // handles that are not closed
	ended   bool
	syncs   writerLock // of syncs and truncations
}

func (s *fileSession) end() {
	s.ended = true
	s.file.session = nil
}

// fileHandle is what one OpenFile returned: a core.File.
type fileHandle struct {
	*fileSession
	closed bool
}

func (h *fileHandle) Append(data []byte) (offset int64, err error) {
	err = h.change(func() error {
		offset = h.file.now.size
		return h.write(offset, data)
	})
	return offset, err
}

func (h *fileHandle) WriteAt(offset int64, data []byte) error {
	if offset < 0 {
		return h.wrap(fmt.Errorf("an offset is not negative: %d", offset))
	}
	return h.change(func() error { return h.write(offset, data) })
}

func (h *fileHandle) write(offset int64, data []byte) error {
	d := h.files.device
	misdirected := d.decide(core.FaultMisdirect, d.profile.Misdirect, d.random)
	rots := d.decide(core.FaultRot, d.profile.Rot, d.random)
	place, bit := d.random.Uint64(), d.random.Uint64()
	if err := h.room(offset, int64(len(data))); err != nil || len(data) == 0 {
		return err
	}
	h.file.write(offset, data, d.happens(misdirected), place, h.file.random)
	if h.file.perishable() && d.happens(rots) {
		h.file.rot(bit)
	}
	return nil
}

// room says why so many bytes have no place at an offset.
func (h *fileHandle) room(offset, n int64) error {
	if n > core.MaxFileBytes-offset {
		return fmt.Errorf("%w: a file has at most %d bytes", core.ErrNoSpace, core.MaxFileBytes)
	}
	if grows := offset + n - h.file.now.size; grows > 0 {
		return h.files.room(grows)
	}
	return nil
}

func (h *fileHandle) ReadAt(offset int64, n int) (data []byte, err error) {
	if offset < 0 || n < 0 {
		return nil, h.wrap(fmt.Errorf("an offset and a length are not negative: %d and %d", offset, n))
	}
	if err := h.ready(); err != nil {
		return nil, err
	}
	err = h.files.device.read(max(0, min(int64(n), h.file.now.size-offset)))
	if err := h.ready(); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, h.wrap(err)
	}
	return h.file.now.read(offset, n), nil
}

func (h *fileHandle) Size() (int64, error) {
	if err := h.ready(); err != nil {
		return 0, err
	}
	return h.file.now.size, nil
}

func (h *fileHandle) Sync() error {
	return h.inTurn(func() error {
		if err := h.file.sync(h.files.device, func() bool { return h.closed || h.ended }); err != nil {
			return h.wrap(err)
		}
		return nil
	})
}

func (h *fileHandle) Truncate(size int64) error {
	if size < 0 || size > core.MaxFileBytes {
		return h.wrap(fmt.Errorf("a size is from 0 to %d: %d", core.MaxFileBytes, size))
	}
	return h.inTurn(func() error {
		return h.change(func() error {
			if err := h.room(size, 0); err != nil {
				return err
			}
			h.file.truncate(size, h.file.random)
			return nil
		})
	})
}

func (h *fileHandle) Rename(name string) error {
	if err := core.CheckFileName(name); err != nil {
		return h.wrap(err)
	}
	return h.change(func() error {
		f := h.files
		replaced := f.now.file(name)
		switch {
		case replaced == h.file:
			return nil
		case replaced == nil || replaced.session == nil:
		case replaced.session.owner != h.owner:
			return fmt.Errorf("%w: another service of %s has %s open", core.ErrInUse, f.device.host.Name(), name)
		default:
			replaced.session.end()
		}
		f.directory.change(f.now.with(h.name, nil).with(name, h.file), f.random)
		h.name = name
		return nil
	})
}

func (h *fileHandle) Remove() error {
	return h.change(func() error {
		h.files.directory.change(h.files.now.with(h.name, nil), h.files.random)
		h.end()
		return nil
	})
}

func (h *fileHandle) Close() error {
	if h.closed || h.ended {
		return nil
	}
	h.closed = true
	if h.holders--; h.holders == 0 {
		h.end()
	}
	return nil
}

// change lets the time of a system call pass, and only then has the effect.
func (h *fileHandle) change(effect func() error) error {
	if err := h.ready(); err != nil {
		return err
	}
	h.files.device.host.Busy(fileCost)
	if err := h.ready(); err != nil {
		return err
	}
	if err := effect(); err != nil {
		return h.wrap(err)
	}
	return nil
}

// inTurn waits until no sync or truncation of the file is ahead.
func (h *fileHandle) inTurn(fn func() error) error {
	if err := h.ready(); err != nil {
		return err
	}
	h.syncs.lock()
	defer h.syncs.unlock()
	if err := h.ready(); err != nil {
		return err
	}
	return fn()
}

// ready says why the file cannot be used now.
func (h *fileHandle) ready() error {
	if h.closed || h.ended {
		return h.wrap(core.ErrClosed)
	}
	return nil
}

func (h *fileHandle) wrap(err error) error { return fmt.Errorf("file %s: %w", h.name, err) }
