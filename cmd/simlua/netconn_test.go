package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gomodule/redigo/redis"

	"simlua.example/core"
	"simlua.example/tcp"
)

// lossy harms packets in all ways that TCP mends.
var lossy = core.Profile{Name: "lossy", Delay: core.UniformDelay(5*time.Millisecond, 25*time.Millisecond),
	Loss: core.Always / 20, Duplicate: core.Always / 50, Corrupt: core.Always / 50}

// play runs a client against a server, over real TCP and a lossy link.
func play(t *testing.T, seed uint64, server, client core.EngineFunc) *core.Result {
	t.Helper()
	boot := func(f core.EngineFunc) func() (core.Engine, error) {
		return func() (core.Engine, error) { return f, nil }
	}
	c, err := core.NewCluster(&core.Scenario{
		Links: []core.LinkSpec{{A: "botnet", B: "public", AtoB: lossy, BtoA: lossy}},
		Services: []core.ServiceSpec{
			{Machine: "server.public", Boot: boot(server)},
			{Machine: "client.botnet", Boot: boot(client), Bot: true},
		},
	}, core.Settings{Seed: seed, Network: tcp.New})
	if err != nil {
		t.Fatal(err)
	}
	r := c.Run(context.Background())
	if r.Verdict != core.Pass {
		t.Fatalf("seed %d: %s: %s\n%v", seed, r.Verdict, r.Reason, r.Err)
	}
	return r
}

// playTwice runs many seeds, each of them twice: with the same digest, and on
// links that TCP had something to do on.
func playTwice(t *testing.T, server, client core.EngineFunc) {
	t.Helper()
	mended := uint64(0)
	digests := map[uint64]bool{}
	for seed := uint64(1); seed <= 10; seed++ {
		first, second := play(t, seed, server, client), play(t, seed, server, client)
		if first.Digest != second.Digest {
			t.Errorf("seed %d: digest %016x, then %016x", seed, first.Digest, second.Digest)
		}
		digests[first.Digest] = true
		for _, l := range first.Links {
			mended += l.Retransmitted
		}
	}
	if mended == 0 || len(digests) != 10 {
		t.Errorf("%d segments were sent again, %d runs differ", mended, len(digests))
	}
}

// serve handles every connection in a process of its own. An error of handle
// is about the connection.
func serve(port int, handle func(env core.Env, c net.Conn) error) core.EngineFunc {
	return func(env core.Env) error {
		l, err := env.Listen(port)
		if err != nil {
			return err
		}
		for {
			conn, err := l.Accept(core.Forever)
			if err != nil {
				return err
			}
			env.Go("connection", func() error {
				c := core.NetConn(env, conn)
				defer c.Close()
				if err := handle(env, c); err != nil && !errors.Is(err, io.EOF) {
					env.Log(core.Warn, err.Error())
				}
				return nil
			})
		}
	}
}

// dialer is what libraries dial with.
func dialer(env core.Env) func(network, address string) (net.Conn, error) {
	return func(_, address string) (net.Conn, error) {
		conn, err := env.Dial(address, core.Forever)
		if err != nil {
			return nil, err
		}
		return core.NetConn(env, conn), nil
	}
}

// body is what the HTTP server says: more than a segment.
func body(path string) string { return strings.Repeat("you asked for "+path+"\n", 500) }

// httpServer answers with the standard library's messages. On /slow it takes
// its time.
func httpServer(env core.Env, c net.Conn) error {
	for r := bufio.NewReader(c); ; {
		request, err := http.ReadRequest(r)
		if err != nil {
			return err
		}
		sent, err := io.ReadAll(request.Body)
		if err != nil {
			return err
		}
		if request.URL.Path == "/slow" {
			_ = env.Sleep(time.Minute)
		}
		response := http.Response{StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Request: request,
			Header: http.Header{"Received": {strconv.Itoa(len(sent))}}, ContentLength: -1,
			TransferEncoding: []string{"chunked"}, Body: io.NopCloser(strings.NewReader(body(request.URL.Path)))}
		if err := response.Write(c); err != nil {
			return err
		}
	}
}

