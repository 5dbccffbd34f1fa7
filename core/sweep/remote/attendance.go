package remote

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/nats-io/nats.go/jetstream"
)

// attendance says on the server that a sweep has a submitter, so that it gets no second
// one. It is fresh while its revision changes: clocks of hosts are not compared.
type attendance struct {
	bucket   jetstream.KeyValue
	who      string // for people, and a line that tells submitters of one process apart
	revision uint64
}

// attendanceKey is its key in the bucket of what has begun.
const attendanceKey = "submitter"

// AttendedError is of a sweep that another submitter attends to.
type AttendedError struct{ Who string }

func (e *AttendedError) Error() string {
	return fmt.Sprintf("it has a submitter, %s, which must end first", e.Who)
}

// attend takes a sweep that no submitter attends to. It takes a while to know, when
// there was one.
func attend(ctx context.Context, bucket jetstream.KeyValue) (*attendance, error) {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	a := &attendance{bucket: bucket, who: fmt.Sprintf("process %d of %s\n%s", os.Getpid(), host, rand.Text())}
	entry, err := bucket.Get(ctx, attendanceKey)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return a, a.put(ctx)
	}
	if err != nil {
		return nil, err
	}
	if !sleep(ctx, patience) {
		return nil, context.Cause(ctx)
	}
	a.revision = entry.Revision()
	return a, a.put(ctx)
}

// put says that the submitter is there, unless another one has said so meanwhile.
func (a *attendance) put(ctx context.Context) error {
	revision, err := a.bucket.Update(ctx, attendanceKey, []byte(a.who), a.revision)
	if err == nil {
		a.revision = revision
		return nil
	}
	entry, again := a.bucket.Get(ctx, attendanceKey)
	switch {
	case again != nil || entry.Revision() == a.revision:
		return err
	case string(entry.Value()) == a.who: // it was put, but the answer was lost
		a.revision = entry.Revision()
		return nil
	}
	who, _, _ := strings.Cut(string(entry.Value()), "\n")
	return &AttendedError{Who: who}
}

// attendAll says so again and again.
func (s *Submitter) attendAll() {
	for sleep(s.ctx, pingEvery) {
		ctx, cancel := context.WithTimeout(s.ctx, requestTimeout)
		err := s.attendance.put(ctx)
		cancel()
		if taken := (*AttendedError)(nil); errors.As(err, &taken) {
			s.kept.Store(true)
			s.end(fmt.Errorf("the sweep was taken over: %w", err))
		}
	}
}
