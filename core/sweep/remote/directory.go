package remote

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// watch looks for sweeps on the server, again and again: also while all jobs are busy,
// since one may be gone whose end was not heard.
func (m *crewman) watch(ctx context.Context) {
	for ctx.Err() == nil {
		m.look(ctx)
		select {
		case <-m.news:
		case <-time.After(lookEvery):
		case <-ctx.Done():
		}
	}
}

// look looks which sweeps there are.
func (m *crewman) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	list := m.conn.js.ListStreams(ctx, jetstream.WithStreamListSubject(allWork))
	there := map[string]bool{}
	for info := range list.Info() {
		name := sweepOf(info.Config.Subjects[0])
		there[name] = true
		m.meet(name, info.Config.Metadata)
	}
	if err := list.Err(); err != nil {
		if !errors.Is(err, context.Canceled) {
			m.tellOnce(fmt.Sprintf("the server does not say which sweeps there are (%v); it is asked again", refused(err)))
		}
		return
	}
	for _, a := range m.all() {
		if !there[a.name] {
			m.drop(a.name, ErrCancelled)
		}
	}
}

// hear hears of work.
func (m *crewman) hear(sweep string) {
	m.mu.Lock()
	known := m.named[sweep] || m.has(sweep)
	m.mu.Unlock()
	if !known {
		ring(m.news)
	}
	m.ringAll()
}

// has says whether the worker knows a sweep of its build. The mutex is held.
func (m *crewman) has(sweep string) bool {
	return slices.ContainsFunc(m.sweeps, func(a *assignment) bool { return a.name == sweep })
}

// meet takes part in a sweep, if it is one for this worker.
func (m *crewman) meet(name string, metadata map[string]string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.has(name) || m.named[name] || metadata[protocolKey] == "" {
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
	m.join(name)
	m.ringAll()
}
