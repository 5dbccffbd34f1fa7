package tcp_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"simlua/core"
	"simlua/tcp"
)

// TestBehaviours plays a server and a client over a link and lets the client
// say what is wrong.
func TestBehaviours(t *testing.T) {
	for _, c := range []struct {
		name           string
		link           core.Profile
		server, client func(core.Env) error
	}{
		{"no such machine", core.Ideal, idle, dials("nowhere.lab:443", core.ErrNoRoute, "connect to nowhere.lab:443: no route")},
		{"no link to the network", core.Ideal, idle, dials("island.far:443", core.ErrNoRoute, "connect to island.far:443: no route")},
		{"nothing listens", core.Ideal, idle, dials("server.lab:443", core.ErrRefused, "connect to server.lab:443: connection refused")},
		{"request and reply", core.Ideal, echo, call(func(_ core.Env, c core.Conn) error { return ask(c, "hello") })},
		{"a server that never accepts", core.Ideal, listens, call(readsNothing)},
		{"a server that accepts and never answers", core.Ideal, serve(sleeps), call(readsNothing)},
		{"packets out of order are put right", core.ReverseLatency, echo, call(asksALot)},
		{"loss is made good", lossy(5), echo, call(asksALot)},
		{"parallel connections", core.Internet, echo, inParallel(50, func(_ core.Env, c core.Conn) error { return ask(c, "hello") })},
		{"each connection has its own port", core.Ideal, echo, ownPorts},
		{"a subscription streams and ends", core.Internet, serve(streams), call(subscribes)},
		{"half-close", core.Ideal, serve(countsThenAnswers), call(asksHowMany)},
		{"a writer waits for a slow reader", core.Ideal, serve(readsSlowly), call(writesALot)},
		{"the bytes of each write stay together", core.Ideal, serve(readsLetters), call(writesFromMany)},
		{"a connection to itself", core.Ideal, idle, talksToItself},
		{"use after close", core.Ideal, echo, call(usesAfterClose)},
		{"address in use", core.Ideal, idle, listensTwice},
		{"a listener that closes resets who was not accepted", core.Ideal, closesListener, call(isReset)},
		{"closed with bytes unread", core.Ideal, serve(closesUnread), call(asksAndIsReset)},
		{"a service that ends closes its connections", core.Ideal, acceptsAndReturns, call(readsEnd)},
		{"addresses", core.Ideal, echo, call(knowsAddresses)},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := pair(c.link, c.server, c.client)
			s.Services = append(s.Services, core.ServiceSpec{Machine: "island.far", Boot: engine(idle)})
			play(t, s)
		})
	}
}

// TestDuplicates delivers every packet twice: nothing may change.
func TestDuplicates(t *testing.T) {
	twice := func(host core.Host) core.Network { return doubled{tcp.New(host)} }
	playWith(t, pair(core.Internet, echo, call(asksALot)), twice)
}

// doubled is a network whose links deliver everything twice.
type doubled struct{ core.Network }

