//go:build embedded

package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/nats-io/nats-server/v2/server"

	"simlua.example/core/sweep"
)

// folder is where a server keeps its data, locked for other processes.
type folder struct{ release func() error }

// openFolder makes a folder, or takes one that is empty or another server has left.
func openFolder(dir string) (*folder, error) {
	if dir == "" {
		return nil, errors.New("expected a folder for the server's data")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, withoutPath(err)
	}
	release, err := sweep.Lock(dir)
	if err != nil {
		return nil, err
	}
	err = onlyOurs(dir)
	if err == nil {
		err = withoutPath(os.MkdirAll(filepath.Join(dir, server.JetStreamStoreDir), 0o700)) // the server would say less
	}
	if err != nil {
		_ = release() // the error that counts is the other one
		return nil, err
	}
	return &folder{release}, nil
}

func (f *folder) close() error { return f.release() }

// onlyOurs says whether a folder has nothing but what a server keeps there.
func onlyOurs(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return withoutPath(err)
	}
	for _, e := range entries {
		if e.Name() != server.JetStreamStoreDir {
			return fmt.Errorf("it holds %s, which is no data of NATS; expected a new or an empty folder", e.Name())
		}
	}
	return nil
}

// withoutPath is an error without the path it is about: who calls names it.
func withoutPath(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}

// hostName is this host, as others know it.
func hostName() string {
	name, err := os.Hostname()
	if err != nil {
		return loopback
	}
	return name
}
