//go:build embedded

package embedded_test

import (
	"context"
	"errors"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"simlua.example/core/sweep/remote/embedded"
)

func start(t *testing.T, c embedded.Config) *embedded.Server {
	t.Helper()
	s, err := embedded.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func connect(t *testing.T, url string) jetstream.JetStream {
	t.Helper()
	conn, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

func withTimeout(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// What was acknowledged is there in the next server of the folder.
func TestKeeps(t *testing.T) {
	dir, ctx := filepath.Join(t.TempDir(), "new", "store"), withTimeout(t)
	s := start(t, embedded.Config{Dir: dir})
	js := connect(t, s.URL())
	if _, err := js.CreateStream(ctx, jetstream.StreamConfig{Name: "S", Subjects: []string{"s"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := js.Publish(ctx, "s", []byte("kept")); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	stream, err := connect(t, start(t, embedded.Config{Dir: dir}).URL()).Stream(ctx, "S")
	if err != nil {
		t.Fatal(err)
	}
	message, err := stream.GetMsg(ctx, 1)
	if err != nil || string(message.Data) != "kept" {
		t.Errorf("%v, %v", message, err)
	}
}

// The server listens where it is told to, on 127.0.0.1 else, and to those only who
// know its token.
func TestAddress(t *testing.T) {
	one, other := start(t, embedded.Config{Dir: t.TempDir()}), start(t, embedded.Config{Dir: t.TempDir()})
	u, err := url.Parse(one.URL())
	if err != nil || u.Scheme != "nats" || u.Hostname() != "127.0.0.1" || len(u.User.Username()) < 20 {
		t.Errorf("%s: expected a token and an address on 127.0.0.1: %v", one.URL(), err)
	}
	v, _ := url.Parse(other.URL())
	if u.User.Username() == v.User.Username() || u.Port() == v.Port() {
		t.Errorf("%s and %s have something in common", one.URL(), other.URL())
	}
	if _, err := nats.Connect(u.Host); !errors.Is(err, nats.ErrAuthorization) {
		t.Errorf("without a token: %v", err)
	}
	if _, err := nats.Connect(u.Host, nats.Token(v.User.Username())); !errors.Is(err, nats.ErrAuthorization) {
		t.Errorf("with the token of another server: %v", err)
	}
	anywhere := start(t, embedded.Config{Dir: t.TempDir(), Host: "0.0.0.0", Token: "a/b@c"})
	host, _ := os.Hostname()
	if w, err := url.Parse(anywhere.URL()); err != nil || w.Hostname() != host || w.User.Username() != "a/b@c" {
		t.Errorf("%s: expected the host's name and the token: %v", anywhere.URL(), err)
	}
}

func TestErrors(t *testing.T) {
	dir, used, foreign := t.TempDir(), t.TempDir(), t.TempDir()
	s := start(t, embedded.Config{Dir: used})
	file := filepath.Join(foreign, "notes.txt")
	if err := os.WriteFile(file, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(s.URL())
	port, _ := strconv.Atoi(u.Port())
	for _, c := range []struct {
		config embedded.Config
		want   string
	}{
		{embedded.Config{Dir: used}, used + ": it is in use by another process"},
		{embedded.Config{Dir: foreign}, foreign + ": it holds notes.txt, which is no data of NATS; " +
			"expected a new or an empty folder"},
		{embedded.Config{Dir: file}, file + ": not a directory"},
		{embedded.Config{Dir: dir, Port: port}, u.Host + ": address already in use"},
		{embedded.Config{Dir: dir, Host: "192.0.2.1"}, "192.0.2.1:0: cannot assign requested address"},
	} {
		if s, err := embedded.Start(c.config); err == nil || err.Error() != c.want {
			t.Errorf("%q, expected %q", err, c.want)
			if err == nil {
				_ = s.Close()
			}
		}
	}
	start(t, embedded.Config{Dir: dir}) // a server that did not start has left the folder to others
}

// A folder that cannot be written to is named, with the reason.
func TestNotWritable(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("it takes folders of the kernel, which refuse even root")
	}
	for _, dir := range []string{"/sys/kernel/iommu_groups", "/proc/store"} {
		_, err := embedded.Start(embedded.Config{Dir: dir})
		if err == nil || !regexp.MustCompile(`^`+dir+`: (read-only file system|[a-z]+ (not permitted|denied)|no such file or directory)$`).
			MatchString(err.Error()) {
			t.Errorf("%v", err)
		}
	}
}

// Nothing goes on after Close, and nobody is let in.
func TestClose(t *testing.T) {
	before := runtime.NumGoroutine()
	s, err := embedded.Start(embedded.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := nats.Connect(s.URL(), nats.NoReconnect())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Close()); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	u, _ := url.Parse(s.URL())
	if c, err := net.Dial("tcp", u.Host); err == nil {
		c.Close()
		t.Error("it still listens")
	}
	for range 500 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	stacks := make([]byte, 1<<20)
	t.Errorf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(),
		stacks[:runtime.Stack(stacks, true)])
}

// What goes wrong is told once, in one line.
func TestWarns(t *testing.T) {
	told := make(chan string, 100)
	s := start(t, embedded.Config{Dir: t.TempDir(), Token: "right", Warn: func(text string) { told <- text }})
	u, _ := url.Parse(s.URL())
	for range 3 {
		_, _ = nats.Connect(u.Host, nats.Token("wrong"))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	close(told)
	var all []string
	for text := range told {
		all = append(all, text)
	}
	if len(all) != 1 || !strings.HasPrefix(all[0], "the client 127.0.0.1:") ||
		!strings.HasSuffix(all[0], ": authentication error") {
		t.Errorf("%q", all)
	}
}
