package core_test

import (
	"strings"
	"testing"
	"time"

	"simlua.example/core"
)

func TestTCPConfigValidate(t *testing.T) {
	c := core.TCPConfig{Congestion: "vegas", Nagle: "never", FirstPort: 200, LastPort: 100,
		MSS: -1, ReceiveBuffer: 2 << 30, TimeWait: -time.Second,
		DelayedAck: time.Second, MinRTO: time.Hour}
	err := c.Validate()
	if err == nil {
		t.Fatal("no error")
	}
	for _, what := range []string{
		`congestion: "reno" or "cubic", not "vegas"`, `nagle: "minshall" or "classic", not "never"`, "last_port: at least first_port, 200, not 100",
		"mss: a whole number from 1 to 65495, not -1", "receive_buffer: ",
		"time_wait: a duration from 0 to 720h0m0s, not -1s", "delayed_ack: ", "min_rto: at most max_rto, 2m0s, not 1h0m0s",
	} {
		if !strings.Contains(err.Error(), "tcp: "+what) {
			t.Errorf("%v does not say %q", err, what)
		}
	}
	if n := strings.Count(err.Error(), "\n") + 1; n != 8 {
		t.Errorf("%d mistakes, want 8: %v", n, err)
	}
	for _, valid := range []core.TCPConfig{{}, core.DefaultTCP, {Simple: true, NoSACK: true, UserTimeout: time.Minute}} {
		if err := valid.Validate(); err != nil {
			t.Error(err)
		}
	}
}

// TestTCPConfigBounds tries whole numbers just outside.
func TestTCPConfigBounds(t *testing.T) {
	for what, c := range map[string]core.TCPConfig{
		"first_port: a whole number from 1 to 65535, not 65536": {FirstPort: 65536},
		"first_port: a whole number from 1 to 65535, not -1":    {FirstPort: -1},
		"last_port: a whole number from 1 to 65535, not 65536":  {LastPort: 65536},
		"last_port: a whole number from 1 to 65535, not -1":     {LastPort: -1},
		"last_port: at least first_port, 65535, not 65534":      {FirstPort: 65535, LastPort: 65534},
		"backlog: a whole number from 1 to 1073741824, not -1":  {Backlog: -1},
	} {
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "tcp: "+what) {
			t.Errorf("%v does not say %q", err, what)
		}
	}
	edge := core.TCPConfig{FirstPort: 65535, LastPort: 65535}
	if err := edge.Validate(); err != nil {
		t.Error(err)
	}
}

func TestTCPConfigOver(t *testing.T) {
	machine := core.TCPConfig{NoSACK: true, MSS: 500, MinRTO: time.Second}
	link := core.TCPConfig{Nagle: core.NagleClassic, MSS: 900}
	got := link.Over(&machine)
	if want := (core.TCPConfig{NoSACK: true, Nagle: core.NagleClassic, MSS: 900, MinRTO: time.Second}); got != want {
		t.Errorf("%+v over %+v is %+v", link, machine, got)
	}
	if link.Over(nil) != link {
		t.Error("nothing below changes something")
	}
}

// TestTCPConfigOfLink wants what belongs to a machine to be refused on a link.
func TestTCPConfigOfLink(t *testing.T) {
	p := core.Profile{TCP: &core.TCPConfig{Backlog: 1, FirstPort: 1, LastPort: 9, InitialWindow: 2000}}
	err := p.Validate()
	for _, what := range []string{"backlog: it belongs to a machine", "first_port: it belongs", "last_port: it belongs",
		"initial_window: "} {
		if err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%v does not say %q", err, what)
		}
	}
}
