package luabind

import (
	"fmt"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"

	"simlua.example/core"
)

// maxNesting bounds how deep expressions, functions and blocks stand inside
// each other, as Lua's own compiler does. An operator counts: a + b + c is two.
const maxNesting = 200

// maxBranches bounds the branches of one if.
const maxBranches = 1000

// maxLookups bounds how often the compiler compares a constant of a function
// with another: it looks for each from the first on, names included. A function
// can have some 16,000 different ones that occur once.
const maxLookups = 1 << 27

// maxPositional bounds the values of a table constructor that have no key; the
// compiler loses those beyond 25,550.
const maxPositional = 25_000

// rewriter goes through a script between parser and compiler. It bounds the
// nesting, turns .. into calls of a Go function that bounds its result, and keeps
// what the compiler gets wrong from it.
type rewriter struct {
	depth    int
	err      *lua.CompileError
	line     int            // of what is being looked at
	seen     map[string]int // constants of the function, and where the compiler finds them
	lookups  int
	taken    map[string]bool            // numbers after insertedMarker in literals of the script
	inserted []inserted                 // in the order of the script
	chains   map[*ast.FuncCallExpr]bool // calls that stand for ..
	expects  []core.Expectation         // that are called by a literal
}

// inserted is a constant of a script that is to become a function of Go.
type inserted struct {
	constant *ast.StringExpr
	name     string // the same for the same function
	make     func() *lua.LFunction
}

// rewrite changes a script in place. Finish puts the functions of the chains into
// the compiled code; expects are the expectations whose names are literals.
func rewrite(script []ast.Stmt) (finish func(*lua.FunctionProto), expects []core.Expectation, err error) {
	r := &rewriter{seen: map[string]int{}, taken: map[string]bool{}, chains: map[*ast.FuncCallExpr]bool{}}
	r.block(script)
	if r.err != nil {
		return nil, nil, r.err
	}
	n := 0
	for r.taken[strconv.Itoa(n)] {
		n++
	}
	functions := map[string]*lua.LFunction{}
	for _, i := range r.inserted {
		name := fmt.Sprintf("%s%d;%s", insertedMarker, n, i.name)
		if i.constant.Value = name; functions[name] == nil {
			functions[name] = i.make()
		}
	}
	return func(proto *lua.FunctionProto) { amend(proto, functions) }, r.expects, nil
}

// insertedMarker begins the constants that are to become functions; a number
// follows that follows it in no literal of the script, so none can be forged.
const insertedMarker = "\x00go#"

// literal notes a string of the script.
func (r *rewriter) literal(text string) {
	r.constant(text)
	if rest, ok := strings.CutPrefix(text, insertedMarker); ok {
		n, _, _ := strings.Cut(rest, ";")
		r.taken[n] = true
	}
}

// number makes a literal one that the compiler reads as Lua does.
func (r *rewriter) number(x *ast.NumberExpr) {
	value, ok := parseNumber(x.Value)
	if !ok && r.err == nil {
		r.err = &lua.CompileError{Line: r.line, Message: fmt.Sprintf("malformed number near %q", x.Value)}
	}
	x.Value = strconv.FormatFloat(value, 'g', -1, 64)
	r.constant(x.Value)
}

// amend puts the functions into compiled code, and lets {} make a table whose
// first field takes a small map, where the interpreter would take one of 2 KiB.
func amend(proto *lua.FunctionProto, functions map[string]*lua.LFunction) {
	for i, constant := range proto.Constants {
		if name, ok := constant.(lua.LString); ok {
			if fn := functions[string(name)]; fn != nil {
				proto.Constants[i] = fn
			}
		}
	}
	const sizes, oneField = 1<<18 - 1, 1 << 9
	for i, instruction := range proto.Code {
		if instruction>>26 == uint32(lua.OP_NEWTABLE) && instruction&sizes == 0 {
			proto.Code[i] |= oneField
		}
	}
	for _, inner := range proto.FunctionPrototypes {
		amend(inner, functions)
	}
}

