package luabind

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/parse"

	"simlua.example/core"
)

// ScriptError is an error that a script raised and did not catch, or one found
// in its text.
type ScriptError struct {
	Message string        // begins with file:line where that is known
	File    string        // within the script's folder; may be empty
	Line    int           // 0 when unknown
	Machine string        // whose code it was; empty while loading
	Time    time.Duration // when, in simulated time
	Stack   []string      // what called what, innermost first
	dir     string
	cause   error // the world's error in it, if any
}

// Error is the message, with file:line.
func (e *ScriptError) Error() string {
	switch {
	case e.File == "":
		return e.Message
	case strings.HasPrefix(e.Message, e.File+":"):
		return e.dir + e.Message
	case e.Line > 0:
		return fmt.Sprintf("%s%s:%d: %s", e.dir, e.File, e.Line, e.Message)
	}
	return e.dir + e.File + ": " + e.Message
}

// Details is all that is known, on several lines: the message, whose code it
// was and when, and what called what.
func (e *ScriptError) Details() string {
	lines := []string{e.Error()}
	if e.Machine != "" {
		lines = append(lines, fmt.Sprintf("on %s at %v", e.Machine, e.Time))
	}
	for _, call := range e.Stack {
		lines = append(lines, "  "+strings.TrimSuffix(call, ":"))
	}
	return strings.Join(lines, "\n")
}

// Unwrap is the error of the world that the script let pass, if it was one.
func (e *ScriptError) Unwrap() error { return e.cause }

// UsageError is a mistake in what the user asked for, not in the script.
type UsageError struct{ Message string }

func (e *UsageError) Error() string { return e.Message }

func usage(format string, args ...any) error {
	return &UsageError{fmt.Sprintf(format, args...)}
}

var position = regexp.MustCompile(`^([^:]+):(\d+):`)

// positioned takes the position from the front of a text, if there is one: a
// file of Lua, or the script itself whatever its name, and a line.
func positioned(text, script string) (file string, line int) {
	match := position.FindStringSubmatch(text)
	if match == nil || match[1] != script && !strings.HasSuffix(match[1], ".lua") {
		return "", 0
	}
	line, _ = strconv.Atoi(match[2])
	return match[1], line
}

// scriptError makes a *ScriptError of what a protected call returned.
func (v *vm) scriptError(L *lua.LState, err error) *ScriptError {
	e := &ScriptError{Message: err.Error(), Machine: v.machine}
	stop := v.brake.Pulled()
	if v.world != nil {
		e.Time = v.world.Now()
	}
	api := (*lua.ApiError)(nil)
	if errors.As(err, &api) {
		object := v.errorObject(api)
		strandOf(L).raised = object
		if e.cause = causeOf(object); stop != nil && v.limit < 0 {
			e.cause = stop
		}
		e.Message = v.message(L, object)
		e.Stack = stackLines(api.StackTrace)
		if v.world != nil { // the interpreter takes the first function of every thread for a script
			for i, line := range e.Stack {
				e.Stack[i] = strings.TrimSuffix(line, " in main chunk")
			}
		}
	}
	e.locate(v.program.name)
	return e
}

// errorObject is what the script raised. A Go panic, which is how the
// interpreter reports an exhausted call stack, becomes a message.
func (v *vm) errorObject(api *lua.ApiError) lua.LValue {
	text, isText := api.Object.(lua.LString)
	switch {
	case api.Type == lua.ApiErrorPanic && strings.Contains(string(text), "callstack overflow"):
		return lua.LString(v.innermost(api.StackTrace) + "stack overflow: functions call each other too deeply")
	case api.Type == lua.ApiErrorPanic:
		return lua.LString(v.innermost(api.StackTrace) + "the interpreter failed: " + string(text))
	case isText:
		return lua.LString(tidy(string(text)))
	}
	return api.Object
}

