package core_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// The limits of style.
const (
	maxColumns   = 120 // a tab is one; not for the texts that tests compare with
	maxFuncLines = 70
	maxFileLines = 500
	maxDocLines  = 60 // of doc.go: one screen
)

// law says what the packages of this module may import beside the standard
// library: other packages of the module by their path in it, and modules.
var law = map[string][]string{
	"core":                       {},
	"core/coretest":              {"core"},
	"core/engines/backend":       {"core", "core/message", "core/engines/commitlog"},
	"core/engines/commitlog":     {"core", "core/message", "github.com/fxamacker/cbor/v2"},
	"core/message":               {"core", "github.com/fxamacker/cbor/v2"},
	"core/bundle":                {"core"},
	"core/history":               {"core", "github.com/anishathalye/porcupine"},
	"core/schedule":              {"core"},
	"core/sweep":                 {"core", "core/sweep/stats", "github.com/HdrHistogram/hdrhistogram-go"},
	"core/sweep/remote":          {"core", "core/sweep", "github.com/nats-io/nats.go"},
	"core/sweep/stats":           {},
	"core/sweep/remote/embedded": {"core/sweep", "github.com/nats-io/nats-server/v2"},
	"tcp":                        {"core"},
	"disk":                       {"core", "go.etcd.io/bbolt", "github.com/tidwall/btree"},
	"reports/pcap":               {"core"},
	"scripts":                    {},
	"luabind": {
		"core", "core/history", "core/message", "core/schedule", "core/engines/backend", "core/engines/commitlog",
		"tcp", "disk", "scripts", "github.com/yuin/gopher-lua",
	},
	"reports": {
		"core", "core/message", "core/sweep", "core/sweep/stats",
		"github.com/fatih/color", "github.com/olekukonko/tablewriter",
	},
	"cmd/simlua": {
		"core", "core/bundle", "core/history", "core/schedule", "core/sweep", "core/sweep/remote",
		"core/sweep/remote/embedded", "disk", "luabind", "reports", "reports/pcap", "scripts",
		"github.com/spf13/cobra", "github.com/spf13/pflag", "github.com/vbauerster/mpb/v8", "golang.org/x/term",
	},
}

// real holds the packages that meet the real world; all others are simulated
// code, which must not depend on the wall clock, global chance, the order of
// goroutines or the order of a map.
var real = []string{"cmd/simlua", "core/sweep", "core/sweep/remote", "core/sweep/remote/embedded"}

// banned are the functions that simulated code must not use, and why.
var banned = map[string]string{
	"time.Now": wallClock, "time.Since": wallClock, "time.Until": wallClock, "time.Sleep": wallClock,
	"time.After": wallClock, "time.AfterFunc": wallClock, "time.Tick": wallClock,
	"time.NewTimer": wallClock, "time.NewTicker": wallClock,
	"context.WithTimeout": wallClock, "context.WithTimeoutCause": wallClock,
	"context.WithDeadline": wallClock, "context.WithDeadlineCause": wallClock,
	"context.AfterFunc": goroutine, "(*sync.WaitGroup).Go": goroutine,
	"(*sync.Map).Range": mapOrder,
}

const (
	wallClock = "the wall clock"
	goroutine = "a goroutine beside the simulation"
	mapOrder  = "the order of a map"
	globalLot = "chance that no seed governs"
)

// unordered are functions whose result has the order of a map, unless
// something sorts it at once.
var unordered = []string{"maps.All", "maps.Keys", "maps.Values"}

// TestTidy checks the laws of the code that a compiler does not know. A line
// of simulated code that must break one says so, with the reason:
// "//tidy:sorted it is summed up" for the order of a map, "//tidy:real the
// host's folder" for all else.
func TestTidy(t *testing.T) {
	m := readModule(t, "..")
	t.Run("finds", func(t *testing.T) { testFinds(t, m) })
	tidy := newTidy(m)
	for _, p := range m.own {
		tidy.checkPackage(p)
	}
	for _, found := range tidy.found {
		t.Error(found)
	}
}

func newTidy(m *module) *tidy {
	return &tidy{fset: token.NewFileSet(), root: m.root, path: m.path, exports: m.exports}
}

// listed is a package as go list tells about it.
type listed struct {
	ImportPath, Dir, Export string
	Module                  *struct {
		Path string
		Main bool
	}
	GoFiles, IgnoredGoFiles   []string
	TestGoFiles, XTestGoFiles []string

	path string // in this module
}

