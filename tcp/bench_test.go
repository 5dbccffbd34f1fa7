package tcp_test

import (
	"math"
	"runtime"
	"strconv"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/tcp"
)

// lossless is a link of 1 ms one way.
var lossless = core.Profile{Name: "lossless", Delay: core.ConstantDelay(time.Millisecond), Log: core.LogNone}

// BenchmarkEcho is one round trip of 64 bytes between two Go engines: two
// segments, four process switches, everything the kernel does included.
func BenchmarkEcho(b *testing.B) {
	b.ReportAllocs()
	play(b, pair(lossless, echo, func(env core.Env) error {
		c, err := env.Dial("server.lab:443", core.Forever)
		if err != nil {
			return err
		}
		message := make([]byte, 64)
		b.ResetTimer()
		for range b.N {
			if err := c.Write(message); err != nil {
				return err
			}
			if _, err := c.Read(message, core.Forever); err != nil {
				return err
			}
		}
		b.StopTimer()
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "roundtrips/s")
		return c.Close()
	}))
}

// BenchmarkBulk is one segment of a long transfer.
func BenchmarkBulk(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(tcp.DefaultMSS)
	play(b, pair(lossless, drain, func(env core.Env) error {
		c, err := env.Dial("server.lab:443", core.Forever)
		if err != nil {
			return err
		}
		chunk := make([]byte, tcp.DefaultMSS)
		b.ResetTimer()
		for range b.N {
			if err := c.Write(chunk); err != nil {
				return err
			}
		}
		if err := c.CloseWrite(); err != nil {
			return err
		}
		if _, err := c.Read(chunk, core.Forever); err == nil {
			return core.ErrIO
		}
		b.StopTimer()
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "segments/s")
		return c.Close()
	}))
}

// BenchmarkIdleConnections is a round trip beside 10,000 connections that are
// open and silent; it reports the memory of one end of such a connection,
// without its process.
func BenchmarkIdleConnections(b *testing.B) {
	const idle = 10_000
	b.ReportAllocs()
	play(b, pair(lossless, echo, func(env core.Env) error {
		before := heap()
		var conns [idle]core.Conn
		for i := range conns {
			c, err := env.Dial("silent.lab:443", core.Forever)
			if err != nil {
				return err
			}
			if err := c.Write([]byte("hello")); err != nil {
				return err
			}
			conns[i] = c
		}
		if err := env.Sleep(time.Hour); err != nil {
			return err
		}
		memory := float64(heap()-before) / (2 * idle)
		c, err := env.Dial("server.lab:443", core.Forever)
		if err != nil {
			return err
		}
		b.ResetTimer()
		for range b.N {
			if err := ask(c, "hello"); err != nil {
				return err
			}
		}
		b.StopTimer()
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "roundtrips/s")
		b.ReportMetric(memory, "B/connection")
		runtime.KeepAlive(conns)
		return nil
	}, core.ServiceSpec{Machine: "silent.lab", Boot: engine(acceptsAndReadsOnce)}))
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// acceptsAndReadsOnce takes connections, reads once from each and keeps them.
func acceptsAndReadsOnce(env core.Env) error {
	l, err := env.Listen(443)
	if err != nil {
		return err
	}
	for {
		c, err := l.Accept(core.Forever)
		if err != nil {
			return err
		}
		if _, err := c.Read(make([]byte, 10), core.Forever); err != nil {
			return err
		}
	}
}

// BenchmarkListeners opens and closes so many listeners of one machine. The
// exponent is that of the time, between the least number and this one.
func BenchmarkListeners(b *testing.B) {
	growth(b, func(b *testing.B, n int) {
		play(b, pair(lossless, echo, func(env core.Env) error {
			b.ResetTimer()
			for range b.N {
				if err := opensAndCloses(env, n); err != nil {
					return err
				}
			}
			b.StopTimer()
			return nil
		}))
	})
}

// BenchmarkReleases ends n services of one machine, each with a port of its own.
func BenchmarkReleases(b *testing.B) {
	growth(b, func(b *testing.B, n int) {
		var services []core.ServiceSpec
		for i := range n {
			services = append(services, core.ServiceSpec{Machine: "many.lab", Name: strconv.Itoa(i),
				Boot: engine(func(env core.Env) error {
					if _, err := env.Listen(1000 + i); err != nil {
						return err
					}
					return env.Sleep(time.Second)
				})})
		}
		world := pair(lossless, echo, func(env core.Env) error { return env.Sleep(2 * time.Second) }, services...)
		b.ResetTimer()
		for range b.N {
			play(b, world)
		}
		b.StopTimer()
	})
}

// growth runs a benchmark with 500, 5,000 and 50,000 things and reports with
// which power of their number the time grows.
func growth(b *testing.B, bench func(b *testing.B, n int)) {
	counts, least := []int{500, 5_000, 50_000}, 0.0
	for _, n := range counts {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			bench(b, n)
			each := b.Elapsed().Seconds() / float64(b.N)
			if n == counts[0] {
				least = each
				return
			}
			b.ReportMetric(math.Log(each/least)/math.Log(float64(n)/float64(counts[0])), "exponent")
		})
	}
}

func opensAndCloses(env core.Env, listeners int) error {
	open := make([]core.Listener, listeners)
	for i := range open {
		l, err := env.Listen(1000 + i)
		if err != nil {
			return err
		}
		open[i] = l
	}
	for _, l := range open {
		if err := l.Close(); err != nil {
			return err
		}
	}
	return nil
}
