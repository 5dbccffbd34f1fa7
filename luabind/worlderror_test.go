package luabind

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// script makes a VM in which a function of this body can be called; raise is
// a function that raises err.
func script(t *testing.T, err error, body string) (*vm, *lua.LFunction) {
	t.Helper()
	v := newVM(&Program{}, nil, new(core.Brake))
	v.L.SetGlobal("raise", goFunction(func(L *lua.LState) int { v.raise(L, err); return 0 }))
	fn, loadErr := v.L.Load(strings.NewReader(body), "s.lua")
	if loadErr != nil {
		t.Fatal(loadErr)
	}
	return v, fn
}

func TestKindsOfErrors(t *testing.T) {
	if kinds := core.ErrorKinds(); len(kinds) != 12 {
		t.Fatalf("%d kinds", len(kinds))
	}
	for _, kind := range core.ErrorKinds() {
		cause := core.ErrorOfKind(kind)
		err := fmt.Errorf("trying hard: %w", cause)
		v, fn := script(t, err, `local ok, e = pcall(raise)
			assert(not ok and type(e) == "table")
			assert(tostring(e) == e.message and "say " .. e == "say " .. e.message and e .. "!" == e.message .. "!")
			assert(not pcall(setmetatable, e, {}), "its metatable can be changed")
			local again = select(2, pcall(error, e))
			assert(rawequal(again, e), "error() changed it")
			return e.kind, e.message`)
		got, callErr := v.call(v.L, fn, 2)
		if callErr != nil {
			t.Fatal(callErr)
		}
		if got[0].String() != kind || got[1].String() != err.Error() {
			t.Errorf("%v is seen as %v", err, got)
		}
	}
}

func TestUncaughtErrorOfTheWorld(t *testing.T) {
	bodies := []string{"\nraise()", "local ok, e = pcall(raise)\nerror(e)", "\nlocal t = {f = raise} t.f()"}
	for _, body := range bodies {
		v, fn := script(t, fmt.Errorf("connect to a.b:1: %w", core.ErrRefused), body)
		_, err := v.call(v.L, fn, 0)
		if err == nil || err.Error() != "s.lua:2: connect to a.b:1: connection refused" {
			t.Errorf("%q: %v", body, err)
		}
		if !errors.Is(err, core.ErrRefused) || core.ErrorKind(err) != "refused" {
			t.Errorf("%q: its cause is lost", body)
		}
	}
}

func TestErrorsWithoutKindAreTexts(t *testing.T) {
	v, fn := script(t, errors.New("100% wrong"), "return pcall(raise)")
	got, err := v.call(v.L, fn, 2)
	if err != nil || got[0] != lua.LFalse || !strings.HasSuffix(got[1].String(), "100% wrong") {
		t.Errorf("%v %v", got, err)
	}
}

func TestImitatedErrorHasNoCause(t *testing.T) {
	v, fn := script(t, nil, `error({kind = "stopped", message = "not really"})`)
	_, err := v.call(v.L, fn, 0)
	if err == nil || errors.Is(err, core.ErrStopped) || !strings.Contains(err.Error(), "not really") {
		t.Errorf("%v", err)
	}
}

func TestEndsConnection(t *testing.T) {
	ends := map[string]bool{"timeout": true, "refused": true, "reset": true, "closed": true, "no_route": true,
		"addr_not_available": true, "stopped": true}
	for _, kind := range core.ErrorKinds() {
		if endsConnection(fmt.Errorf("x: %w", core.ErrorOfKind(kind))) != ends[kind] {
			t.Errorf("%s", kind)
		}
	}
	if endsConnection(nil) || endsConnection(errors.New("other")) {
		t.Error("no error, or one without a kind")
	}
}
