package tcp_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/tcp"
)

// TestBehaviours plays a server and a client over a link and lets the client
// say what is wrong.
func TestBehaviours(t *testing.T) {
	for _, c := range []struct {
		name           string
		link           core.Profile
		server, client func(core.Env) error
	}{
		{"no such machine", core.Ideal, idle, dials("nowhere.lab:443", core.ErrNoRoute, "no route to host")},
		{"no link to the network", core.Ideal, idle, dials("island.far:443", core.ErrNoRoute, "no route to host")},
		{"nothing listens", core.Ideal, idle, dials("server.lab:443", core.ErrRefused, "connection refused")},
		{"request and reply", core.Ideal, echo, call(asks)},
		{"a server that never accepts", core.Ideal, listens, call(readsNothing)},
		{"a server that accepts and never answers", core.Ideal, serve(sleeps), call(readsNothing)},
		{"packets out of order are put right", core.ReverseLatency, echo, call(asksALot)},
		{"loss is made good", lossy(5), echo, call(asksALot)},
		{"parallel connections", core.Internet, echo, inParallel(50, asks)},
		{"each connection has its own port", core.Ideal, echo, ownPorts},
		{"a subscription streams and ends", core.Internet, serve(streams), call(subscribes)},
		{"half-close", core.Ideal, serve(countsThenAnswers), call(asksHowMany)},
		{"a writer waits for a slow reader", narrow, serve(readsSlowly), call(writesALot)},
		{"the bytes of each write stay together", narrow, serve(readsLetters), call(writesFromMany)},
		{"a connection to itself", core.Ideal, idle, talksToItself},
		{"use after close", core.Ideal, echo, call(usesAfterClose)},
		{"address in use", core.Ideal, idle, listensTwice},
		{"a listener that closes resets who was not accepted", core.Ideal, closesListener, call(isReset)},
		{"closed with bytes unread", core.Ideal, serve(closesUnread), call(asksAndIsReset)},
		{"a service that ends closes its connections", core.Ideal, acceptsAndReturns, call(readsEnd)},
		{"addresses", core.Ideal, echo, call(knowsAddresses)},
	} {
		t.Run(c.name, func(t *testing.T) {
			play(t, pair(c.link, c.server, c.client, core.ServiceSpec{Machine: "island.far", Boot: engine(idle)}))
		})
	}
}

// TestDuplicates delivers every packet twice: nothing may change.
func TestDuplicates(t *testing.T) {
	twice := func(host core.NetworkHost) core.Network { return doubled{tcp.New(host)} }
	playWith(t, pair(core.Internet, echo, call(asksALot)), twice)
}

// doubled is a network whose links deliver everything twice.
type doubled struct{ core.Network }

func (d doubled) Deliver(p core.Packet) {
	d.Network.Deliver(p)
	d.Network.Deliver(p)
}

// spied is a network that shows what arrives to see first, which may drop it.
type spied struct {
	core.Network
	see func(*tcp.Segment) (deliver bool)
}

func (s spied) Deliver(p core.Packet) {
	if s.see(p.Segment.(*tcp.Segment)) {
		s.Network.Deliver(p)
	}
}

func spy(config tcp.Config, see func(*tcp.Segment) bool) core.NetworkFactory {
	return func(host core.NetworkHost) core.Network { return spied{tcp.Factory(config)(host), see} }
}

// TestRetransmitsInTime loses the first request. The RTO is then 300 ms, though
// a timer of 1 s was set for the SYN.
func TestRetransmitsInTime(t *testing.T) {
	lose := 1
	network := spy(tcp.Config{}, func(seg *tcp.Segment) bool {
		if len(seg.Payload) > 0 && lose > 0 {
			lose--
			return false
		}
		return true
	})
	playWith(t, pair(core.Ideal, echo, call(func(env core.Env, c core.Conn) error {
		start := env.Now()
		err := ask(c, "hello")
		if took := env.Now() - start; err == nil && took != 400*time.Millisecond {
			err = fmt.Errorf("took %v", took)
		}
		return err
	})), network)
}

