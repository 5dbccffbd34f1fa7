package luabind

import (
	"cmp"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"simlua.example/core"
)

// linkOf is the link that a script declares with one profile.
func linkOf(t *testing.T, profile string) *core.LinkSpec {
	t.Helper()
	text := "local sim = require 'sim'\n" +
		"local function copy(t) local c = {} for k, v in pairs(t) do c[k] = type(v) == 'table' and copy(v) or v end return c end\n" +
		"sim.connect('a', 'b', " + profile + ")"
	text = strings.ReplaceAll(text, "local function", "function")
	p, err := LoadFS(fstest.MapFS{"s.lua": {Data: []byte(text)}}, "s.lua")
	if err != nil {
		t.Fatalf("%s: %v", profile, err)
	}
	_, d, err := p.evaluate(nil, p.brake)
	if err != nil {
		t.Fatal(err)
	}
	return &d.scenario.Links[0]
}

// TestBuiltinsRoundTrip: a copy of a built-in profile is that profile.
func TestBuiltinsRoundTrip(t *testing.T) {
	names := map[string]core.Duplex{}
	for _, d := range core.Profiles {
		names[`sim.profile["`+d.Name+`"]`] = d
	}
	d, err := core.Region("us-east-1", "eu-west-1")
	if err != nil {
		t.Fatal(err)
	}
	names[`sim.profile.region("us-east-1", "eu-west-1")`] = d
	for name, d := range names {
		for _, p := range []*core.Profile{&d.Up, &d.Down} {
			p.Log = cmp.Or(p.Log, core.LogFaults)
		}
		for _, profile := range []string{name, "copy(" + name + ")"} {
			if l := linkOf(t, profile); !reflect.DeepEqual(l.AtoB, d.Up) || !reflect.DeepEqual(l.BtoA, d.Down) {
				t.Errorf("%s:\n%+v\n%+v\nwant\n%+v\n%+v", profile, l.AtoB, l.BtoA, d.Up, d.Down)
			}
		}
	}
}

// TestProfile shows what a table of profile keys means, each direction.
func TestProfile(t *testing.T) {
	const ms = time.Millisecond
	ppm := func(n core.Probability) core.Probability { return n * core.Always / 1_000_000 }
	own := core.Profile{Name: "own", Log: "faults"}
	with := func(set func(*core.Profile)) core.Profile { p := own; set(&p); return p }
	queue := core.DefaultLimit
	for _, c := range []struct {
		lua      string
		up, down core.Profile
	}{
		{`{}`, own, own},
		{`{delay = "20ms", jitter = 0.005, distribution = "pareto", delay_corr = 0.25, keep_order = true}`,
			with(func(p *core.Profile) {
				p.Delay, p.Jitter, p.Shape = core.ConstantDelay(20*ms), 5*ms, core.Pareto
				p.DelayCorr, p.KeepOrder = ppm(250_000), true
			}), core.Profile{}},
		{`{loss = 0.1, loss_corr = 0.5, duplicate = 0.01, duplicate_corr = 1, corrupt = 0.02, corrupt_corr = 0.5,
			corrupt_undetected = 1e-6, reorder = 0.25, reorder_corr = 0.5, gap = 5, delay = 1, mtu = 576, log = "none", name = "x"}`,
			with(func(p *core.Profile) {
				p.Loss, p.LossCorr, p.Duplicate, p.DuplicateCorr = ppm(100_000), ppm(500_000), ppm(10_000), core.Always
				p.Corrupt, p.CorruptCorr, p.CorruptUndetected = ppm(20_000), ppm(500_000), ppm(1)
				p.Reorder, p.ReorderCorr, p.Gap = ppm(250_000), ppm(500_000), 5
				p.Delay, p.MTU, p.Log, p.Name = core.ConstantDelay(time.Second), 576, "none", "x"
			}), core.Profile{}},
		{`{gemodel = {p = 0.01}}`, with(func(p *core.Profile) {
			p.GEModel = &core.GEModel{P: ppm(10_000), R: ppm(990_000), H: 0, K: core.Always}
		}), core.Profile{}},
		{`{gemodel = {p = 0.01, r = 0.3, h = 0.1, k = 0.999}}`, with(func(p *core.Profile) {
			p.GEModel = &core.GEModel{P: ppm(10_000), R: ppm(300_000), H: ppm(100_000), K: ppm(999_000)}
		}), core.Profile{}},
		{`{rate = "1.6mbit", overhead = 14}`,
			with(func(p *core.Profile) { p.Rate, p.Overhead, p.Limit = 1_600_000, 14, queue }),
			core.Profile{}},
		{`{rate = "400Kbit", limit = 10}`, with(func(p *core.Profile) { p.Rate, p.Limit.Packets = 400_000, 10 }),
			core.Profile{}},
		{`{rate = "10gbit", limit = "64kb"}`, with(func(p *core.Profile) { p.Rate, p.Limit.Bytes = 1e10, 65536 }),
			core.Profile{}},
		{`{rate = 9600, limit = "64000b"}`, with(func(p *core.Profile) { p.Rate, p.Limit.Bytes = 9600, 64000 }),
			core.Profile{}},
		{`{rate = "1tbit", limit = "1mb"}`, with(func(p *core.Profile) { p.Rate, p.Limit.Bytes = 1e12, 1<<20 }),
			core.Profile{}},
		{`{delay = "1ms", up = {rate = "1mbit"}, down = {rate = "5mbit", delay = "2ms"}}`,
			with(func(p *core.Profile) { p.Delay, p.Rate, p.Limit = core.ConstantDelay(ms), 1e6, queue }),
			with(func(p *core.Profile) { p.Delay, p.Rate, p.Limit = core.ConstantDelay(2*ms), 5e6, queue })},
		{`{down = {loss = 1}, up = {}}`, own, with(func(p *core.Profile) { p.Loss = core.Always })},
		{`{rate = "1mbit", overhead = 4, up = {rate = 0}}`, own,
			with(func(p *core.Profile) { p.Rate, p.Limit, p.Overhead = 1e6, queue, 4 })},
		{`{loss = 0.1, log = "all"}, {delay = 1, down = {loss = 0.2}}`,
			with(func(p *core.Profile) { p.Loss, p.Log = ppm(100_000), "all" }),
			with(func(p *core.Profile) { p.Loss, p.Delay = ppm(200_000), core.ConstantDelay(time.Second) })},
		{`{tcp = {congestion = "cubic", sack = false, min_rto = "100ms", nagle = true, syn_retries = 2, keep_alive = false}}`,
			with(func(p *core.Profile) {
				p.TCP = &core.TCPConfig{Congestion: "cubic", NoSACK: true, MinRTO: 100 * ms, Nagle: core.NagleMinshall,
					SynRetries: 2}
			}), core.Profile{}},
		{`{tcp = "simple"}`, with(func(p *core.Profile) { p.TCP = &core.TCPConfig{Simple: true} }), core.Profile{}},
	} {
		if c.down.Name == "" {
			c.down = c.up
		}
		if l := linkOf(t, c.lua); !reflect.DeepEqual(l.AtoB, c.up) || !reflect.DeepEqual(l.BtoA, c.down) {
			t.Errorf("%s:\n%+v\n%+v\nwant\n%+v\n%+v", c.lua, l.AtoB, l.BtoA, c.up, c.down)
		}
	}
}

