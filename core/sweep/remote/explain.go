package remote

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"syscall"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// notConnected says in one line why there is no connection, and what to do about it.
func notConnected(err error, hosts []string, d *dialer, secure bool) error {
	server := "the NATS server at " + strings.Join(hosts, ", ")
	reached := d.last() == nil
	network := (*net.OpError)(nil)
	switch {
	case !reached:
		return fmt.Errorf("no NATS server at %s: %w", strings.Join(hosts, ", "), bare(d.last()))
	case secure && isRefusedTLS(err):
		return fmt.Errorf("%s refuses TLS with this client (%w): expected a certificate that it trusts (--nats-cert, "+
			"--nats-key)", server, bare(err))
	case errors.Is(err, nats.ErrTLS):
		return untrusted(err, server)
	case errors.Is(err, nats.ErrSecureConnWanted):
		return fmt.Errorf("%s has no TLS: expected nats:// in place of tls://, and no --nats-ca", server)
	case isRefusedUser(err):
		return fmt.Errorf("%s does not let this user in: expected a user and a password, or a token, in the URL, "+
			"or credentials or an nkey, that it knows and that have not expired by its clock", server)
	case errors.Is(err, nats.ErrAuthExpired), errors.Is(err, nats.ErrAccountAuthExpired):
		return fmt.Errorf("%s says, by its clock, that the credentials have expired", server)
	case errors.Is(err, nats.ErrNoInfoReceived), errors.Is(err, io.EOF), errors.As(err, &network), isTimeout(err),
		isHandshake(err):
		return fmt.Errorf("what listens at %s does not speak as a NATS server does (%w): is a proxy between, or the "+
			"port another's?", strings.Join(hosts, ", "), bare(err))
	}
	return fmt.Errorf("%s: %w", server, bare(err))
}

func isRefusedUser(err error) bool {
	for _, e := range []error{nats.ErrAuthorization, nats.ErrAuthRevoked, nats.ErrNkeysNotSupported} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// isRefusedTLS says whether the server has ended the handshake: with an alert, unless that
// comes too late, when something was sent already.
func isRefusedTLS(err error) bool {
	network := (*net.OpError)(nil)
	return errors.As(err, &network) && network.Op == "remote error" || errors.Is(err, syscall.EPIPE) ||
		errors.Is(err, syscall.ECONNRESET)
}

func isTimeout(err error) bool {
	timeout := net.Error(nil)
	return errors.Is(err, nats.ErrTimeout) || errors.As(err, &timeout) && timeout.Timeout()
}

// isHandshake says whether what came was no line of NATS at all.
func isHandshake(err error) bool {
	return strings.Contains(err.Error(), "nats: ") && strings.Contains(err.Error(), "INFO")
}

// untrusted says what is wrong with TLS.
func untrusted(err error, server string) error {
	unknown, invalid, host := x509.UnknownAuthorityError{}, x509.CertificateInvalidError{}, x509.HostnameError{}
	record := tls.RecordHeaderError{}
	switch {
	case errors.As(err, &unknown):
		return fmt.Errorf("the certificate of %s is signed by nobody who is trusted here: expected the certificate "+
			"of who signs it (--nats-ca FILE)", server)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Errorf("the certificate of %s is not valid now: %s; it has run out, or the clocks differ", server,
			invalid.Detail)
	case errors.As(err, &host):
		return fmt.Errorf("the certificate of %s is of another host: %s", server,
			strings.TrimPrefix(host.Error(), "x509: "))
	case errors.As(err, &record):
		return fmt.Errorf("%s does not speak TLS", server)
	}
	return fmt.Errorf("%s: %w", server, bare(err))
}

// violation is what a server says of what a user may not do.
var violation = regexp.MustCompile(`(?i)permissions violation for (publish|subscription) to "([^"]*)"`)

// denied says what the user lacks.
func denied(err error) error {
	if m := violation.FindStringSubmatch(err.Error()); m != nil {
		verb := map[string]string{"publish": "publish to", "subscription": "subscribe to"}[strings.ToLower(m[1])]
		return fmt.Errorf("the NATS server does not let this user %s %s: it needs the permission to", verb, m[2])
	}
	return bare(err)
}

// refused says in one line why JetStream does not do something.
func refused(err error) error {
	switch {
	case errors.Is(err, jetstream.ErrJetStreamNotEnabled), errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount),
		errors.Is(err, nats.ErrNoResponders):
		return errors.New("the NATS server has no JetStream, or none for this user: " +
			"expected a server that was started with it (nats-server -js)")
	}
	return bare(inWords(err))
}

// bare is an error without the prefixes of libraries, and without addresses, which who
// calls has named.
func bare(err error) error {
	dns, network := (*net.DNSError)(nil), (*net.OpError)(nil)
	switch {
	case errors.As(err, &dns):
		return errors.New(dns.Err)
	case errors.As(err, &network):
		if call := network.Err; call != nil {
			return errors.New(call.Error()[strings.LastIndex(": "+call.Error(), ": "):])
		}
	}
	if text, found := strings.CutPrefix(err.Error(), "nats: "); found {
		return errors.New(text)
	}
	return err
}
