package luabind

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"

	"simlua.example/core"
)

// maxScript bounds the size of a script, and of each module, in bytes.
const maxScript = 1 << 20

// Program is a script that was compiled and evaluated once. It does not change
// and can be run from many goroutines at once.
type Program struct {
	name    string // of the script within its folder; in messages and as the scenario's name
	shown   string // what to put before name in messages about loading: the folder
	main    *code
	files   folder
	engines []engineKind
	params  []Param
	printed []string
	plan    *otherPlan // nil: the script's own
	budget  int        // instructions in one slice of virtual time; 0 for the default
	brake   *core.Brake
	mu      sync.Mutex
	modules map[string]*code

	schedules map[string][]core.Fault // of files that were read
	spare     *evaluated              // for the next run; nil when there is none
}

// Param is a parameter that the script declares with sim.param.
type Param struct {
	Name    string
	Default string // as --set would write it
	Type    string // "number", "string" or "boolean"
	Doc     string
}

// Option changes how a script is loaded.
type Option func(*Program)

// WithEngine lets scripts use an engine written in Go as sim.engine.NAME{...}.
// Open reads the options of one use and returns what makes the engine of each
// boot; it is called once per use and evaluation, from any goroutine. Options
// that open does not ask for are errors of the script. With it, the script is
// evaluated for each run, so that what open keeps belongs to one.
func WithEngine(name string, open func(options Options) (func() core.Engine, error)) Option {
	return func(p *Program) { p.engines = append(p.engines, engineKind{name: name, open: open}) }
}

// WithBrake lets b end the loading of a script, and Check; the error is then the
// *core.Stop.
func WithBrake(b *core.Brake) Option {
	return func(p *Program) { p.brake = b }
}

// Load reads, compiles and evaluates a script. Its modules are the files in its
// folder and below. An error is for the user: it says file and line.
func Load(file string, opts ...Option) (*Program, error) {
	return load(enterOS, file, opts)
}

func enterOS(file string) (files folder, name, dir string, err error) {
	dir, name = filepath.Split(file)
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return nil, "", "", fmt.Errorf("%s is a directory, not a script", file)
	}
	return osFolder{dir, name}, name, dir, nil
}

// LoadFS is Load from a file system. The path is slash-separated.
func LoadFS(fsys fs.FS, file string, opts ...Option) (*Program, error) {
	return load(func(file string) (folder, string, string, error) {
		dir, name := path.Split(file)
		sub, err := fs.Sub(fsys, path.Clean("./"+dir))
		if err != nil {
			return nil, "", "", fmt.Errorf("%s: %w", file, err)
		}
		return fsFolder{sub}, name, dir, nil
	}, file, opts)
}

// load loads a file from the folder that enter opens.
func load(enter func(file string) (files folder, name, dir string, err error), file string, opts []Option) (*Program,
	error) {
	files, name, dir, err := enter(file)
	if err != nil {
		return nil, err
	}
	p := &Program{name: name, shown: dir, files: files, modules: map[string]*code{}, brake: new(core.Brake)}
	p.engines = builtinEngines()
	for _, o := range opts {
		o(p)
	}
	text, err := p.read(name)
	if err != nil {
		return nil, err
	}
	if p.main, err = compile(text, name); err != nil {
		return nil, p.located(err)
	}
	if p.plan != nil {
		if err := p.plan.read(enter); err != nil {
			return nil, err
		}
	}
	v, d, err := p.evaluate(nil, p.brake)
	if err != nil {
		return nil, p.located(err)
	}
	p.params, p.printed = d.params, d.printed
	p.keep(&evaluated{nil, d, newCopier(v)})
	return p, nil
}

// read returns the text of the script itself, or why there is none.
func (p *Program) read(name string) ([]byte, error) {
	text, err := readBounded(p.files, name)
	full := p.shown + name
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: no such file", full)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", full, cause(err))
	}
	return text, nil
}

// cause is an error without the path it was about.
func cause(err error) error {
	if e := (*fs.PathError)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}

// folder is where a program's files come from.
type folder interface {
	open(name string) (fs.File, error)
}

// osFolder is a directory. Nothing outside of it can be opened, but for the file that the
// user named: that may be a link to anywhere.
type osFolder struct{ dir, named string }

