package core_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// testFinds checks the checks: on code that breaks every law.
func testFinds(t *testing.T, m *module) {
	tidy := newTidy(m)
	s := tidy.parse(filepath.Join(m.root, "tcp", "a.go"), []byte(untidyLaws))
	tidy.checkSimulated("simlua.example/tcp", []*source{s})
	tidy.parse(filepath.Join(m.root, "tcp", "b.go"), []byte(untidyImports)).checkImports("tcp")
	tidy.parse(filepath.Join(m.root, "udp", "b.go"), []byte(untidyImports)).checkImports("udp")
	long := strings.Repeat("\n", maxFuncLines) + "}\n// " + strings.Repeat("-", maxColumns)
	long = "package tcp\nfunc f() {" + long + "\nvar x = `" + strings.Repeat("\n", maxFileLines) + long + "`\n"
	tidy.parse(filepath.Join(m.root, "tcp", "doc.go"), []byte(long)).checkStyle()
	tidy.parse(filepath.Join(m.root, "tcp", "c_test.go"), []byte(long)).checkStyle()
	if got := strings.Join(tidy.found, "\n"); got != untidyFound {
		t.Errorf("found:\n%s\nwant:\n%s", got, untidyFound)
	}
}

const untidyLaws = `package tcp
import (
	"context"
	"maps"
	"math/rand"
	"slices"
	"sync"
	"time"
)
func f(m map[string]int) {
	_ = time.Now().Add(time.Second)
	after := context.AfterFunc
	go f(nil)
	new(sync.WaitGroup).Go(func() {})
	for range m { rand.Int() }
	for range m {} //tidy:sorted it is counted
	for range maps.Keys(m) {}
	_ = slices.Sorted(maps.Keys(m))
	_ = after //tidy:real for nothing
	_ = time.Now() //tidy:real
	_ = time.Now() //tidy:sorted of the wrong kind
	f(nil) //tidy:fine whatever
}`

const untidyImports = `package tcp
import (
	"fmt"
	"simlua.example/core"
	"simlua.example/disk"
	"example.com/fast"
)`

const untidyFound = `tcp/a.go:20: //tidy:real without a reason
tcp/a.go:22: //tidy:fine: there are //tidy:sorted and //tidy:real
tcp/a.go:5: depends on chance that no seed governs; if it must, //tidy:real and the reason
tcp/a.go:11: depends on the wall clock: time.Now; if it must, //tidy:real and the reason
tcp/a.go:12: depends on a goroutine beside the simulation: context.AfterFunc; if it must, //tidy:real and the reason
tcp/a.go:13: depends on a goroutine beside the simulation; if it must, //tidy:real and the reason
tcp/a.go:14: depends on a goroutine beside the simulation: (*sync.WaitGroup).Go; if it must, //tidy:real and the reason
tcp/a.go:15: depends on the order of a map; if it must, //tidy:sorted and the reason
tcp/a.go:17: depends on the order of a map; if it must, //tidy:sorted and the reason
tcp/a.go:21: depends on the wall clock: time.Now; if it must, //tidy:real and the reason
tcp/a.go:19: //tidy:real excuses nothing
tcp/a.go:21: //tidy:sorted excuses nothing
tcp/a.go:22: //tidy:fine excuses nothing
tcp/b.go:5: tcp may not import disk
tcp/b.go:6: tcp may not import example.com/fast
udp/b.go:1: the import law in core/tidy_test.go does not know the package udp
tcp/doc.go:73: 123 columns, more than 120
tcp/doc.go:645: 124 columns, more than 120
tcp/doc.go:1: 645 lines, more than 500
tcp/doc.go:1: 645 lines, more than 60: a screen
tcp/doc.go:2: f has 71 lines, more than 70
tcp/c_test.go:73: 123 columns, more than 120
tcp/c_test.go:1: 645 lines, more than 500
tcp/c_test.go:2: f has 71 lines, more than 70`
