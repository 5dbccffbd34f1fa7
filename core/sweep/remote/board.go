package remote

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// board is what a sweep has on the server.
type board struct {
	*Conn
	name       string
	work, rows jetstream.Stream
	begun      jetstream.KeyValue
	notes      jetstream.Stream // that begun is in; workers only
	objects    jetstream.ObjectStore
}

// mostRows bounds the rows that lie on the server and that nobody has taken, in bytes:
// workers wait when there are so many.
const mostRows = 512 << 20

// ErrCancelled is of a sweep that is not on the server any more.
var ErrCancelled = errors.New("the sweep was cancelled")

// createBoard makes the board of a new sweep, all of it or none. The stream of work comes
// first, since it is what sweeps are listed by, and that from which items are taken last.
func createBoard(ctx context.Context, c *Conn, name string, spec *Spec, files map[string][]byte) (*board, error) {
	b := &board{Conn: c, name: name}
	err := b.create(ctx, spec, files)
	if err != nil {
		return nil, errors.Join(inWords(err), b.delete(deleteWithin))
	}
	return b, nil
}

func (b *board) create(ctx context.Context, spec *Spec, files map[string][]byte) (err error) {
	about := spec.metadata()
	if err := b.createWork(ctx, about); err != nil {
		return err
	}
	if b.objects, err = b.js.CreateObjectStore(ctx, jetstream.ObjectStoreConfig{Bucket: bucketName(b.name),
		Metadata: about}); err != nil {
		return err
	}
	for _, name := range spec.Files {
		if err := b.put(ctx, name, files[name]); err != nil {
			return err
		}
	}
	text, err := encode(spec)
	if err != nil {
		return err
	}
	if err := b.put(ctx, specObject, text); err != nil {
		return err
	}
	if b.begun, err = b.js.CreateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: bucketName(b.name),
		Metadata: about}); err != nil {
		return err
	}
	if b.rows, err = b.js.CreateStream(ctx, jetstream.StreamConfig{Name: rowsStream(b.name), Metadata: about,
		Subjects: []string{rowsSubject(b.name) + ".>"}, Discard: jetstream.DiscardNew, MaxBytes: mostRows}); err != nil {
		return err
	}
	_, err = b.work.CreateConsumer(ctx, jetstream.ConsumerConfig{Durable: consumerName, AckWait: spec.AckWait,
		AckPolicy: jetstream.AckExplicitPolicy, MaxDeliver: -1, MaxAckPending: -1})
	return err
}

