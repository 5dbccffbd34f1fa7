package tcp_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/tcp"
)

// TestTimeWaitGivesWay connects again between the same two ports while the
// server, which closed first, is in TIME-WAIT.
func TestTimeWaitGivesWay(t *testing.T) {
	client := func(env core.Env) error {
		for range 3 {
			start := env.Now()
			c, err := env.Dial("server.lab:443", core.Forever)
			if err != nil {
				return err
			}
			if took := env.Now() - start; took != 100*time.Millisecond || c.Local().Port != 65535 {
				return fmt.Errorf("a connect from %v took %v", c.Local(), took)
			}
			if err := errors.Join(says(c, ""), c.Close(), env.Sleep(time.Second)); err != nil {
				return err
			}
		}
		return nil
	}
	closes := serve(func(_ core.Env, c core.Conn) error { return c.Close() })
	playWith(t, pair(core.Ideal, closes, client), tcp.Factory(tcp.Config{FirstPort: 65535}))
}

// TestTimeWaitRefuses connects again between the same two ports while the server, which
// closed first, is in TIME-WAIT and listens no more: its ACK makes the client reset the old
// connection and send its SYN again at once, which is refused. Linux 6.18 takes two ticks and
// two round trips, too.
func TestTimeWaitRefuses(t *testing.T) {
	client := func(env core.Env) error {
		c, err := env.Dial("server.lab:443", core.Forever)
		if err != nil {
			return err
		}
		if err := errors.Join(says(c, ""), c.Close(), env.Sleep(time.Second)); err != nil {
			return err
		}
		start := env.Now()
		_, err = env.Dial("server.lab:443", core.Forever)
		if took := env.Now() - start; took != 208*time.Millisecond {
			return fmt.Errorf("refused after %v", took)
		}
		return want(err, core.ErrRefused, "")
	}
	server := func(env core.Env) error {
		l, err := env.Listen(443)
		if err != nil {
			return err
		}
		c, err := l.Accept(core.Forever)
		return errors.Join(err, l.Close(), c.Close(), env.Sleep(time.Minute))
	}
	playWith(t, pair(core.Ideal, server, client), tcp.Factory(tcp.Config{FirstPort: 65535}))
}
