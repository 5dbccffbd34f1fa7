package luabind

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"syscall"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
	"simlua.example/scripts"
)

var moduleName = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)

// loading marks a module whose text is being run.
var loading = lua.LValue(&lua.LUserData{})

// luaRequire loads a module once per VM: sim, a library of simlua, or a file in
// the script's folder.
func luaRequire(L *lua.LState) int {
	v, name := vmOf(L), checkString(L, 1)
	if v.modules == nil {
		v.modules = map[string]lua.LValue{}
	}
	module, known := v.modules[name]
	switch {
	case module == loading:
		L.RaiseError("module %q requires itself", name)
	case !known && name == "sim":
		module = openSim()
	case !known && name == nativeCheckers:
		module = &lua.LTable{Metatable: shareCheckers()}
	case !known && name == jsonModule:
		module = openJSON()
	case !known && name == nativeModule:
		module = openNative()
	case !known:
		module = v.loadModule(L, name)
	}
	v.modules[name] = module
	L.Push(module)
	return 1
}

func (v *vm) loadModule(L *lua.LState, name string) lua.LValue {
	text, err := v.program.module(name)
	if hostRefused(err) {
		v.brake.Pull(&core.Stop{Verdict: core.Void, Reason: fmt.Sprintf("the host got in the way: %s: %v", name, err)})
		v.look(L)
	}
	if err != nil {
		L.RaiseError("cannot require %q: %v", name, err)
	}
	if v.declare != nil {
		v.declare.learn(text.expects)
	}
	v.modules[name] = loading
	defer delete(v.modules, name) // the caller puts the module there, if it loads
	L.Push(v.L.NewFunctionFromProto(text.proto))
	L.Push(lua.LString(name))
	L.Call(1, 1)
	module := L.Get(-1)
	L.Pop(1)
	if module == lua.LNil {
		return lua.LTrue
	}
	return module
}

// hostRefused says whether an error is about the host, not about what is required.
func hostRefused(err error) bool {
	return slices.ContainsFunc([]error{syscall.EMFILE, syscall.ENFILE, syscall.EIO, syscall.ENOMEM},
		func(refusal error) bool { return errors.Is(err, refusal) })
}

// module is the code of a module, compiled when it is first required.
func (p *Program) module(name string) (*code, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if compiled, ok := p.modules[name]; ok {
		return compiled, nil
	}
	files, file, shown := p.files, moduleFile(name), ""
	if library, ok := strings.CutPrefix(name, "sim."); ok {
		files, shown = fsFolder{scripts.FS}, file
		file = "lib/" + moduleFile(library)
	} else {
		shown = file
	}
	if !moduleName.MatchString(name) {
		return nil, errors.New(`a module is named by letters, digits, - and _, with dots between folders; ` + p.requirable())
	}
	text, err := readBounded(files, file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, p.noModule(name)
	case err != nil:
		return nil, cause(err)
	}
	compiled, err := compile(text, shown)
	if err == nil {
		p.modules[name] = compiled
	}
	return compiled, err
}

// noModule says what was meant by a name, or what there is.
func (p *Program) noModule(name string) error {
	if stem, ok := strings.CutSuffix(name, ".lua"); ok {
		return fmt.Errorf("there is no such module; a module is named without .lua: require %q", stem)
	}
	if meant := core.Closest(name, ownModules()); meant != "" && strings.HasPrefix(name, "s") {
		return fmt.Errorf("there is no such module; did you mean %q?", meant)
	}
	return errors.New("there is no such module; " + p.requirable())
}

// ownModules are the names of the modules that come with simlua.
func ownModules() []string {
	names := []string{"sim"}
	files, _ := fs.Glob(scripts.FS, "lib/*.lua")
	for _, file := range files {
		names = append(names, "sim."+strings.TrimSuffix(path.Base(file), ".lua"))
	}
	return names
}

// requirable says what can be required.
func (p *Program) requirable() string {
	return "there is " + core.List(ownModules()) + ", and name for the file name.lua in the script's folder"
}
