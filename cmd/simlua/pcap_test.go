package main

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
)

const chatter = `local sim = require "sim"
sim.limits { time = "90000h", steps = 1e12 }
sim.connect("lan", "lan", { delay = "1ms" })
sim.service("echo.lan", function(env)
  env:serve(80, function(conn) while true do conn:send(conn:receive()) end end)
end)
sim.bot("ann.lan", function(env)
  local conn = env:connect("echo.lan:80")
  while true do
    conn:send("on and on")
    env:log(conn:receive())
  end
end)
`

// Ctrl-C ends a capture with whole packets.
func TestInterruptedCapture(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cut.pcapng")
	cmd := command(t, "run", "--pcap", file, writeScript(t, chatter))
	interrupt(t, cmd)
	blocks, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for ; len(blocks) >= 12; count++ {
		size := binary.LittleEndian.Uint32(blocks[4:])
		if size < 12 || int(size) > len(blocks) || binary.LittleEndian.Uint32(blocks[size-4:]) != size {
			break
		}
		blocks = blocks[size:]
	}
	if len(blocks) > 0 || count < 10 {
		t.Errorf("%d bytes after %d blocks that are whole", len(blocks), count)
	}
}
