package main

import (
	"strings"
	"testing"
	"testing/fstest"

	"simlua.example/luabind"
)

// datagramScript sends numbers in datagrams over a link that harms them in every way.
const datagramScript = `local sim = require "sim"
sim.connect("botnet", "public", ` + harmful + `)
sim.service("server.public", function(env)
  local socket = env:datagram(53)
  while true do
    local text, from = socket:read()
    socket:write_to(from, "got " .. text)
  end
end)
sim.bot("client", function(env)
  local socket = env:datagram()
  for n = 1, 300 do
    socket:write_to("server.public:53", ("x"):rep(n))
    env:sleep("2ms")
  end
  env:sleep("1s")
end)
`

// TestTsharkDecodesDatagrams reads captures of all machines, and of the receiver: each
// datagram is there as UDP with the right ports, length and checksum.
func TestTsharkDecodesDatagrams(t *testing.T) {
	needTshark(t)
	program, err := luabind.LoadFS(fstest.MapFS{"udp.lua": {Data: []byte(datagramScript)}}, "udp.lua")
	if err != nil {
		t.Fatal(err)
	}
	fields := []string{"-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-T", "fields"}
	for _, f := range []string{"ip.checksum.status", "udp.checksum.status", "udp.srcport", "udp.dstport", "udp.length",
		"frame.len", "_ws.malformed", "frame.comment"} {
		fields = append(fields, "-e", f)
	}
	for _, machine := range []string{"", "server.public"} {
		file, r := record(t, program, machine, 1)
		frames, wrong := tshark(t, file, append([]string{"-d", "udp.port==53,data"}, fields...)...), 0
		for _, line := range frames {
			f := strings.Split(line, "\t")
			damaged := strings.Contains(f[7], "dropped (checksum)")
			if f[0] != good || (f[1] == good) == damaged || f[2] != "53" && f[3] != "53" || f[6] != "" || f[4] == "" {
				t.Errorf("%q", f)
			}
			if damaged {
				wrong++
			}
		}
		up, down := r.Links[0], r.Links[1]
		want := up.Sent + down.Sent
		if machine != "" {
			want = up.Delivered + up.Corrupted + down.Sent
		}
		if len(frames) != int(want) || machine != "" && (wrong != int(up.Corrupted) || wrong == 0) {
			t.Errorf("%q: %d frames, %d of them damaged; %+v", machine, len(frames), wrong, up)
		}
	}
}
