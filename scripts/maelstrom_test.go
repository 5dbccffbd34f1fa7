package scripts_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"simlua.example/core"
	"simlua.example/core/sweep"
	"simlua.example/disk"
	"simlua.example/luabind"
)

// TestMaelstrom plays what each script of maelstrom/ claims of its seeds, with the first
// of them, and so that one that is to fail in a check fails in it. MAELSTROM=1 plays all.
func TestMaelstrom(t *testing.T) {
	if testing.Short() {
		t.Skip("plays some thirty runs")
	}
	if os.Getenv("MAELSTROM") != "" {
		if out, err := exec.Command(simlua, "test", "maelstrom").CombinedOutput(); err != nil {
			t.Errorf("simlua test: %v\n%s", err, out)
		}
	}
	files, err := filepath.Glob("maelstrom/*.lua")
	if err != nil || len(files) != 10 {
		t.Fatalf("%d scripts: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			program := load(t, file)
			for _, claim := range claimsOf(t, file) {
				r := playInMemory(t, program, 1, claim.Set...)
				failed := func(c core.CheckResult) bool { return !c.Held && c.Name == claim.Check }
				if passes := claim.Outcome == sweep.AllPass; passes != (r.Verdict == core.Pass) ||
					claim.Check != "" && !slices.ContainsFunc(r.Checks, failed) {
					t.Errorf("line %d: %s", claim.Line, reason(r))
				}
			}
		})
	}
}

