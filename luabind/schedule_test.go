package luabind_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"simlua.example/core"
	"simlua.example/core/schedule"
	"simlua.example/luabind"
)

// everyHarm is a script whose plan does all that a plan can, and whose link and
// service do harm of their own.
const everyHarm = `
local sim = require "sim"
sim.connect("net", "net", { delay = "1ms" })
sim.connect("net", "far", { delay = "1ms", loss = 0.1 })
sim.service("s{1..3}.net:web", function(env) env:serve(80, function(conn) conn:send(conn:receive()) end) end)
sim.service("t.far", function(env)
  for i = 1, 30 do
    env:sleep(1)
    pcall(function()
      local conn = env:connect("s1.net:80", "500ms")
      conn:send(i)
      conn:receive("500ms")
    end)
  end
  if env:now() > 25 and env:now() < 31 then env:crash("2s") end
  env:sleep(20)
end)
sim.bot("b.far", function(env) env:sleep(60) end)
sim.plan(function(plan)
  plan:start("*")
  plan:go("clocks", function(own)
    own:sleep(1)
    own:clock("s*", { offset = "-20ms", drift_ppm = 50 })
    own:sleep(1)
    own:clock("s1.net", { drift_ppm = 7 })
    own:sleep(3)
    own:clock("s1.net")
  end)
  plan:sleep(2)
  plan:kill("s1.net:web")
  plan:link("net", "far", { delay = sim.uniform("10ms", "20ms"), loss = 0.5, rate = "1mbit" })
  plan:sleep(1)
  plan:link("net", "far", { delay = "4ms", rate = 0 }, { oneway = true })
  plan:partition({ "s1.net", "s2.net" }, { "s3.net", "far" }, { mode = "clog" })
  plan:partition("s1.net", "far", { oneway = true })
  plan:sleep(1)
  plan:start("s1.net")
  plan:heal()
  plan:pause("s2.net")
  plan:power_fail("s3.net")
  plan:stop("s1*:web", { grace = "1s" })
  plan:sleep(2)
  plan:link("net", "far")
  plan:resume("s2.net")
  plan:start("*.net")
  plan:reboot("s1.net", { grace = "100ms", down = "1s", wipe = true })
  plan:wipe("s2.net")
  plan:sleep(1)
  plan:start("s2.net")
  plan:pause("s3.net")
  plan:go("disks", function(own)
    own:disk("s*", { slow = 10, sync = sim.uniform("1ms", "3ms"), capacity = "64mb", sync_error = 0.5 })
    own:disk("s1.net", { stall = "2s" })
    own:sleep(1)
    own:disk("s2.net", { slow = 1, iops = 0 })
    own:disk("s3.net", { stall = "5s" })
    own:sleep(2)
    own:disk("s*")
    own:disk("s1.net", { stall = "300ms", bandwidth = 1000 })
    own:swap_disks("s1.net", "s2.net")
    own:sleep(1)
    own:start("s{1..2}.net")
    own:rot("s1.net", { value = "v*" })
  end)
end)
`

// playSchedule plays everyHarm with a plan that plays a schedule.
func playSchedule(t *testing.T, text string, mask core.Mask) *core.Result {
	t.Helper()
	program, err := loadSchedule(text)
	if err != nil {
		t.Fatal(err)
	}
	r, err := program.Run(context.Background(), luabind.RunOptions{Seed: 1, Mask: mask, Keep: core.KeepLines})
	if err != nil || r.Verdict != core.Pass {
		t.Fatal(r, err)
	}
	return r
}

func loadSchedule(text string) (*luabind.Program, error) {
	files := fstest.MapFS{"d/s.lua": {Data: []byte(everyHarm)}, "d/in/f.jsonl": {Data: []byte(text)},
		"p/p.lua": {Data: []byte("local chaos = require 'sim.chaos'\nreturn chaos.schedule('in/f.jsonl')")}}
	return luabind.LoadFS(files, "d/s.lua", luabind.WithPlan("p/p.lua"))
}

// harms are what was done to machines and links, without the names of the faults.
func harms(faults []core.Fault) (all []string) {
	for _, f := range faults {
		if strings.HasPrefix(f.ID.Stream, "plan") && !f.Masked {
			all = append(all, fmt.Sprint(f.At, " ", f.End, " ", f.Kind, " ", f.Where, " ", f.Params))
		}
	}
	slices.Sort(all)
	return all
}

