// Package scripts holds the Lua that ships with simlua: the library that
// scripts require as sim.NAME (lib/), the scenarios, and scenarios with planted
// bugs (broken/).
package scripts

import "embed"

// FS holds the scripts: lib/*.lua is the library, *.lua are scenarios, and
// broken/*.lua are scenarios that fail for some seeds.
//
//go:embed *.lua lib/*.lua broken/*.lua
var FS embed.FS
