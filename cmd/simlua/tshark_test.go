package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"simlua.example/core"
	"simlua.example/luabind"
	"simlua.example/reports/pcap"
	"simlua.example/scripts"
)

// needTshark skips a test where there is no tshark.
func needTshark(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("tshark is not installed")
	}
}

// tshark reads a capture and returns the lines it says.
func tshark(t *testing.T, file string, args ...string) []string {
	t.Helper()
	args = append([]string{"-r", file}, args...)
	cmd := exec.Command("tshark", args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("tshark %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

// frame is what tshark says of a packet.
type frame struct {
	number, machine, direction, ip, tcp, malformed, comment string
	again                                                   bool // it was sent before
	disturbed                                               bool // something was lost or overtaken
}

var again = []string{"retransmission", "fast_retransmission", "spurious_retransmission", "out_of_order"}
var disturbed = []string{"lost_segment", "ack_lost_segment", "reused_ports"}

// frames reads a capture, verifying checksums. Streams are not put together:
// where a segment is sent again soon, tshark takes it for one out of order, and
// finds that it overlaps what it has.
func frames(t *testing.T, file string) []frame {
	t.Helper()
	args := []string{"-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE",
		"-o", "tcp.desegment_tcp_streams:FALSE", "-T", "fields"}
	for _, field := range []string{"frame.number", "frame.interface_name", "frame.packet_flags_direction",
		"ip.checksum.status", "tcp.checksum.status", "_ws.malformed", "frame.comment"} {
		args = append(args, "-e", field)
	}
	for _, flag := range slices.Concat(again, disturbed) {
		args = append(args, "-e", "tcp.analysis."+flag)
	}
	var all []frame
	for _, line := range tshark(t, file, args...) {
		f := strings.Split(line, "\t")
		flags := f[7:]
		all = append(all, frame{f[0], f[1], f[2], f[3], f[4], f[5], f[6],
			strings.Join(flags[:len(again)], "") != "", strings.Join(flags[len(again):], "") != ""})
	}
	return all
}

const (
	outbound = "0x00000002"
	inbound  = "0x00000001"
	good     = "1"
)

// record plays a program and captures the packets of one machine, or of all.
func record(t *testing.T, program *luabind.Program, machine string, seed uint64) (string, *core.Result) {
	t.Helper()
	scenario, err := program.Check(nil)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "all.pcapng")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := pcap.New(file, scenario, pcap.Options{Machine: machine})
	r, err := program.Run(context.Background(), luabind.RunOptions{Seed: seed, Observers: []core.Observer{w}})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return path, r
}

func load(t *testing.T, script string) *luabind.Program {
	t.Helper()
	program, err := luabind.LoadFS(scripts.FS, script)
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// bulk sends 500 kB over a link with a profile, which is written in Lua.
func bulk(t *testing.T, profile string) *luabind.Program {
	t.Helper()
	text := `local sim = require "sim"
sim.connect("botnet", "public", ` + profile + `)
sim.service("server.public", function(env)
  env:serve(80, function(conn)
    for i = 1, 100 do conn:read(5000) end
    conn:write("thanks\n")
  end)
end)
sim.bot("client", function(env)
  local conn = env:connect("server.public:80")
  for i = 1, 100 do conn:write(string.rep(string.char(i), 5000)) end
  env:expect("answer", "thanks", conn:read_line())
  conn:close()
  env:sleep("10s")
end)
`
	program, err := luabind.LoadFS(fstest.MapFS{"bulk.lua": {Data: []byte(text)}}, "bulk.lua")
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// TestCaptureIsPure captures twice, and not at all: the bytes are the same, and
// the digest is.
func TestCaptureIsPure(t *testing.T) {
	program := load(t, "mover.lua")
	first, watched := record(t, program, "", 7)
	second, _ := record(t, program, "", 7)
	third, _ := record(t, program, "", 8)
	alone, err := program.Run(context.Background(), luabind.RunOptions{Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	if alone.Digest != watched.Digest {
		t.Errorf("digest %016x, captured %016x", alone.Digest, watched.Digest)
	}
	if !bytes.Equal(read(t, first), read(t, second)) || bytes.Equal(read(t, first), read(t, third)) {
		t.Error("the same seed gives other bytes, or another seed the same")
	}
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// harmful is a link that harms packets in every way.
const harmful = `{ delay = sim.uniform("5ms", "30ms"), loss = 0.02, duplicate = 0.02, corrupt = 0.02,
  corrupt_undetected = 0.01, rate = "20mbit", limit = 50 }`

// TestTsharkUnderstands reads captures of everything: whole packets, right
// checksums, and the faults by their names.
func TestTsharkUnderstands(t *testing.T) {
	needTshark(t)
	programs := map[string]*luabind.Program{"harmful": bulk(t, harmful)}
	for _, script := range []string{"http.lua", "kv.lua", "mover.lua", "proxy.lua", "reorder.lua", "ring.lua"} {
		programs[script] = load(t, script)
	}
	for name, program := range programs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, r := record(t, program, "", 1)
			sent := 0
			for _, l := range r.Links {
				sent += int(l.Sent)
			}
			all := frames(t, file)
			if len(all) != sent {
				t.Errorf("%d packets in the capture, %d in the result", len(all), sent)
			}
			seen := map[core.FaultID]core.FaultKind{}
			for _, f := range all {
				if f.direction != outbound || f.ip != good || f.tcp != good || f.malformed != "" {
					t.Errorf("%+v", f)
				}
				for _, fault := range faultText.FindAllStringSubmatch(f.comment, -1) {
					id, err := core.ParseFaultID(fault[1])
					if err != nil {
						t.Error(err)
					}
					seen[id] = core.FaultKind(fault[2])
				}
			}
			for _, fault := range r.Trace.Faults {
				if fault.ID.Stream != "plan" && seen[fault.ID] != fault.Kind {
					t.Errorf("no packet has the fault %v", fault.ID)
				}
			}
		})
	}
}

var faultText = regexp.MustCompile(`fault ([^:]+#\d+): (\w+)`)

// TestTsharkSeesArrivals captures at the receiver: what the link did is there.
func TestTsharkSeesArrivals(t *testing.T) {
	needTshark(t)
	file, r := record(t, bulk(t, harmful), "server.public", 1)
	up := r.Links[0]
	got := map[string]int{}
	for _, f := range frames(t, file) {
		if f.direction != inbound {
			continue
		}
		got["all"]++
		if f.ip != good || f.malformed != "" || (f.tcp == good) == strings.Contains(f.comment, "dropped (checksum)") {
			t.Errorf("%+v", f)
		}
		for _, harm := range strings.Split(f.comment, "; ") {
			got[harm]++
		}
	}
	if got["all"] != int(up.Delivered+up.Corrupted) {
		t.Errorf("%d packets arrive in the capture, %d in the result", got["all"], up.Delivered+up.Corrupted)
	}
	if got["corrupt"] != int(up.Corrupted) ||
		got["corrupt"] == 0 || got["duplicate"] == 0 || got["corrupt_undetected"] == 0 {
		t.Errorf("%v; %d are corrupt in the result", got, up.Corrupted)
	}
}

// TestTsharkLossless looks everywhere where nothing was lost or overtaken.
func TestTsharkLossless(t *testing.T) {
	needTshark(t)
	for name, program := range map[string]*luabind.Program{
		"proxy.lua":            load(t, "proxy.lua"),
		"bulk":                 bulk(t, `{ delay = "20ms" }`),
		"bulk through a queue": bulk(t, `{ delay = "20ms", rate = "20mbit", limit = 10000 }`),
	} {
		machines := []string{"", "client.botnet", "server.public"}
		if name == "proxy.lua" {
			machines = []string{"", "client.botnet", "proxy.public", "server.internal"}
		}
		for _, machine := range machines {
			t.Run(name+" "+machine, func(t *testing.T) {
				t.Parallel()
				file, _ := record(t, program, machine, 1)
				all := frames(t, file)
				for _, f := range all {
					if f.again || f.disturbed || f.malformed != "" {
						t.Errorf("%+v", f)
					}
				}
				if len(all) < 10 {
					t.Errorf("%d packets", len(all))
				}
			})
		}
	}
}

// TestTsharkRetransmissions counts at the sender what was sent again, in a
// capture of all machines and in that of the sender.
func TestTsharkRetransmissions(t *testing.T) {
	needTshark(t)
	for _, profile := range []string{
		`{ delay = "20ms", loss = 0.01 }`,
		`{ delay = "20ms", loss = 0.05 }`,
		`{ delay = "20ms", loss = 0.02, tcp = { sack = false } }`,
		`{ delay = sim.uniform("10ms", "30ms"), corrupt = 0.02, duplicate = 0.02 }`,
		`{ delay = "20ms", rate = "10mbit", limit = 20 }`,
	} {
		t.Run(profile, func(t *testing.T) {
			t.Parallel()
			program := bulk(t, profile)
			for i, machine := range []string{"", "client.botnet"} {
				seed := uint64(i + 1)
				file, r := record(t, program, machine, seed)
				got := 0
				for _, f := range frames(t, file) {
					if f.again && f.direction == outbound && f.machine == "client.botnet" {
						got++
					}
				}
				if want := r.Links[0].Retransmitted; got != int(want) || want == 0 {
					t.Errorf("seed %d, captured at %q: tshark says %d, we say %d", seed, machine, got, want)
				}
			}
		})
	}
}

// TestTsharkFollows puts together what the script has written.
func TestTsharkFollows(t *testing.T) {
	needTshark(t)
	var want bytes.Buffer
	for i := 1; i <= 100; i++ {
		want.Write(bytes.Repeat([]byte{byte(i)}, 5000))
	}
	for _, profile := range []string{
		`{ delay = "20ms" }`, `sim.profile.reverse_latency`, `{ delay = "20ms", loss = 0.02 }`,
	} {
		for _, machine := range []string{"", "server.public"} {
			t.Run(profile+" "+machine, func(t *testing.T) {
				t.Parallel()
				file, _ := record(t, bulk(t, profile), machine, 1)
				var there, back strings.Builder
				for _, line := range tshark(t, file, "-q", "-z", "follow,tcp,raw,0") {
					switch text, answer := strings.CutPrefix(line, "\t"); {
					case !isHex(text):
					case answer:
						back.WriteString(text)
					default:
						there.WriteString(text)
					}
				}
				if there.String() != hex.EncodeToString(want.Bytes()) {
					t.Errorf("%d bytes are not what the client wrote", there.Len()/2)
				}
				if back.String() != hex.EncodeToString([]byte("thanks\n")) {
					t.Errorf("the server wrote %q", back.String())
				}
			})
		}
	}
}

func isHex(text string) bool {
	_, err := hex.DecodeString(text)
	return err == nil
}

// TestTsharkNames finds the machines by their names, and time as the log has it.
func TestTsharkNames(t *testing.T) {
	needTshark(t)
	file, _ := record(t, bulk(t, `{ delay = "20ms" }`), "", 1)
	got := tshark(t, file, "-N", "n", "-c", "2", "-T", "fields", "-e", "frame.time_epoch", "-e", "frame.interface_name",
		"-e", "ip.src", "-e", "ip.src_host", "-e", "ip.dst_host")
	want := []string{
		"0.000000000\tclient.botnet\t10.2.0.1\tclient.botnet\tserver.public",
		"0.020000000\tserver.public\t10.1.0.1\tserver.public\tclient.botnet",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestTsharkDecodes reads what services send as values, and HTTP.
func TestTsharkDecodes(t *testing.T) {
	needTshark(t)
	script := filepath.Join(t.TempDir(), "cbor.lua")
	text := `DissectorTable.get("tcp.port"):add(80, Dissector.get("cbor"))`
	if err := os.WriteFile(script, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	file, _ := record(t, load(t, "reorder.lua"), "", 1)
	items := tshark(t, file, "-X", "lua_script:"+script, "-Y", "cbor", "-T", "fields", "-e", "cbor.type.uint")
	if got := strings.Join(items, ""); !strings.Contains(got, "20") {
		t.Errorf("the numbers sent are %q", items)
	}
	file, _ = record(t, load(t, "http.lua"), "", 1)
	for filter, want := range map[string]int{
		`http.request.method == "GET" && http.request.uri == "/"`: 1,
		"http.response.code == 404":                               1,
		"http.response.code == 405":                               1,
		"http.response.code == 400":                               1,
		`http.transfer_encoding == "chunked"`:                     1,
	} {
		if n := len(tshark(t, file, "-Y", filter, "-T", "fields", "-e", "frame.number")); n != want {
			t.Errorf("%d packets are %s, want %d", n, filter, want)
		}
	}
}