// TestCounters wants loss and reordering to show in the tables of links.
func TestCounters(t *testing.T) {
	r := play(t, pair(lossy(5), echo, call(asksALot)))
	if up := link(r, "home>lab"); up.Lost == 0 || up.Retransmitted == 0 {
		t.Errorf("%d packets were lost and %d sent again", up.Lost, up.Retransmitted)
	}
	r = play(t, pair(core.ReverseLatency, echo, call(asksALot)))
	if n := link(r, "home>lab").Reordered + link(r, "lab>home").Reordered; n == 0 {
		t.Error("nothing was reordered")
	}
}

// TestReplyCarriesAck counts packets: n round trips are n packets each way, and
// the handshake's last ACK travels with the first request.
func TestReplyCarriesAck(t *testing.T) {
	const n = 10
	server := func(env core.Env) error {
		l, err := env.Listen(443)
		if err != nil {
			return err
		}
		c, err := l.Accept(core.Forever)
		if err != nil {
			return err
		}
		return echoes(env, c)
	}
	r := play(t, pair(core.Ideal, server, call(func(_ core.Env, c core.Conn) error {
		for range n {
			if err := ask(c, "hello"); err != nil {
				return err
			}
		}
		return c.Close()
	})))
	up, down := link(r, "home>lab"), link(r, "lab>home")
	if up.Sent != 1+n+1 || down.Sent != 1+n { // SYN, requests, FIN; SYN,ACK, replies
		t.Errorf("%d packets up and %d down, want %d and %d", up.Sent, down.Sent, 1+n+1, 1+n)
	}
}

// TestSimpleLoses shows the ancestor's stack: what is lost stays lost.
func TestSimpleLoses(t *testing.T) {
	simple := lossy(20)
	simple.TCP = &core.TCPConfig{Simple: true}
	lost := 0
	r := play(t, pair(simple, echo, func(env core.Env) error {
		for range 50 {
			c, err := env.Dial("server.lab:443", 2*time.Second)
			if err == nil {
				err = c.Write([]byte("hello"))
			}
			if err == nil {
				_, err = c.Read(make([]byte, 10), 2*time.Second)
			}
			switch {
			case errors.Is(err, core.ErrTimeout):
				lost++
			case err != nil:
				return err
			}
		}
		return nil
	}))
	if up, down := link(r, "home>lab"), link(r, "lab>home"); lost == 0 || up.Retransmitted+down.Retransmitted > 0 {
		t.Errorf("%d of 50 got lost, %d packets were sent again", lost, up.Retransmitted+down.Retransmitted)
	}
}

// TestSimplePutsOrderRight sends many segments that overtake each other.
func TestSimplePutsOrderRight(t *testing.T) {
	simple := core.ReverseLatency
	simple.TCP = &core.TCPConfig{Simple: true}
	play(t, pair(simple, echo, call(asksALot)))
}

func TestBacklog(t *testing.T) {
	server := func(env core.Env) error {
		l, err := env.Listen(443)
		if err != nil {
			return err
		}
		for {
			if err := env.Sleep(1500 * time.Millisecond); err != nil {
				return err
			}
			if _, err := l.Accept(core.Forever); err != nil {
				return err
			}
		}
	}
	var took []time.Duration
	client := inParallel(3, func(env core.Env, _ core.Conn) error {
		took = append(took, env.Now())
		return nil
	})
	playWith(t, pair(core.Ideal, server, client), tcp.Factory(tcp.Config{Backlog: 1}))
	want := "[100ms 3.1s 7.1s]" // the SYN is tried at 0, 1, 3 and 7 s
	if got := fmt.Sprint(took); got != want {
		t.Errorf("connected at %s, want %s", got, want)
	}
}

// TestBacklogIsGivenBack lets the first client go away in mid-handshake.
func TestBacklogIsGivenBack(t *testing.T) {
	client := func(env core.Env) error {
		_, err := env.Dial("server.lab:443", 60*time.Millisecond)
		if err := want(err, core.ErrTimeout, "connect to"); err != nil {
			return err
		}
		if err := env.Sleep(time.Second); err != nil {
			return err
		}
		_, err = env.Dial("server.lab:443", 500*time.Millisecond)
		return err
	}
	playWith(t, pair(core.Ideal, listens, client), tcp.Factory(tcp.Config{Backlog: 1}))
}

