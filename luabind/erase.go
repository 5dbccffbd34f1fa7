package luabind

import (
	"reflect"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// An array of the interpreter keeps its length when its last element is set to nil,
// and # then looks for the last that is not: to take n elements off a stack that way
// costs n². So a statement t[k] = nil becomes
//
//	do local o = t o[k] = nil shorten(o) end

// erasure makes a block of a statement that sets a field to nil, if it is one whose
// key may be a number.
func (r *rewriter) erasure(s *ast.AssignStmt) (ast.Stmt, bool) {
	if len(s.Lhs) != 1 || len(s.Rhs) != 1 {
		return nil, false
	}
	target, isField := s.Lhs[0].(*ast.AttrGetExpr)
	_, isNil := s.Rhs[0].(*ast.NilExpr)
	if !isField || !isNil {
		return nil, false
	}
	if _, constant := target.Key.(*ast.StringExpr); constant {
		return nil, false
	}
	do := &ast.DoBlockStmt{Stmts: []ast.Stmt{s}}
	table, isName := target.Object.(*ast.IdentExpr)
	if !isName {
		table = &ast.IdentExpr{Value: "(0)"}
		table.SetLine(s.Line())
		do.Stmts = []ast.Stmt{&ast.LocalAssignStmt{Names: []string{table.Value}, Exprs: []ast.Expr{target.Object}}, s}
		target.Object = table
	}
	call := r.insert(s.Line(), "shorten", func() *lua.LFunction { return shortenFunction }, table)
	do.Stmts = append(do.Stmts, &ast.FuncCallStmt{Expr: call})
	for _, stmt := range append(do.Stmts, do) {
		stmt.SetLine(s.Line())
		stmt.SetLastLine(s.LastLine())
	}
	return do, true
}

var shortenFunction = standInFor(func(L *lua.LState) int {
	if t, ok := L.Get(1).(*lua.LTable); ok {
		shorten(t)
	}
	return 0
})

// shorten takes the last element off an array when it is nil and stands alone: a
// queue whose elements have all been taken is not filled up again with the next one.
func shorten(t *lua.LTable) {
	n := arrayLen(t)
	if n > 0 && t.RawGetInt(n) == lua.LNil && (n == 1 || t.RawGetInt(n-1) != lua.LNil) {
		t.Remove(n)
	}
}

var arrayField = func() int {
	field, ok := reflect.TypeFor[lua.LTable]().FieldByName("array")
	if !ok {
		panic("the interpreter's tables have no array")
	}
	return field.Index[0]
}()

// arrayLen is how long the array of a table is, with what is nil at its end.
func arrayLen(t *lua.LTable) int { return reflect.ValueOf(t).Elem().Field(arrayField).Len() }