type module struct {
	root    string
	path    string // of the module, with a slash behind it
	own     []*listed
	exports map[string]string // import path to the file with what the package exports
}

// readModule lists the packages of the module in dir and of all they import.
func readModule(t *testing.T, dir string) *module {
	t.Helper()
	root, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "list", "-e", "-export", "-deps", "-json", "./...")
	cmd.Dir = root
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	m := &module{root: root, exports: map[string]string{}}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		p := &listed{}
		if err := d.Decode(p); err == io.EOF {
			return m
		} else if err != nil {
			t.Fatal(err)
		}
		m.exports[p.ImportPath] = p.Export
		if p.Module != nil && p.Module.Main {
			m.path = p.Module.Path + "/"
			p.path = strings.TrimPrefix(p.ImportPath, m.path)
			m.own = append(m.own, p)
		}
	}
}

// tidy collects what is not as it should be.
type tidy struct {
	fset    *token.FileSet
	root    string
	path    string            // see module
	exports map[string]string // see module
	found   []string
}

func (t *tidy) report(pos token.Pos, format string, args ...any) {
	p := t.fset.Position(pos)
	t.reportAt(p.Filename, p.Line, format, args...)
}

func (t *tidy) reportAt(file string, line int, format string, args ...any) {
	if short, err := filepath.Rel(t.root, file); err == nil {
		file = filepath.ToSlash(short)
	}
	t.found = append(t.found, fmt.Sprintf("%s:%d: %s", file, line, fmt.Sprintf(format, args...)))
}

func (t *tidy) checkPackage(p *listed) {
	var code []*source
	for _, name := range slices.Concat(p.GoFiles, p.IgnoredGoFiles, p.TestGoFiles, p.XTestGoFiles) {
		s := t.read(filepath.Join(p.Dir, name))
		if s == nil {
			continue
		}
		s.checkStyle()
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		s.checkImports(p.path)
		if slices.Contains(p.GoFiles, name) {
			code = append(code, s)
		}
	}
	if !slices.Contains(real, p.path) {
		t.checkSimulated(p.ImportPath, code)
	}
}

// source is a file.
type source struct {
	*tidy
	name    string
	lines   []string
	ast     *ast.File
	excuses []*excuse
}

// excuse is a comment that lets its line break a law.
type excuse struct {
	pos   token.Pos
	line  int
	word  string
	needs bool // something on the line needs it
}

func (t *tidy) read(file string) *source {
	text, err := os.ReadFile(file)
	if err != nil {
		t.reportAt(file, 1, "%v", err)
		return nil
	}
	return t.parse(file, text)
}

func (t *tidy) parse(file string, text []byte) *source {
	s := &source{tidy: t, name: file}
	s.lines = strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	var err error
	if s.ast, err = parser.ParseFile(t.fset, file, text, parser.ParseComments); err != nil {
		t.reportAt(file, 1, "%v", err)
		return nil
	}
	for _, group := range s.ast.Comments {
		for _, c := range group.List {
			s.excuse(c)
		}
	}
	return s
}

func (s *source) excuse(c *ast.Comment) {
	rest, found := strings.CutPrefix(c.Text, "//tidy:")
	if !found {
		return
	}
	word, reason, _ := strings.Cut(rest, " ")
	if word != "sorted" && word != "real" {
		s.report(c.Pos(), "//tidy:%s: there are //tidy:sorted and //tidy:real", word)
	}
	if strings.TrimSpace(reason) == "" {
		s.report(c.Pos(), "//tidy:%s without a reason", word)
	}
	s.excuses = append(s.excuses, &excuse{pos: c.Pos(), line: s.fset.Position(c.Pos()).Line, word: word})
}

func (s *source) checkStyle() {
	texts := s.testTexts()
	for i, line := range s.lines {
		if n := utf8.RuneCountInString(line); n > maxColumns && !texts[i+1] {
			s.reportAt(s.name, i+1, "%d columns, more than %d", n, maxColumns)
		}
	}
	if n := len(s.lines); n > maxFileLines {
		s.reportAt(s.name, 1, "%d lines, more than %d", n, maxFileLines)
	}
	if n := len(s.lines); n > maxDocLines && path.Base(filepath.ToSlash(s.name)) == "doc.go" {
		s.reportAt(s.name, 1, "%d lines, more than %d: a screen", n, maxDocLines)
	}
	for _, d := range s.ast.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		n := s.fset.Position(f.End()).Line - s.fset.Position(f.Pos()).Line + 1
		if n > maxFuncLines {
			s.report(f.Pos(), "%s has %d lines, more than %d", f.Name.Name, n, maxFuncLines)
		}
	}
}

