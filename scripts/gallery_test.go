package scripts_test

import (
	"context"
	"fmt"
	"math"
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
	file string // below scripts
	figures
	property string
}

// figures of an exhibit are measured: TestGalleryFigures.
type figures struct {
	seed   uint64 // the first one that fails
	median int    // of the number of seeds until one fails
	left   int    // faults that are left after shrinking the first
}

// exhibitRow finds the columns that are checked: the file, what stands between, the
// figures, and the property.
var exhibitRow = regexp.MustCompile(
	`(?m)^\| \[[^]]+\]\(([^)]+\.lua)\) (\|.*\|) (\d+) \| (\d+) \| (\d+) \| ([^|]+) \|$`)

func exhibits(t *testing.T) []exhibit {
	t.Helper()
	var all []exhibit
	for _, m := range exhibitRow.FindAllStringSubmatch(galleryText(t), -1) {
		seed, _ := strconv.ParseUint(m[3], 10, 64) // they are digits
		median, _ := strconv.Atoi(m[4])
		left, _ := strconv.Atoi(m[5])
		all = append(all, exhibit{filepath.Join("gallery", m[1]), figures{seed, median, left}, m[6]})
	}
	return all
}

func galleryText(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("gallery/README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
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

// TestGalleryClaims plays all that the gallery, or the exhibit that is asked for, claims of its seeds. It is skipped
// without GALLERY=1.
func TestGalleryClaims(t *testing.T) {
	chosen, args := wantGallery(t), []string{"test"}
	for _, e := range exhibits(t) {
		if chosen(e) {
			args = append(args, e.file)
		}
	}
	if out, err := exec.Command(simlua, args...).CombinedOutput(); err != nil {
		t.Errorf("simlua test: %v\n%s", err, out)
	}
}

// wantGallery skips what takes minutes, unless it is asked for. GALLERY is 1 for all
// exhibits, or the name of one.
func wantGallery(t *testing.T) (chosen func(e exhibit) bool) {
	t.Helper()
	want := os.Getenv("GALLERY")
	if want == "" {
		t.Skip("takes minutes; GALLERY=1 plays all of the gallery, GALLERY=paxos that")
	}
	return func(e exhibit) bool { return want == "1" || want == strings.TrimSuffix(filepath.Base(e.file), ".lua") }
}

// TestGalleryFigures measures the figures of the table, which it writes with
// -update. It is skipped without GALLERY.
func TestGalleryFigures(t *testing.T) {
	chosen := wantGallery(t)
	text := galleryText(t)
	for _, e := range exhibits(t) {
		if !chosen(e) {
			continue
		}
		is := measureExhibit(t, e)
		if is != e.figures && !*update {
			t.Errorf("%s: the first seed, the median and the faults left are %v, the table has %v", e.file, is, e.figures)
		}
		text = exhibitRow.ReplaceAllStringFunc(text, func(row string) string {
			m := exhibitRow.FindStringSubmatchIndex(row)
			if filepath.Join("gallery", row[m[2]:m[3]]) != e.file {
				return row
			}
			return row[:m[5]] + fmt.Sprintf(" %d | %d | %d | ", is.seed, is.median, is.left) + row[m[12]:]
		})
	}
	if *update {
		if err := os.WriteFile("gallery/README.md", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// measureExhibit plays the seeds of which a script claims first that some fail, and
// shrinks the first that does.
func measureExhibit(t *testing.T, e exhibit) (is figures) {
	t.Helper()
	program, claim := load(t, e.file), claimsOf(t, e.file)[0]
	failed, played := 0.0, 0.0
	for i := range claim.Seeds.Len() {
		seed, _ := claim.Seeds.At(i) // it is there
		o := luabind.RunOptions{Seed: seed, Set: claim.Set, Databases: disk.Memory}
		r, err := program.Run(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		if played++; r.Verdict == core.Pass {
			continue
		}
		if failed++; failed == 1 {
			is.seed = seed
		}
	}
	is.median = max(1, int(math.Ceil(math.Log(0.5)/math.Log(1-failed/played))))
	is.left = shrinkExhibit(t, e, is.seed)
	return is
}

var faultsLeft = regexp.MustCompile(`(?m)^fails with(?:out any fault: | )(\d+) of `)

// shrinkExhibit counts the faults that a failure needs.
func shrinkExhibit(t *testing.T, e exhibit, seed uint64) (left int) {
	t.Helper()
	out, err := exec.Command(simlua, "shrink", e.file, "--seed", fmt.Sprint(seed), "--disk", "memory").CombinedOutput()
	m := faultsLeft.FindSubmatch(out)
	if err != nil || m == nil {
		t.Fatalf("%s: %v\n%s", e.file, err, out)
	}
	left, _ = strconv.Atoi(string(m[1])) // they are digits
	return left
}

// TestGallerySeeds plays the exhibits as they are repaired with the seeds 1 to SEEDS,
// and is skipped without it and GALLERY.
func TestGallerySeeds(t *testing.T) {
	chosen := wantGallery(t)
	last, err := strconv.ParseUint(os.Getenv("SEEDS"), 10, 64)
	if err != nil {
		t.Skip("SEEDS=1000 plays so many seeds")
	}
	for _, e := range exhibits(t) {
		for _, claim := range claimsOf(t, e.file) {
			if chosen(e) && slices.Contains(claim.Set, "fixed=true") {
				t.Run(filepath.Base(e.file), func(t *testing.T) {
					playSeeds(t, load(t, e.file), last, luabind.RunOptions{Set: claim.Set, Databases: disk.Memory})
				})
			}
		}
	}
}
