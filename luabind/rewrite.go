package luabind

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// insert makes a call of a Go function that takes the place of something.
func (r *rewriter) insert(line int, name string, make func() *lua.LFunction, args ...ast.Expr) *ast.FuncCallExpr {
	constant := &ast.StringExpr{}
	constant.SetLine(line)
	call := &ast.FuncCallExpr{Func: constant, Args: args}
	call.SetLine(line)
	call.SetLastLine(line)
	r.inserted = append(r.inserted, inserted{constant, name, make})
	return call
}

// chain makes a call of a .. b .. c, which means a .. (b .. c).
func (r *rewriter) chain(x *ast.StringConcatOpExpr) ast.Expr {
	var operands []ast.Expr
	var names []string // what the script calls them
	line := x.Line()
	for rest := ast.Expr(x); rest != nil; {
		operand := rest
		if more, ok := rest.(*ast.StringConcatOpExpr); ok {
			operand, rest = more.Lhs, more.Rhs
		} else {
			rest = nil
		}
		names = append(names, nameOf(operand))
		r.expr(&operand)
		operands = append(operands, oneValue(operand))
	}
	if len(operands) > maxNesting {
		r.refuse(fmt.Sprintf("more than %d values joined with ..", maxNesting))
	}
	call := r.insert(line, fmt.Sprintf("..%q", names), func() *lua.LFunction { return concatFunction(names) }, operands...)
	call.AdjustRet = true
	r.chains[call] = true
	return call
}

// oneValue makes the last of several arguments give one value.
func oneValue(e ast.Expr) ast.Expr {
	switch x := e.(type) {
	case *ast.FuncCallExpr:
		x.AdjustRet = true
	case *ast.Comma3Expr:
		x.AdjustRet = true
	}
	return e
}

// table goes through a table constructor.
func (r *rewriter) table(x *ast.TableExpr) {
	positional := 0
	for _, f := range x.Fields {
		r.expr(&f.Key)
		r.expr(&f.Value)
		if f.Key != nil {
			continue
		}
		if positional++; positional > maxPositional {
			r.refuse(fmt.Sprintf("more than %d values in a table constructor", maxPositional))
		}
	}
}

// nameOf is what a script calls a value, for messages.
func nameOf(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.IdentExpr:
		return fmt.Sprintf("'%s'", x.Value)
	case *ast.AttrGetExpr:
		if key, ok := x.Key.(*ast.StringExpr); ok && identifier(key.Value) {
			return fmt.Sprintf("field '%s'", key.Value)
		}
	}
	return ""
}
