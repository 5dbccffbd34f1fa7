package luabind

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"

	"simlua.example/core"
)

// misspelt finds methods and fields that an object does not have, in functions
// that have not run: it follows what sim and its calls give, from require "sim"
// to the parameters of functions and the results of calls. What is reached in
// another way, or through a name that is assigned to anywhere, is not looked at,
// so that nothing is found that would not be an error.
type misspelt struct {
	file     string
	assigned map[string]bool  // names that some assignment changes
	scope    *variable        // the latest one
	found    map[string]int   // messages and their lines
	taken    map[takenBy]bool // functions looked through with what they are called with
	returns  string           // the kind of object that functions get which the text itself returns
}

// variable is a local variable, which hides outer ones of its name.
type variable struct {
	outer    *variable
	name     string
	kind     string            // of the object in it: "env"; "" when not known
	function *ast.FunctionExpr // in it, or nil
}

// takenBy is a function in a variable and the kind of object it is called with.
type takenBy struct {
	function *ast.FunctionExpr
	kind     string
}

// findMisspelt looks through the text of a script, which compiles. Returns is what
// a function gets that it returns: "plan", or "".
func findMisspelt(text []byte, file, returns string) []string {
	chunk, err := parse.Parse(bytes.NewReader(chunkText(text)), file)
	if err != nil {
		return nil // it was compiled before
	}
	m := &misspelt{file: file, assigned: map[string]bool{}}
	for range 2 { // the first time for the assignments
		m.returns = returns
		m.found, m.taken = map[string]int{}, map[takenBy]bool{}
		m.block(chunk)
	}
	return slices.SortedFunc(maps.Keys(m.found), func(a, b string) int {
		return cmp.Or(cmp.Compare(m.found[a], m.found[b]), cmp.Compare(a, b))
	})
}

// misspelt looks through the script and the modules in its folder that it has
// loaded.
func (p *Program) misspelt() error {
	p.mu.Lock()
	names := slices.Sorted(maps.Keys(p.modules))
	p.mu.Unlock()
	files := []string{p.name}
	for _, name := range names {
		if !strings.HasPrefix(name, "sim.") {
			files = append(files, strings.ReplaceAll(name, ".", "/")+".lua")
		}
	}
	var found []string
	for _, file := range files {
		if text, err := readBounded(p.files, file); err == nil {
			found = append(found, findMisspelt(text, file, "")...)
		}
	}
	if p.plan != nil && p.plan.isFile() {
		found = append(found, findMisspelt(p.plan.text, p.plan.name, "plan")...)
	}
	if len(found) == 0 {
		return nil
	}
	return errors.New(strings.Join(found, "\n"))
}

// identifierOf is the name of a variable, or "" for any other expression.
func identifierOf(e ast.Expr) string {
	if name, ok := e.(*ast.IdentExpr); ok {
		return name.Value
	}
	return ""
}

// block looks through statements, whose variables end with it.
func (m *misspelt) block(stmts []ast.Stmt) {
	outer := m.scope
	for _, s := range stmts {
		m.stmt(s)
	}
	m.scope = outer
}

// declare makes a local variable.
func (m *misspelt) declare(name, kind string, function *ast.FunctionExpr) {
	if m.assigned[name] {
		kind, function = "", nil
	}
	m.scope = &variable{m.scope, name, kind, function}
}

// blockOf is a block with variables of which nothing is known.
func (m *misspelt) blockOf(names []string, stmts []ast.Stmt) {
	outer := m.scope
	for _, name := range names {
		m.declare(name, "", nil)
	}
	m.block(stmts)
	m.scope = outer
}

// variable finds a local variable, or nil.
func (m *misspelt) variable(e ast.Expr) *variable {
	name, isName := e.(*ast.IdentExpr)
	for v := m.scope; v != nil && isName; v = v.outer {
		if v.name == name.Value {
			return v
		}
	}
	return nil
}

func (m *misspelt) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.LocalAssignStmt:
		m.local(s)
	case *ast.AssignStmt:
		for _, target := range s.Lhs {
			m.assigned[identifierOf(target)] = true
		}
		m.exprs(s.Lhs)
		m.exprs(s.Rhs)
	case *ast.FuncCallStmt:
		m.expr(s.Expr)
	case *ast.ReturnStmt:
		for _, e := range s.Exprs {
			m.argument(e, m.returns)
		}
	case *ast.DoBlockStmt:
		m.block(s.Stmts)
	case *ast.WhileStmt:
		m.expr(s.Condition)
		m.block(s.Stmts)
	case *ast.RepeatStmt: // its condition sees the variables of the block
		m.block(append(slices.Clone(s.Stmts), &ast.ReturnStmt{Exprs: []ast.Expr{s.Condition}}))
	case *ast.IfStmt:
		m.expr(s.Condition)
		m.block(s.Then)
		m.block(s.Else)
	case *ast.NumberForStmt:
		m.exprs([]ast.Expr{s.Init, s.Limit, s.Step})
		m.blockOf([]string{s.Name}, s.Stmts)
	case *ast.GenericForStmt:
		m.exprs(s.Exprs)
		m.blockOf(s.Names, s.Stmts)
	case *ast.FuncDefStmt:
		m.assigned[identifierOf(s.Name.Func)] = true
		m.function(s.Func, "")
	}
}

// local declares variables, after it has looked at their values. A function may
// call itself.
func (m *misspelt) local(s *ast.LocalAssignStmt) {
	kinds := make([]string, len(s.Names))
	functions := make([]*ast.FunctionExpr, len(s.Names))
	for i, e := range s.Exprs {
		if i < len(s.Names) {
			kinds[i] = m.kind(e)
			functions[i], _ = e.(*ast.FunctionExpr)
		}
		if _, isFunction := e.(*ast.FunctionExpr); !isFunction {
			m.expr(e)
		}
	}
	for i, name := range s.Names {
		m.declare(name, kinds[i], functions[i])
	}
	for _, f := range functions {
		if f != nil {
			m.function(f, "")
		}
	}
}

