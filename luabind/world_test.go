package luabind_test

import (
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
	"simlua.example/luabind"
)

// counting is a clock that counts how often it was asked to wait.
type counting struct{ waits int }

func (c *counting) Real() bool { return false }

func (c *counting) Advance(at time.Duration, _ <-chan struct{}) time.Duration {
	c.waits++
	return at
}

// A run takes its clock, network and disks from its options, and a clock that
// only counts changes nothing.
func TestOptionsBringAWorld(t *testing.T) {
	const text = `
local sim = require "sim"
sim.connect("a", "b", sim.profile.ideal)
sim.service("kv.b", function(env)
  local db = env:open("kv")
  env:serve(1, function(conn)
    while true do
      local value = conn:receive()
      db:update(function(tx) tx:put("k", tostring(value)) end)
      conn:send(value)
    end
  end)
end)
sim.bot("client.a", function(env)
  local conn = env:connect("kv.b:1")
  for i = 1, 5 do conn:send(i) env:log(conn:receive()) end
end)
`
	own := playText(t, text, luabind.RunOptions{Seed: 1})
	clock, networks, disks := &counting{}, 0, 0
	given := playText(t, text, luabind.RunOptions{Seed: 1, Clock: clock,
		Network: func(h core.NetworkHost) core.Network { networks++; return coretest.Network(h) },
		Disk:    func(h core.DiskHost) (core.Disk, error) { disks++; return coretest.Disk(h) },
	})
	if own.Verdict != core.Pass || given.Verdict != core.Pass || logs(own) != logs(given) {
		t.Errorf("%s %s: %q; %s %s: %q", own.Verdict, own.Reason, logs(own), given.Verdict, given.Reason, logs(given))
	}
	if clock.waits == 0 || networks != 2 || disks != 2 {
		t.Errorf("%d waits, %d networks, %d disks", clock.waits, networks, disks)
	}
	if again := playText(t, text, luabind.RunOptions{Seed: 1, Clock: &counting{}}); again.Digest != own.Digest {
		t.Errorf("digest %x, and with a clock that counts %x", own.Digest, again.Digest)
	}
}
