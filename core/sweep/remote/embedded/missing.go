//go:build !embedded

package embedded

import "errors"

// Included says whether the program has the server.
const Included = false

var errMissing = errors.New("this simlua has none; one that was built with -tags embedded has, " +
	"and a nats-server beside does as well")

// Server is a NATS server that this program does not have.
type Server struct{}

// Start says so.
func Start(Config) (*Server, error) { return nil, errMissing }

// URL is where nobody listens.
func (s *Server) URL() string { return "" }

// Close does nothing.
func (s *Server) Close() error { return nil }