// TestTailOfALargeWrite sends requests of 2,005 bytes, one segment and a tail, to
// a server that delays its ACKs. Only Nagle's own rule lets the tail wait for
// one. (The first request is different: its ACK tells the window at once.)
func TestTailOfALargeWrite(t *testing.T) {
	classic := core.LinuxTCP
	classic.Nagle = core.NagleClassic
	for _, c := range []struct {
		name   string
		config core.TCPConfig
		took   time.Duration
	}{
		{"as Linux has it", core.LinuxTCP, 2 * time.Millisecond},
		{"as RFC 896 has it", classic, 44 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := call(func(env core.Env, conn core.Conn) error {
				first := asksInTwo(env, conn)
				start := env.Now()
				if err := errors.Join(first, asksInTwo(env, conn)); err != nil {
					return err
				}
				if took := env.Now() - start; took != c.took {
					return fmt.Errorf("took %v, want %v", took, c.took)
				}
				return nil
			})
			playWith(t, pair(lossless, serve(answersLong), client), tcp.Factory(c.config))
		})
	}
}

const longRequest = 2005

func asksInTwo(_ core.Env, c core.Conn) error {
	if err := c.Write(make([]byte, longRequest)); err != nil {
		return err
	}
	_, err := c.Read(make([]byte, 10), core.Forever)
	return err
}

// answersLong answers each long request in a word.
func answersLong(_ core.Env, c core.Conn) error {
	buffer := make([]byte, longRequest)
	for {
		for n := 0; n < longRequest; {
			m, err := c.Read(buffer, core.Forever)
			if err != nil {
				return ended(c, err)
			}
			n += m
		}
		if err := c.Write([]byte("ok")); err != nil {
			return ended(c, err)
		}
	}
}

// TestKeepAliveOfAHealthyPeer probes an idle peer ten times a second for an hour:
// it answers each time.
func TestKeepAliveOfAHealthyPeer(t *testing.T) {
	s := pair(lossless, echo, call(func(env core.Env, c core.Conn) error {
		if err := env.Sleep(time.Hour); err != nil {
			return err
		}
		return ask(c, "hello")
	}))
	s.Machines = []core.MachineSpec{{Name: "client.home", TCP: &core.TCPConfig{KeepAlive: true,
		KeepAliveIdle: 100 * time.Millisecond, KeepAliveInterval: 100 * time.Millisecond, KeepAliveProbes: 2}}}
	play(t, s)
}

// TestAcksOfAWindow counts the packets of a transfer whose windows arrive in one
// instant each: every second full-sized segment has an ACK (RFC 5681, 4.2).
func TestAcksOfAWindow(t *testing.T) {
	const segments = 1000
	r := play(t, pair(lossless, drain, call(func(_ core.Env, c core.Conn) error {
		if err := c.Write(make([]byte, segments*tcp.DefaultMSS)); err != nil {
			return err
		}
		if err := c.CloseWrite(); err != nil {
			return err
		}
		return says(c, "")
	})))
	up, down := link(r, "home>lab").Sent, link(r, "lab>home").Sent
	if up > segments+5 || down < segments/2 || down > segments/2+50 {
		t.Errorf("%d packets up and %d down", up, down)
	}
}

