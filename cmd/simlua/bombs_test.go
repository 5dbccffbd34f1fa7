package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// bomb is a script that takes what it can get. Its first lines say what it is and
// how it ends: with a verdict, and what is said about it. Where the guards decide
// which of two comes first, there are two.
//
//	-- an empty loop
//	--! crash: bomb.lua:4: 5 million instructions without waiting
type bomb struct{ name, verdict, other, said, text string }

var bombHead = regexp.MustCompile(`^-- (.*)\n--! (\w+)(?: or (\w+))?: (.*)\n`)

// exitOf is the exit code of a verdict; a mistake is found while loading.
var exitOf = map[string]int{
	"pass": exitPass, "fail": exitFail, "stuck": exitFail, "crash": exitFail, "mistake": exitUsage, "void": exitVoid,
}

func readBombs(t *testing.T) (bombs []bomb) {
	files, _ := filepath.Glob("testdata/bombs/*.lua")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range strings.Split(string(data), "\n---\n") {
			m := bombHead.FindStringSubmatch(text)
			if m == nil {
				t.Fatalf("%s: how does it end?\n%s", file, text)
			}
			name := strings.TrimSuffix(filepath.Base(file), ".lua") + "/" + m[1]
			bombs = append(bombs, bomb{name, m[2], m[3], m[4], text})
		}
	}
	return bombs
}

// TestBombs plays testdata/bombs/*.lua with low guards, or, with BOMBS=1, with
// those that there are unless told otherwise: make bombs. Then each ends within 15 s
// and 3 GiB; where others keep the host busy, within 15 s of CPU.
func TestBombs(t *testing.T) {
	real := os.Getenv("BOMBS") != ""
	if testing.Short() && !real {
		t.Skip("takes a minute")
	}
	for _, b := range readBombs(t) {
		t.Run(b.name, func(t *testing.T) {
			cmd, took, said := b.play(t, real)
			if real && b.verdict == "void" && strings.Contains(said, "million instructions without waiting") {
				b.said = "" // sooner than a guard
				b.verdict = map[bool]string{true: "mistake", false: "crash"}[strings.HasPrefix(b.name, "load/")]
			}
			if real && b.other != "" {
				b.verdict = b.other
			}
			if got, want := cmd.ExitCode(), exitOf[b.verdict]; got != want {
				t.Errorf("exit code %d, want %d, %s", got, want, b.verdict)
			}
			if !regexp.MustCompile(b.said).MatchString(said) || strings.Contains(said, "goroutine ") {
				t.Errorf("want %s, got\n%s", b.said, said)
			}
			cpu := cmd.UserTime() + cmd.SystemTime()
			memory := cmd.SysUsage().(*syscall.Rusage).Maxrss >> 10
			if real {
				t.Logf("%s: %v, %v of CPU, %d MiB", b.verdict, took.Round(time.Millisecond),
					cpu.Round(time.Millisecond), memory)
			}
			if real && (min(cpu, took) > 15*time.Second || memory > 3<<10) {
				t.Error("too much")
			}
		})
	}
}

// play plays a bomb in a process of its own. Only the guards that it must run
// into are low: how long a slice takes depends on the machine.
func (b bomb) play(t *testing.T, real bool) (*os.ProcessState, time.Duration, string) {
	t.Helper()
	args := []string{"run", "--log", "none", "bomb.lua"}
	if b.verdict == "void" && !real {
		args = append(args, "--max-memory", "96MiB", "--max-slice", "100ms")
	}
	cmd := command(t, args...)
	cmd.Dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(cmd.Dir, "bomb.lua"), []byte(b.text), 0o600); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	start := time.Now()
	_ = cmd.Run()
	return cmd.ProcessState, time.Since(start), said.String()
}
