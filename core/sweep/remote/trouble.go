package remote

import (
	"context"
	"errors"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// What a server says that has no name in jetstream.
const (
	codeNoStorage    = 10047 // insufficient storage resources
	codeCreateFailed = 10049 // of a stream, in words of any kind
	codeOverlap      = 10065 // of subjects
	codeFull         = 10077 // of a stream
)

// inWords says what an error of the server means.
func inWords(err error) error {
	api := (*jetstream.APIError)(nil)
	switch {
	case err == nil:
		return nil
	case errors.As(err, &api) && api.ErrorCode == codeFull:
		return errors.New("its store is full")
	case errors.As(err, &api) && api.ErrorCode == codeNoStorage:
		return errors.New("the server has no room for another sweep: its max_file_store is too small")
	case errors.As(err, &api) && api.ErrorCode == codeOverlap:
		return errors.New("a stream on the server that is not of simlua has the subjects simlua.*")
	case errors.Is(err, nats.ErrNoResponders), errors.Is(err, jetstream.ErrNoStreamResponse),
		errors.Is(err, nats.ErrTimeout), errors.Is(err, context.DeadlineExceeded), errors.Is(err, nats.ErrDisconnected):
		return errors.New("no answer")
	}
	return err
}
