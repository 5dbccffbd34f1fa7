package commitlog

import (
	"errors"
	"fmt"
	"time"

	"simlua.example/core"
)

// Where the events are kept.
const (
	Memory = "memory" // lost at every boot
	Disk   = "disk"   // in the database "commitlog" of the machine
)

// When an append is answered.
const (
	// Stored: once its events are stored. With Storage Disk they survive kills and
	// power failures from then on.
	Stored = "stored"
	// Buffered: at once, after 5 ms of work. The events are stored at the next
	// half second of the machine's clock, after 10 + 5·n ms of work for n
	// appends, and lost by a kill before. A stop stores them.
	Buffered = "buffered"
)

// What Buffered costs.
const (
	appendWork = 5 * time.Millisecond
	storeWork  = 10 * time.Millisecond // and appendWork for each append
	storeEvery = 500 * time.Millisecond
)

// Bounds of requests and of the log.
const (
	MaxEvents = 1000        // in one append or one answer
	MaxEvent  = 256 << 10   // bytes of one event
	MaxBatch  = 512 << 10   // bytes of the events of one append or one answer
	MaxWait   = time.Minute // of one read
	MaxLog    = 1 << 30     // bytes of all events

	MaxSnapshots = 64        // names
	MaxSnapshot  = 512 << 10 // bytes of one state
	MaxName      = 64        // bytes of a snapshot's name
)

// Config is how a commit log is set up. Storage and Ack left empty are Disk
// and Stored.
type Config struct {
	Port    int
	Storage string
	Ack     string
}

// Validate reports every mistake in c.
func (c Config) Validate() error {
	var errs []error
	if err := core.CheckPort(c.Port); err != nil {
		errs = append(errs, fmt.Errorf("port: %w", err))
	}
	switch c.Storage {
	case "", Memory, Disk:
	default:
		errs = append(errs, fmt.Errorf("storage is %q or %q, not %q", Memory, Disk, c.Storage))
	}
	switch c.Ack {
	case "", Stored, Buffered:
	default:
		errs = append(errs, fmt.Errorf("ack is %q or %q, not %q", Stored, Buffered, c.Ack))
	}
	return errors.Join(errs...)
}

func (c Config) withDefaults() Config {
	if c.Storage == "" {
		c.Storage = Disk
	}
	if c.Ack == "" {
		c.Ack = Stored
	}
	return c
}