// createWork makes the stream of work. It comes first, and a server whose last stream was just
// deleted may be removing the folder that it is put in: the server fails then, and does not
// at the next try.
func (b *board) createWork(ctx context.Context, about map[string]string) (err error) {
	for range 5 {
		b.work, err = b.js.CreateStream(ctx, jetstream.StreamConfig{Name: workStream(b.name), Metadata: about,
			Subjects: []string{workSubject(b.name)}, Retention: jetstream.WorkQueuePolicy})
		if api := (*jetstream.APIError)(nil); !errors.As(err, &api) || api.ErrorCode != codeCreateFailed {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
	return err
}

// openBoard finds the board of a sweep that is on the server.
func openBoard(ctx context.Context, c *Conn, name string) (b *board, err error) {
	b = &board{Conn: c, name: name}
	if b.work, err = c.js.Stream(ctx, workStream(name)); err != nil {
		return nil, err
	}
	if err := checkMetadata(workStream(name), b.work.CachedInfo().Config.Metadata); err != nil {
		return nil, err
	}
	if b.rows, err = c.js.Stream(ctx, rowsStream(name)); err != nil {
		return nil, err
	}
	if b.begun, err = c.js.KeyValue(ctx, bucketName(name)); err != nil {
		return nil, err
	}
	if b.notes, err = c.js.Stream(ctx, bucketStream(name)); err != nil {
		return nil, err
	}
	b.objects, err = c.js.ObjectStore(ctx, bucketName(name))
	return b, err
}

// isMissing says whether something of a board is not there: not yet, or not any more.
func isMissing(err error) bool {
	for _, e := range []error{jetstream.ErrStreamNotFound, jetstream.ErrBucketNotFound, jetstream.ErrObjectNotFound,
		jetstream.ErrConsumerNotFound} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// spec reads what there is to know of the sweep, and the files that belong to it.
func (b *board) spec(ctx context.Context) (*Spec, map[string][]byte, error) {
	text, err := b.objects.GetBytes(ctx, specObject)
	if err != nil {
		return nil, nil, err
	}
	spec, files := new(Spec), map[string][]byte{}
	if err := decode(text, spec); err != nil {
		return nil, nil, fmt.Errorf("its spec is damaged: %w", err)
	}
	for _, name := range spec.Files {
		if files[name], err = b.objects.GetBytes(ctx, name); err != nil {
			return nil, nil, err
		}
		if DigestOf(files[name]) != name {
			return nil, nil, fmt.Errorf("its file %s is damaged", name)
		}
	}
	return spec, files, nil
}

// DigestOf is the name of a file: the SHA-256 of what is in it.
func DigestOf(text []byte) string { return fmt.Sprintf("%x", sha256.Sum256(text)) }

// deleteWithin bounds how long it takes to delete a board.
const deleteWithin = 2 * requestTimeout

// delete removes all of the board, and lets workers know. The stream of work goes last:
// while it is there, the sweep is listed, and can be cancelled once more.
func (b *board) delete(within time.Duration) error {
	_ = b.nats.Publish(cancelSubject(b.name), nil) // who misses it, sees that the streams are gone
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	for _, stream := range []string{rowsStream(b.name), bucketStream(b.name), "OBJ_" + bucketName(b.name),
		workStream(b.name)} {
		if err := b.js.DeleteStream(ctx, stream); err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
			return inWords(err)
		}
	}
	return nil
}

// announce tells all workers that there is work.
func (b *board) announce() error { return b.nats.Publish(moreSubject(b.name), nil) }

// isGone asks the server whether the board is there still. Who gets no answer does not
// know.
func (b *board) isGone(ctx context.Context) bool {
	_, err := b.js.Stream(ctx, workStream(b.name))
	return errors.Is(err, jetstream.ErrStreamNotFound)
}

// objectHeader names the object that a message stands for.
const objectHeader = "Simlua-Object"

// headroom is what a message has beside its data.
const headroom = 4 << 10

// mostChunk is how long the parts of an object are, in bytes, unless the server takes
// shorter messages only.
const mostChunk = 128 << 10

// message is a value on its way to a subject. What is too large for a message becomes
// an object, which the message names.
func (b *board) message(ctx context.Context, subject, id string, v any) (*nats.Msg, error) {
	data, err := encode(v)
	if err != nil {
		return nil, err
	}
	m := nats.NewMsg(subject)
	if int64(len(data)) <= b.nats.MaxPayload()-headroom {
		m.Data = data
		return m, nil
	}
	m.Header.Set(objectHeader, id)
	return m, b.put(ctx, id, data)
}

// put puts an object, in chunks that the server takes as messages.
func (b *board) put(ctx context.Context, name string, data []byte) error {
	chunk := min(mostChunk, b.nats.MaxPayload()-headroom)
	_, err := b.objects.Put(ctx, jetstream.ObjectMeta{Name: name,
		Opts: &jetstream.ObjectMetaOptions{ChunkSize: uint32(max(1, chunk))}}, bytes.NewReader(data))
	return err
}

// damaged is of a message that nobody can read, however often.
type damaged struct{ error }

func isDamaged(err error) bool { return errors.As(err, new(damaged)) }

// read reads a value from a message. The object that it stands for, if it does, is
// there until forget.
func (b *board) read(ctx context.Context, about nats.Header, data []byte, v any) error {
	if object := about.Get(objectHeader); object != "" {
		var err error
		switch data, err = b.objects.GetBytes(ctx, object); {
		case errors.Is(err, jetstream.ErrObjectNotFound), errors.Is(err, jetstream.ErrDigestMismatch):
			return damaged{err}
		case err != nil:
			return inWords(err)
		}
	}
	if err := decode(data, v); err != nil {
		return damaged{err}
	}
	return nil
}

// forget removes the object of a message that was dealt with.
func (b *board) forget(ctx context.Context, about nats.Header) {
	if object := about.Get(objectHeader); object != "" {
		_ = b.objects.Delete(ctx, object) // it goes with the sweep, at the latest
	}
}

// How publish tries again.
const (
	leastPause = 50 * time.Millisecond
	mostPause  = 5 * time.Second
)

// publish publishes a value, and returns once the server has it, however long that
// takes. wait is told why it takes longer. With the same id, a message is there once.
func (b *board) publish(ctx context.Context, stream, subject, id string, v any, wait func(error)) error {
	var m *nats.Msg
	for pause := leastPause; ; pause = min(2*pause, mostPause) {
		var err error
		if m == nil {
			m, err = b.message(ctx, subject, id, v)
		}
		if err == nil {
			_, err = b.js.PublishMsg(ctx, m, jetstream.WithMsgID(id), jetstream.WithExpectStream(stream))
		} else {
			m = nil
		}
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case b.isGone(ctx):
			return ErrCancelled
		}
		wait(inWords(err))
		if !sleep(ctx, pause) {
			return context.Cause(ctx)
		}
	}
}

// sleep waits, unless ctx is done before.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
