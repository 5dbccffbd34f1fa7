package main

import (
	"net"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// natsProcess is nats-server as a program of its own, built from the module that is
// embedded. It can be killed, and comes back with its data.
type natsProcess struct {
	binary, dir, port string
	cmd               *exec.Cmd
}

func newNATSProcess(t *testing.T) *natsProcess {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "nats-server")
	build := exec.Command("go", "build", "-o", binary, "github.com/nats-io/nats-server/v2")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close() // the port stays free for a moment
	s := &natsProcess{binary: binary, dir: t.TempDir(), port: strconv.Itoa(l.Addr().(*net.TCPAddr).Port)}
	s.start(t)
	t.Cleanup(s.kill)
	return s
}

func (s *natsProcess) url() string { return "nats://127.0.0.1:" + s.port }

// start starts it, and returns when it lets clients in.
func (s *natsProcess) start(t *testing.T) {
	s.cmd = exec.Command(s.binary, "-js", "-a", "127.0.0.1", "-p", s.port, "-sd", s.dir)
	if err := s.cmd.Start(); err != nil {
		t.Error(err)
		return
	}
	for range 1000 {
		if c, err := nats.Connect(s.url()); err == nil {
			c.Close()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("the server does not start")
}

func (s *natsProcess) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

// streams are what is on it.
func (s *natsProcess) streams(t *testing.T) (names []string) {
	t.Helper()
	c, err := nats.Connect(s.url())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	js, err := jetstream.New(c)
	if err != nil {
		t.Fatal(err)
	}
	list := js.StreamNames(t.Context())
	for name := range list.Name() {
		names = append(names, name)
	}
	if list.Err() != nil {
		t.Fatal(list.Err())
	}
	return names
}
