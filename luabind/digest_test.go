package luabind

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"testing/fstest"
)

// The digest of a script is what sha256sum makes of it and its modules, and does
// not depend on what was played.
func TestDigest(t *testing.T) {
	const main = "local sim = require 'sim'\nlocal b = require(\"b.c\")\nsim.bot('x.net', function() require 'a' end)\n"
	files := fstest.MapFS{"d/s.lua": {Data: []byte(main)}, "d/a.lua": {Data: []byte("return 1")},
		"d/b/c.lua": {Data: []byte("return require 'a' -- require 'gone'")}, "d/other.lua": {Data: []byte("return 2")}}
	line := func(name string) string {
		return fmt.Sprintf("%x  %s\n", sha256.Sum256(files["d/"+name].Data), name)
	}
	digest := func() string {
		p, err := LoadFS(files, "d/s.lua")
		if err != nil {
			t.Fatal(err)
		}
		sum, err := p.Digest()
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	want := fmt.Sprintf("%x", sha256.Sum256([]byte(line("s.lua")+line("a.lua")+line("b/c.lua"))))
	if got := digest(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	files["d/a.lua"] = &fstest.MapFile{Data: []byte("return 3")}
	if digest() == want {
		t.Error("another module, the same digest")
	}
}
