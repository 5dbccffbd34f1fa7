package luabind_test

import (
	"container/heap"
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
	"simlua.example/luabind"
	"simlua.example/tcp"
)

// BenchmarkFloors measures what simlua does beside the least that it could be
// made of, in turn, piece by piece, and reports the lower quartile of the pieces
// of each, and their ratio. A piece is a fraction of a millisecond, so that what
// else the computer does hits few of them.
//
//	sleep    one of 1,000 processes  floor: one of 1,000 bare coroutines is
//	         sleeps                  resumed, in the order of a heap
//	goecho   64 bytes, there and     floor: four coroutines are resumed
//	         back, between Go engines
//	luaecho  the same between Lua    floor: Lua calls a Go function four times,
//	         services                and four coroutines are resumed
//	bulk     a full segment          floor: it is copied, and two events go
//	                                 through a heap of 1,000
func BenchmarkFloors(b *testing.B) {
	for _, c := range []struct {
		name       string
		piece      int // rounds
		floor, run func(b *testing.B, m *meter)
	}{
		{"sleep", 1_000, floorSleep, runSleep},
		{"goecho", 100, floorEcho, runGoEcho},
		{"luaecho", 100, floorLua, runLuaEcho},
		{"bulk", 1_000, floorCopy, runBulk},
	} {
		b.Run(c.name, func(b *testing.B) {
			floor, run := &meter{piece: c.piece}, &meter{piece: c.piece}
			for range b.N {
				floor.begin()
				c.floor(b, floor)
				run.begin()
				c.run(b, run)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(floor.each(), "ns/floor")
			b.ReportMetric(run.each(), "ns/"+c.name)
			b.ReportMetric(run.each()/floor.each(), "ratio")
		})
	}
}

// meter takes the time of pieces.
type meter struct {
	piece  int // rounds in one
	rounds int
	last   time.Time
	pieces []float64
}

const (
	warmUp    = 10 // pieces that do not count
	allPieces = warmUp + 40
)

func (m *meter) begin() { m.rounds, m.last = 0, time.Now() }

// more counts a round and says whether there are more.
func (m *meter) more() bool {
	if m.rounds++; m.rounds%m.piece != 0 {
		return true
	}
	now := time.Now()
	if m.rounds > warmUp*m.piece {
		m.pieces = append(m.pieces, float64(now.Sub(m.last)))
	}
	m.last = now
	return m.rounds < allPieces*m.piece
}

// each is the time of one round, in ns.
func (m *meter) each() float64 {
	slices.Sort(m.pieces)
	return m.pieces[len(m.pieces)/4] / float64(m.piece)
}

// coroutine is one that does nothing.
func coroutine() (resume func() (struct{}, bool), stop func()) {
	return iter.Pull(func(yield func(struct{}) bool) {
		for yield(struct{}{}) {
		}
	})
}

// floorSleep resumes the coroutine that is next in a heap.
func floorSleep(_ *testing.B, m *meter) {
	r := core.NewRandom(1, "heap")
	var events moments
	for range 1_000 {
		resume, stop := coroutine()
		defer stop()
		events = append(events, moment{time.Duration(r.Uint64n(1e9)), resume})
	}
	heap.Init(&events)
	for m.more() {
		events[0].resume()
		events[0].at += time.Duration(r.Uint64n(1e9))
		heap.Fix(&events, 0)
	}
}

func floorEcho(_ *testing.B, m *meter) {
	resume, stop := coroutine()
	defer stop()
	for m.more() {
		for range 4 {
			resume()
		}
	}
}

// floorLua is what an echo needs: two services that send and receive, which
// makes four calls, and four switches.
func floorLua(b *testing.B, m *meter) {
	L := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer L.Close()
	resume, stop := coroutine()
	defer stop()
	L.SetGlobal("call", L.NewFunction(func(L *lua.LState) int {
		resume()
		L.Push(L.Get(1))
		return 1
	}))
	L.SetGlobal("more", L.NewFunction(func(L *lua.LState) int {
		L.Push(lua.LBool(m.more()))
		return 1
	}))
	err := L.DoString(`local call, more, v = call, more, "ping" while more() do call(v) call(v) call(v) call(v) end`)
	if err != nil {
		b.Fatal(err)
	}
}

// floorCopy copies a segment's payload and takes two events through a heap.
func floorCopy(_ *testing.B, m *meter) {
	from, to := make([]byte, tcp.DefaultMSS), make([]byte, tcp.DefaultMSS)
	r := core.NewRandom(1, "heap")
	events := make(moments, 1_000)
	for m.more() {
		copy(to, from)
		for range 2 {
			events[0].at += time.Duration(r.Uint64n(1e9))
			heap.Fix(&events, 0)
		}
	}
}

// moments is a heap.
type moments []moment

type moment struct {
	at     time.Duration
	resume func() (struct{}, bool)
}

func (m moments) Len() int           { return len(m) }
func (m moments) Less(i, j int) bool { return m[i].at < m[j].at }
func (m moments) Swap(i, j int)      { m[i], m[j] = m[j], m[i] }
func (m *moments) Push(x any)        { *m = append(*m, x.(moment)) }
func (m *moments) Pop() any          { panic("never") }

// playFloor plays a server and a client, which measures.
func playFloor(b *testing.B, server, client core.EngineFunc) {
	boot := func(run core.EngineFunc) func() (core.Engine, error) {
		return func() (core.Engine, error) { return run, nil }
	}
	link := core.Profile{Delay: core.ConstantDelay(time.Millisecond), Log: core.LogNone}
	s := &core.Scenario{
		Links: []core.LinkSpec{{A: "home", B: "lab", AtoB: link, BtoA: link}},
		Services: []core.ServiceSpec{
			{Machine: "server.lab", Boot: boot(server)},
			{Machine: "client.home", Boot: boot(client), Bot: true},
		},
		Limits: core.Limits{Steps: 1 << 40, Time: 1 << 60, Idle: 1 << 60},
	}
	c, err := core.NewCluster(s, core.Settings{Seed: 1, Network: tcp.New})
	if err != nil {
		b.Fatal(err)
	}
	if r := c.Run(context.Background()); r.Verdict != core.Pass {
		b.Fatal(r.Reason)
	}
}

func runSleep(b *testing.B, m *meter) {
	playFloor(b, func(core.Env) error { return nil }, func(env core.Env) error {
		r, done := core.NewRandom(1, "sleeps"), env.NewFuture()
		for range 1_000 {
			env.Go("sleeper", func() error {
				for !done.Done() {
					if err := env.Sleep(time.Duration(r.Uint64n(1e9))); err != nil {
						return err
					}
					if !m.more() {
						done.Set(nil)
					}
				}
				return nil
			})
		}
		_, err := done.Wait(core.Forever)
		return err
	})
}

// serveOne serves one connection.
func serveOne(serve func(core.Conn) error) core.EngineFunc {
	return func(env core.Env) error {
		l, err := env.Listen(443)
		if err != nil {
			return err
		}
		c, err := l.Accept(core.Forever)
		if err != nil {
			return err
		}
		return serve(c)
	}
}

func runGoEcho(b *testing.B, m *meter) {
	echo := func(c core.Conn) error {
		buffer := make([]byte, 4096)
		for {
			n, err := c.Read(buffer, core.Forever)
			if err == io.EOF {
				return nil
			}
			if err == nil {
				err = c.Write(buffer[:n])
			}
			if err != nil {
				return err
			}
		}
	}
	playFloor(b, serveOne(echo), func(env core.Env) error {
		c, err := env.Dial("server.lab:443", core.Forever)
		if err != nil {
			return err
		}
		message := make([]byte, 64)
		for m.more() {
			if err := c.Write(message); err != nil {
				return err
			}
			if _, err := c.Read(message, core.Forever); err != nil {
				return err
			}
		}
		return c.Close()
	})
}

func runBulk(b *testing.B, m *meter) {
	drain := func(c core.Conn) error {
		buffer := make([]byte, 64<<10)
		for {
			if _, err := c.Read(buffer, core.Forever); err != nil {
				return c.Close()
			}
		}
	}
	playFloor(b, serveOne(drain), func(env core.Env) error {
		c, err := env.Dial("server.lab:443", core.Forever)
		if err != nil {
			return err
		}
		chunk := make([]byte, tcp.DefaultMSS)
		for m.more() {
			if err := c.Write(chunk); err != nil {
				return err
			}
		}
		return c.Close()
	})
}

// runLuaEcho counts rounds by the lines that a bot writes after each piece.
func runLuaEcho(b *testing.B, m *meter) {
	text := strings.Replace(fmt.Sprintf(echo, `"ping"`), "    conn:receive()\n", fmt.Sprintf(
		"    conn:receive()\n    if _ %% %d == 0 then env:log(1) end\n", m.piece), 1)
	program, err := luabind.LoadFS(fstest.MapFS{"echo.lua": {Data: []byte(text)}}, "echo.lua")
	if err != nil {
		b.Fatal(err)
	}
	r, err := program.Run(context.Background(), luabind.RunOptions{Seed: 1, Observers: []core.Observer{lines{m}},
		Set: []string{fmt.Sprintf("rounds=%d", allPieces*m.piece)}})
	if err != nil || r.Verdict != core.Pass {
		b.Fatal(err, r)
	}
}

// lines tells a meter of each line.
type lines struct{ *meter }

func (lines) Wants() core.Keep                   { return core.KeepLines }
func (lines) Packets(string, *core.Profile) bool { return false }

func (l lines) Observe(f *core.Fact) {
	if f.Kind == core.FactLog {
		l.rounds += l.piece - 1
		l.more()
	}
}
