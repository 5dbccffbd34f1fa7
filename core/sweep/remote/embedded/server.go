//go:build embedded

package embedded

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

const (
	loopback = "127.0.0.1"

	// patience is how long a server that has started may take to let clients in.
	patience = 10 * time.Second

	// mostMemory is what streams may hold in memory. Those of a sweep are in files.
	mostMemory = 16 << 20
)

// Server is a NATS server that runs.
type Server struct {
	nats   *server.Server
	folder *folder
	url    string
}

// Start starts a server. Its error is one line, and says which folder or address it
// is about.
func Start(c Config) (*Server, error) {
	c.Host, c.Token = cmp.Or(c.Host, loopback), cmp.Or(c.Token, rand.Text())
	folder, err := openFolder(c.Dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Dir, err)
	}
	s := &Server{folder: folder}
	if err := s.start(&c); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Server) start(c *Config) (err error) {
	if s.nats, err = server.NewServer(options(c)); err != nil {
		return err
	}
	told := newLog(c.Warn)
	s.nats.SetLogger(told, false, false)
	s.nats.Start()
	if err := told.fatal(); err != nil {
		return err
	}
	if !s.nats.ReadyForConnections(patience) {
		return fmt.Errorf("it does not let clients in after %v", patience)
	}
	s.url = address(c, s.nats.Addr().(*net.TCPAddr).Port)
	return nil
}

func options(c *Config) *server.Options {
	return &server.Options{
		ServerName: "simlua",
		Host:       c.Host, Port: cmp.Or(c.Port, server.RANDOM_PORT),
		Authorization: c.Token,
		NoSigs:        true,
		JetStream:     true, StoreDir: c.Dir, SyncAlways: true,
		JetStreamMaxMemory:     mostMemory,
		DisableJetStreamBanner: true,
	}
}

// address is the URL of a server, as clients elsewhere need it: one that listens at
// all addresses is found by its host's name.
func address(c *Config, port int) string {
	host := c.Host
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = hostName()
	}
	u := url.URL{Scheme: "nats", User: url.User(c.Token), Host: net.JoinHostPort(host, strconv.Itoa(port))}
	return u.String()
}

// URL is where clients find the server, with the token.
func (s *Server) URL() string { return s.url }

// Close ends the server: clients are disconnected, and what they sent is safe. The
// folder stays, and another server may have it.
func (s *Server) Close() error {
	if s.nats != nil {
		s.nats.Shutdown()
		s.nats.WaitForShutdown()
	}
	return s.folder.close()
}
