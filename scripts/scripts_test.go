package scripts_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/luabind"
	"simlua.example/scripts"
)

var update = flag.Bool("update", false, "write the golden files")

// simlua is the program, built for these tests.
var simlua string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(withProgram(m.Run))
}

func withProgram(run func() int) int {
	dir, err := os.MkdirTemp("", "scripts-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if out, err := exec.Command("go", "build", "-o", dir+"/", "simlua.example/cmd/simlua").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	simlua = filepath.Join(dir, "simlua")
	return run()
}

// shipped lists the scripts that ship with simlua, by their path below here.
func shipped(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"*.lua", "broken/*.lua"} {
		found, err := fs.Glob(scripts.FS, pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("no scripts match %s: %v", pattern, err)
		}
		files = append(files, found...)
	}
	return files
}

func golden(script string) string {
	return filepath.Join("testdata", strings.TrimSuffix(script, ".lua")+".golden")
}

// output plays a script in a process of its own, as a user would from the
// folder above, and returns its standard output.
func output(t *testing.T, script string, env ...string) []byte {
	t.Helper()
	cmd := exec.Command(simlua, "scripts/"+script)
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	return out
}

// TestGolden compares what simlua prints for each script, byte for byte, in
// processes with one and with many threads.
func TestGolden(t *testing.T) {
	for _, script := range shipped(t) {
		t.Run(script, func(t *testing.T) {
			file := golden(script)
			if *update {
				write(t, file, output(t, script))
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, threads := range []string{"GOMAXPROCS=1", "GOMAXPROCS=8"} {
				if got := output(t, script, threads); !bytes.Equal(got, want) {
					t.Errorf("%s: %s\ngo test ./scripts -update, if it is meant to be", threads, difference(got, want))
				}
			}
		})
	}
}

func write(t *testing.T, file string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// difference shows the first line in which two texts differ.
func difference(got, want []byte) string {
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d:\ngot  %s\nwant %s", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

// TestGoldenFilesAreUsed finds golden files without a script.
func TestGoldenFilesAreUsed(t *testing.T) {
	known := map[string]bool{}
	for _, script := range shipped(t) {
		known[golden(script)] = true
	}
	err := filepath.WalkDir("testdata", func(file string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !known[file] {
			t.Errorf("%s belongs to no script", file)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func load(t *testing.T, script string) *luabind.Program {
	t.Helper()
	program, err := luabind.Load(script)
	if err != nil {
		t.Fatal(err)
	}
	return program
}

func play(t *testing.T, program *luabind.Program, seed uint64, set ...string) *core.Result {
	t.Helper()
	r, err := program.Run(context.Background(), luabind.RunOptions{Seed: seed, Set: set})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// digest is the last line that simlua prints.
func digest(r *core.Result) string { return fmt.Sprintf("digest %016x\n", r.Digest) }

// TestDigest plays each script again and again: in turn, and many at once,
// with other seeds between them. With the same seed, the digest is the same,
// and it is the one of the golden file, which another process wrote.
func TestDigest(t *testing.T) {
	for _, script := range shipped(t) {
		t.Run(script, func(t *testing.T) {
			program := load(t, script)
			first, second := digest(play(t, program, 1)), digest(play(t, program, 2))
			if (first == second) != (script == "reorder.lua") { // nothing in it is left to chance
				t.Errorf("seeds 1 and 2 give %s and %s", first, second)
			}
			want, err := os.ReadFile(golden(script))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.HasSuffix(want, []byte(first)) {
				t.Errorf("another %s than in %s", first, golden(script))
			}
			var all sync.WaitGroup
			for i := range 8 {
				all.Go(func() {
					seed, want := uint64(1), first
					if i%2 == 1 {
						seed, want = 2, second
					}
					if got := digest(play(t, program, seed)); got != want {
						t.Errorf("seed %d in parallel: %s, want %s", seed, got, want)
					}
				})
			}
			all.Wait()
		})
	}
}

// sound lists the scripts that must pass with every seed, templates included.
func sound(t *testing.T) []string {
	t.Helper()
	files := slices.DeleteFunc(shipped(t), func(file string) bool { return strings.HasPrefix(file, "broken/") })
	for _, template := range scripts.Templates {
		if !slices.Contains(files, template.File) {
			files = append(files, template.File)
		}
	}
	return files
}

// TestClaims plays what the scripts claim of their seeds. Every script claims
// something, and those that are not broken what a swarm does to them.
func TestClaims(t *testing.T) {
	for _, script := range append(shipped(t), sound(t)...) {
		text, err := fs.ReadFile(scripts.FS, script)
		claims, err2 := sweep.ParseClaims(script, string(text))
		if err := errors.Join(err, err2); err != nil || len(claims) == 0 {
			t.Errorf("%s: %d claims, %v", script, len(claims), err)
		}
		swarm := func(c sweep.Claim) bool { return c.Plan == luabind.SwarmPlan }
		if !strings.HasPrefix(script, "broken/") && !slices.ContainsFunc(claims, swarm) {
			t.Errorf("%s says nothing of swarms", script)
		}
	}
	args := append([]string{"test"}, append(shipped(t), sound(t)...)...) // the gallery has a test of its own
	out, err := exec.Command(simlua, args...).CombinedOutput()
	if err != nil {
		t.Errorf("simlua test: %v\n%s", err, out)
	}
}
