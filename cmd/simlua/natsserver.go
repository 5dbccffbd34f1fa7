package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	"simlua.example/core/sweep/remote"
	"simlua.example/core/sweep/remote/embedded"
	"simlua.example/disk"
	"simlua.example/reports"
)

// natsURL is a flag: the URL of a server, or that of one in this process:
// "embedded", or "embedded://[TOKEN@]HOST[:PORT]".
type natsURL struct {
	text     string
	embedded *embedded.Config // nil for a server elsewhere
}

const embeddedScheme = "embedded"

func (u *natsURL) Type() string   { return "URL" }
func (u *natsURL) String() string { return u.text }

func (u *natsURL) Set(text string) error {
	if text != embeddedScheme && !strings.HasPrefix(text, embeddedScheme+":") {
		*u = natsURL{text: text}
		return remote.CheckURL(text)
	}
	config, err := parseEmbedded(text)
	*u = natsURL{text, config}
	return err
}

func parseEmbedded(text string) (*embedded.Config, error) {
	if text == embeddedScheme {
		return &embedded.Config{}, nil
	}
	parsed, err := url.Parse(text)
	if err != nil || parsed.Hostname() == "" || parsed.Path != "" || strings.Contains(parsed.User.String(), ":") {
		return nil, errors.New("expected embedded, or embedded://TOKEN@HOST:PORT to say where the server listens")
	}
	c := &embedded.Config{Host: parsed.Hostname(), Token: parsed.User.Username()}
	if port := parsed.Port(); port != "" {
		if c.Port, err = strconv.Atoi(port); err != nil || c.Port < 1 || c.Port > 65535 {
			return nil, fmt.Errorf("port %s: expected 1 to 65535", port)
		}
	}
	return c, nil
}

// natsServer is a connection to a server, and the server, when it is in this process.
type natsServer struct {
	*remote.Conn
	lent     bool             // somebody else closes it
	embedded *embedded.Server // or nil
	remove   func() error     // its folder, when that is a temporary one, or nil
}

// embed starts a server in this process and connects to it.
func (a *app) embed(ctx context.Context, n *natsFlags) (s *natsServer, err error) {
	s, config := &natsServer{}, *n.url.embedded
	if config.Dir = n.store; config.Dir == "" {
		var root string
		if root, s.remove, err = disk.TempRoot(); err != nil {
			return nil, err
		}
		config.Dir = filepath.Join(root, "nats") // the root is locked itself
	}
	config.Warn = func(text string) { fmt.Fprintln(a.stderr, "simlua: the embedded NATS server: "+reports.OneLine(text)) }
	if s.embedded, err = embedded.Start(config); err != nil {
		err = fmt.Errorf("the embedded NATS server does not start: %w", err)
	} else {
		fmt.Fprintln(a.stderr, "simlua: for workers: simlua worker --nats "+s.embedded.URL())
		s.Conn, err = remote.Connect(ctx, remote.Options{URL: s.embedded.URL()})
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// close ends the connection, and the server with it.
func (s *natsServer) close() (err error) {
	if s.Conn != nil && !s.lent {
		s.Conn.Close()
	}
	if s.embedded != nil {
		err = s.embedded.Close()
	}
	if s.remove != nil {
		err = errors.Join(err, s.remove())
	}
	return err
}
