package core

import (
	"fmt"
	"regexp"
	"unicode"
	"unicode/utf8"
)

// Bounds of what a disk keeps. Every implementation of Disk has the same ones,
// so that a test on one holds for the others: Env.Open and Env.OpenFile check names, File.Rename
// the new one, the Disk names of buckets, keys and values.
const (
	MaxDatabases  = 64       // on one machine
	MaxNameBytes  = 64       // of a database, a bucket or a file
	MaxKeyBytes   = 32 << 10 // bbolt's own MaxKeySize
	MaxValueBytes = 16 << 20
)

// MainBucket is the bucket of a DB on which Bucket was not called.
const MainBucket = "main"

var storedPattern = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*$`)

// checkDatabaseName says what is wrong with the name of a database.
func checkDatabaseName(name string) error { return checkName(name, "a database") }

// checkName says what is wrong with the name of something on a disk.
func checkName(name, of string) error {
	switch {
	case len(name) > MaxNameBytes:
		return fmt.Errorf("%q is no name of %s: at most %d bytes", name, of, MaxNameBytes)
	case !storedPattern.MatchString(name):
		return fmt.Errorf("%q is no name of %s: letters, digits and _, inside also - and dots", name, of)
	}
	return nil
}

// CheckBucketName says what is wrong with the name of a bucket.
func CheckBucketName(name string) error {
	switch {
	case isPlainBucket(name): // as good as always, in every transaction
		return nil
	case name == "":
		return fmt.Errorf("a bucket has a name")
	case len(name) > MaxNameBytes:
		return fmt.Errorf("%q is no name of a bucket: at most %d bytes", name, MaxNameBytes)
	case !utf8.ValidString(name):
		return fmt.Errorf("%q is no name of a bucket: it is not UTF-8", name)
	}
	for _, r := range name {
		if r == '/' || r == '\\' || !unicode.IsPrint(r) {
			return fmt.Errorf("%q is no name of a bucket: %q cannot be in it", name, r)
		}
	}
	return nil
}

// isPlainBucket says whether a name is a bucket's without doubt: it is short and of ASCII.
func isPlainBucket(name string) bool {
	for i := range len(name) {
		if c := name[i]; c < ' ' || c > '~' || c == '/' || c == '\\' {
			return false
		}
	}
	return name != "" && len(name) <= MaxNameBytes
}

// CheckPair says what is wrong with a key and its value.
func CheckPair(key, value []byte) error {
	switch {
	case len(key) == 0:
		return fmt.Errorf("a key is not empty")
	case len(key) > MaxKeyBytes:
		return fmt.Errorf("a key is at most %d bytes, not %d", MaxKeyBytes, len(key))
	case len(value) > MaxValueBytes:
		return fmt.Errorf("a value is at most %d bytes, not %d", MaxValueBytes, len(value))
	}
	return nil
}
