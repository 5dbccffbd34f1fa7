package bundle

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"
)

// Bounds of what is written and read.
const (
	MaxArchive  = 64 << 20 // bytes
	maxManifest = 16 << 20 // bytes
	maxFiles    = 10_000
	maxName     = 1024 // bytes
	maxDepth    = 64   // folders around a file
)

// What an archive begins with: any, and one that Write wrote.
const (
	Magic = "PK\x03\x04"
	empty = "PK\x05\x06" // one with nothing in it
)

// IsArchive says whether a file that begins so may be a bundle.
func IsArchive(begin []byte) bool {
	return bytes.HasPrefix(begin, []byte(Magic)) || bytes.HasPrefix(begin, []byte(empty))
}

// Head is how much of a file IsBundle looks at.
const Head = nameAt + len(manifest)

// nameAt is where a local file header has its name (APPNOTE.TXT, 4.3.7).
const nameAt = 30

// IsBundle says whether a file that begins so was written by Write.
func IsBundle(begin []byte) bool {
	return len(begin) >= Head && IsArchive(begin) && string(begin[nameAt:Head]) == manifest
}

// errTooLarge is about the whole archive.
var errTooLarge = fmt.Errorf("too large: a bundle has at most %d MiB", MaxArchive>>20)

// Marshal is the archive of a bundle with these files, by their paths in it.
func Marshal(b *Bundle, files map[string][]byte) ([]byte, error) {
	text, err := encode(b)
	if err != nil {
		return nil, err
	}
	archive, err := zipped(append([]entry{{manifest, text}}, entries(files)...))
	if err == nil && len(archive) > MaxArchive {
		err = errTooLarge
	}
	return archive, err
}

// Zip is an archive of files by their paths in it, of which nothing else is said. The same
// files have the same bytes.
func Zip(files map[string][]byte) ([]byte, error) { return zipped(entries(files)) }

// entry is a file of an archive.
type entry struct {
	name string
	text []byte
}

// entries are files in the order of their names.
func entries(files map[string][]byte) (all []entry) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		all = append(all, entry{name, files[name]})
	}
	return all
}

func zipped(all []entry) ([]byte, error) {
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	for _, e := range all {
		w, err := z.CreateHeader(&zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: when})
		if err == nil {
			_, err = w.Write(e.text)
		}
		if err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return archive.Bytes(), err
}

// encode is a bundle for people, too.
func encode(b *Bundle) ([]byte, error) {
	whole := *b
	whole.Schema = Schema
	if whole.Set == nil {
		whole.Set = []string{}
	}
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(whole)
	if err == nil && text.Len() > maxManifest {
		err = fmt.Errorf("%s: %w", manifest, errManifest)
	}
	return text.Bytes(), err
}

var errManifest = fmt.Errorf("too large: it has at most %d MiB", maxManifest>>20)

// when is the time of all files: the first that the format knows.
var when = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// Unmarshal reads an archive. Of its files, those that are opened are read, and who
// does so bounds them.
func Unmarshal(archive []byte) (*Bundle, fs.FS, error) {
	if len(archive) > MaxArchive {
		return nil, nil, errTooLarge
	}
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, nil, damaged(err)
	}
	if err := plainNames(z.File); err != nil {
		return nil, nil, err
	}
	f, err := z.Open(manifest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, errNoBundle
	} else if err != nil {
		return nil, nil, damaged(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", manifest, damaged(err))
	}
	b, err := decode(text)
	return b, z, err
}

// plainNames bounds the folders that names make.
func plainNames(files []*zip.File) error {
	if len(files) > maxFiles {
		return fmt.Errorf("too large: a bundle has at most %d files", maxFiles)
	}
	for _, f := range files {
		if len(f.Name) > maxName || strings.Count(f.Name, "/") > maxDepth {
			return fmt.Errorf("a name of %d bytes: expected at most %d, and at most %d folders", len(f.Name), maxName, maxDepth)
		}
	}
	return nil
}

// damaged is an error of an archive for people.
func damaged(err error) error {
	return fmt.Errorf("the archive is damaged: %s", strings.TrimPrefix(err.Error(), "zip: "))
}

func decode(text []byte) (*Bundle, error) {
	if len(text) > maxManifest {
		return nil, fmt.Errorf("%s: %w", manifest, errManifest)
	}
	b := new(Bundle)
	err := json.Unmarshal(text, b)
	if b.Schema != "" && b.Schema != Schema {
		return nil, b.validate()
	}
	if kind := (*json.UnmarshalTypeError)(nil); errors.As(err, &kind) {
		return nil, fmt.Errorf("%s: %s: a JSON %s is not expected there", manifest, kind.Field, kind.Value)
	} else if err != nil {
		return nil, fmt.Errorf("%s: not an object of JSON: %w", manifest, err)
	}
	return b, b.validate()
}
