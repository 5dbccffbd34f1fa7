package main

import (
	"bufio"
	"encoding/binary"
	"io"
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
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(stdout)
	if _, err := reader.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, reader); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exit code %d, want %d", code, exitInterrupted)
	}
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
