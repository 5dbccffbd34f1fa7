package sweep_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	hdr "github.com/HdrHistogram/hdrhistogram-go"

	"simlua.example/core"
	"simlua.example/core/sweep"
)

// result has something in every field that a row knows.
func result() *core.Result {
	return &core.Result{
		Scenario: "shop.lua", Seed: 7, Verdict: core.Fail, Reason: "tea sold does not hold", Err: errors.New("no"),
		Time: 12 * time.Second, Steps: 99, Digest: 0xabc,
		Checks: []core.CheckResult{
			{Name: "one owner", Kind: "always", Held: true, Evaluated: 3},
			{Name: "tea sold", Kind: "expect", Evaluated: 1, FailedAt: time.Second, FailedStep: 17,
				Message: "buyer.net: expected 20, got 21\nand more"},
			{Name: "never", Kind: "expect", Held: true},
			{Name: "retried", Kind: "sometimes", Held: true, Evaluated: 9, Reached: true},
			{Name: "gave up", Kind: "reachable", Held: true},
		},
		Links:    []core.LinkStats{{Name: "a>b", Sent: 10, Delivered: 9, Lost: 1, Retransmitted: 2}, {Name: "b>a"}},
		Machines: []core.MachineStats{{Name: "buyer.net", Boots: 1}, {Name: "shop.net", Downtime: time.Minute, Kills: 2}},
		Trace: &core.Trace{
			Faults: []core.Fault{{Kind: core.FaultKill}, {Kind: core.FaultLoss}, {Kind: core.FaultLoss, Masked: true}},
			Operations: []core.Operation{
				{Name: "sell", Latency: 250 * time.Millisecond}, {Name: "sell", Latency: 150, Err: "timeout"},
				{Name: "sell", Latency: 99, Err: core.Unfinished}, {Name: "ask", Latency: 3000},
			},
			Gauges: []core.GaugeValue{
				{Name: "sold", Service: "shop.net", Value: 20.0},
				{Name: "sold", Service: "shop2.net", Value: math.NaN(), Down: true},
			},
		},
	}
}

const resultRow = `{"seed":7,"verdict":"fail","reason":"tea sold does not hold",` +
	`"pattern":"\u003cmachine\u003e: expected \u003cn\u003e, got \u003cn\u003e","time_ns":12000000000,"steps":99,` +
	`"digest":"0000000000000abc","failed":[{"check":"tea sold","kind":"expect","at_ns":1000000000,"step":17,` +
	`"message":"buyer.net: expected 20, got 21"}],"untested":["never"],"properties":[{"name":"retried","kind":"sometimes","reached":true},` +
	`{"name":"gave up","kind":"reachable"}],` +
	`"operations":[{"name":"ask","ok":1,"latency_ns":[3000,1]},` +
	`{"name":"sell","ok":1,"errors":{"timeout":1},"unfinished":1,"latency_ns":[150,1,249954154,1]}],` +
	`"faults":{"kill":1,"loss":1},"withheld":{"loss":1},` +
	`"gauges":[{"name":"sold","service":"shop.net","value":20},{"name":"sold","service":"shop2.net","value":"NaN","down":true}],` +
	`"links":[{"name":"a\u003eb","counts":{"delivered":9,"lost":1,"retransmitted":2,"sent":10}},{"name":"b\u003ea"}],` +
	`"machines":[{"name":"buyer.net","counts":{"boots":1}},{"name":"shop.net","counts":{"downtime_ns":60000000000,"kills":2}}]}`

// A row is JSON on one line, and the same when it is read back.
func TestRow(t *testing.T) {
	row := sweep.NewRow(sweep.Run{Seed: 7}, result())
	text, err := json.Marshal(row)
	if err != nil || string(text) != resultRow {
		t.Errorf("%v\n got %s\nwant %s", err, text, resultRow)
	}
	back := &sweep.Row{}
	if err := json.Unmarshal(text, back); err != nil || !reflect.DeepEqual(back, row) {
		t.Errorf("read back, it is %+v, not %+v: %v", back, row, err)
	}
	if at, step := row.FailedAt(); at != time.Second || step != 17 {
		t.Errorf("it failed at %v in step %d", at, step)
	}
}