func (f osFolder) open(name string) (fs.File, error) {
	info, err := os.Stat(filepath.Join(f.dir, filepath.FromSlash(name)))
	if err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return nil, errNotFile // opening a named pipe would wait for ever
	}
	if name == f.named {
		return os.Open(filepath.Join(f.dir, name))
	}
	return os.OpenInRoot(filepath.Clean(f.dir), filepath.FromSlash(name))
}

type fsFolder struct{ fs.FS }

func (f fsFolder) open(name string) (fs.File, error) { return f.Open(name) }

var (
	errNotFile  = errors.New("not a script: a regular file is expected")
	errNotText  = errors.New("not a script: the file is not UTF-8 text")
	errTooLarge = fmt.Errorf("too large: a script has at most %d KiB", maxScript>>10)
)

func readBounded(files folder, name string) ([]byte, error) {
	f, err := files.open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, errors.New("a directory, not a script")
	}
	text, err := io.ReadAll(io.LimitReader(f, maxScript+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxScript:
		return nil, errTooLarge
	case !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0:
		return nil, errNotText
	}
	return text, nil
}

// code is a script or a module, compiled.
type code struct {
	proto   *lua.FunctionProto
	expects []core.Expectation // whose names are literals in it
	text    []byte             // as it was read
}

// compile turns text into code. Its errors are *ScriptError.
func compile(text []byte, name string) (*code, error) {
	return compileWith(text, name, func([]ast.Stmt) {})
}

// compileWith lets change have its way with what was parsed.
func compileWith(text []byte, name string, change func([]ast.Stmt)) (compiled *code, err error) {
	defer func() {
		if r := recover(); r != nil { // the compiler panics where a limit of its own is exceeded
			err = &ScriptError{Message: fmt.Sprintf("%s: the script is too complex: %v", name, r), File: name}
		}
	}()
	source := text
	text = chunkText(text)
	chunk, err := parse.Parse(bytes.NewReader(text), name)
	if err != nil {
		return nil, syntaxError(err, name, text)
	}
	change(chunk)
	finish, expects, err := rewrite(chunk)
	if err != nil {
		return nil, syntaxError(err, name, text)
	}
	proto, err := lua.Compile(chunk, name)
	if err != nil {
		return nil, syntaxError(err, name, text)
	}
	finish(proto)
	return &code{proto, expects, source}, nil
}

// chunkText is a file as Lua reads it: without a byte order mark, and with a first
// line that begins with # as a comment.
func chunkText(text []byte) []byte {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(text, []byte("#")) {
		text = append([]byte("--"), text...)
	}
	return text
}

// located puts the folder of the script before the file in a message, where
// the message does not already begin elsewhere, and that of the plan before its
// own; our own modules, sim/NAME.lua, lie in no folder.
func (p *Program) located(err error) error {
	var script *ScriptError
	if errors.As(err, &script) && script.File != "" && !strings.HasPrefix(script.File, "sim/") {
		script.dir = p.folderOf(script.File)
	}
	return err
}

// folderOf is what to put before the name of a file in messages about loading.
func (p *Program) folderOf(file string) string {
	if p.plan != nil && file == p.plan.name {
		return p.plan.shown
	}
	return p.shown
}

// Name is the name of the script's file.
func (p *Program) Name() string { return p.name }

// Params are the parameters the script declares, in order of declaration.
func (p *Program) Params() []Param { return p.params }

// Printed is what the script printed while it was loaded, a line each.
func (p *Program) Printed() []string { return p.printed }

// Check evaluates the script with these settings ("name=value") and validates
// the scenario, without playing it. It reports every mistake at once, misspelt
// names of env, conn, plan and their like in functions included, as far as they
// can be seen.
func (p *Program) Check(set []string) (*core.Scenario, error) {
	parsed, err := parseSettings(set)
	if err != nil {
		return nil, err
	}
	r, err := p.newRun(parsed, p.brake)
	if err != nil {
		return nil, err
	}
	scenario := r.scenario()
	if err := errors.Join(scenario.Validate(), p.misspelt()); err != nil {
		return nil, p.prefixed(err)
	}
	return scenario, nil
}

// prefixed puts the folder before each line of a scenario's mistakes, which
// begin with file:line.
func (p *Program) prefixed(err error) error {
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		if strings.Contains(line, ".lua:") {
			file, _, _ := strings.Cut(line, ":")
			lines[i] = p.folderOf(file) + line
		} else {
			lines[i] = p.shown + p.name + ": " + line
		}
	}
	return errors.New(strings.Join(lines, "\n"))
}
