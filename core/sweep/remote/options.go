package remote

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/nats-io/nats.go"
)

// Options say which server, and as whom. Names of files are as nats.go takes them.
type Options struct {
	// URL is nats://HOST:PORT, or tls:// when nothing may travel in the clear; with a user
	// and a password, or with a token, before the host; several, with commas between them,
	// are servers of one cluster.
	URL   string
	Creds string // file of credentials: a JWT and the seed of its key
	NKey  string // file with the seed of an nkey
	CA    string // file with certificates of who signs the server's; those of the host, when it is empty
	Cert  string // file with the certificate of this client, for servers that ask for one
	Key   string // file with the private key of that
}

// schemes are what the URL of a server may begin with.
var schemes = []string{"nats", "tls", "ws", "wss"}

// CheckURL says what is wrong with the URL of Options.
func CheckURL(text string) error {
	_, err := (&Options{URL: text}).hosts()
	return err
}

// hosts are the servers of the URL, without what is secret in it.
func (o *Options) hosts() (hosts []string, err error) {
	for text := range strings.SplitSeq(o.URL, ",") {
		text = strings.TrimSpace(text)
		if !strings.Contains(text, "://") {
			text = "nats://" + text
		}
		u, err := url.Parse(text)
		if err != nil || !slices.Contains(schemes, u.Scheme) || u.Hostname() == "" {
			return nil, errors.New("expected the URL of a server, as nats://HOST:4222 or tls://HOST:4222")
		}
		hosts = append(hosts, u.Host)
	}
	return hosts, nil
}

// isSecure says whether it shall be TLS.
func (o *Options) isSecure() bool {
	return strings.Contains(o.URL, "tls://") || strings.Contains(o.URL, "wss://") || o.CA != "" || o.Cert != ""
}

// options are those of nats.go, once all files were read.
func (o *Options) options() (all []nats.Option, err error) {
	if o.Creds != "" && o.NKey != "" {
		return nil, errors.New("expected credentials or an nkey, not both")
	}
	if o.Creds != "" {
		all = append(all, nats.UserCredentials(o.Creds))
		if err := trial(all[0]); err != nil {
			return nil, unusable(o.Creds, err, "credentials, a JWT and a seed")
		}
	}
	if o.NKey != "" {
		option, err := nats.NkeyOptionFromSeed(o.NKey)
		if err != nil {
			return nil, unusable(o.NKey, err, "the seed of an nkey")
		}
		all = append(all, option)
	}
	if o.Cert != "" || o.Key != "" {
		option, err := clientCert(o.Cert, o.Key)
		if err != nil {
			return nil, err
		}
		all = append(all, option)
	}
	if o.CA != "" {
		option := nats.RootCAs(o.CA)
		if err := trial(option); err != nil {
			return nil, unusable(o.CA, err, "certificates in PEM")
		}
		all = append(all, option)
	}
	return all, nil
}

// clientCert shows a certificate to the server.
func clientCert(cert, key string) (nats.Option, error) {
	if cert == "" || key == "" {
		return nil, errors.New("expected a certificate of the client and its private key, not one of them")
	}
	for _, file := range []string{cert, key} {
		if _, err := os.ReadFile(file); err != nil {
			return nil, unusable(file, err, "a certificate, or its private key, in PEM")
		}
	}
	option := nats.ClientCert(cert, key)
	if err := trial(option); err != nil {
		why := strings.TrimPrefix(bare(err).Error(), "error loading client certificate: tls: ")
		return nil, fmt.Errorf("%s and %s: expected a certificate in PEM and its private key (%s)", cert, key, why)
	}
	return option, nil
}

// unusable says what is wrong with a file.
func unusable(file string, err error, expected string) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return fmt.Errorf("%s: expected %s: %w", file, expected, path.Err)
	}
	return fmt.Errorf("%s: expected %s", file, expected)
}

// trial reads the files of an option, which are read when they are needed else.
func trial(option nats.Option) error {
	o := nats.GetDefaultOptions()
	if err := option(&o); err != nil {
		return err
	}
	if o.UserJWT != nil {
		if _, err := o.UserJWT(); err != nil {
			return err
		}
		_, err := o.SignatureCB([]byte("trial"))
		return err
	}
	if o.TLSCertCB != nil {
		_, err := o.TLSCertCB()
		return err
	}
	if o.RootCAsCB != nil {
		_, err := o.RootCAsCB()
		return err
	}
	return nil
}
