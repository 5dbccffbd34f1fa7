package luabind

import (
	"testing"
	"time"

	"simlua.example/core"
)

// TestTCPPreset reads presets of a link, as they are and changed.
func TestTCPPreset(t *testing.T) {
	linux := core.LinuxTCP.OfLink()
	changed := linux
	changed.Nagle, changed.DelayedAck, changed.MSS = "", 0, 500
	for _, c := range []struct {
		lua  string
		want core.TCPConfig
	}{
		{`"linux"`, linux},
		{`{preset = "linux"}`, linux},
		{`{preset = "linux", nagle = false, delayed_ack = 0, mss = 500}`, changed},
		{`{preset = "simple", simple_timeout = 5}`, core.TCPConfig{Simple: true, SimpleTimeout: 5 * time.Second}},
	} {
		if got := linkOf(t, "{tcp = "+c.lua+"}").AtoB.TCP; *got != c.want {
			t.Errorf("%s is %+v, want %+v", c.lua, *got, c.want)
		}
	}
}

// TestTCPText wants every configuration in as few words as there are.
func TestTCPText(t *testing.T) {
	changed := func(c core.TCPConfig, change func(*core.TCPConfig)) *core.TCPConfig {
		change(&c)
		return &c
	}
	link := core.LinuxTCP.OfLink()
	for _, c := range []struct {
		config *core.TCPConfig
		want   string
	}{
		{nil, ""}, {&core.TCPConfig{}, ""}, {&core.TCPConfig{Simple: true}, "simple"},
		{&core.LinuxTCP, "linux"}, {&link, "linux"},
		{&core.TCPConfig{MSS: 500, MinRTO: time.Second}, `min_rto = "1s", mss = 500`},
		{changed(core.LinuxTCP, func(c *core.TCPConfig) { c.Nagle, c.NoSACK = "", true }),
			`nagle = false, preset = "linux", sack = false`},
		{changed(link, func(c *core.TCPConfig) { c.DelayedAck, c.UserTimeout = 0, time.Minute }),
			`delayed_ack = 0, preset = "linux", user_timeout = "1m0s"`},
	} {
		if got := TCPText(c.config); got != c.want {
			t.Errorf("%+v reads %q, want %q", c.config, got, c.want)
		}
	}
}
