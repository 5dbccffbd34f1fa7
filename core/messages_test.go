package core_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"simlua.example/core"
)

// postman writes down what it is told about messages.
type postman struct {
	listener
	told []string
}

func (p *postman) Observe(f *core.Fact) {
	switch f.Kind {
	case core.FactSent:
		p.told = append(p.told, fmt.Sprintf("%v %s > %v %s", f.At, f.Service, f.Conn.Remote.Machine, f.Message))
	case core.FactReceived:
		p.told = append(p.told, fmt.Sprintf("%v %s < %v %s after %v", f.At, f.Service, f.Peer, f.Message, f.Delay))
	}
}

// letters sends three messages and receives the second one first, as when the
// first was taken as bytes.
func letters() *core.Scenario {
	return &core.Scenario{
		Links: []core.LinkSpec{{A: "lan", B: "lan"}},
		Services: []core.ServiceSpec{
			service("s.lan", func(env core.Env) error {
				listener, _ := env.Listen(1)
				conn, err := listener.Accept(core.Forever)
				if err != nil {
					return err
				}
				ends := core.Ends{Local: conn.Local(), Remote: conn.Remote()}
				for _, text := range []string{"b", "a", "c"} {
					_ = env.Sleep(time.Second)
					env.Received(ends, []byte(text))
				}
				env.Halt("done")
				return nil
			}),
			bot("b.lan", func(env core.Env) error {
				conn, err := env.Dial("s.lan:1", core.Forever)
				if err != nil {
					return err
				}
				for _, text := range []string{"a", "b", "c"} {
					env.Sent(core.Ends{Local: conn.Local(), Remote: conn.Remote()}, []byte(text))
				}
				return env.Sleep(time.Hour)
			}),
		},
	}
}

func TestMessagesAreTold(t *testing.T) {
	watching := &postman{listener: listener{wants: core.KeepAll}}
	r := play(t, letters(), core.Settings{Observers: []core.Observer{watching}, Keep: core.KeepAll})
	want := []string{"0s b.lan > s.lan a", "0s b.lan > s.lan b", "0s b.lan > s.lan c", "1s s.lan < b.lan b after 1s",
		"2s s.lan < b.lan a after -1ns", "3s s.lan < b.lan c after 3s"}
	if !slices.Equal(watching.told, want) {
		t.Errorf("got %q, want %q", watching.told, want)
	}
	var kept []string
	for _, f := range r.Trace.Facts {
		if f.Kind == core.FactSent {
			kept = append(kept, string(f.Message))
		}
	}
	if !slices.Equal(kept, []string{"a", "b", "c"}) {
		t.Errorf("the trace has %q", kept)
	}
	lines := &postman{listener: listener{wants: core.KeepLines}}
	alone := play(t, letters(), core.Settings{Observers: []core.Observer{lines}})
	if alone.Digest != r.Digest || len(lines.told) > 0 {
		t.Errorf("digest %x, and %x when somebody reads; who wants lines is told %q", alone.Digest, r.Digest, lines.told)
	}
}