// message shows an error object: what tostring makes of it.
func (v *vm) message(L *lua.LState, object lua.LValue) string {
	if text, ok := v.messageIn(L, object); ok {
		return text
	}
	return "error object " + renderValue(object)
}

// messageIn is what an object says of itself, if it does.
func (v *vm) messageIn(L *lua.LState, object lua.LValue) (text string, ok bool) {
	switch x := object.(type) {
	case lua.LString, lua.LNumber:
		return plainText(x), true
	case *lua.LTable, *lua.LUserData:
		return v.describeError(L, x)
	}
	return "", false
}

// describeError asks an error object for its text: __tostring, or a field
// named message.
func (v *vm) describeError(L *lua.LState, object lua.LValue) (string, bool) {
	if fn, ok := L.GetMetaField(object, "__tostring").(*lua.LFunction); ok && v.doom == nil {
		v.limit = max(v.limit, 10_000)
		top := L.GetTop()
		L.Push(fn)
		L.Push(object)
		if L.PCall(1, 1, nil) == nil {
			text, ok := L.Get(-1).(lua.LString)
			L.SetTop(top)
			return string(text), ok
		}
		L.SetTop(top)
	}
	if t, ok := object.(*lua.LTable); ok {
		if text, ok := t.RawGetString("message").(lua.LString); ok {
			return string(text), true
		}
	}
	return "", false
}

// locate finds file and line: in the message, or else in the stack.
func (e *ScriptError) locate(script string) {
	e.File, e.Line = positioned(e.Message, script)
	for i := 0; e.File == "" && i < len(e.Stack); i++ {
		e.File, e.Line = positioned(e.Stack[i], script)
	}
}

// innermost is the position of the first Lua function of a stack, "file:line: ".
func (v *vm) innermost(trace string) string {
	for _, line := range stackLines(trace) {
		if file, n := positioned(line, v.program.name); file != "" {
			return fmt.Sprintf("%s:%d: ", file, n)
		}
	}
	return ""
}

// stackLines takes the interpreter's traceback apart, leaving out Go functions.
func stackLines(trace string) []string {
	var lines []string
	for line := range strings.Lines(trace) {
		line = strings.TrimSpace(line)
		if line != "" && line != "stack traceback:" && !strings.HasPrefix(line, "[G]") {
			lines = append(lines, line)
		}
	}
	return lines
}

var heapAddress = regexp.MustCompile(`\b(table|function|userdata|thread|channel): 0x[0-9a-f]+`)

// tidy removes from a message of the interpreter what is not reproducible, and
// what it says of a function that it has no name for.
func tidy(text string) string {
	if strings.HasPrefix(text, "bad argument #") || strings.HasPrefix(text, " bad argument #") {
		text = strings.TrimPrefix(strings.Replace(text, " to main chunk (", " to '?' (", 1), " ")
	}
	if !strings.Contains(text, ": 0x") {
		return text
	}
	return heapAddress.ReplaceAllString(text, "$1")
}

// syntaxError says where a script cannot be understood.
func syntaxError(err error, name string, text []byte) *ScriptError {
	e := &ScriptError{File: name}
	p, c := (*parse.Error)(nil), (*lua.CompileError)(nil)
	switch {
	case errors.As(err, &p) && p.Pos.Line == parse.EOF:
		e.Line = 1 + bytes.Count(bytes.TrimRight(text, "\n"), []byte("\n"))
		e.Message = "the script ends in the middle of something: is an end or a bracket missing?"
	case errors.As(err, &p):
		e.Line, e.Message = p.Pos.Line, fmt.Sprintf("%s near %q", p.Message, p.Token)
	case errors.As(err, &c):
		e.Line, e.Message = c.Line, c.Message
	default:
		e.Message = strings.Join(strings.Fields(err.Error()), " ")
	}
	return e
}

// passKilled passes a power cut through code that recovers.
func passKilled(r any) {
	if r != nil && core.Killed(r) {
		panic(r)
	}
}