func httpClient(env core.Env) error {
	c, err := dialer(env)("tcp", "server.public:80")
	if err != nil {
		return err
	}
	r := bufio.NewReader(c)
	call := func(method, path, text string, timeout time.Duration) (*http.Response, string, error) {
		request, err := http.NewRequest(method, "http://server.public"+path, strings.NewReader(text))
		if err != nil {
			return nil, "", err
		}
		if err := c.SetDeadline(core.Time(env).Add(timeout)); err != nil {
			return nil, "", err
		}
		if err := request.Write(c); err != nil {
			return nil, "", err
		}
		response, err := http.ReadResponse(r, request)
		if err != nil {
			return nil, "", err
		}
		all, err := io.ReadAll(response.Body)
		return response, string(all), err
	}
	for i := range 20 {
		path, text := fmt.Sprintf("/page%d", i), strings.Repeat("x", 500*i)
		response, got, err := call("POST", path, text, 20*time.Second)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if received := response.Header.Get("Received"); got != body(path) || received != strconv.Itoa(len(text)) {
			return fmt.Errorf("%s: %s, %q", path, received, got)
		}
	}
	began := env.Monotonic()
	_, _, err = call("GET", "/slow", "", 5*time.Second)
	if passed := env.Monotonic() - began; !errors.Is(err, os.ErrDeadlineExceeded) || passed != 5*time.Second {
		return fmt.Errorf("/slow: %w after %v", err, passed)
	}
	return c.Close()
}

// TestHTTP speaks HTTP/1.1 with net/http's own reading and writing.
func TestHTTP(t *testing.T) { playTwice(t, serve(80, httpServer), httpClient) }

// redisServer speaks enough RESP for a client: arrays of bulk strings come in.
func redisServer(store map[string]string) func(core.Env, net.Conn) error {
	return func(_ core.Env, c net.Conn) error {
		for r := bufio.NewReader(c); ; {
			var count int
			if _, err := fmt.Fscanf(r, "*%d\r\n", &count); err != nil {
				return err
			}
			words := make([]string, count)
			for i := range words {
				var size int
				if _, err := fmt.Fscanf(r, "$%d\r\n", &size); err != nil {
					return err
				}
				word := make([]byte, size+len("\r\n"))
				if _, err := io.ReadFull(r, word); err != nil {
					return err
				}
				words[i] = string(word[:size])
			}
			if _, err := io.WriteString(c, redisReply(store, words)); err != nil {
				return err
			}
		}
	}
}

func redisReply(store map[string]string, words []string) string {
	switch command := words[0]; {
	case command == "SET" && len(words) == 3:
		store[words[1]] = words[2]
		return "+OK\r\n"
	case command == "GET" && len(words) == 2:
		value, known := store[words[1]]
		if !known {
			return "$-1\r\n"
		}
		return fmt.Sprintf("$%d\r\n%s\r\n", len(value), value)
	case command == "INCR" && len(words) == 2:
		n, _ := strconv.Atoi(store[words[1]])
		store[words[1]] = strconv.Itoa(n + 1)
		return fmt.Sprintf(":%d\r\n", n+1)
	}
	return fmt.Sprintf("-ERR unknown command '%s'\r\n", words[0])
}

func redisClient(env core.Env) error {
	c, err := redis.Dial("tcp", "server.public:6379", redis.DialNetDial(dialer(env)))
	if err != nil {
		return err
	}
	large := strings.Repeat("value ", 20_000)
	if _, err := c.Do("SET", "large", large); err != nil {
		return err
	}
	if got, err := redis.String(c.Do("GET", "large")); err != nil || got != large {
		return fmt.Errorf("GET: %d bytes, want %d: %w", len(got), len(large), err)
	}
	if _, err := redis.String(c.Do("GET", "nothing")); !errors.Is(err, redis.ErrNil) {
		return fmt.Errorf("GET of nothing: %w", err)
	}
	if _, err := c.Do("FLY"); !errors.As(err, new(redis.Error)) {
		return fmt.Errorf("FLY: %w", err)
	}
	for range 50 { // in a pipeline
		if err := c.Send("INCR", "count"); err != nil {
			return err
		}
	}
	if err := c.Flush(); err != nil {
		return err
	}
	for i := range 50 {
		if n, err := redis.Int(c.Receive()); err != nil || n != i+1 {
			return fmt.Errorf("INCR %d: %d, %w", i+1, n, err)
		}
	}
	env.Go("closer", func() error {
		_ = env.Sleep(time.Second)
		return c.Close()
	})
	if _, err := c.Receive(); !errors.Is(err, net.ErrClosed) { // nothing is to come
		return fmt.Errorf("Receive: %w", err)
	}
	return nil
}

// TestRedis runs an unmodified client library for Redis.
func TestRedis(t *testing.T) {
	playTwice(t, func(env core.Env) error {
		return serve(6379, redisServer(map[string]string{}))(env)
	}, redisClient)
}
