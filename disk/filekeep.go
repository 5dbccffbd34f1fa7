package disk

import (
	"os"
	"path/filepath"
)

// filesFolder is where the plain files of a machine are written, in its folder.
// No database lies there: those are called NAME.db.
const filesFolder = "files"

// write writes the files to the folder of their disk as the run ends, for those
// who want to look at them. In a folder that is about to be erased, nobody does.
func (f *files) write(folder string) {
	if len(f.now.listing) == 0 || folder == "" || isTemporary(folder) {
		return
	}
	folder = filepath.Join(folder, filesFolder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		f.device.host.HostFailed(hostError(folder, err))
		return
	}
	for _, e := range f.now.listing {
		path := filepath.Join(folder, e.name)
		if err := e.file.now.writeTo(path); err != nil {
			f.device.host.HostFailed(hostError(path, err))
			return
		}
	}
}

// writeTo writes a content to a file of the host, with its holes.
func (m *content) writeTo(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	for i := range sectors(m.size) {
		if s := m.get(i); s != nil {
			if _, err := file.WriteAt(s[:min(sectorSize, m.size-i*sectorSize)], i*sectorSize); err != nil {
				return err
			}
		}
	}
	if err := file.Truncate(m.size); err != nil {
		return err
	}
	return file.Close()
}
