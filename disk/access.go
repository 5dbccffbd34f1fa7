package disk

import (
	"errors"

	"simlua.example/core"
)

// access is what a transaction may do.
type access struct {
	writable bool
	ended    bool
	mistake  error // a bucket with a bad name was asked for
}

var (
	errEnded    = errors.New("the transaction has ended")
	errReadOnly = errors.New("a view cannot write: use update")
)

// check fails the transaction when a bucket cannot have this name: from then on
// nothing is found and nothing can be changed.
func (a *access) check(bucket string) {
	if err := core.CheckBucketName(bucket); err != nil && a.mistake == nil {
		a.mistake = err
	}
}

func (a *access) mayRead() error {
	if a.ended {
		return errEnded
	}
	return a.mistake
}

func (a *access) mayWrite() error {
	switch {
	case a.ended:
		return errEnded
	case !a.writable:
		return errReadOnly
	}
	return a.mistake
}