// inside does something one level deeper, unless that is too deep.
func (r *rewriter) inside(line int, do func()) {
	if line > 0 { // the parser does not give a line to everything
		r.line = line
	}
	switch {
	case r.err != nil:
	case r.depth >= maxNesting:
		r.refuse(fmt.Sprintf("more than %d expressions, functions and blocks inside each other", maxNesting))
	default:
		r.depth++
		do()
		r.depth--
	}
}

func (r *rewriter) refuse(why string) {
	if r.err == nil {
		r.err = &lua.CompileError{Line: r.line, Message: "too complex: " + why}
	}
}

// constant counts what the compiler does to find a name or a literal.
func (r *rewriter) constant(text string) {
	at, known := r.seen[text]
	if !known {
		at = len(r.seen)
		r.seen[text] = at
	}
	if r.lookups += at; r.lookups > maxLookups {
		r.refuse("a function has too many different names and literals; make it several functions")
	}
}

func (r *rewriter) block(stmts []ast.Stmt) {
	for i, s := range stmts {
		r.inside(s.Line(), func() { stmts[i] = r.stmt(s) })
	}
}

func (r *rewriter) stmt(s ast.Stmt) ast.Stmt {
	switch s := s.(type) {
	case *ast.AssignStmt:
		r.exprs(s.Lhs)
		r.exprs(s.Rhs)
		if erasure, ok := r.erasure(s); ok {
			return erasure
		}
		return r.assignment(s)
	case *ast.LocalAssignStmt:
		r.exprs(s.Exprs)
	case *ast.FuncCallStmt:
		r.expr(&s.Expr)
	case *ast.ReturnStmt:
		r.exprs(s.Exprs)
	case *ast.DoBlockStmt:
		r.block(s.Stmts)
	case *ast.WhileStmt:
		r.expr(&s.Condition)
		r.block(s.Stmts)
	case *ast.RepeatStmt:
		r.block(s.Stmts)
		r.expr(&s.Condition)
	case *ast.IfStmt:
		r.branches(s)
	case *ast.NumberForStmt:
		r.expr(&s.Init)
		r.expr(&s.Limit)
		r.expr(&s.Step)
		r.block(s.Stmts)
	case *ast.GenericForStmt:
		r.exprs(s.Exprs)
		r.block(s.Stmts)
	case *ast.FuncDefStmt:
		r.expr(&s.Name.Func)
		r.expr(&s.Name.Receiver)
		r.constant(s.Name.Method)
		r.function(s.Func)
	}
	return s
}

// branches goes through a statement if, whose elseif is an if in the else.
func (r *rewriter) branches(s *ast.IfStmt) {
	for n := 1; ; n++ {
		if r.expr(&s.Condition); n > maxBranches {
			r.refuse(fmt.Sprintf("more than %d branches in one if", maxBranches))
			return
		}
		r.block(s.Then)
		elseif, ok := only(s.Else).(*ast.IfStmt)
		if !ok {
			r.block(s.Else)
			return
		}
		s = elseif
	}
}

func only(stmts []ast.Stmt) ast.Stmt {
	if len(stmts) == 1 {
		return stmts[0]
	}
	return nil
}

// assignment works around three mistakes of the compiler (gopher-lua, issues 315
// and 440, and one like 355). Of several variables, a local one gets its value before
// the other values are computed, so that a, b = b, a does not swap. The result of a
// call that cannot give several values overwrites the last parameter of a function
// before the call has read it, as in s = (f(s)). And a local variable that is given
// what and has on its left stays as it was, as in t = t.x and t.x.y. Here everything
// is computed first:
//
//	do local o, k, x, y = t, i, f(), 1 o[k] = x b = y end
func (r *rewriter) assignment(s *ast.AssignStmt) ast.Stmt {
	last := s.Rhs[len(s.Rhs)-1]
	call, isCall := last.(*ast.FuncCallExpr)
	if isCall && r.chains[call] {
		call.AdjustRet = false // it gives one value anyway
	}
	names := 0
	for _, target := range s.Lhs {
		if _, ok := target.(*ast.IdentExpr); ok {
			names++
		}
	}
	switch {
	case names == 0 && len(s.Lhs) == 1:
		return s
	case len(s.Rhs) == 1 && names == len(s.Lhs) && !isLogic(last) && (!isCall && names == 1 || isCall && !call.AdjustRet):
		return s
	}
	return r.inOrder(s)
}