// testTexts are the lines of a test with a string of some length.
func (s *source) testTexts() map[int]bool {
	lines := map[int]bool{}
	if !strings.HasSuffix(s.name, "_test.go") {
		return lines
	}
	ast.Inspect(s.ast, func(n ast.Node) bool {
		if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING && len(text.Value) > maxColumns/3 {
			last := s.fset.Position(text.End()).Line
			for line := s.fset.Position(text.Pos()).Line; line <= last; line++ {
				lines[line] = true
			}
		}
		return true
	})
	return lines
}

func (s *source) checkImports(from string) {
	allowed, known := law[from]
	if !known {
		s.report(s.ast.Package, "the import law in core/tidy_test.go does not know the package %s", from)
		return
	}
	for _, spec := range s.ast.Imports {
		target := strings.Trim(spec.Path.Value, `"`)
		if own, found := strings.CutPrefix(target, s.path); found {
			if !slices.Contains(allowed, own) {
				s.report(spec.Pos(), "%s may not import %s", from, own)
			}
			continue
		}
		isAllowed := func(prefix string) bool { return target == prefix || strings.HasPrefix(target, prefix+"/") }
		if strings.Contains(strings.Split(target, "/")[0], ".") && !slices.ContainsFunc(allowed, isAllowed) {
			s.report(spec.Pos(), "%s may not import %s", from, target)
		}
	}
}

// checkSimulated checks the code of one package that runs in simulated time.
func (t *tidy) checkSimulated(name string, code []*source) {
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	lookup := func(path string) (io.ReadCloser, error) { return os.Open(t.exports[path]) }
	config := types.Config{Importer: importer.ForCompiler(t.fset, "gc", lookup)}
	var files []*ast.File
	for _, s := range code {
		files = append(files, s.ast)
	}
	config.Error = func(err error) {
		if e := (types.Error{}); errors.As(err, &e) {
			t.report(e.Pos, "%s", e.Msg)
		}
	}
	if _, err := config.Check(name, t.fset, files, info); err != nil {
		return
	}
	for _, s := range code {
		s.checkLaws(info)
		for _, e := range s.excuses {
			if !e.needs {
				s.report(e.pos, "//tidy:%s excuses nothing", e.word)
			}
		}
	}
}

func (s *source) checkLaws(info *types.Info) {
	for _, spec := range s.ast.Imports {
		if p := strings.Trim(spec.Path.Value, `"`); strings.HasPrefix(p, "math/rand") || p == "crypto/rand" {
			s.breaks(spec.Pos(), "real", globalLot)
		}
	}
	sorted := map[ast.Node]bool{}
	ast.Inspect(s.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			s.breaks(n.Pos(), "real", goroutine)
		case *ast.RangeStmt:
			if _, ok := info.TypeOf(n.X).Underlying().(*types.Map); ok {
				s.breaks(n.Pos(), "sorted", mapOrder)
			}
		case *ast.CallExpr:
			if strings.HasPrefix(called(info, n), "slices.Sorted") && len(n.Args) > 0 {
				sorted[n.Args[0]] = true
			}
			if slices.Contains(unordered, called(info, n)) && !sorted[n] {
				s.breaks(n.Pos(), "sorted", mapOrder)
			}
		case *ast.Ident:
			if f, ok := info.Uses[n].(*types.Func); ok && banned[f.FullName()] != "" {
				s.breaks(n.Pos(), "real", banned[f.FullName()]+": "+f.FullName())
			}
		}
		return true
	})
}

// called is the full name of the function that a call calls.
func called(info *types.Info, call *ast.CallExpr) string {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if f, ok := info.Uses[selector.Sel].(*types.Func); ok {
		return f.FullName()
	}
	return ""
}

// breaks reports that something depends on what it should not, unless its line
// is excused.
func (s *source) breaks(pos token.Pos, word, what string) {
	line := s.fset.Position(pos).Line
	for _, e := range s.excuses {
		if e.line == line && e.word == word {
			e.needs = true
			return
		}
	}
	s.report(pos, "depends on %s; if it must, //tidy:%s and the reason", what, word)
}
