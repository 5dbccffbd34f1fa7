package scripts_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/disk"
	"simlua.example/luabind"
)

// exhibit is a row of the table in gallery/README.md.
type exhibit struct {
	file     string // below scripts
	seed     uint64 // the first one that fails
	left     int    // faults that are left after shrinking
	property string
}

// exhibitRow finds the columns that are checked: the file, the first seed, the
// faults left, and the property.
var exhibitRow = regexp.MustCompile(`(?m)^\| \[[^]]+\]\(([^)]+\.lua)\) \|.*\| (\d+) \| \d+ \| (\d+) \| ([^|]+) \|$`)

func exhibits(t *testing.T) []exhibit {
	t.Helper()
	text, err := os.ReadFile("gallery/README.md")
	if err != nil {
		t.Fatal(err)
	}
	var all []exhibit
	for _, m := range exhibitRow.FindAllStringSubmatch(string(text), -1) {
		seed, _ := strconv.ParseUint(m[2], 10, 64) // they are digits
		left, _ := strconv.Atoi(m[3])
		all = append(all, exhibit{filepath.Join("gallery", m[1]), seed, left, m[4]})
	}
	return all
}

func claimsOf(t *testing.T, file string) []sweep.Claim {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	claims, err := sweep.ParseClaims(file, string(text))
	if err != nil {
		t.Fatal(err)
	}
	return claims
}

// TestGallery plays each exhibit of the gallery with the seed of its row: as it
// is, it fails in the property of the row, and as its claims repair it, it passes.
func TestGallery(t *testing.T) {
	if testing.Short() {
		t.Skip("plays some seventy runs")
	}
	for _, e := range exhibits(t) {
		t.Run(filepath.Base(e.file), func(t *testing.T) {
			for _, claim := range claimsOf(t, e.file) {
				broken := claim.Outcome != sweep.AllPass
				if broken && claim.Check != "" && claim.Check != e.property {
					t.Errorf("line %d claims that %q fails, the table has %q", claim.Line, claim.Check, e.property)
				}
				if broken || claim.Plan == "" {
					playExhibit(t, e, claim.Set, broken)
				}
			}
		})
	}
}

func playExhibit(t *testing.T, e exhibit, set []string, broken bool) {
	t.Helper()
	o := luabind.RunOptions{Seed: e.seed, Set: set, Databases: disk.Memory}
	r, err := load(t, e.file).Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if !broken {
		if r.Verdict != core.Pass {
			t.Errorf("seed %d %q: %s", e.seed, set, reason(r))
		}
		return
	}
	noticed := func(c core.CheckResult) bool { return c.Name == e.property && !c.Held }
	if r.Verdict != core.Fail || !slices.ContainsFunc(r.Checks, noticed) {
		t.Errorf("seed %d: %q holds: %s", e.seed, e.property, reason(r))
	}
}

// TestGalleryIsShown: each script of the gallery has a row, claims how it fails
// and that it can be repaired, and is short.
func TestGalleryIsShown(t *testing.T) {
	files, err := filepath.Glob("gallery/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	shown := exhibits(t)
	for _, file := range files {
		if !slices.ContainsFunc(shown, func(e exhibit) bool { return e.file == file }) {
			t.Errorf("%s has no row in gallery/README.md", file)
		}
		repaired := func(c sweep.Claim) bool { return c.Outcome == sweep.AllPass && slices.Contains(c.Set, "fixed=true") }
		if claims := claimsOf(t, file); claims[0].Outcome == sweep.AllPass || !slices.ContainsFunc(claims, repaired) {
			t.Errorf("%s claims not first how it fails, and then how it is repaired", file)
		}
		if text, _ := os.ReadFile(file); strings.Count(string(text), "\n") > 150 {
			t.Errorf("%s has more than 150 lines", file)
		}
	}
}

// TestGalleryClaims plays all that the gallery claims of its seeds, and shrinks
// the first failure of each exhibit. It is skipped without GALLERY=1.
func TestGalleryClaims(t *testing.T) {
	if os.Getenv("GALLERY") == "" {
		t.Skip("takes minutes; GALLERY=1 plays all claims of the gallery")
	}
	if out, err := exec.Command(simlua, "test", "gallery").CombinedOutput(); err != nil {
		t.Errorf("simlua test: %v\n%s", err, out)
	}
	for _, e := range exhibits(t) {
		seed := strconv.FormatUint(e.seed, 10)
		out, err := exec.Command(simlua, "shrink", e.file, "--seed", seed, "--disk", "memory").CombinedOutput()
		if want := "fails with " + strconv.Itoa(e.left) + " of "; err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v, want %s\n%s", e.file, err, want, out)
		}
	}
}
