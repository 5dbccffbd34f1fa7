package bundle_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"simlua.example/core"
	"simlua.example/core/bundle"
)

func sample() *bundle.Bundle {
	return &bundle.Bundle{Schema: bundle.Schema, Simlua: "v1 revision 5f0c", Script: "script/shop.lua",
		ScriptDigest: "5f0c", Seed: 1<<64 - 1,
		Set: []string{"word=<a b>", "n=1"}, Plan: "plan/p.lua", Verdict: core.Fail, Reason: "no <tea>",
		Digest: "0123456789abcdef"}
}

var files = map[string][]byte{"script/shop.lua": []byte("a"), "script/lib/tea.lua": []byte("b"), "faults.jsonl": nil,
	"plan/p.lua": []byte("c")}

func marshalled(t *testing.T) []byte {
	t.Helper()
	text, err := bundle.Marshal(sample(), files)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestRoundTrip(t *testing.T) {
	text := marshalled(t)
	if again := marshalled(t); !bytes.Equal(text, again) {
		t.Error("the same bundle has other bytes")
	}
	if !bundle.IsArchive(text) || !bundle.IsBundle(text[:bundle.Head]) {
		t.Errorf("not to be recognised: %q", text[:bundle.Head])
	}
	b, archive, err := bundle.Unmarshal(text)
	if err != nil || !reflect.DeepEqual(b, sample()) {
		t.Fatalf("got %+v, %v", b, err)
	}
	for name, want := range files {
		if got, err := fs.ReadFile(archive, name); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	z, _ := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
	}
	if want := append([]string{"bundle.json"}, slices.Sorted(maps.Keys(files))...); !slices.Equal(names, want) {
		t.Errorf("the order is %v", names)
	}
}

// No mask, one that withholds, one that lets only some happen, and one that lets none are four things.
func TestMask(t *testing.T) {
	id := core.FaultID{Stream: "net>lan/loss", Ordinal: 3}
	for _, mask := range []core.Mask{{}, core.Withhold(id), core.Only(id), core.Only()} {
		b := sample()
		b.SetMask(mask)
		text, err := bundle.Marshal(b, nil)
		if err != nil {
			t.Fatal(err)
		}
		read, _, err := bundle.Unmarshal(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := read.Mask(); err != nil || got.Only != mask.Only || !slices.Equal(got.IDs, mask.IDs) {
			t.Errorf("%+v came back as %+v, %v", mask, got, err)
		}
	}
}

// zipped is an archive of somebody else.
func zipped(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = w.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestNoBundles(t *testing.T) {
	whole := marshalled(t)
	manifest := func(text string) []byte { return zipped(t, "bundle.json", text) }
	rest := `"script":"script/a.lua","verdict":"fail","seed":"1"}`
	many := make([]string, 2*10_001)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	damaged := bytes.Replace(whole, []byte("bundle.json"), []byte("bundle.jsom"), 1)
	for want, text := range map[string][]byte{
		"the archive is damaged: ":                                           whole[:len(whole)-1],
		"the archive is damaged: not a valid zip file":                       []byte("PK\x03\x04"),
		"this is no bundle, as simlua bundle writes it":                      zipped(t, "a.txt", "hello"),
		"bundle.json: not an object of JSON: ":                               manifest("hello"),
		"bundle.json: set: a JSON number is not expected there":              manifest(`{"set":7}`),
		"this is no bundle":                                                  manifest("{}"),
		"the schema is simlua.bundle/2, this version of simlua reads simlua": manifest(`{"schema":"simlua.bundle/2","set":7}`),
		`expected a script in script/, not "../a.lua"`:                       manifest(`{"schema":"simlua.bundle/1","script":"../a.lua"}`),
		`expected a script in script/, not "script/b/a.lua"`: manifest(
			`{"schema":"simlua.bundle/1","script":"script/b/a.lua"}`),
		`there is no verdict "void" of a run`: manifest(
			`{"schema":"simlua.bundle/1","script":"script/a.lua","verdict":"void"}`),
		`expected a plan in plan/, not "/etc/p.lua"`:  manifest(`{"schema":"simlua.bundle/1","plan":"/etc/p.lua",` + rest),
		"a fault is written stream#ordinal":           manifest(`{"schema":"simlua.bundle/1","withhold":["plan"],` + rest),
		"not both":                                    manifest(`{"schema":"simlua.bundle/1","withhold":[],"only_faults":[],` + rest),
		"too large: it has at most 16 MiB":            manifest(strings.Repeat(" ", 16<<20+1)),
		"too large: a bundle has at most 10000 files": zipped(t, many...),
		"a name of 4001 bytes: expected at most 1024": zipped(t, strings.Repeat("a/", 2000)+"a", ""),
		"too large: a bundle has at most 64 MiB":      make([]byte, 64<<20+1),
	} {
		if _, _, err := bundle.Unmarshal(text); !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if bundle.IsBundle(zipped(t, "a.txt", "hello, who are you?")) || bundle.IsBundle(whole[:20]) ||
		bundle.IsBundle(damaged) {
		t.Error("another file counts as a bundle")
	}
}

// No byte of an archive can be changed so that it says another thing without an error.
func TestChangedBytes(t *testing.T) {
	whole := marshalled(t)
	refused := 0
	for i := range whole {
		text := bytes.Clone(whole)
		text[i] ^= 0x10
		b, archive, err := bundle.Unmarshal(text)
		if err != nil {
			refused++
			continue
		}
		if !reflect.DeepEqual(b, sample()) {
			t.Errorf("byte %d: read as %+v", i, b)
		}
		for name, want := range files {
			if got, err := fs.ReadFile(archive, name); err == nil && !bytes.Equal(got, want) {
				t.Errorf("byte %d: %s is %q", i, name, got)
			}
		}
	}
	if refused < 100 {
		t.Errorf("only %d of %d changes are errors", refused, len(whole))
	}
}
