package remote_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/core/sweep/remote"
)

// accounts is the file with the permissions that users are told to give.
const accounts = "../../../cmd/simlua/deploy/accounts.conf"

// startWithAccounts starts a server with accounts, whose messages are small.
func startWithAccounts(t *testing.T, text string) *server.Server {
	t.Helper()
	t.Setenv("WORKER_PASSWORD", "w0rker")
	t.Setenv("SUBMITTER_PASSWORD", "subm1t")
	file := filepath.Join(t.TempDir(), "accounts.conf")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	read, err := server.ProcessConfigFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return startServer(t, func(o *server.Options) {
		o.Accounts, o.Users, o.MaxPayload = read.Accounts, read.Users, 160<<10
	})
}

// large plays runs whose rows are too large for a message.
func large(ctx context.Context, run sweep.Run) (*sweep.Row, error) {
	row, err := fake(ctx, run)
	if run.Seed == 1 {
		for range 20_000 {
			row.Untested = append(row.Untested, rand.Text())
		}
	}
	return row, err
}

// everything has a sweep do all that sweeps do with a server: with work and rows that are
// too large for a message, with a run that is played alone, with notes, and an end.
func everything(t *testing.T, s *server.Server) (worker, submitter error) {
	t.Helper()
	connect := func(user string) (*remote.Conn, error) {
		return remote.Connect(t.Context(), remote.Options{URL: "nats://" + user + "@" + s.Addr().String()})
	}
	w, err := connect("worker:w0rker")
	if err != nil {
		return err, nil
	}
	defer w.Close()
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	ended := make(chan error, 1)
	go func() {
		crew := &remote.Worker{Build: "one", Jobs: 2, Tell: func(string) {},
			Open: func(*remote.Spec, map[string][]byte) (remote.Player, error) { return player{play: large}, nil }}
		ended <- crew.Work(ctx, w, "w")
		stop()
	}()
	submitter = submitEverything(ctx, connect)
	stop()
	return <-ended, submitter
}

func submitEverything(ctx context.Context, connect func(string) (*remote.Conn, error)) (err error) {
	c, err := connect("submitter:subm1t")
	if err != nil {
		return err
	}
	defer c.Close()
	spec := remote.Spec{Build: "one", Task: json.RawMessage("{}"), Files: []string{remote.DigestOf([]byte("script"))}}
	sub, err := remote.Submit(ctx, c, remote.NewName("a.lua"), spec, map[string][]byte{spec.Files[0]: []byte("script")},
		remote.Here{}, func(string) {})
	if err != nil {
		return err
	}
	var mask []core.FaultID
	for range 20_000 {
		mask = append(mask, core.FaultID{Stream: rand.Text(), Ordinal: 1})
	}
	for _, run := range []sweep.Run{{Seed: 2, Mask: core.Mask{IDs: mask}}, {Seed: 1}} {
		if _, err = sub.Play(ctx, run); err != nil {
			break
		}
	}
	if closed := sub.Close(); err == nil {
		err = closed
	}
	return err
}

// The permissions that users are told to give are enough, and none is too many.
func TestPermissions(t *testing.T) {
	text, err := os.ReadFile(accounts)
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(filepath.Dir(accounts), "README.md"))
	if err != nil || !strings.Contains(string(page), "```text\n"+string(text)+"```\n") {
		t.Errorf("README.md beside it has it not (%v)", err)
	}
	if worker, submitter := everything(t, startWithAccounts(t, string(text))); worker != nil || submitter != nil {
		t.Fatalf("worker: %v; submitter: %v", worker, submitter)
	}
	if testing.Short() {
		return
	}
	const unused = "$JS.FC.>" // flow control, which large files need
	for _, at := range regexp.MustCompile(`"[^"]*[.>*][^"]*"`).FindAllStringIndex(string(text), -1) {
		if strings.Contains(string(text[at[0]:at[1]]), unused) {
			continue
		}
		without := string(text[:at[0]]) + `"nothing"` + string(text[at[1]:])
		t.Run(fmt.Sprintf("%d without %s", at[0], text[at[0]:at[1]]), func(t *testing.T) {
			worker, submitter := everything(t, startWithAccounts(t, without))
			if got := fmt.Sprint(worker, submitter); !strings.Contains(got, "the NATS server does not let this user ") {
				t.Errorf("worker: %v; submitter: %v", worker, submitter)
			}
		})
	}
}
