package remote_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"

	"simlua.example/core/sweep/remote"
)

// connects checks what comes of connecting: an error that is one line, or none.
func connects(t *testing.T, o remote.Options, want string) {
	t.Helper()
	c, err := remote.Connect(t.Context(), o)
	if err == nil {
		c.Close()
	}
	got := fmt.Sprint(err)
	if host := o.URL[strings.LastIndexAny(o.URL, "/@")+1:]; err != nil && host != "" {
		got = strings.ReplaceAll(got, host, "HOST")
	}
	got = regexp.MustCompile(`\((certificate required|unknown certificate authority|broken pipe|connection reset by peer)\)`).
		ReplaceAllString(got, "(…)") // it is a matter of time which of them
	got = regexp.MustCompile(`current time .*Z`).ReplaceAllString(got, "current time (…)")
	if want == "" && err != nil || want != "" && got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
}

func write(t *testing.T, text string) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// listen listens as something that is no NATS server.
func listen(t *testing.T, talk func(net.Conn)) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			talk(conn)
		}
	}()
	return "nats://" + l.Addr().String()
}

func TestNoServer(t *testing.T) {
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	l.Close()
	connects(t, remote.Options{URL: "nats://" + l.Addr().String()}, "no NATS server at HOST: connection refused")
	connects(t, remote.Options{URL: "nats://nowhere.invalid:4222"}, "no NATS server at HOST: no such host")
	const url = "expected the URL of a server, as nats://HOST:4222 or tls://HOST:4222"
	for _, text := range []string{"", "http://127.0.0.1:4222", "nats://", "nats://a b", "nats://a:4222,"} {
		connects(t, remote.Options{URL: text}, url)
	}
}

func TestNotNATS(t *testing.T) {
	const other = "what listens at HOST does not speak as a NATS server does (%s): is a proxy between, or the port another's?"
	connects(t, remote.Options{URL: listen(t, func(c net.Conn) { c.Close() })}, fmt.Sprintf(other, "EOF"))
	connects(t, remote.Options{URL: listen(t, func(c net.Conn) { fmt.Fprint(c, "HTTP/1.1 400 Bad Request\r\n\r\n") })},
		fmt.Sprintf(other, "protocol exception, INFO not received"))
	silent := func(c net.Conn) { t.Cleanup(func() { c.Close() }) } // one that nobody holds is closed as garbage
	connects(t, remote.Options{URL: listen(t, silent)}, fmt.Sprintf(other, "i/o timeout"))
}

const refusedUser = "the NATS server at HOST does not let this user in: expected a user and a password, or a token, in " +
	"the URL, or credentials or an nkey, that it knows and that have not expired by its clock"

func TestUser(t *testing.T) {
	s := startServer(t, func(o *server.Options) { o.Authorization = "right" })
	connects(t, remote.Options{URL: "nats://right@" + s.Addr().String()}, "")
	connects(t, remote.Options{URL: "nats://wrong@" + s.Addr().String()}, refusedUser)
	connects(t, remote.Options{URL: s.Addr().String()}, refusedUser)
}

func TestNKey(t *testing.T) {
	key, _ := nkeys.CreateUser()
	public, _ := key.PublicKey()
	seed, _ := key.Seed()
	s := startServer(t, func(o *server.Options) { o.Nkeys = []*server.NkeyUser{{Nkey: public}} })
	connects(t, remote.Options{URL: s.ClientURL(), NKey: write(t, string(seed))}, "")
	nothing := write(t, "nothing")
	connects(t, remote.Options{URL: s.ClientURL(), NKey: nothing}, nothing+": expected the seed of an nkey")
	connects(t, remote.Options{URL: s.ClientURL(), NKey: "no.nk"}, "no.nk: expected the seed of an nkey: no such file or directory")
	connects(t, remote.Options{URL: s.ClientURL(), NKey: "no.nk", Creds: "no.creds"}, "expected credentials or an nkey, not both")
}

// credentials are those of a user of an operator's server.
func credentials(t *testing.T, account nkeys.KeyPair, expires time.Time) string {
	t.Helper()
	key, _ := nkeys.CreateUser()
	public, _ := key.PublicKey()
	seed, _ := key.Seed()
	claims := jwt.NewUserClaims(public)
	if !expires.IsZero() {
		claims.Expires = expires.Unix()
	}
	token, err := claims.Encode(account)
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.FormatUserConfig(token, seed)
	if err != nil {
		t.Fatal(err)
	}
	return write(t, string(text))
}

func TestCredentials(t *testing.T) {
	operator, _ := nkeys.CreateOperator()
	account, _ := nkeys.CreateAccount()
	stranger, _ := nkeys.CreateAccount()
	operatorKey, _ := operator.PublicKey()
	accountKey, _ := account.PublicKey()
	claims := jwt.NewAccountClaims(accountKey)
	claims.Limits.JetStreamLimits = jwt.JetStreamLimits{DiskStorage: -1, MemoryStorage: -1}
	token, err := claims.Encode(operator)
	if err != nil {
		t.Fatal(err)
	}
	system, _ := nkeys.CreateAccount()
	systemKey, _ := system.PublicKey()
	systemToken, err := jwt.NewAccountClaims(systemKey).Encode(operator)
	if err != nil {
		t.Fatal(err)
	}
	known := &server.MemAccResolver{}
	_ = known.Store(accountKey, token) // in memory
	_ = known.Store(systemKey, systemToken)
	s := startServer(t, func(o *server.Options) {
		o.TrustedKeys, o.AccountResolver, o.SystemAccount = []string{operatorKey}, known, systemKey
	})
	connects(t, remote.Options{URL: s.ClientURL(), Creds: credentials(t, account, time.Time{})}, "")
	connects(t, remote.Options{URL: s.ClientURL(), Creds: credentials(t, stranger, time.Time{})}, refusedUser)
	expired := credentials(t, account, time.Now().Add(-time.Hour))
	connects(t, remote.Options{URL: s.ClientURL(), Creds: expired}, refusedUser)
	connects(t, remote.Options{URL: s.ClientURL(), Creds: "no.creds"}, "no.creds: expected credentials, a JWT and a seed: no such file or directory")
	nothing := write(t, "nothing")
	connects(t, remote.Options{URL: s.ClientURL(), Creds: nothing}, nothing+": expected credentials, a JWT and a seed")
}

