package disk

import "math"

// sectorSize is what a device writes whole or not at all.
const sectorSize = 512

// sector is a version of the bytes of one sector. It never changes once it is part
// of a content, so that contents share it. Nil is a sector of zeros.
type sector [sectorSize]byte

// content is what is in a file, as somebody finds it: to those who read it, or after a
// power cut.
type content struct {
	size int64
	// cut is the least size that the file has had since this content followed it: what
	// was behind that is gone, as soon as anything is known that was written later.
	cut    int64
	chunks []*chunk // nil where there are only holes
}

// chunkSectors is a compromise: what a small file costs, and a hole in a large one.
const chunkSectors = 64

type chunk [chunkSectors]*sector

// never is the cut of a content that has followed.
const never = math.MaxInt64

func newContent() content { return content{cut: never} }

// sectors is how many sectors so many bytes take.
func sectors(size int64) int64 { return (size + sectorSize - 1) / sectorSize }

func (m *content) get(i int64) *sector {
	if c := i / chunkSectors; c < int64(len(m.chunks)) && m.chunks[c] != nil {
		return m.chunks[c][i%chunkSectors]
	}
	return nil
}

func (m *content) set(i int64, s *sector) {
	if s == m.get(i) {
		return
	}
	c := i / chunkSectors
	for c >= int64(len(m.chunks)) {
		m.chunks = append(m.chunks, nil)
	}
	if m.chunks[c] == nil {
		m.chunks[c] = new(chunk)
	}
	m.chunks[c][i%chunkSectors] = s
}

// trim makes zeros of all that is behind a size.
func (m *content) trim(size int64) {
	keep := sectors(size)
	if chunks := (keep + chunkSectors - 1) / chunkSectors; chunks < int64(len(m.chunks)) {
		clear(m.chunks[chunks:])
		m.chunks = m.chunks[:chunks]
	}
	if c := keep / chunkSectors; c < int64(len(m.chunks)) && m.chunks[c] != nil {
		clear(m.chunks[c][keep%chunkSectors:])
	}
	if last := m.get(size / sectorSize); last != nil && size%sectorSize != 0 {
		short := new(sector)
		copy(short[:], last[:size%sectorSize])
		m.set(size/sectorSize, short)
	}
}

// resize follows the file to the size that it has now.
func (m *content) resize(size int64) {
	if m.cut != never {
		m.trim(m.cut)
	}
	m.size, m.cut = size, never
}

// versions makes new versions of the sectors at an offset, with data in them, and
// calls each with them.
func (m *content) versions(offset int64, data []byte, each func(i int64, s *sector)) {
	for len(data) > 0 {
		i, at := offset/sectorSize, offset%sectorSize
		s := new(sector)
		if old := m.get(i); old != nil {
			*s = *old
		}
		n := copy(s[at:], data)
		each(i, s)
		data, offset = data[n:], offset+int64(n)
	}
}

// read copies what is at an offset, to the end of the file at most.
func (m *content) read(offset int64, n int) []byte {
	data := make([]byte, max(0, min(int64(n), m.size-offset)))
	for done := 0; done < len(data); {
		at := offset + int64(done)
		part := min(len(data)-done, int(sectorSize-at%sectorSize))
		if s := m.get(at / sectorSize); s != nil {
			copy(data[done:done+part], s[at%sectorSize:])
		}
		done += part
	}
	return data
}

// clone shares the sectors, not their places.
func (m *content) clone() content {
	copied := content{size: m.size, cut: m.cut, chunks: make([]*chunk, len(m.chunks))}
	for i, c := range m.chunks {
		if c != nil {
			own := *c
			copied.chunks[i] = &own
		}
	}
	return copied
}
