package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"simlua.example/core/sweep/remote"
)

// natsFlags say where the server is by which workers are reached, and as whom.
type natsFlags struct {
	url     natsURL
	options remote.Options // but for the URL
	store   string
	tries   countFlag
	flags   *pflag.FlagSet
	server  *natsServer // that is connected, for several sweeps; nil: each has its own connection
}

// register adds them to a command that has runs played.
func (n *natsFlags) register(cmd *cobra.Command) {
	n.tries = remote.DefaultTries
	n.registerServer(cmd, "have runs played by simlua worker, on any machines, by way of the NATS server at URL"+
		"\n(embedded: one in this process, where simlua was built with -tags embedded; --jobs are"+
		"\nplayed here, too, all cores unless it is given)")
	n.flags.StringVar(&n.store, "nats-store", "", "keep the data of --nats embedded in `DIR`")
	n.flags.Var(&n.tries, "tries", "a run that took so many workers with it is void (with --nats)")
	must(cmd.MarkFlagDirname("nats-store"))
}

// registerServer adds those that say which server it is.
func (n *natsFlags) registerServer(cmd *cobra.Command, usage string) {
	n.flags = cmd.Flags()
	n.flags.Var(&n.url, "nats", usage)
	n.flags.StringVar(&n.options.Creds, "nats-creds", "",
		"credentials for the NATS server: a `FILE` with a JWT and a seed")
	n.flags.StringVar(&n.options.NKey, "nats-nkey", "", "an nkey for the NATS server: a `FILE` with its seed")
	n.flags.StringVar(&n.options.CA, "nats-ca", "", "who signs the certificate of the NATS server: a `FILE` in PEM")
	n.flags.StringVar(&n.options.Cert, "nats-cert", "", "a certificate to show the NATS server: a `FILE` in PEM")
	n.flags.StringVar(&n.options.Key, "nats-key", "", "the private key of --nats-cert: a `FILE` in PEM")
	for _, flag := range []string{"nats-creds", "nats-nkey", "nats-ca", "nats-cert", "nats-key"} {
		must(cmd.MarkFlagFilename(flag))
	}
}

// given says whether runs are played by workers.
func (n *natsFlags) given() bool { return n.url != natsURL{} }

// unused says which of the flags are of no use without --nats.
func (n *natsFlags) unused() (err error) {
	n.flags.Visit(func(f *pflag.Flag) {
		if f.Name == "tries" || strings.HasPrefix(f.Name, "nats-") {
			err = fmt.Errorf("--%s: expected --nats URL, too: the server by which workers are reached", f.Name)
		}
	})
	return err
}

// elsewhere says what is wrong when a server in another process is needed.
func (n *natsFlags) elsewhere(cmd *cobra.Command) error {
	switch {
	case !n.given():
		return &usageError{"which server? expected --nats URL", cmd.CommandPath()}
	case n.url.embedded != nil:
		return &usageError{"--nats embedded is for who submits, and says where workers find it: expected that URL",
			cmd.CommandPath()}
	}
	return nil
}

// here is how many jobs this process has itself, beside workers.
func (n *natsFlags) here(jobs jobsFlag) int {
	if n.given() && n.url.embedded == nil && !n.flags.Changed("jobs") {
		return 0
	}
	return int(jobs)
}

// connect connects to the server; to one that it starts, when it is embedded.
func (a *app) connect(ctx context.Context, n *natsFlags) (*natsServer, error) {
	if n.server != nil {
		return &natsServer{Conn: n.server.Conn, lent: true}, nil
	}
	options := n.options
	options.URL = n.url.text
	if n.url.embedded == nil {
		if n.store != "" {
			return nil, errors.New("--nats-store is for --nats embedded: the server at a URL has a folder of its own")
		}
		conn, err := remote.Connect(ctx, options)
		return &natsServer{Conn: conn}, err
	}
	if options != (remote.Options{URL: n.url.text}) {
		return nil, errors.New("--nats embedded lets in who knows its token: no credentials, nkeys or certificates")
	}
	return a.embed(ctx, n)
}
