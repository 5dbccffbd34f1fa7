package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"simlua.example/reports"
)

// A command works where it is printed, however the program was called.
func TestInvocation(t *testing.T) {
	command := reports.Command{Script: "a.lua", Seed: 2}
	for called, want := range map[string]string{
		"./simlua":       "./simlua run --seed 2 a.lua",
		"/opt/my bin/sl": "'/opt/my bin/sl' run --seed 2 a.lua",
		"simlua":         command.String(),
	} {
		if got := command.With(invocation(called)...); got != want {
			t.Errorf("%s: got %s, want %s", called, got, want)
		}
	}
	got := fmt.Sprint(invocation("/tmp/go-build12/b001/exe/simlua"))
	if !strings.HasPrefix(got, "[go run ") || !strings.Contains(got, "cmd/simlua") {
		t.Errorf("got %s", got)
	}
}

func TestAgain(t *testing.T) {
	fail := writeScript(t, `require("sim").bot("b.net", function(env) env:expect("it", 1, 2) end)`)
	pass := writeScript(t, `require("sim").bot("b.net", function() end)`)
	before := os.Args[0]
	defer func() { os.Args[0] = before }()
	for _, test := range []struct{ called, script, want string }{
		{"./simlua", fail, "again: ./simlua run --seed 1 " + fail + "\n"},
		{"simlua", fail, ""}, // standard output has said so
		{"./simlua", pass, ""},
	} {
		var stdout, stderr strings.Builder
		os.Args[0] = test.called
		run([]string{test.script}, nil, &stdout, &stderr)
		_, again, _ := strings.Cut(stderr.String(), "\n")
		if again != test.want {
			t.Errorf("%s: got %q on standard error", test.called, stderr.String())
		}
		if strings.Contains(stdout.String(), "again") {
			t.Errorf("standard output depends on the call: %s", stdout.String())
		}
	}
}