// isLogic says whether an expression is one of and, or of several or around one.
func isLogic(e ast.Expr) bool {
	logical, ok := e.(*ast.LogicalOpExpr)
	return ok && (logical.Operator == "and" || isLogic(logical.Lhs) || isLogic(logical.Rhs))
}

// inOrder makes an assignment a block that computes everything and then assigns.
func (r *rewriter) inOrder(s *ast.AssignStmt) ast.Stmt {
	first := &ast.LocalAssignStmt{}
	keep := func(e ast.Expr) ast.Expr {
		name := &ast.IdentExpr{Value: fmt.Sprintf("(%d)", len(first.Names))}
		name.SetLine(s.Line())
		first.Names = append(first.Names, name.Value)
		if e != nil {
			first.Exprs = append(first.Exprs, e)
		}
		return name
	}
	for _, target := range s.Lhs {
		if t, ok := target.(*ast.AttrGetExpr); ok {
			t.Object = keep(t.Object)
			if _, constant := t.Key.(*ast.StringExpr); !constant {
				t.Key = keep(t.Key)
			}
		}
	}
	do := &ast.DoBlockStmt{Stmts: []ast.Stmt{first}}
	for _, target := range s.Lhs {
		one := &ast.AssignStmt{Lhs: []ast.Expr{target}, Rhs: []ast.Expr{keep(nil)}}
		one.SetLine(s.Line())
		do.Stmts = append(do.Stmts, one)
	}
	first.Exprs = append(first.Exprs, s.Rhs...)
	for _, stmt := range append(do.Stmts, do) {
		stmt.SetLine(s.Line())
		stmt.SetLastLine(s.LastLine())
	}
	return do
}

func (r *rewriter) exprs(list []ast.Expr) {
	for i := range list {
		r.expr(&list[i])
	}
}

// expr goes through an expression, which it may replace; nil is none.
func (r *rewriter) expr(e *ast.Expr) {
	if *e != nil {
		r.inside((*e).Line(), func() { r.inner(e) })
	}
}

func (r *rewriter) inner(e *ast.Expr) {
	switch x := (*e).(type) {
	case *ast.StringConcatOpExpr:
		*e = r.chain(x)
	case *ast.StringExpr:
		r.literal(x.Value)
	case *ast.NumberExpr:
		r.number(x)
	case *ast.IdentExpr:
		r.constant(x.Value)
	case *ast.AttrGetExpr:
		r.expr(&x.Object)
		r.expr(&x.Key)
	case *ast.TableExpr:
		r.table(x)
	case *ast.FuncCallExpr:
		r.learn(x)
		r.expr(&x.Func)
		r.expr(&x.Receiver)
		r.constant(x.Method)
		r.exprs(x.Args)
	case *ast.FunctionExpr:
		r.function(x)
	case *ast.LogicalOpExpr:
		r.expr(&x.Lhs)
		r.expr(&x.Rhs)
	case *ast.RelationalOpExpr:
		r.expr(&x.Lhs)
		r.expr(&x.Rhs)
	case *ast.ArithmeticOpExpr:
		r.expr(&x.Lhs)
		r.expr(&x.Rhs)
	case *ast.UnaryMinusOpExpr:
		r.expr(&x.Expr)
	case *ast.UnaryNotOpExpr:
		r.expr(&x.Expr)
	case *ast.UnaryLenOpExpr:
		r.expr(&x.Expr)
	}
}

// function goes through a function, which has constants of its own.
func (r *rewriter) function(f *ast.FunctionExpr) {
	outer := r.seen
	r.seen = map[string]int{}
	r.block(f.Stmts)
	r.seen = outer
}