// A schedule that is played makes the same faults, at the same times, for the same
// time.
func TestSchedule(t *testing.T) {
	program, err := loadText("s.lua", everyHarm)
	if err != nil {
		t.Fatal(err)
	}
	r, err := program.Run(context.Background(), luabind.RunOptions{Seed: 1})
	if err != nil || r.Verdict != core.Pass {
		t.Fatal(r, err)
	}
	var text bytes.Buffer
	if err := schedule.Of(r, "").Write(&text); err != nil {
		t.Fatal(err)
	}
	again := playSchedule(t, text.String(), core.Mask{})
	want, got := harms(r.Trace.Faults), harms(again.Trace.Faults)
	if !slices.Equal(got, want) || len(want) < 16 {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if says := logs(again); !strings.Contains(says, "left to chance, as no plan can make links and services do them: ") ||
		!strings.Contains(says, "/loss#") {
		t.Errorf("the log does not say what is left out: %s", says)
	}
	withheld := core.Withhold(core.FaultID{Stream: "plan/plan-clocks-1", Ordinal: 1})
	if got := harms(playSchedule(t, text.String(), withheld).Trace.Faults); len(got) != len(want)-1 {
		t.Errorf("%d faults are left of %d, without one", len(got), len(want))
	}
}

const scheduleHead = `{"schema":"simlua.faults/1","seed":"1"}` + "\n"

// A schedule may be written by hand.
func TestScheduleByHand(t *testing.T) {
	r := playSchedule(t, scheduleHead+
		`{"id":"plan#1","kind":"kill","where":"s1.net","at":"9.5s","end":"12s"}`+"\n"+
		`{"id":"plan#1","kind":"kill","where":"s2.net","at":"7s"}`+"\n\n"+
		`{"id":"plan#7","kind":"partition","where":"s*.net>far","at":"1ms","end":"2ms"}`+"\n"+
		`{"id":"plan#8","kind":"partition","where":"s*.net>far","at":"1ms","end":"3ms"}`+"\n", core.Mask{})
	want := []string{"1ms 2ms partition s*.net>far [{mode drop} {oneway true}]",
		"1ms 3ms partition s*.net>far [{mode drop} {oneway true}]", "7s 0s kill s2.net:web []",
		"9.5s 12s kill s1.net:web []"}
	if got := harms(r.Trace.Faults); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A long schedule takes no more instructions for each of its faults than a short one, and
// wipes belong to the reboots that they happened in.
func TestLongSchedule(t *testing.T) {
	const reboots = 1000
	text := strings.Builder{}
	text.WriteString(scheduleHead)
	for i := range reboots {
		fmt.Fprintf(&text, `{"id":"plan#%d","kind":"reboot","where":"s1.net","at":"%dms","end":"%dms","parameters":`+
			`{"grace":"0s","down":"1ms"}}`+"\n", i+1, 1000+30*i, 1001+30*i)
		if i%2 == 0 {
			fmt.Fprintf(&text, `{"id":"plan/wipe#%d","kind":"wipe","where":"s1.net","at":"%dms","end":"%[2]dms"}`+"\n", i+1,
				1000+30*i)
		}
		fmt.Fprintf(&text, `{"id":"plan/disk#%d","kind":"disk","where":"s2.net","at":"%dms","end":"%dms","parameters":`+
			`{"slow":2}}`+"\n", i+1, 1000+30*i, 1020+30*i)
		for j := range 5 {
			fmt.Fprintf(&text, `{"id":"far>net/loss#%d","kind":"loss","where":"far>net","at":"%dms"}`+"\n",
				5*i+j+1, 1000+30*i+j)
		}
	}
	counts := map[core.FaultKind]int{}
	for _, f := range playSchedule(t, text.String(), core.Mask{}).Trace.Faults {
		if strings.HasPrefix(f.ID.Stream, "plan") {
			counts[f.Kind]++
		}
	}
	if counts[core.FaultReboot] != reboots || counts[core.FaultWipe] != reboots/2 || counts[core.FaultDisk] != reboots {
		t.Errorf("got %v", counts)
	}
}

// What is no schedule, or asks for what no plan can do.
func TestScheduleRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"return {}": `schedule in/f.jsonl: line 1: this is no schedule of faults`,
		scheduleHead + `{"id":"plan#1","kind":"kil","where":"a","at":"1s"}`:                                    `schedule in/f.jsonl: line 2: fault plan#1: there is no kind of fault "kil"`,
		scheduleHead + `{"id":"plan#1","kind":"partition","where":"a|b","at":"1s"}`:                            `schedule in/f.jsonl: fault plan#1: where is "a<>b", "{a, b}<>c" or "a>b", not "a|b"`,
		scheduleHead + `{"id":"plan#1","kind":"link","where":"a","at":"1s"}`:                                   `schedule in/f.jsonl: fault plan#1: where is "a>b", not "a"`,
		scheduleHead + `{"id":"plan#1","kind":"link","where":"a>b","at":"1s","parameters":{"tcp":"x"}}`:        `schedule in/f.jsonl: fault plan#1: tcp cannot be set from a schedule`,
		scheduleHead + `{"id":"plan#1","kind":"link","where":"a>b","at":"1s","parameters":{"delay":"pareto"}}`: `schedule in/f.jsonl: fault plan#1: delay "pareto": expected a duration`,
	} {
		if _, err := loadSchedule(text); err == nil || !strings.HasPrefix(err.Error(), "p/p.lua:2: "+want) {
			t.Errorf("%s\n got  %v\n want p/p.lua:2: %s", text, err, want)
		}
	}
	for file, want := range map[string]string{
		`"none.jsonl"`:  "schedule none.jsonl: no such file in the script's folder",
		`"../f.jsonl"`:  "schedule ../f.jsonl: ",
		`"/etc/passwd"`: "schedule /etc/passwd: ",
		`7`:             "bad argument #1 to 'schedule': expected the name of a file, got the number 7",
	} {
		_, err := loadText("s.lua", "local chaos = require 'sim.chaos'\nchaos.schedule("+file+")")
		if err == nil || !strings.HasPrefix(err.Error(), "s.lua:2: "+want) {
			t.Errorf("%s: %v, want %s", file, err, want)
		}
	}
}

// The digest of a script has the schedules that it names.
func TestScheduleInDigest(t *testing.T) {
	digests := map[string]bool{}
	for _, at := range []string{"1s", "2s"} {
		text := scheduleHead + `{"id":"plan#1","kind":"kill","where":"s1.net","at":"` + at + `"}`
		program, err := loadSchedule(text)
		if err != nil {
			t.Fatal(err)
		}
		digest, err := program.Digest()
		if err != nil || digests[digest] {
			t.Errorf("digest %s again, %v", digest, err)
		}
		digests[digest] = true
	}
}
