package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const sold = `local sim = require "sim"
sim.param("n", 1)
sim.bot("ann.net", function(env)
  env:sleep("1s")
  env:log("order " .. env.random:int(1, 1000))
  env:expect("sold", sim.params.n, 1 + #require "m")
end)
`

// bundled writes a bundle of a run that fails and returns the files in it.
func bundled(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"sold.lua": sold, "m.lua": "return {}"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "b.zip")
	var stdout, stderr bytes.Buffer
	args := []string{"bundle", file, filepath.Join(dir, "sold.lua"), "--set", "n=2"}
	if code := run(args, nil, &stdout, &stderr); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	archive, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	files := map[string]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	return files
}

// playBundle plays a bundle with these files and returns what is said beside the report.
func playBundle(t *testing.T, files map[string]string) (code int, said string) {
	t.Helper()
	var archive, stdout, stderr bytes.Buffer
	z := zip.NewWriter(&archive)
	for name, text := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "b.zip")
	if err := os.WriteFile(file, archive.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	code = run([]string{"run", file}, nil, &stdout, &stderr)
	return code, strings.ReplaceAll(stderr.String(), file, "b.zip")
}

// TestChangedBundles plays bundles that somebody has changed, and one that is only
// zipped again.
func TestChangedBundles(t *testing.T) {
	change := func(name, old, new string) func(map[string]string) {
		return func(files map[string]string) {
			if !strings.Contains(files[name], old) {
				t.Errorf("%q is not in %s", old, files[name])
			}
			files[name] = strings.ReplaceAll(files[name], old, new)
		}
	}
	const manifest, script = "bundle.json", "script/sold.lua"
	cases := map[string]struct {
		change func(map[string]string)
		code   int
		want   string // "" for nothing but the time taken
	}{
		"zipped again": {func(files map[string]string) { files["script/"], files["__MACOSX/x"] = "", "x" }, exitFail, ""},
		"version": {change(manifest, `"simlua": "`, `"simlua": "v9 `), exitFail,
			"warning: b.zip: written by simlua v9 "},
		"digest": {change(manifest, `"digest": "`, `"digest": "0`), exitDefect,
			"warning: b.zip: another run than when it was written: expected fail and digest 0"},
		"verdict":       {change(manifest, `"fail"`, `"pass"`), exitDefect, "This is a defect in simlua"},
		"seed":          {change(manifest, `"seed": "1"`, `"seed": "2"`), exitDefect, "another run"},
		"script":        {change(script, "1s", "2s"), exitFail, "the script, or what it reads, has changed since the bundle was"},
		"script passes": {change(script, "sim.params.n", "1"), exitPass, "expected fail and digest "},
		"setting":       {change(manifest, "n=2", "m=2"), exitUsage, `--set m=2: unknown parameter "m"`},
		"mask": {change(manifest, `"verdict"`, `"withhold": ["plan#1"], "verdict"`), exitUsage,
			"simlua: b.zip: fault plan#1: the scenario has no plan"},
		"no module": {func(files map[string]string) { delete(files, "script/m.lua") }, exitFail, "has changed since"},
		"no script": {func(files map[string]string) { delete(files, script) }, exitUsage, "simlua: b.zip: script/sold.lua: no such"},
		"mistake":   {change(script, "local", "lcal"), exitUsage, "simlua: b.zip: script/sold.lua:1:"},
		"bomb": {func(files map[string]string) { files[script] = strings.Repeat(" ", 1<<28) }, exitUsage,
			"simlua: b.zip: script/sold.lua: too large: a script has at most 1024 KiB"},
		"outside": {change(manifest, "script/sold.lua", "script/../../sold.lua"), exitUsage, "expected a script in script/"},
	}
	for name, c := range cases {
		files := bundled(t)
		c.change(files)
		code, said := playBundle(t, files)
		if code != c.code || !strings.Contains(said, c.want) || c.want == "" && strings.Contains(said, "warning") {
			t.Errorf("%s: exit code %d, want %d; want %q in\n%s", name, code, c.code, c.want, said)
		}
	}
}