func (m *misspelt) exprs(list []ast.Expr) {
	for _, e := range list {
		m.expr(e)
	}
}

func (m *misspelt) expr(e ast.Expr) {
	switch e := e.(type) {
	case *ast.AttrGetExpr:
		m.expr(e.Object)
		m.expr(e.Key)
		if key, ok := e.Key.(*ast.StringExpr); ok {
			m.name(m.kind(e.Object), key.Value, e.Line())
		}
	case *ast.FuncCallExpr:
		m.call(e)
	case *ast.FunctionExpr:
		m.function(e, "")
	case *ast.TableExpr:
		for _, field := range e.Fields {
			m.expr(field.Key)
			m.expr(field.Value)
		}
	case *ast.LogicalOpExpr:
		m.exprs([]ast.Expr{e.Lhs, e.Rhs})
	case *ast.RelationalOpExpr:
		m.exprs([]ast.Expr{e.Lhs, e.Rhs})
	case *ast.StringConcatOpExpr:
		m.exprs([]ast.Expr{e.Lhs, e.Rhs})
	case *ast.ArithmeticOpExpr:
		m.exprs([]ast.Expr{e.Lhs, e.Rhs})
	case *ast.UnaryMinusOpExpr:
		m.expr(e.Expr)
	case *ast.UnaryNotOpExpr:
		m.expr(e.Expr)
	case *ast.UnaryLenOpExpr:
		m.expr(e.Expr)
	}
}

// call looks at a call, and through the functions that it is given.
func (m *misspelt) call(e *ast.FuncCallExpr) {
	m.expr(e.Func)
	m.expr(e.Receiver)
	if e.Receiver != nil {
		m.name(m.kind(e.Receiver), e.Method, e.Line())
	}
	s, called, known := m.called(e)
	var params []parameter
	if known {
		params = parseSignature(called.args).params
	}
	for i, argument := range e.Args {
		kind := ""
		if i < len(params) {
			kind = s.takes(called, params[i])
		}
		m.argument(argument, kind)
	}
}

// argument looks at an expression that may be a function, which then gets an object
// of a kind.
func (m *misspelt) argument(e ast.Expr, kind string) {
	if function, ok := e.(*ast.FunctionExpr); ok {
		m.function(function, kind)
		return
	}
	m.expr(e)
	if v := m.variable(e); v != nil && v.function != nil && kind != "" {
		m.named(v, kind)
	}
}

// named looks through a function in a variable, as it is called with an object.
func (m *misspelt) named(v *variable, kind string) {
	by := takenBy{v.function, kind}
	if m.taken[by] {
		return
	}
	m.taken[by] = true
	here := m.scope
	m.scope = v
	m.function(v.function, kind)
	m.scope = here
}

// called is the function of the API that a call calls.
func (m *misspelt) called(e *ast.FuncCallExpr) (section, entry, bool) {
	object, name := e.Receiver, e.Method
	if attribute, ok := e.Func.(*ast.AttrGetExpr); ok { // sim.bot(...)
		key, constant := attribute.Key.(*ast.StringExpr)
		if !constant || m.kind(attribute.Object) != "sim" {
			return section{}, entry{}, false
		}
		object, name = attribute.Object, key.Value
	}
	if object == nil {
		return section{}, entry{}, false
	}
	s, ok := sectionOf(m.kind(object))
	if i := slices.IndexFunc(s.entries, func(e entry) bool { return e.name == name }); ok && i >= 0 {
		return s, s.entries[i], true
	}
	return section{}, entry{}, false
}

// function looks through a body, whose first parameter is an object of a kind.
func (m *misspelt) function(f *ast.FunctionExpr, kind string) {
	outer, returns := m.scope, m.returns
	m.returns = ""
	for _, name := range f.ParList.Names {
		m.declare(name, kind, nil)
		kind = ""
	}
	m.block(f.Stmts)
	m.scope, m.returns = outer, returns
}

// kind is what an expression gives: "sim", "env", "conn" …, or "" when that is
// not known.
func (m *misspelt) kind(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.IdentExpr:
		if v := m.variable(e); v != nil {
			return v.kind
		}
	case *ast.AttrGetExpr:
		key, ok := e.Key.(*ast.StringExpr)
		if s, known := sectionOf(m.kind(e.Object)); ok && known && key.Value == "random" && s.hasField("random") {
			return "random"
		}
	case *ast.FuncCallExpr:
		if m.requiresSim(e) {
			return "sim"
		}
		if _, called, ok := m.called(e); ok {
			if returns := parseSignature(called.args).returns; len(returns) > 0 && objectType(returns[0]) != "any" {
				return returns[0]
			}
		}
	}
	return ""
}

// requiresSim says whether a call is require "sim".
func (m *misspelt) requiresSim(e *ast.FuncCallExpr) bool {
	if identifierOf(e.Func) != "require" || m.assigned["require"] || m.variable(e.Func) != nil || len(e.Args) != 1 {
		return false
	}
	name, ok := e.Args[0].(*ast.StringExpr)
	return ok && name.Value == "sim"
}

// name checks a name of an object.
func (m *misspelt) name(kind, name string, line int) {
	s, ok := sectionOf(kind)
	if !ok {
		return
	}
	names := s.names()
	if kind == "sim" {
		names = append(names, "params", "profile", "disk", "engine")
	}
	if slices.Contains(names, name) {
		return
	}
	m.found[fmt.Sprintf("%s:%d: %s: %v", m.file, line, kind, core.Unknown("name", name, names))] = line
}
