package remote_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"simlua.example/core/sweep"
	"simlua.example/core/sweep/remote"
)

func smallMessages(o *server.Options) { o.MaxPayload = 16 << 10 }

// raw is a connection that can do anything.
func raw(t *testing.T, s *server.Server) (*nats.Conn, jetstream.JetStream) {
	t.Helper()
	nc, err := nats.Connect(s.ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	return nc, js
}

// Messages that do not decode cost themselves only.
func TestDamagedMessages(t *testing.T) {
	s := startServer(t)
	sub, told := submit(t, s, remote.Spec{}, nil)
	_, js := raw(t, s)
	for _, junk := range []string{"", "{", `{"runs":7}`, "\x1f\x8b\x08 no gzip"} {
		for _, subject := range []string{".work", ".rows.1.0"} {
			if _, err := js.Publish(t.Context(), "simlua."+sub.Name()+subject, []byte(junk)); err != nil {
				t.Fatal(err)
			}
		}
	}
	mine, _ := startWorker(t, s, remote.Worker{}, fake)
	if got := rows(t, "1-50", 100, sub.Play); !slices.Equal(got, rows(t, "1-50", 1, fake)) {
		t.Error("other rows")
	}
	told.await(t, "a message with rows is damaged (unexpected EOF)")
	mine.await(t, "a message with work is damaged (unexpected end of JSON input)")
}

// What somebody has removed from the server is handed out again.
func TestLostWork(t *testing.T) {
	s := startServer(t)
	sub, told := submit(t, s, remote.Spec{}, nil)
	_, js := raw(t, s)
	stream, err := js.Stream(t.Context(), "SIMLUA_"+sub.Name()+"_WORK")
	if err != nil {
		t.Fatal(err)
	}
	block := make(chan bool)
	startWorker(t, s, remote.Worker{}, func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
		<-block
		return fake(ctx, run)
	})
	done := make(chan error)
	for seed := range uint64(2) {
		go func() {
			_, err := sub.Play(t.Context(), sweep.Run{Seed: seed})
			done <- err
		}()
	}
	for n := uint64(0); n < 2; {
		info, err := stream.Info(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n = info.State.Msgs
	}
	if err := stream.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	told.await(t, "lost on the way; handed out again")
	close(block)
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// Workers wait when there is no room for rows.
func TestFull(t *testing.T) {
	s := startServer(t)
	sub, _ := submit(t, s, remote.Spec{}, nil)
	_, js := raw(t, s)
	stream, err := js.Stream(t.Context(), "SIMLUA_"+sub.Name()+"_ROWS")
	if err != nil {
		t.Fatal(err)
	}
	config := stream.CachedInfo().Config
	config.MaxBytes = 1
	if _, err := js.UpdateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	mine, _ := startWorker(t, s, remote.Worker{}, fake)
	done := make(chan []string)
	go func() { done <- rows(t, "1-50", 100, sub.Play) }()
	mine.await(t, "the server does not take what was played (its store is full); it is tried again")
	config.MaxBytes = 1 << 20
	if _, err := js.UpdateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	if got := <-done; !slices.Equal(got, rows(t, "1-50", 1, fake)) {
		t.Error("other rows")
	}
}

// Work that the server has no room for is not lost, and is handed out once.
func TestFullOfWork(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	s := startServer(t)
	sub, told := submit(t, s, remote.Spec{}, nil)
	_, js := raw(t, s)
	stream, err := js.Stream(t.Context(), "SIMLUA_"+sub.Name()+"_WORK")
	if err != nil {
		t.Fatal(err)
	}
	config := stream.CachedInfo().Config
	config.MaxBytes, config.Discard = 1, jetstream.DiscardNew
	if _, err := js.UpdateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	startWorker(t, s, remote.Worker{}, fake)
	done := make(chan error)
	go func() {
		_, err := sub.Play(t.Context(), sweep.Run{Seed: 1})
		done <- err
	}()
	told.await(t, "the server does not take work (its store is full); it is tried again")
	time.Sleep(7 * time.Second) // longer than the submitter waits before it misses something
	config.MaxBytes = 1 << 20
	if _, err := js.UpdateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil || strings.Contains(told.String(), "lost") {
		t.Error(err, told)
	}
}

// A worker whose jobs are all busy learns, too, that a sweep has gone without a word.
func TestGoneWhileBusy(t *testing.T) {
	s := startServer(t)
	sub, _ := submit(t, s, remote.Spec{}, nil)
	began, ended := make(chan bool), make(chan bool)
	startWorker(t, s, remote.Worker{}, func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
		close(began)
		<-ctx.Done()
		close(ended)
		return nil, context.Cause(ctx)
	})
	go func() { _, _ = sub.Play(t.Context(), sweep.Run{Seed: 1}) }()
	<-began
	_, js := raw(t, s)
	if err := js.DeleteStream(t.Context(), "SIMLUA_"+sub.Name()+"_WORK"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Error("it goes on")
	}
}

// The stream that a sweep is listed by goes last: what is left, when something could not
// be deleted, can be cancelled once more. The requests tell: the server says in any order
// what it has deleted.
func TestWorkGoesLast(t *testing.T) {
	s := startServer(t)
	nc, _ := raw(t, s)
	const asked = "$JS.API.STREAM.DELETE."
	heard, err := nc.SubscribeSync(asked + "*")
	if err != nil {
		t.Fatal(err)
	}
	if err := nc.Flush(); err != nil {
		t.Fatal(err)
	}
	sub, _ := submit(t, s, remote.Spec{}, nil)
	if err := sub.Close(); err != nil {
		t.Fatal(err)
	}
	var order []string
	for range 4 {
		m, err := heard.NextMsg(10 * time.Second)
		if err != nil {
			t.Fatal(err, order)
		}
		order = append(order, strings.TrimPrefix(m.Subject, asked))
	}
	if order[3] != "SIMLUA_"+sub.Name()+"_WORK" {
		t.Error(order)
	}
}

// A server that was gone for a while, with all that is in its folder, is no end.
func TestServerRestarts(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	o := &server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true,
		SyncAlways: true}
	s := runServer(t, o)
	t.Cleanup(func() { stopServer(s) }) // the last one, when nobody needs it any more
	port := portOf(t, s.Addr().String())
	_, stop := startWorker(t, s, remote.Worker{Jobs: 2}, func(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
		time.Sleep(2 * time.Millisecond)
		return fake(ctx, run)
	})
	sub, _ := submit(t, s, remote.Spec{AckWait: 2 * time.Second}, nil)
	done := make(chan []string)
	go func() { done <- rows(t, "1-1500", 3000, sub.Play) }()
	for range 3 {
		time.Sleep(500 * time.Millisecond)
		stopServer(s)
		time.Sleep(300 * time.Millisecond)
		again := *o
		again.Port = port
		s = runServer(t, &again)
	}
	if got := <-done; !slices.Equal(got, rows(t, "1-1500", 1, fake)) {
		t.Error("other rows")
	}
	if err := sub.Close(); err != nil {
		t.Error(err)
	}
	stop() // the server goes before what was there before it
}

// What is left of a sweep is nothing, however it ended.
func TestNothingLeft(t *testing.T) {
	s := startServer(t)
	startWorker(t, s, remote.Worker{}, fake)
	sub, _ := submit(t, s, remote.Spec{}, nil)
	rows(t, "1-20", 10, sub.Play)
	if err := sub.Close(); err != nil {
		t.Fatal(err)
	}
	_, js := raw(t, s)
	for name := range js.StreamNames(t.Context()).Name() {
		t.Error(name)
	}
}

// Who cancels a sweep by its streams ends it for its submitter, too.
func TestGone(t *testing.T) {
	s := startServer(t)
	sub, _ := submit(t, s, remote.Spec{}, nil)
	_, js := raw(t, s)
	for name := range js.StreamNames(t.Context()).Name() {
		if err := js.DeleteStream(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeoutCause(t.Context(), 20*time.Second, errors.New("too late"))
	defer cancel()
	if _, err := sub.Play(ctx, sweep.Run{Seed: 1}); err == nil || !strings.Contains(err.Error(), "was cancelled") {
		t.Error(err)
	}
}