func playInMemory(t *testing.T, program *luabind.Program, seed uint64, set ...string) *core.Result {
	t.Helper()
	r, err := program.Run(context.Background(), luabind.RunOptions{Seed: seed, Set: set, Databases: disk.Memory})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestFloodCosts counts the messages between nodes of a broadcast: where nobody
// acknowledges, 2E-(N-1) in a graph of N nodes and E edges, and N-1 in a tree; where each
// is acknowledged, and nothing lost, twice of that. It is 3, 12, 28 and 288 an operation
// where half of them are broadcasts, as Maelstrom's documents have it.
func TestFloodCosts(t *testing.T) {
	if testing.Short() {
		t.Skip("floods graphs of 25 nodes")
	}
	program := load(t, "maelstrom/broadcast.lua")
	for _, c := range []struct {
		topology     string
		nodes, edges int
	}{
		{"grid", 5, 5}, {"grid", 25, 40}, {"line", 25, 24}, {"tree", 25, 24}, {"tree4", 25, 24}, {"star", 25, 24},
		{"total", 25, 300}, {"grid", 1, 0},
	} {
		set := []string{"nemesis=none", "time_limit=2s", "topology=" + c.topology, fmt.Sprint("node_count=", c.nodes)}
		for reliable, times := range map[bool]int{false: 1, true: 2} {
			r := playInMemory(t, program, 1, append(set, fmt.Sprint("reliable=", reliable))...)
			broadcasts, got := 0, 0
			for _, o := range r.Trace.Operations {
				if o.Name == "broadcast add" {
					broadcasts++
				}
			}
			for _, l := range r.Links {
				if l.Name == "net>net" {
					got = int(l.Messages)
				}
			}
			want := times * broadcasts * (2*c.edges - (c.nodes - 1))
			if got != want || broadcasts == 0 || r.Verdict != core.Pass {
				t.Errorf("%s of %d, reliable=%v: %d messages for %d broadcasts, want %d; %s",
					c.topology, c.nodes, reliable, got, broadcasts, want, reason(r))
			}
		}
	}
}

// proxied is a world in which clients ask one of Maelstrom's services, by way of a node.
const proxied = `
local sim = require "sim"
local check = require "sim.check"
local maelstrom = require "sim.maelstrom"
sim.param("service", "lin-kv")
maelstrom.test {
  workload = "lin-kv", node_count = 3, rate = 20, time_limit = "10s", latency = "10ms", latency_dist = "exponential",
  services = { "lin-kv", "seq-kv", "lww-kv" },
  node = function(node)
    for _, kind in ipairs { "read", "write", "cas" } do
      node:handle(kind, function(message)
        node:reply(message, node:rpc(sim.params.service, message.body, "900ms"))
      end)
    end
  end,
}
sim.check("sequential", check.sequential { history = "lin-kv", model = "cas_register" })
`

// TestServicesAreWhatTheySay judges each service by the checkers: no more than it says,
// and no less.
func TestServicesAreWhatTheySay(t *testing.T) {
	program, err := luabind.LoadFS(fstest.MapFS{"proxied.lua": {Data: []byte(proxied)}}, "proxied.lua")
	if err != nil {
		t.Fatal(err)
	}
	for service, want := range map[string]string{
		"lin-kv": "lin-kv messages per operation sequential", "seq-kv": "messages per operation sequential",
		"lww-kv": "messages per operation",
	} {
		for seed := range uint64(3) {
			r := playInMemory(t, program, seed+1, "service="+service)
			for _, c := range r.Checks {
				if per := "4 of all, 2 of servers"; c.Name == "messages per operation" && c.Message != per {
					t.Errorf("%s, seed %d: %s messages an operation, want %s", service, seed+1, c.Message, per)
				}
			}
			if got := held(r); got != want {
				t.Errorf("%s, seed %d: %s holds, want %s", service, seed+1, got, want)
			}
		}
	}
}

// timestamped is a world in which ids are timestamps of an oracle, fresh ones or of a stock
// that each node has.
const timestamped = `
local sim = require "sim"
local check = require "sim.check"
local maelstrom = require "sim.maelstrom"
sim.param("stock", 0)
maelstrom.test {
  workload = "unique-ids", node_count = 3, rate = 50, time_limit = 10, latency = "10ms", latency_dist = "exponential",
  services = { "lin-tso" },
  node = function(node)
    local oracle, stock = maelstrom.lin_tso(node, "900ms"), {}
    node:handle("generate", function(message)
      while #stock <= sim.params.stock do table.insert(stock, oracle:ts()) end
      node:reply(message, { type = "generate_ok", id = table.remove(stock, 1) })
    end)
  end,
}
sim.check("linearizable", check.linearizable { history = "unique-ids", model = {
  init = function() return 0 end,
  step = function(least, op) return op.output >= least, op.output + 1 end,
} })
`

// TestOracleIsLinearizable: no timestamp is given twice, and none is less than one that was
// given before it was asked for; a stock of them is unique, too, and out of order.
func TestOracleIsLinearizable(t *testing.T) {
	program, err := luabind.LoadFS(fstest.MapFS{"timestamped.lua": {Data: []byte(timestamped)}}, "timestamped.lua")
	if err != nil {
		t.Fatal(err)
	}
	for stock, want := range []string{"linearizable messages per operation unique-ids", "messages per operation unique-ids"} {
		for seed := range uint64(3) {
			r := playInMemory(t, program, seed+1, fmt.Sprint("stock=", stock))
			if got := held(r); got != want {
				t.Errorf("stock of %d, seed %d: %s holds, want %s", stock, seed+1, got, want)
			}
		}
	}
}

// held are the names of the checks that held, in order.
func held(r *core.Result) string {
	var names []string
	for _, c := range r.Checks {
		if c.Held {
			names = append(names, c.Name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// documented is a node of kafka that asks of each request whether it has the form of
// Maelstrom's documents (doc/workloads.md).
const documented = `
local sim = require "sim"
local maelstrom = require "sim.maelstrom"
for _, kind in ipairs { "send", "poll", "commit_offsets", "list_committed_offsets" } do
  sim.expect(kind, { required = true })
end
local function whole(x) return type(x) == "number" and x % 1 == 0 end
local function offsets(map)
  for key, offset in pairs(map) do
    if type(key) ~= "string" or not whole(offset) then return false end
  end
  return next(map) ~= nil
end
local function keys(list)
  for _, key in ipairs(list) do
    if type(key) ~= "string" then return false end
  end
  return #list > 0
end
maelstrom.test {
  workload = "kafka", node_count = 1, time_limit = "5s", rate = 20,
  node = function(node)
    local logs, committed = {}, {}
    local function handle(kind, formed, answer)
      node:handle(kind, function(message)
        local body = message.body
        node.env:expect_true(kind, whole(body.msg_id) and formed(body))
        node:reply(message, answer(body))
      end)
    end
    handle("send", function(b) return type(b.key) == "string" and whole(b.msg) end, function(b)
      logs[b.key] = logs[b.key] or {}
      table.insert(logs[b.key], { #logs[b.key], b.msg })
      return { type = "send_ok", offset = #logs[b.key] - 1 }
    end)
    handle("poll", function(b) return offsets(b.offsets) end, function(b)
      local msgs = {}
      for key, offset in pairs(b.offsets) do msgs[key] = { (logs[key] or {})[offset + 1] } end
      return { type = "poll_ok", msgs = msgs }
    end)
    handle("commit_offsets", function(b) return offsets(b.offsets) end, function(b)
      for key, offset in pairs(b.offsets) do committed[key] = math.max(offset, committed[key] or 0) end
      return { type = "commit_offsets_ok" }
    end)
    handle("list_committed_offsets", function(b) return keys(b.keys) end, function(b)
      local known = {}
      for _, key in ipairs(b.keys) do known[key] = committed[key] end
      return { type = "list_committed_offsets_ok", offsets = known }
    end)
  end,
}
`

func TestKafkaOnTheWire(t *testing.T) {
	program, err := luabind.LoadFS(fstest.MapFS{"documented.lua": {Data: []byte(documented)}}, "documented.lua")
	if err != nil {
		t.Fatal(err)
	}
	if r := playInMemory(t, program, 1); r.Verdict != core.Pass {
		t.Error(reason(r))
	}
}

// forgetful is a node of kafka that loses a message once it was consumed.
const forgetful = `
local maelstrom = require "sim.maelstrom"
maelstrom.test {
  workload = "kafka", node_count = 1, concurrency = 2,
  node = function(node)
    local logs = {}
    node:handle("send", function(message)
      local log = logs[message.body.key] or {}
      logs[message.body.key] = log
      log[#log + 1] = { #log, message.body.msg }
      node:reply(message, { type = "send_ok", offset = #log - 1 })
    end)
    node:handle("poll", function(message)
      local msgs, late = {}, node.env:now() > 25
      for key, offset in pairs(message.body.offsets) do
        msgs[key] = {}
        for i = offset + 1, #(logs[key] or {}) do
          if i ~= 4 or not late then table.insert(msgs[key], logs[key][i]) end
        end
      end
      node:reply(message, { type = "poll_ok", msgs = msgs })
    end)
    node:handle("commit_offsets", function(message) node:reply(message, { type = "commit_offsets_ok" }) end)
    node:handle("list_committed_offsets", function(message)
      node:reply(message, { type = "list_committed_offsets_ok", offsets = {} })
    end)
  end,
}
`

// TestKafkaForgets: in the end each client reads all logs from the beginning, which shows
// what was lost after somebody had read it.
func TestKafkaForgets(t *testing.T) {
	program, err := luabind.LoadFS(fstest.MapFS{"forgetful.lua": {Data: []byte(forgetful)}}, "forgetful.lua")
	if err != nil {
		t.Fatal(err)
	}
	r := playInMemory(t, program, 1)
	if r.Verdict != core.Fail || !strings.Contains(r.Checks[0].Message, ": int-poll-skip") {
		t.Errorf("%s %+v", reason(r), r.Checks[0])
	}
}
