package backend

import (
	"errors"
	"fmt"
	"time"

	"simlua.example/core"
)

// How commands are decided.
const (
	Checked  = "checked"
	Eventual = "eventual"
)

// Bounds of requests and answers.
const (
	RequestWork   = 35 * time.Millisecond
	AnswerWithin  = 4 * time.Second
	MaxQuantity   = 1_000_000_000
	MaxClient     = 256     // bytes of its name
	MaxSequence   = 1 << 53 // of a client's commands
	MaxSessions   = 1000    // clients that are remembered
	SnapshotEvery = 100     // events
)

// Config is how a backend is set up. Consistency left empty is Checked.
type Config struct {
	Port        int
	CommitLog   string // "machine.network:port"
	Consistency string
}

// Validate reports every mistake in c.
func (c Config) Validate() error {
	var errs []error
	if err := core.CheckPort(c.Port); err != nil {
		errs = append(errs, fmt.Errorf("port: %w", err))
	}
	if _, err := core.ParseAddress(c.CommitLog); err != nil {
		errs = append(errs, fmt.Errorf("commit_log: %w", err))
	}
	switch c.Consistency {
	case "", Checked, Eventual:
	default:
		errs = append(errs, fmt.Errorf("consistency is %q or %q, not %q", Checked, Eventual, c.Consistency))
	}
	return errors.Join(errs...)
}

func (c Config) withDefaults() Config {
	if c.Consistency == "" {
		c.Consistency = Checked
	}
	return c
}
