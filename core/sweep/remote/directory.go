package remote

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// look looks for sweeps on the server, now and then.
func (m *crewman) look(ctx context.Context) {
	m.mu.Lock()
	if time.Since(m.looked) < lookEvery {
		m.mu.Unlock()
		return
	}
	m.looked = time.Now()
	m.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	list := m.conn.js.ListStreams(ctx, jetstream.WithStreamListSubject(allWork))
	there := map[string]bool{}
	for info := range list.Info() {
		name := sweepOf(info.Config.Subjects[0])
		there[name] = true
		m.meet(name, info.Config.Metadata)
	}
	if list.Err() != nil {
		return // it is looked again
	}
	for _, a := range m.all() {
		if !there[a.name] {
			m.drop(a.name, errGone)
		}
	}
}

// hear hears of work.
func (m *crewman) hear(sweep string) {
	m.mu.Lock()
	if !m.named[sweep] && !slices.ContainsFunc(m.sweeps, func(a *assignment) bool { return a.name == sweep }) {
		m.looked = time.Time{}
	}
	m.mu.Unlock()
	m.ring()
}

// meet takes part in a sweep, if it is one for this worker.
func (m *crewman) meet(name string, metadata map[string]string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := slices.ContainsFunc(m.sweeps, func(a *assignment) bool { return a.name == name })
	if known || m.named[name] || metadata[protocolKey] == "" {
		return
	}
	if err := checkMetadata(workStream(name), metadata); err != nil {
		m.named[name] = true
		m.Tell(fmt.Sprintf("sweep %s is left alone: %v", name, err))
		return
	}
	if build := metadata[buildKey]; build != m.Build {
		m.named[name] = true
		m.Tell(fmt.Sprintf("sweep %s is left alone: it is of %s, and this is %s", name, build, m.Build))
		return
	}
	m.sweeps = append(m.sweeps, newAssignment(m, name))
}
