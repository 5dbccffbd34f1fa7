package disk

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// opinion is what bbolt makes of an image.
type opinion struct {
	Content string // a hash of all pairs; "" when they could not be read
	Trouble string // what went wrong: with opening, reading or checking it, in these words
}

// patience of the judge with one image. Reading one takes milliseconds; a walk of
// a damaged one may never end.
const patience = 10 * time.Second

// judge is another process, which a damaged file may kill or hold up for ever. A
// new one takes its place then.
type judge struct {
	t       *testing.T
	path    string // of the image
	cmd     *exec.Cmd
	in      io.WriteCloser
	answers chan opinion
}

func newJudge(t *testing.T) *judge {
	j := &judge{t: t, path: filepath.Join(t.TempDir(), "image.db")}
	t.Cleanup(j.dismiss)
	return j
}

// look is what the judge says of an image. One that dies may have done so of what it
// looked at before: then another one is asked.
func (j *judge) look(image []byte) (o opinion) {
	j.t.Helper()
	_ = os.Remove(j.path)
	if err := os.WriteFile(j.path, image, 0o600); err != nil {
		j.t.Fatal(err)
	}
	fresh := j.cmd == nil
	if o = j.ask(); o.Trouble == died && !fresh {
		o = j.ask()
	}
	return o
}

const died = "died"

func (j *judge) ask() opinion {
	j.t.Helper()
	if j.cmd == nil {
		if err := j.appoint(); err != nil {
			j.t.Fatal(err)
		}
	}
	_, _ = fmt.Fprintln(j.in, j.path) // who is dead gives no answer
	select {
	case o, alive := <-j.answers:
		if alive {
			return o
		}
		j.dismiss()
		return opinion{Trouble: died}
	case <-time.After(patience):
		j.dismiss()
		return opinion{Trouble: "endless"}
	}
}

func (j *judge) appoint() (err error) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "DISK_TEST_PROCESS=judge")
	if j.in, err = cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err = cmd.Start(); err != nil {
		return err
	}
	j.cmd = cmd
	answers := make(chan opinion, 1)
	j.answers = answers
	go func() {
		defer close(answers)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var o opinion
			if json.Unmarshal(lines.Bytes(), &o) == nil {
				answers <- o
			}
		}
	}()
	return nil
}

func (j *judge) dismiss() {
	if j.cmd != nil {
		_ = j.in.Close()
		_ = j.cmd.Process.Kill()
		_ = j.cmd.Wait()
		j.cmd = nil
	}
}

// JudgeImages is the other process: a path on each line that comes in, an opinion
// on each that goes out.
func JudgeImages(in io.Reader, out io.Writer) {
	debug.SetMaxStack(64 << 20) // a walk that goes in circles shall not eat the machine
	for lines := bufio.NewScanner(in); lines.Scan(); {
		_ = json.NewEncoder(out).Encode(judgeFile(lines.Text()))
	}
}

func judgeFile(path string) (o opinion) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	stage := "open"
	defer func() {
		if r := recover(); r != nil {
			o.Trouble = fmt.Sprint(stage, ": panic: ", r)
		}
	}()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second, NoSync: true, NoGrowSync: true})
	if err != nil {
		return opinion{Trouble: "open: " + err.Error()}
	}
	// It is not closed after a panic: that could wait for ever.
	for _, s := range []struct {
		stage string
		do    func(*bbolt.Tx) error
	}{
		{"read", func(tx *bbolt.Tx) (err error) { o.Content, err = contentHash(tx); return err }},
		{"check", checkAll},
	} {
		stage = s.stage
		if err := db.View(s.do); err != nil {
			o.Trouble = stage + ": " + err.Error()
			return o
		}
	}
	stage = "close"
	if err := db.Close(); err != nil {
		o.Trouble = "close: " + err.Error()
	}
	return o
}

// contentHash reads all pairs of all buckets. An empty bucket is as none. More pairs
// than the file has room for say that the walk would never end.
func contentHash(tx *bbolt.Tx) (string, error) {
	sum := sha256.New()
	seen := int64(0)
	part := func(b []byte) {
		_ = binary.Write(sum, binary.LittleEndian, int64(len(b)))
		sum.Write(b)
	}
	err := tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
		return b.ForEach(func(key, value []byte) error {
			if seen++; seen > tx.Size()/16 {
				return errEndless
			}
			part(name)
			part(key)
			part(value)
			return nil
		})
	})
	return fmt.Sprintf("%x", sum.Sum(nil)), err
}

var errEndless = errors.New("endless")

// checkAll is bbolt's own check: all that it finds.
func checkAll(tx *bbolt.Tx) error {
	var all []error
	for err := range tx.Check() {
		all = append(all, err)
	}
	if len(all) > 0 {
		return fmt.Errorf("%d mistakes, such as: %w", len(all), all[0])
	}
	return nil
}
