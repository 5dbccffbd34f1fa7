package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// outFile is a file that a run is asked to write beside its report; without a path, it is
// not.
type outFile struct {
	flag string // before the path in messages: "--junit "
	path string
}

// usable finds out early whether the file can be written, as something of a kind.
func (f *outFile) usable(kind string, is func(path string) bool) error {
	if f.path == "" {
		return nil
	}
	return f.wrap(canWriteAs(f.path, kind, is))
}

// write writes the file whole, if somebody wants it.
func (f *outFile) write(content func(io.Writer) error) error {
	if f.path == "" {
		return nil
	}
	var b bytes.Buffer
	err := content(&b)
	if err == nil {
		err = replaceFile(f.path, b.Bytes())
	}
	return f.wrap(reason(err))
}

// wrap says which file an error is about.
func (f *outFile) wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s%s: %w", f.flag, f.path, err)
}

// canWriteAs says why a path is none to write something of a kind to. Nothing may be there, or
// what somebody reads meanwhile, or a file with nothing in it or of this kind.
func canWriteAs(path, kind string, is func(path string) bool) error {
	if err := mayBeOutput(path); err != nil {
		return err
	}
	if !is(path) {
		return fmt.Errorf("the file is no %s; it is left as it is", kind)
	}
	return canWrite(path)
}

// mayBeOutput says why a path is none to write anything else to: it is, or would be
// taken for, a script or a module, of which an empty one looks like nothing; or it is
// what other programs take for standard output.
func mayBeOutput(path string) error {
	switch {
	case strings.HasSuffix(path, ".lua"):
		return errors.New("that is the name of a script; it is left as it is")
	case path == "-":
		return errors.New("expected the name of a file; that of standard output is /dev/stdout")
	}
	return nil
}

// begins says whether a file begins so, or has nothing in it, or is none.
func begins(path, with string) bool {
	return headed(path, len(with), func(head []byte) bool { return string(head) == with })
}

// headed says whether the first bytes of a file are as they should be, or it has
// nothing in it, or is none.
func headed(path string, size int, is func(head []byte) bool) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return true
	}
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	head := make([]byte, size)
	_, err = io.ReadFull(file, head)
	return err == nil && is(head)
}

// canWrite finds out early whether a file can be written; what it does not find
// there it leaves so. Who reads a pipe would take a look for all there is.
func canWrite(path string) error {
	info, err := os.Stat(path)
	if err == nil && info.Mode()&os.ModeNamedPipe != 0 {
		return nil
	}
	isNew := errors.Is(err, os.ErrNotExist)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return fmt.Errorf("expected a file that can be written to: %w", reason(err))
	}
	err = file.Close()
	if isNew {
		made, lost := filepath.EvalSymlinks(path)
		err = errors.Join(err, lost, os.Remove(made))
	}
	return err
}

// replaceFile writes a file whole, or leaves what was there. Who may read it stays so; of
// a new one the umask decides.
func replaceFile(name string, text []byte) error {
	info, err := os.Stat(name)
	_, missing := os.Lstat(name)
	switch isNew := errors.Is(err, os.ErrNotExist); {
	case err == nil && !info.Mode().IsRegular(), isNew && missing == nil:
		return os.WriteFile(name, text, 0o666) // a pipe, perhaps, or a link to what is not there yet
	case err != nil && !isNew:
		return err
	}
	target := name
	if followed, err := filepath.EvalSymlinks(name); err == nil {
		target = followed
	}
	err = renameOver(target, info, text)
	if info != nil && isFixed(err) {
		return os.WriteFile(target, text, 0o666)
	}
	return err
}

// isFixed says whether a file could not be replaced since its folder lets nobody do that, or
// since it is mounted there alone, as into a container.
func isFixed(err error) bool {
	return errors.Is(err, os.ErrPermission) || errors.Is(err, syscall.EROFS) || errors.Is(err, syscall.EBUSY)
}

// renameOver puts a new file in the place of what was there, which was so, or nil.
func renameOver(target string, was os.FileInfo, text []byte) error {
	file, err := createBeside(target)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err == nil && was != nil {
		err = file.Chmod(was.Mode().Perm())
	}
	err = cmp.Or(err, file.Close())
	if err == nil {
		err = os.Rename(file.Name(), target)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

// createBeside creates a file in the folder of another one.
func createBeside(target string) (*os.File, error) {
	for n := 0; ; n++ {
		name := filepath.Join(filepath.Dir(target), fmt.Sprintf(".simlua-%d-%d", os.Getpid(), n))
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, os.ErrExist) {
			return file, err
		}
	}
}
