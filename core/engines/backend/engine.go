package backend

import (
	"fmt"

	"simlua.example/core"
	"simlua.example/core/engines/commitlog"
	"simlua.example/core/message"
)

// New makes a backend, or says what is wrong with c.
func New(c Config) (core.Engine, error) {
	if err := c.Validate(); err != nil {
		return nil, fmt.Errorf("backend: %w", err)
	}
	return engine{c.withDefaults()}, nil
}

type engine struct{ Config }

// maxRequest is the largest request, in bytes.
const maxRequest = 4096

// Run serves requests and follows the log until it is stopped.
func (e engine) Run(env core.Env) error {
	p, err := openProjection(env, e.Config)
	if err != nil {
		return err
	}
	env.Go("projection", p.run)
	return message.Server{Port: e.Port, Max: maxRequest, Session: func() message.Session {
		return &session{e.Config, env, p, commitlog.NewClient(env, e.CommitLog)}
	}}.Run(env)
}

// session answers one client. All of them share the projection.
type session struct {
	Config
	env        core.Env
	projection *projection
	client     *commitlog.Client
}

// Close ends the session's connection to the log.
func (s *session) Close() { s.client.Close() }

// Answer serves one request.
func (s *session) Answer(data []byte) any {
	var r request
	err := message.Unmarshal(data, &r)
	if err == nil {
		err = r.validate()
	}
	if err != nil {
		return refuse(badRequest, "%v", err)
	}
	s.env.Work(RequestWork)
	deadline := message.NewDeadline(s.env, AnswerWithin)
	switch {
	case r.Op == count:
		return s.count(&deadline)
	case s.Consistency == Eventual:
		return s.eventual(&r, &deadline)
	}
	return s.checked(&r, &deadline)
}

// count adds up the items; checked, those that any backend had acknowledged.
func (s *session) count(deadline *message.Deadline) any {
	if s.Consistency == Checked {
		if err := insist(deadline, func() error { return s.catchUp(deadline) }); err != nil {
			return refuse(unavailable, "%v", err)
		}
	}
	answer := &counted{OK: true}
	err := s.projection.view(func(v inventory) (err error) {
		answer.Count, err = v.count()
		return err
	})
	if err != nil {
		return refuse(unavailable, "%v", err)
	}
	return answer
}
