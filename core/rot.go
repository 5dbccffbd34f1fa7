package core

import (
	"fmt"
	"path"
)

// RotOf is what sort of thing decays on a disk.
type RotOf string

// What can rot.
const (
	RotValue RotOf = "value" // one bit of a value in a database; bbolt does not notice
	// RotMeta is the newest meta page of a database: a power cut before the next commit
	// has finished takes the last one.
	RotMeta RotOf = "meta"
	RotFile RotOf = "file" // one bit of a file
)

// Rot says what decays on a disk: one thing of those that it means.
type Rot struct {
	Of    RotOf
	Match string // a glob over names of databases, or of files
}

// Means says whether a database, or a file, of this name is among those meant.
func (r Rot) Means(name string) bool {
	matches, _ := path.Match(r.Match, name) // Validate has seen the pattern
	return matches
}

// Validate says what is wrong with r.
func (r Rot) Validate() error {
	switch r.Of {
	case RotValue, RotMeta, RotFile:
	default:
		return fmt.Errorf("rot of a %q: there are %s, %s and %s", r.Of, RotValue, RotMeta, RotFile)
	}
	if _, err := path.Match(r.Match, ""); err != nil {
		return fmt.Errorf("rot: %q is not a glob: %w", r.Match, err)
	}
	return nil
}