// TestCopiedProfile changes keys of a built-in profile.
func TestCopiedProfile(t *testing.T) {
	for _, c := range []struct{ change, want string }{
		{`p.delay = p.delay * 2`, "delay 150ms ± 7.5ms normal, keep_order, rate 768kbit, limit 1000"},
		{`p.up.rate = "64kbit"`, "delay 75ms ± 7.5ms normal, keep_order, rate 64kbit, limit 1000"},
		{`p.delay, p.jitter, p.distribution = sim.uniform("1ms", "2ms")`,
			"delay 1ms to 2ms, keep_order, rate 768kbit, limit 1000"},
		{`p.gemodel = { p = 0.5 }`,
			"delay 75ms ± 7.5ms normal, keep_order, gemodel {h = 0, k = 1, p = 0.5, r = 0.5}, rate 768kbit, limit 1000"},
		{`p.overhead, p.limit = 8, "9kb"`,
			"delay 75ms ± 7.5ms normal, keep_order, rate 768kbit, overhead 8, limit 9216b"},
		{`p.keep_order = false`, "delay 75ms ± 7.5ms normal, rate 768kbit, limit 1000"},
		{`p.keep_order, p.reorder = false, 0.01`, "delay 75ms ± 7.5ms normal, reorder 0.01, rate 768kbit, limit 1000"},
	} {
		l := linkOf(t, "(function() local p = copy(sim.profile['3g_fast']) "+c.change+" return p end)()")
		if got := ProfileText(l.AtoB); got != c.want {
			t.Errorf("%s: %s, want %s", c.change, got, c.want)
		}
	}
}

// TestTCPKeysAreComplete: every knob of core.TCPConfig is a key, and none is
// the key of two.
func TestTCPKeysAreComplete(t *testing.T) {
	names := map[string]bool{}
	for _, key := range tcpKeys {
		names[key.name] = true
	}
	words := map[string]string{"Congestion": core.CongestionCubic, "Nagle": core.NagleClassic,
		"LossDetection": core.LossDetectionDupThresh}
	knobs := reflect.TypeFor[core.TCPConfig]()
	fields := knobs.NumField()
	if len(tcpKeys) != fields || len(names) != fields {
		t.Errorf("%d keys, %d names, %d fields", len(tcpKeys), len(names), fields)
	}
	for i := range fields {
		var c core.TCPConfig
		switch f := reflect.ValueOf(&c).Elem().Field(i); f.Kind() {
		case reflect.Bool:
			f.SetBool(true)
		case reflect.String:
			f.SetString(words[knobs.Field(i).Name])
		default:
			f.SetInt(40)
		}
		var shown []string
		for _, key := range tcpKeys {
			if key.value(&c) != key.value(&core.TCPConfig{}) {
				shown = append(shown, key.name)
			}
		}
		if len(shown) != 1 {
			t.Errorf("field %d is shown as %v", i, shown)
		}
	}
}
