package main

import (
	"path/filepath"
	"runtime/debug"
	"strings"
)

// invocation is how to call a program again from where it was called so: what
// go run builds is gone when it ends, so that is go run with the program's
// package.
func invocation(called string) []string {
	if strings.Contains(filepath.ToSlash(called), "/go-build") {
		if info, ok := debug.ReadBuildInfo(); ok && info.Path != "" {
			return []string{"go", "run", info.Path}
		}
	}
	return []string{called}
}