func (d doubled) Deliver(p core.Packet) {
	d.Network.Deliver(p)
	d.Network.Deliver(p)
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
	simple.TCP = core.TCPSimple
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
	simple.TCP = core.TCPSimple
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

func TestNoFreePort(t *testing.T) {
	client := func(env core.Env) error {
		for range 2 {
			if _, err := env.Dial("server.lab:443", core.Forever); err != nil {
				return err
			}
		}
		_, err := env.Dial("server.lab:443", core.Forever)
		return want(err, core.ErrNoSpace, "connect to server.lab:443: no space left: no free port")
	}
	playWith(t, pair(core.Ideal, echo, client), tcp.Factory(tcp.Config{FirstPort: 65534}))
}

// TestPortsComeRound closes connections until their ports are given out anew,
// which is not before TIME-WAIT is over.
func TestPortsComeRound(t *testing.T) {
	client := func(env core.Env) error {
		var got []int
		for range 4 {
			c, err := env.Dial("server.lab:443", core.Forever)
			if errors.Is(err, core.ErrNoSpace) {
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

func TestConfig(t *testing.T) {
	err := tcp.Config{MSS: -1, ReceiveBuffer: 70_000, TimeWait: -time.Second}.Validate()
	for _, what := range []string{"MSS is from 1 to", "ReceiveBuffer is from 1 to 65535", "TimeWait is above 0"} {
		if err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%v does not say that %s", err, what)
		}
	}
	if err := (tcp.Config{}).Validate(); err != nil {
		t.Error(err)
	}
}

// --- what servers do

func idle(env core.Env) error { return sleeps(env, nil) }

func sleeps(env core.Env, _ core.Conn) error { return env.Sleep(time.Hour) }

func listens(env core.Env) error {
	if _, err := env.Listen(443); err != nil {
		return err
	}
	return idle(env)
}

func streams(env core.Env, c core.Conn) error {
	for i := range 50 {
		if err := c.Write(fmt.Appendln(nil, "event", i)); err != nil {
			return err
		}
		if err := env.Sleep(10 * time.Millisecond); err != nil {
			return err
		}
	}
	return c.Close()
}

func countsThenAnswers(_ core.Env, c core.Conn) error {
	all, err := readAll(c)
	if err != nil {
		return err
	}
	return errors.Join(c.Write(fmt.Append(nil, len(all))), c.Close())
}

func readsSlowly(env core.Env, c core.Conn) error {
	n := 0
	for {
		if err := env.Sleep(time.Second); err != nil {
			return err
		}
		got, err := c.Read(make([]byte, 30_000), core.Forever)
		if n += got; err == io.EOF {
			return errors.Join(c.Write(fmt.Append(nil, n)), c.Close())
		}
		if err != nil {
			return err
		}
	}
}

func readsLetters(_ core.Env, c core.Conn) error {
	all, err := readAll(c)
	if err != nil {
		return err
	}
	runs := 1
	for i := 1; i < len(all); i++ {
		if all[i] != all[i-1] {
			runs++
		}
	}
	return errors.Join(c.Write(fmt.Append(nil, runs)), c.Close())
}

func closesListener(env core.Env) error {
	l, err := env.Listen(443)
	if err == nil {
		err = env.Sleep(time.Second)
	}
	if err == nil {
		err = l.Close()
	}
	if err == nil {
		_, err = l.Accept(core.Forever)
		err = want(err, core.ErrClosed, "accept on server.lab:443: closed")
	}
	if err == nil {
		_, err = env.Listen(443)
	}
	if err != nil {
		return err
	}
	return idle(env)
}

func closesUnread(env core.Env, c core.Conn) error {
	if err := env.Sleep(time.Second); err != nil {
		return err
	}
	return c.Close()
}

func acceptsAndReturns(env core.Env) error {
	l, err := env.Listen(443)
	if err == nil {
		_, err = l.Accept(core.Forever)
	}
	return err
}

// --- what clients do

func dials(address string, kind error, text string) func(core.Env) error {
	return func(env core.Env) error {
		_, err := env.Dial(address, core.Forever)
		return want(err, kind, text)
	}
}

func readsNothing(env core.Env, c core.Conn) error {
	if err := c.Write([]byte("hello")); err != nil {
		return err
	}
	start := env.Now()
	_, err := c.Read(make([]byte, 10), 2*time.Second)
	if took := env.Now() - start; took != 2*time.Second {
		return fmt.Errorf("a read of 2 s took %v", took)
	}
	return want(err, core.ErrTimeout, "read from server.lab:443: timeout")
}

// asksALot writes 200,000 bytes in pieces of all sizes and wants them back.
func asksALot(env core.Env, c core.Conn) error {
	sent := make([]byte, 200_000)
	for i := range sent {
		sent[i] = byte(i * i >> 8)
	}
	env.Go("writer", func() error {
		for rest, n := sent, 1; len(rest) > 0; n = n*3%4001 + 1 {
			n = min(n, len(rest))
			if err := c.Write(rest[:n]); err != nil {
				return err
			}
			rest = rest[n:]
		}
		return c.CloseWrite()
	})
	got, err := readAll(c)
	if err != nil {
		return err
	}
	if string(got) != string(sent) {
		return fmt.Errorf("got %d bytes, and not those of the %d sent", len(got), len(sent))
	}
	return c.Close()
}

// inParallel runs fn over n connections, each dialled by a process of its own.
func inParallel(n int, fn func(core.Env, core.Conn) error) func(core.Env) error {
	return func(env core.Env) error {
		done := env.NewFuture()
		left := n
		for range n {
			env.Go("caller", func() error {
				if err := call(fn)(env); err != nil {
					return err
				}
				if left--; left == 0 {
					done.Set(nil)
				}
				return nil
			})
		}
		_, err := done.Wait(core.Forever)
		return err
	}
}

func ownPorts(env core.Env) error {
	for port := 10000; port < 10010; port++ {
		c, err := env.Dial("server.lab:443", core.Forever)
		if err != nil {
			return err
		}
		if c.Local().Port != port {
			return fmt.Errorf("port %d, want %d", c.Local().Port, port)
		}
	}
	return nil
}

func subscribes(_ core.Env, c core.Conn) error {
	got, err := readAll(c)
	if err != nil {
		return err
	}
	if n := strings.Count(string(got), "event"); n != 50 || !strings.HasSuffix(string(got), "event 49\n") {
		return fmt.Errorf("%d events, the last bytes are %q", n, got[max(0, len(got)-10):])
	}
	return nil
}

func asksHowMany(_ core.Env, c core.Conn) error {
	if err := errors.Join(c.Write([]byte("12345")), c.CloseWrite(), c.CloseWrite()); err != nil {
		return err
	}
	if err := want(c.Write([]byte("6")), core.ErrClosed, "write to server.lab:443: closed"); err != nil {
		return err
	}
	return says(c, "5")
}

func writesALot(env core.Env, c core.Conn) error {
	start := env.Now()
	for range 50 {
		if err := c.Write(make([]byte, 10_000)); err != nil {
			return err
		}
	}
	if took := env.Now() - start; took < 10*time.Second {
		return fmt.Errorf("the writes took only %v, though the reader is slow", took)
	}
	if err := c.CloseWrite(); err != nil {
		return err
	}
	return says(c, "500000")
}

// writesFromMany lets five processes write a letter each, far more than the
// buffers hold: the letters may not mix.
func writesFromMany(env core.Env, c core.Conn) error {
	done := env.NewFuture()
	left := 5
	for i := range left {
		env.Go("writer", func() error {
			err := c.Write([]byte(strings.Repeat(string(rune('a'+i)), 200_000)))
			if left--; left == 0 {
				done.Set(nil)
			}
			return err
		})
	}
	if _, err := done.Wait(core.Forever); err != nil {
		return err
	}
	if err := c.CloseWrite(); err != nil {
		return err
	}
	return says(c, "5")
}

func talksToItself(env core.Env) error {
	l, err := env.Listen(10000)
	if err != nil {
		return err
	}
	env.Go("server", func() error {
		c, err := l.Accept(core.Forever)
		if err != nil {
			return err
		}
		return countsThenAnswers(env, c)
	})
	c, err := env.Dial("client.home:10000", core.Forever)
	if err != nil {
		return err
	}
	if c.Local().Port == 10000 {
		return errors.New("an outgoing connection took a listener's port")
	}
	if err := errors.Join(c.Write([]byte("abc")), c.CloseWrite()); err != nil {
		return err
	}
	return says(c, "3")
}

func usesAfterClose(_ core.Env, c core.Conn) error {
	if err := errors.Join(c.Close(), c.Close(), c.CloseWrite()); err != nil {
		return err
	}
	_, err := c.Read(make([]byte, 1), core.Forever)
	return errors.Join(want(err, core.ErrClosed, "read from server.lab:443: closed"),
		want(c.Write([]byte("x")), core.ErrClosed, "write to server.lab:443: closed"))
}

func listensTwice(env core.Env) error {
	l, err := env.Listen(443)
	if err != nil {
		return err
	}
	_, err = env.Listen(443)
	if err := want(err, core.ErrInUse, "listen on client.home:443: address in use"); err != nil {
		return err
	}
	if _, err := l.Accept(time.Second); !errors.Is(err, core.ErrTimeout) {
		return fmt.Errorf("accept: %w", err)
	}
	if err := l.Close(); err != nil {
		return err
	}
	_, err = env.Listen(443)
	return err
}

func isReset(_ core.Env, c core.Conn) error {
	_, err := c.Read(make([]byte, 1), core.Forever)
	return want(err, core.ErrReset, "read from server.lab:443: connection reset")
}

func asksAndIsReset(env core.Env, c core.Conn) error {
	if err := c.Write([]byte("hello")); err != nil {
		return err
	}
	if err := isReset(env, c); err != nil {
		return err
	}
	return want(c.Write([]byte("hello")), core.ErrReset, "write to server.lab:443: connection reset")
}

func readsEnd(_ core.Env, c core.Conn) error { return says(c, "") }

func knowsAddresses(_ core.Env, c core.Conn) error {
	if got := c.Local().String() + " " + c.Remote().String(); got != "client.home:10000 server.lab:443" {
		return fmt.Errorf("the ends are %s", got)
	}
	return nil
}

// --- helpers

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
