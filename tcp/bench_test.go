package tcp_test

import (
	"testing"
	"time"

	"simlua/core"
	"simlua/tcp"
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
