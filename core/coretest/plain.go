package coretest

import (
	"fmt"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"
)

// NotPlain walks a value and returns the first way to something in it that is
// no plain data, or "": a function, a channel, or a struct that is of another
// module, or of a package's own here, not exported and no error.
func NotPlain(v any) string {
	w := plainWalk{}
	return w.at(reflect.ValueOf(v), reflect.TypeOf(v).String())
}

// plainWalk has the pointers that were followed.
type plainWalk map[any]bool

func (w plainWalk) at(v reflect.Value, path string) string {
	switch v.Kind() {
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		if !v.IsNil() {
			return path + " is a " + v.Type().String()
		}
	case reflect.Pointer:
		if v.IsNil() || w[v.Pointer()] {
			return ""
		}
		w[v.Pointer()] = true
		return w.at(v.Elem(), path)
	case reflect.Interface:
		return w.at(v.Elem(), path)
	case reflect.Slice, reflect.Array:
		return w.all(v.Len(), func(i int) (reflect.Value, string) { return v.Index(i), fmt.Sprintf("%s[%d]", path, i) })
	case reflect.Map:
		keys := v.MapKeys()
		return w.all(len(keys), func(i int) (reflect.Value, string) {
			return v.MapIndex(keys[i]), fmt.Sprintf("%s[%v]", path, keys[i])
		})
	case reflect.Struct:
		if !isPlainStruct(v.Type()) {
			return path + " is a " + v.Type().PkgPath() + "." + v.Type().Name()
		}
		return w.all(v.NumField(), func(i int) (reflect.Value, string) {
			return v.Field(i), path + "." + v.Type().Field(i).Name
		})
	}
	return ""
}

func (w plainWalk) all(n int, element func(int) (reflect.Value, string)) string {
	for i := range n {
		if way := w.at(element(i)); way != "" {
			return way
		}
	}
	return ""
}

// thisModule is its path, with a slash behind it.
var thisModule = strings.TrimSuffix(reflect.TypeFor[plainWalk]().PkgPath(), "core/coretest")

func isPlainStruct(t reflect.Type) bool {
	domain, _, _ := strings.Cut(t.PkgPath(), "/")
	ours := strings.HasPrefix(t.PkgPath(), thisModule)
	first, _ := utf8.DecodeRuneInString(t.Name())
	switch {
	case !ours && strings.Contains(domain, "."):
		return false
	case !ours || unicode.IsUpper(first):
		return true
	}
	return reflect.PointerTo(t).Implements(reflect.TypeFor[error]())
}