// The histogram of a row is a HdrHistogram with three significant digits, and its
// percentiles are those of the values, up to the width of a bin.
func TestLatency(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	for range 200 {
		values := make([]time.Duration, 1+random.Intn(300))
		for i := range values {
			values[i] = time.Duration(random.Int63() >> random.Intn(63))
		}
		l := sweep.NewLatency(values)
		ours, theirs := hdr.New(1, math.MaxInt64, 3), hdr.New(1, math.MaxInt64, 3)
		for _, bin := range l {
			_ = ours.RecordValues(int64(bin.Low), bin.Count)
			if !theirs.ValuesAreEquivalent(int64(bin.Low), int64(bin.High())) ||
				theirs.ValuesAreEquivalent(int64(bin.Low), int64(bin.High())+1) {
				t.Fatalf("%v is no bin of a HdrHistogram", bin)
			}
		}
		for _, v := range values {
			_ = theirs.RecordValue(int64(v))
		}
		if !ours.Equals(theirs) {
			t.Fatalf("%v has other bins", values)
		}
		slices.Sort(values)
		for _, percent := range []int{1, 50, 90, 99, 100} {
			exact := core.Percentile(values, percent)
			if got, ok := l.Percentile(percent); !ok || got < exact || float64(got) > float64(exact)*1.001 {
				t.Fatalf("p%d is %d, want %d", percent, got, exact)
			}
		}
	}
	if _, ok := (sweep.Latency{}).Percentile(50); ok {
		t.Error("none has a percentile")
	}
}

func TestSignature(t *testing.T) {
	machines := []core.MachineStats{{Name: "api1.net"}, {Name: "api12.net"}, {Name: "bot.botnet"}}
	for _, c := range []struct{ reason, want string }{
		{"bot.botnet: expected 20, got -2.5e3", "<machine>: expected <n>, got <n>"},
		{"api12.net:web: shop.lua:12: attempt to index nil", "<machine>: shop.lua:12: attempt to index nil"},
		{"cannot reach api1.net:443 after 1m30s", "cannot reach <machine>:<n> after <time>"},
		{"xapi1.net and api1.nets stay, api2 does not", "xapi<n>.net and api<n>.nets stay, api<n> does not"},
		{`time limit of 10m: bot.botnet has not returned: it waits since 9m59.5s (lib/x.lua:3); sim.limits { time = "20m" } ` +
			"allows more", "time limit of <time>: <machine> has not returned: it waits since <time> (lib/x.lua:3)"},
		{"api1.net, api12.net and bot.botnet have not returned", "<machine> has not returned"},
		{"api1.net, api12.net and 7 more have not returned", "<machine> has not returned"},
		{"0x2a 12ms 1.5s 3 µs 5 moves", "<n> <time> <time> <time> <n> moves"},
		{"from 1.91 s to 216 ms: there the state is 3 or 4 or 5", "from <time> to <time>: there the state is <n>"},
		{`got "k17=a k4=b k123=c"...`, `got "k<n>"...`},
		{`got "\"k\" is 1"... and "none"..., not ..."a 2"`, `got "\"k\" is <n>"... and "none"..., not ..."a <n>"`},
		{"expected {a = 1}, got {b = 2, c = 3...", "expected {a = <n>}, got {b = <n>..."},
		{"expected {a = {1}, b = 2..., got nil", "expected {a = {<n>..., got nil"},
		{"15 of 91 elements are lost: 4, 8, 9, …", "<n> of <n> elements are lost: <n>"},
		{"3 of 91 elements are lost: 4, 8, 9, and 12 more", "<n> of <n> elements are lost: <n>"},
		{`lost "c1-17", "c2-3", "c-12", and 4 more`, `lost "c<n>-<n>"`},
		{`lost "c1-17"`, `lost "c<n>-<n>"`},
		{`lost "tea" and "cake", at -5 and 3-4`, `lost "tea" and "cake", at <n>-<n>`},
		{`bot.botnet: the tables differ at [4]: expected a text of 9 bytes, got one of 8; from byte 3 on: expected "a"..., ` +
			`got "b"...; [5]: expected "x", got nil; and 7 more`, "<machine>: the tables differ at [<n>]: expected a text of " +
			`<n> bytes, got one of <n>; from byte <n> on: expected "a"..., got "b"...`},
		{`the tables differ at .a: expected 1, got nil; .b: expected nil, got 2`,
			"the tables differ at .a: expected <n>, got nil"},
		{`key "x": read -> 7 of key "a \"b\" 2"`, `key <key>: read -> <n> of key <key>`},
	} {
		row := sweep.NewRow(sweep.Run{}, &core.Result{Verdict: core.Stuck, Reason: c.reason, Machines: machines})
		if got := row.Signature(); got != (sweep.Signature{Verdict: core.Stuck, Reason: c.want}) {
			t.Errorf("%s:\n got %s\nwant %s", c.reason, got.Reason, c.want)
		}
	}
	want := sweep.Signature{Verdict: core.Fail, Check: "tea sold", Reason: "<machine>: expected <n>, got <n>"}
	if got := sweep.NewRow(sweep.Run{}, result()).Signature(); got != want {
		t.Errorf("got %+v", got)
	}
}