// authority signs certificates.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	file        string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	about := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, IsCA: true,
		BasicConstraintsValid: true, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	if about, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return &authority{about, key, write(t, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))}
}

// config is that of a server, by its address, whose certificate begins to be valid at a time.
func (a *authority) config(t *testing.T, address string, from time.Time) *tls.Config {
	t.Helper()
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	about := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "server"},
		IPAddresses: []net.IP{net.ParseIP(address)}, NotBefore: from, NotAfter: from.Add(12 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, about, a.certificate, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// files are a certificate and its private key, as files.
func (a *authority) files(t *testing.T, from time.Time) (cert, key string) {
	t.Helper()
	pair := a.config(t, "127.0.0.1", from).Certificates[0]
	private, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	text := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	return write(t, text("CERTIFICATE", pair.Certificate[0])), write(t, text("PRIVATE KEY", private))
}

func TestTLS(t *testing.T) {
	ca, other := newAuthority(t), newAuthority(t)
	serve := func(address string, from time.Time) string {
		return "tls://" + startServer(t, func(o *server.Options) {
			o.TLSConfig, o.TLSTimeout = ca.config(t, address, from), 5
		}).Addr().String()
	}
	url, now := serve("127.0.0.1", time.Now().Add(-time.Hour)), time.Now()
	connects(t, remote.Options{URL: url, CA: ca.file}, "")
	const unknown = "the certificate of the NATS server at HOST is signed by nobody who is trusted here: expected the " +
		"certificate of who signs it (--nats-ca FILE)"
	connects(t, remote.Options{URL: url, CA: other.file}, unknown)
	connects(t, remote.Options{URL: url}, unknown)
	const certificate = "the certificate of the NATS server at HOST is "
	connects(t, remote.Options{URL: serve("127.0.0.2", now.Add(-time.Hour)), CA: ca.file}, certificate+
		"of another host: certificate is valid for 127.0.0.2, not 127.0.0.1")
	connects(t, remote.Options{URL: serve("127.0.0.1", now.Add(time.Hour)), CA: ca.file}, certificate+
		"not valid now: current time (…); it has run out, or the clocks differ")
	plain := "tls://" + startServer(t).Addr().String()
	connects(t, remote.Options{URL: plain}, "the NATS server at HOST has no TLS: expected nats:// in place of tls://, and no --nats-ca")
	nothing := write(t, "nothing")
	connects(t, remote.Options{URL: url, CA: nothing}, nothing+": expected certificates in PEM")
	connects(t, remote.Options{URL: url, CA: "no.pem"}, "no.pem: expected certificates in PEM: no such file or directory")
}

// A server may want to know who the client is by its certificate.
func TestClientCertificate(t *testing.T) {
	ca, other := newAuthority(t), newAuthority(t)
	now := time.Now().Add(-time.Hour)
	s := startServer(t, func(o *server.Options) {
		o.TLSConfig, o.TLSTimeout = ca.config(t, "127.0.0.1", now), 5
		o.TLSConfig.ClientAuth, o.TLSConfig.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
		o.TLSConfig.ClientCAs.AddCert(ca.certificate)
	})
	url := "tls://" + s.Addr().String()
	cert, key := ca.files(t, now)
	connects(t, remote.Options{URL: url, CA: ca.file, Cert: cert, Key: key}, "")
	const wanted = "the NATS server at HOST refuses TLS with this client (…): expected a certificate that it trusts " +
		"(--nats-cert, --nats-key)"
	connects(t, remote.Options{URL: url, CA: ca.file}, wanted)
	foreign, foreignKey := other.files(t, now)
	connects(t, remote.Options{URL: url, CA: ca.file, Cert: foreign, Key: foreignKey}, wanted)
	connects(t, remote.Options{URL: url, Cert: cert},
		"expected a certificate of the client and its private key, not one of them")
	connects(t, remote.Options{URL: url, Cert: "no.pem", Key: key},
		"no.pem: expected a certificate, or its private key, in PEM: no such file or directory")
	connects(t, remote.Options{URL: url, Cert: cert, Key: foreignKey},
		cert+" and "+foreignKey+": expected a certificate in PEM and its private key (private key does not match public key)")
}

func TestNoJetStream(t *testing.T) {
	s := startServer(t, func(o *server.Options) { o.JetStream = false })
	connects(t, remote.Options{URL: s.ClientURL()}, "the NATS server has no JetStream, or none for this user: expected a "+
		"server that was started with it (nats-server -js)")
}

// A permission that is missing is named at once.
func TestNoPermission(t *testing.T) {
	s := startServer(t, func(o *server.Options) {
		o.Users = []*server.User{{Username: "u", Password: "p", Permissions: &server.Permissions{
			Publish: &server.SubjectPermission{Allow: []string{"simlua.>"}}}}}
	})
	began := time.Now()
	connects(t, remote.Options{URL: "nats://u:p@" + s.Addr().String()}, "the NATS server does not let this user publish to "+
		"$JS.API.INFO: it needs the permission to")
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("it took %v", took)
	}
}