// TestPortsOfEachServer carries 200 connections over 100 ports: a port is taken
// towards one server and free towards another.
func TestPortsOfEachServer(t *testing.T) {
	const ports = 100
	client := func(env core.Env) error {
		servers := []string{"server.lab:443", "second.lab:443"}
		for i := range 2 * ports {
			c, err := env.Dial(servers[i/ports], core.Forever)
			if err == nil {
				err = ask(c, "hello")
			}
			if err != nil {
				return err
			}
			if got := c.Local().Port; got != 20000+i%ports {
				return fmt.Errorf("connection %d has port %d", i, got)
			}
		}
		var errs []error
		for _, server := range servers {
			_, err := env.Dial(server, core.Forever)
			errs = append(errs, want(err, core.ErrAddrNotAvailable, "connect to "+server+
				": cannot assign requested address: all ports from 20000 to 20099 are in use"))
		}
		return errors.Join(errs...)
	}
	playWith(t, pair(core.Ideal, echo, client, core.ServiceSpec{Machine: "second.lab", Boot: engine(echo)}),
		tcp.Factory(tcp.Config{FirstPort: 20000, LastPort: 20000 + ports - 1}))
}

// TestPortOfAListener wants no connection to go out from a port that listens.
func TestPortOfAListener(t *testing.T) {
	client := func(env core.Env) error {
		l, err := env.Listen(20000)
		if err != nil {
			return err
		}
		c, err := env.Dial("server.lab:443", core.Forever)
		if err != nil {
			return err
		}
		if got := c.Local().Port; got != 20001 {
			return fmt.Errorf("it has port %d", got)
		}
		if _, err = env.Dial("server.lab:443", core.Forever); !errors.Is(err, core.ErrAddrNotAvailable) {
			return fmt.Errorf("the second: %w", err)
		}
		if err := l.Close(); err != nil {
			return err
		}
		_, err = env.Dial("server.lab:443", core.Forever)
		return err
	}
	playWith(t, pair(core.Ideal, echo, client), tcp.Factory(tcp.Config{FirstPort: 20000, LastPort: 20001}))
}

// TestPortsComeRound closes connections until their ports are given out anew,
// which is not before TIME-WAIT is over.
func TestPortsComeRound(t *testing.T) {
	client := func(env core.Env) error {
		var got []int
		for range 4 {
			c, err := env.Dial("server.lab:443", core.Forever)
			if errors.Is(err, core.ErrAddrNotAvailable) {
				got = append(got, 0)
				err = env.Sleep(2 * time.Minute)
			} else if err == nil {
				got = append(got, c.Local().Port)
				err = ask(c, "hello")
				c.Close()
			}
			if err != nil {
				return err
			}
		}
		if s := fmt.Sprint(got); s != "[65534 65535 0 65534]" {
			return fmt.Errorf("the ports were %s", s)
		}
		return nil
	}
	playWith(t, pair(core.Ideal, echo, client), tcp.Factory(tcp.Config{FirstPort: 65534}))
}

func TestSameDigestTwice(t *testing.T) {
	digest := func() uint64 { return play(t, pair(lossy(5), echo, call(asksALot))).Digest }
	if a, b := digest(), digest(); a != b {
		t.Errorf("digests %x and %x", a, b)
	}
}

func want(err, kind error, text string) error {
	if !errors.Is(err, kind) || !strings.HasPrefix(err.Error(), text) {
		return fmt.Errorf("error %q, want %q", fmt.Sprint(err), text)
	}
	return nil
}

// says reads to the end and wants a word.
func says(c core.Conn, word string) error {
	got, err := readAll(c)
	if err == nil && string(got) != word {
		err = fmt.Errorf("the peer said %q, want %q", got, word)
	}
	return err
}

func readAll(c core.Conn) ([]byte, error) {
	var all []byte
	buffer := make([]byte, 3000)
	for {
		n, err := c.Read(buffer, core.Forever)
		all = append(all, buffer[:n]...)
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

// narrow is an ideal link whose connections have small buffers.
var narrow = func() core.Profile {
	p := core.Ideal
	p.TCP = &core.TCPConfig{SendBuffer: 65535, ReceiveBuffer: 65535}
	return p
}()

func lossy(percent core.Probability) core.Profile {
	return core.Profile{Name: "lossy", Loss: percent * core.Always / 100,
		Delay: core.UniformDelay(10*time.Millisecond, 30*time.Millisecond)}
}

func link(r *core.Result, name string) core.LinkStats {
	for _, l := range r.Links {
		if l.Name == name {
			return l
		}
	}
	panic("no link " + name)
}