// How long numbers are does not tell failures apart, where a text is too long for a row.
func TestSignatureOfLongTexts(t *testing.T) {
	of := func(number, of string) sweep.Signature {
		text := "these are lost:" + strings.Repeat(" key "+number, 400)
		result := &core.Result{Verdict: core.Crash, Reason: text}
		if of == "check" {
			result.Verdict, result.Checks = core.Fail, []core.CheckResult{{Name: "kept", Kind: "check", Held: true},
				{Name: "nothing lost", Kind: "check", Message: text}}
		}
		return sweep.NewRow(sweep.Run{}, result).Signature()
	}
	for _, where := range []string{"reason", "check"} {
		if a, b := of("7", where), of("123456", where); a != b || len(a.Reason) > 510 {
			t.Errorf("of a %s:\n%+v\n%+v", where, a, b)
		}
	}
	a, b := sweep.NewVoid(sweep.Run{}, strings.Repeat("1 ", 400)), sweep.NewVoid(sweep.Run{}, strings.Repeat("23 ", 400))
	if a.Signature() != b.Signature() {
		t.Errorf("of void runs:\n%+v\n%+v", a.Signature(), b.Signature())
	}
}

// A histogram is what package json makes of its numbers, and is read from any writing of
// them.
func TestLatencyJSON(t *testing.T) {
	for want, l := range map[string]sweep.Latency{
		"[]":            {},
		"[0,1]":         {{Low: 0, Count: 1}},
		"[5,1,7,1<<40]": {{Low: 5, Count: 1}, {Low: 12, Count: 1 << 40}},
	} {
		want = strings.ReplaceAll(want, "1<<40", "1099511627776")
		text, err := json.Marshal(l)
		if err != nil || string(text) != want {
			t.Errorf("%s, %v; want %s", text, err, want)
		}
		for _, text := range []string{want, strings.ReplaceAll(want, ",", " ,\n")} {
			var got sweep.Latency
			if err := json.Unmarshal([]byte(text), &got); err != nil || !slices.Equal(got, l) {
				t.Errorf("%s: %v, %v", text, got, err)
			}
		}
	}
	for _, text := range []string{"[1]", "[1,2,3]", "[1.5,2]", `["1",2]`, "[1,9223372036854775808]", "{}"} {
		if err := json.Unmarshal([]byte(text), new(sweep.Latency)); err == nil {
			t.Errorf("%s is read", text)
		}
	}
}
