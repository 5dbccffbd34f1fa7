package tcp_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/coretest"
	"simlua.example/tcp"
)

// datagrams are a hundred numbers from client.home to port 53 of server.lab, which
// counts how often each arrived.
func datagrams(t *testing.T, over core.Profile, settings core.Settings, counts map[string]int) *core.Result {
	t.Helper()
	clear(counts)
	server := func(env core.Env) error {
		k, err := env.Datagram(53)
		if err != nil {
			return err
		}
		for {
			b, from, err := k.Receive(core.Forever)
			if err != nil {
				return err
			}
			if from.Machine != "client.home" {
				return fmt.Errorf("from %v", from)
			}
			counts[string(b)]++
		}
	}
	client := func(env core.Env) error {
		k, err := env.Datagram(0)
		for n := 0; n < 100 && err == nil; n++ {
			err = errors.Join(k.SendTo(core.Address{Machine: "server.lab", Port: 53}, fmt.Append(nil, n)),
				env.Sleep(time.Millisecond))
		}
		return errors.Join(err, env.Sleep(time.Second))
	}
	return playSettings(t, pair(over, server, client), settings)
}

// TestDatagramsShareTheFateOfPackets: what arrives is what the link has counted.
func TestDatagramsShareTheFateOfPackets(t *testing.T) {
	bad := lossy(10)
	bad.Duplicate, bad.Corrupt, bad.Rate, bad.Limit.Packets = core.Always/10, core.Always/10, 1_000_000, 1000
	for name, over := range map[string]core.Profile{"ideal": core.Ideal, "lossy": lossy(10), "bad": bad} {
		t.Run(name, func(t *testing.T) {
			counts := map[string]int{}
			settings := core.Settings{Seed: 1, Network: tcp.New}
			r := datagrams(t, over, settings, counts)
			up := link(r, "home>lab")
			arrived := 0
			for _, n := range counts {
				arrived += n
			}
			if arrived != int(up.Delivered) || up.Messages != 100 || up.Sent != 100 {
				t.Errorf("%d arrived; %+v", arrived, up)
			}
			if harmed := up.Lost + up.Corrupted + up.Duplicated; (harmed > 0) != (name != "ideal") {
				t.Errorf("%+v", up)
			}
			if again := datagrams(t, over, settings, counts); again.Digest != r.Digest {
				t.Errorf("digest %x, then %x", r.Digest, again.Digest)
			}
			settings.Mask = core.Only()
			if datagrams(t, over, settings, counts); len(counts) != 100 {
				t.Errorf("without faults %d of 100 arrive", len(counts))
			}
		})
	}
}

// TestDatagramBehaviours lets a client say what is wrong, over both networks that there are.
func TestDatagramBehaviours(t *testing.T) {
	networks := map[string]core.NetworkFactory{"tcp": tcp.New, "coretest": coretest.Network}
	for name, network := range networks {
		for _, c := range []struct {
			name   string
			client func(core.Env, core.Socket) error
		}{
			{"to oneself", toItself},
			{"to nowhere", func(_ core.Env, k core.Socket) error {
				return wants(k.SendTo(core.Address{Machine: "nowhere.lab", Port: 1}, nil), core.ErrNoRoute, "nowhere.lab:1")
			}},
			{"to where no link leads", func(_ core.Env, k core.Socket) error {
				return wants(k.SendTo(core.Address{Machine: "island.far", Port: 1}, nil), core.ErrNoRoute, "island.far:1")
			}},
			{"the port is in use", func(env core.Env, k core.Socket) error {
				_, err := env.Datagram(k.Port())
				return wants(err, core.ErrInUse, fmt.Sprint(k.Port()))
			}},
			{"connections have ports of their own", func(env core.Env, k core.Socket) error {
				_, err := env.Listen(k.Port())
				return err
			}},
			{"no port", func(env core.Env, _ core.Socket) error {
				_, err := env.Datagram(65536)
				return wants(err, nil, "1 to 65535")
			}},
			{"nothing comes", func(env core.Env, k core.Socket) error {
				_, _, err := k.Receive(time.Second)
				return wants(err, core.ErrTimeout, "receive")
			}},
			{"closed", closedSocket},
			{"closed while somebody waits", closedMeanwhile},
			{"free ports differ", func(env core.Env, k core.Socket) error {
				another, err := env.Datagram(0)
				if err == nil && another.Port() == k.Port() {
					err = errors.New("the same port twice")
				}
				return err
			}},
		} {
			t.Run(name+"/"+c.name, func(t *testing.T) {
				client := func(env core.Env) error {
					k, err := env.Datagram(0)
					if err != nil {
						return err
					}
					return c.client(env, k)
				}
				playWith(t, pair(core.Ideal, idle, client, core.ServiceSpec{Machine: "island.far", Boot: engine(idle)}), network)
			})
		}
	}
}

func toItself(env core.Env, k core.Socket) error {
	err := k.SendTo(core.Address{Machine: "client.home", Port: k.Port()}, []byte("me"))
	if tooLarge := k.SendTo(core.Address{Machine: "client.home", Port: 9}, make([]byte, 65_507)); tooLarge != nil {
		return tooLarge
	}
	b, from, receiveErr := k.Receive(time.Second)
	if err == nil && (string(b) != "me" || from.Port != k.Port()) {
		err = fmt.Errorf("%q from %v", b, from)
	}
	return errors.Join(err, receiveErr)
}

