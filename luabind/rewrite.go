package luabind

import (
	"fmt"
	"strconv"

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

// table goes through a table constructor. What gives it any number of values is
// counted.
func (r *rewriter) table(x *ast.TableExpr) {
	positional, highest := 0, smallIndex
	for i, f := range x.Fields {
		r.expr(&f.Key)
		r.expr(&f.Value)
		if f.Key != nil {
			highest = r.key(f, highest)
			continue
		}
		if positional++; positional > maxPositional {
			r.refuse(fmt.Sprintf("more than %d values in a table constructor", maxPositional))
		}
		if i == len(x.Fields)-1 && manyValues(f.Value) {
			f.Value = r.insert(f.Value.Line(), "{...}", func() *lua.LFunction { return spreadFunction }, f.Value)
		}
	}
}

// key makes a call of the key of a table constructor, unless it is clear that the
// array does not grow. Highest is the highest index it has for certain.
func (r *rewriter) key(f *ast.Field, highest int) int {
	n, isNumber := f.Key.(*ast.NumberExpr)
	index := 0
	if isNumber {
		x, err := strconv.ParseFloat(n.Value, 64)
		if index = int(min(x, float64(lua.MaxArrayIndex))); err != nil {
			isNumber, index = false, 0 // hexadecimal
		}
	}
	if isSmall(f.Key) || isNumber && index <= highest {
		return highest
	}
	had := &ast.NumberExpr{Value: strconv.Itoa(highest)}
	had.SetLine(f.Key.Line())
	f.Key = r.insert(f.Key.Line(), "{[]=}", func() *lua.LFunction { return keyFunction }, oneValue(f.Key), had)
	return max(highest, index)
}

func manyValues(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.FuncCallExpr:
		return !x.AdjustRet
	case *ast.Comma3Expr:
		return !x.AdjustRet
	}
	return false
}

// store makes a call of t[k] = v, unless it is clear that t does not grow by
// more than one element.
func (r *rewriter) store(s *ast.AssignStmt) ast.Stmt {
	target, ok := s.Lhs[0].(*ast.AttrGetExpr)
	if !ok || len(s.Lhs) > 1 || len(s.Rhs) > 1 || isSmall(target.Key) || isNext(target) {
		return s
	}
	call := r.insert(s.Line(), "[]=", func() *lua.LFunction { return storeFunction },
		oneValue(target.Object), oneValue(target.Key), oneValue(s.Rhs[0]))
	stmt := &ast.FuncCallStmt{Expr: call}
	stmt.SetLine(s.Line())
	stmt.SetLastLine(s.LastLine())
	return stmt
}

// isSmall says whether a key is a string, or a number below smallIndex.
func isSmall(key ast.Expr) bool {
	switch x := key.(type) {
	case *ast.StringExpr:
		return true
	case *ast.NumberExpr:
		n, err := strconv.Atoi(x.Value)
		return err == nil && n <= smallIndex
	}
	return false
}

// isNext says whether a target is t[#t + 1].
func isNext(target *ast.AttrGetExpr) bool {
	sum, _ := target.Key.(*ast.ArithmeticOpExpr)
	if sum == nil || sum.Operator != "+" {
		return false
	}
	length, _ := sum.Lhs.(*ast.UnaryLenOpExpr)
	one, _ := sum.Rhs.(*ast.NumberExpr)
	return length != nil && one != nil && one.Value == "1" && sameName(length.Expr, target.Object)
}

// sameName says whether two expressions are the same variable, or field of it.
func sameName(a, b ast.Expr) bool {
	switch x := a.(type) {
	case *ast.IdentExpr:
		y, ok := b.(*ast.IdentExpr)
		return ok && x.Value == y.Value
	case *ast.AttrGetExpr:
		y, ok := b.(*ast.AttrGetExpr)
		return ok && nameOf(x) != "" && nameOf(x) == nameOf(y) && sameName(x.Object, y.Object)
	}
	return false
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
