package luabind

import (
	"reflect"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// The interpreter does not say which value of a script is nil where it is called
// or indexed. Metatables of the types that cannot be do, in the words of Lua: the
// instruction that put the value into its register knows its name.

// blank is the metatable of nil, numbers, booleans and functions.
var blank = func() *lua.LTable {
	meta := lookup(goFunction(notIndexed))
	meta.RawSetString("__newindex", goFunction(notIndexed))
	meta.RawSetString("__call", goFunction(notCalled))
	return meta
}()

// nameCulprits gives a VM these metatables.
func nameCulprits(L *lua.LState) {
	for _, value := range []lua.LValue{lua.LNil, lua.LNumber(0), lua.LTrue, &lua.LFunction{}} {
		L.SetMetatable(value, blank)
	}
}

func notIndexed(L *lua.LState) int {
	key := L.Get(2)
	text := kindOf(key)
	if key.Type() == lua.LTString || key.Type() == lua.LTNumber {
		text = key.String()
	}
	L.RaiseError("attempt to index %s with key '%s'", culprit(L), text)
	return 0
}

func notCalled(L *lua.LState) int {
	L.RaiseError("attempt to call %s", culprit(L))
	return 0
}

// Arguments of an instruction.
func opcode(inst uint32) int { return int(inst >> 26) }
func argA(inst uint32) int   { return int(inst>>18) & 0xff }
func argB(inst uint32) int   { return int(inst & 0x1ff) }
func argC(inst uint32) int   { return int(inst>>9) & 0x1ff }
func argBx(inst uint32) int  { return int(inst & 0x3ffff) }

// culprit names the first argument as what the calling function calls or indexes.
func culprit(L *lua.LState) string {
	kind := "a " + L.Get(1).Type().String() + " value"
	debug, ok := L.GetStack(1)
	if !ok {
		return kind
	}
	value, err := L.GetInfo("f", debug, lua.LNil)
	fn, ok := value.(*lua.LFunction)
	if err != nil || !ok || fn.IsG {
		return kind
	}
	pc := int(reflect.ValueOf(debug).Elem().FieldByName("frame").Elem().FieldByName("Pc").Int()) - 1
	inst := fn.Proto.Code[pc]
	register := argB(inst)
	switch opcode(inst) {
	case lua.OP_CALL, lua.OP_TAILCALL, lua.OP_SETTABLE, lua.OP_SETTABLEKS:
		register = argA(inst)
	case lua.OP_GETTABLE, lua.OP_GETTABLEKS, lua.OP_SELF:
	default:
		return kind
	}
	if name := holds(fn, pc, register); name != "" {
		return name + " (" + kind + ")"
	}
	return kind
}

// holds names what a register holds before an instruction, or is "": only what
// was put there on a straight way is sure, since the interpreter's own record of
// where a local variable ends is wrong.
func holds(fn *lua.LFunction, pc, register int) string {
	if register < int(fn.Proto.NumParameters) {
		return "local '" + fn.Proto.DbgLocals[register].Name + "'"
	}
	for i := pc - 1; i >= 0; i-- {
		inst := fn.Proto.Code[i]
		first, last := argA(inst), argA(inst)
		switch opcode(inst) {
		case lua.OP_JMP, lua.OP_EQ, lua.OP_LT, lua.OP_LE, lua.OP_TEST, lua.OP_TESTSET, lua.OP_FORLOOP, lua.OP_FORPREP,
			lua.OP_TFORLOOP, lua.OP_MOVEN:
			return ""
		case lua.OP_SETGLOBAL, lua.OP_SETUPVAL, lua.OP_SETTABLE, lua.OP_SETTABLEKS, lua.OP_SETLIST, lua.OP_CLOSE,
			lua.OP_NOP, lua.OP_RETURN:
			continue
		case lua.OP_CALL, lua.OP_TAILCALL, lua.OP_VARARG:
			last = int(fn.Proto.NumUsedRegisters) // all above may have been used
		case lua.OP_LOADNIL:
			last = argB(inst)
		case lua.OP_SELF:
			last = first + 1
		}
		switch {
		case register < first || register > last:
		case register > first:
			return ""
		default:
			return loads(fn, i, inst)
		}
	}
	return ""
}

// loads names what an instruction puts into its register: the local variable
// that begins with it, or where it comes from.
func loads(fn *lua.LFunction, pc int, inst uint32) string {
	var begin []string
	for _, local := range fn.Proto.DbgLocals {
		if local.StartPc == pc+1 && !strings.HasPrefix(local.Name, "(") { // those are no script's
			begin = append(begin, local.Name)
		}
	}
	if len(begin) == 1 {
		return "local '" + begin[0] + "'"
	}
	if len(begin) > 1 {
		return ""
	}
	constants := fn.Proto.Constants
	switch opcode(inst) {
	case lua.OP_GETGLOBAL:
		return "global '" + constants[argBx(inst)].String() + "'"
	case lua.OP_GETUPVAL:
		if i := argB(inst); i < len(fn.Proto.DbgUpvalues) {
			return "upvalue '" + fn.Proto.DbgUpvalues[i] + "'"
		}
	case lua.OP_MOVE:
		return holds(fn, pc, argB(inst))
	case lua.OP_GETTABLEKS:
		return "field '" + constants[argC(inst)&0xff].String() + "'"
	case lua.OP_SELF:
		return "method '" + constants[argC(inst)&0xff].String() + "'"
	}
	return ""
}