func closedSocket(env core.Env, k core.Socket) error {
	err := errors.Join(k.Close(), k.Close())
	_, _, receiveErr := k.Receive(time.Second)
	return errors.Join(err, wants(receiveErr, core.ErrClosed, "receive"),
		wants(k.SendTo(core.Address{Machine: "server.lab", Port: 1}, nil), core.ErrClosed, "server.lab:1"), reopened(env, k))
}

func reopened(env core.Env, k core.Socket) error {
	_, err := env.Datagram(k.Port())
	return err
}

func closedMeanwhile(env core.Env, k core.Socket) error {
	env.Go("close", func() error { return errors.Join(env.Sleep(time.Second), k.Close()) })
	_, _, err := k.Receive(core.Forever)
	return wants(err, core.ErrClosed, "receive")
}

// TestDatagramLimits: what is too large for the MTU is refused, and what finds the
// buffer full, or no port, is counted.
func TestDatagramLimits(t *testing.T) {
	server := func(env core.Env) error {
		k, err := env.Datagram(53)
		if err != nil {
			return err
		}
		err = env.Sleep(time.Minute)
		for n := 0; err == nil; n++ {
			if _, _, err = k.Receive(time.Second); errors.Is(err, core.ErrTimeout) && n != 212_992/1500 {
				return fmt.Errorf("%d datagrams found room", n)
			}
		}
		return idle(env)
	}
	client := func(env core.Env) error {
		k, err := env.Datagram(0)
		to := core.Address{Machine: "server.lab", Port: 53}
		for n := 0; n < 200 && err == nil; n++ {
			err = k.SendTo(to, make([]byte, 1472))
		}
		return errors.Join(err, wants(k.SendTo(to, make([]byte, 1473)), nil, "mtu of 1500"), env.Sleep(10*time.Second),
			k.SendTo(core.Address{Machine: "server.lab", Port: 54}, []byte("x")), env.Sleep(time.Hour))
	}
	up := link(play(t, pair(core.Ideal, server, client)), "home>lab")
	if up.BufferFull != 200-212_992/1500 || up.NoPort != 1 || up.Delivered != 201 {
		t.Errorf("%+v", up)
	}
}

// TestDatagramsAndDeaths: a service that died has no port any more, its next boot can
// take it, and a power cut keeps what was sent from arriving.
func TestDatagramsAndDeaths(t *testing.T) {
	got := ""
	server := func(env core.Env) error {
		k, err := env.Datagram(53)
		for err == nil {
			var b []byte
			b, _, err = k.Receive(core.Forever)
			got += string(b)
		}
		return err
	}
	client := func(env core.Env) error {
		k, err := env.Datagram(0)
		for _, text := range []string{"a", "b", "c", "d", "e", "f"} {
			err = errors.Join(err, k.SendTo(core.Address{Machine: "server.lab", Port: 53}, []byte(text)), env.Sleep(time.Second))
		}
		return err
	}
	s := pair(core.Ideal, server, client)
	s.Plan = func(world *core.Control) error {
		verb := func(err error) error { return errors.Join(err, world.Sleep(time.Second)) }
		return errors.Join(verb(world.Start("*")), world.Sleep(500*time.Millisecond), verb(world.Kill("server*")),
			verb(world.Start("*")), verb(world.PowerFail("server*")), world.Start("*"))
	}
	up := link(play(t, s), "home>lab")
	if got != "abdf" || up.NoPort != 1 || up.Off != 1 {
		t.Errorf("got %s, %+v", got, up)
	}
}

// TestDatagramsRejected: a firewall says nothing that a socket hears.
func TestDatagramsRejected(t *testing.T) {
	client := func(env core.Env) error {
		k, err := env.Datagram(0)
		err = errors.Join(err, env.Sleep(time.Second), k.SendTo(core.Address{Machine: "server.lab", Port: 53}, []byte("a")))
		_, _, timeout := k.Receive(time.Second)
		return errors.Join(err, wants(timeout, core.ErrTimeout, ""))
	}
	for _, network := range []core.NetworkFactory{tcp.New, coretest.Network} {
		s := pair(core.Ideal, idle, client)
		s.Plan = func(world *core.Control) error {
			return errors.Join(world.Start("*"),
				coretest.Err(world.Partition(core.Side{"home"}, core.Side{"lab"}, core.PartitionOptions{Mode: core.Reject})))
		}
		if up := link(playWith(t, s, network), "home>lab"); up.Partitioned != 1 {
			t.Errorf("%+v", up)
		}
	}
}

// wants checks an error's kind, and a part of its text.
func wants(err, kind error, text string) error {
	if err == nil || kind != nil && !errors.Is(err, kind) || !strings.Contains(err.Error(), text) {
		return fmt.Errorf("got %w, want %v about %q", err, kind, text)
	}
	return nil
}

// BenchmarkDatagram sends a datagram and waits for its echo.
func BenchmarkDatagram(b *testing.B) {
	server := func(env core.Env) error {
		k, err := env.Datagram(53)
		for err == nil {
			var got []byte
			var from core.Address
			if got, from, err = k.Receive(core.Forever); err == nil {
				err = k.SendTo(from, got)
			}
		}
		return err
	}
	client := func(env core.Env) error {
		k, err := env.Datagram(0)
		for err == nil && b.Loop() {
			err = k.SendTo(core.Address{Machine: "server.lab", Port: 53}, []byte("sixteen letters!"))
			if err == nil {
				_, _, err = k.Receive(core.Forever)
			}
		}
		return err
	}
	b.ReportAllocs()
	play(b, pair(core.Ideal, server, client))
}
