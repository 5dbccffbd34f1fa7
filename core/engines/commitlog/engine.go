package commitlog

import (
	"fmt"
	"time"

	"simlua.example/core"
	"simlua.example/core/message"
)

// New makes a commit log server, or says what is wrong with c.
func New(c Config) (core.Engine, error) {
	if err := c.Validate(); err != nil {
		return nil, fmt.Errorf("commit_log: %w", err)
	}
	return engine{c.withDefaults()}, nil
}

type engine struct{ Config }

// Run serves the log until it is stopped; then it stores what is buffered. An
// error of the disk whose outcome is unknown ends it.
func (e engine) Run(env core.Env) error {
	l, err := openLog(env, e.Config)
	if err != nil {
		return err
	}
	env.Go("store", l.storing)
	server := message.Server{Port: e.Port, Session: func() message.Session { return &session{env, l} }}
	if err := server.Run(env); err != nil {
		return err
	}
	return l.settle()
}

// session answers one client. All of them share the log.
type session struct {
	env core.Env
	log *log
}

// Close is called when the client is gone; it had nothing of its own.
func (s *session) Close() {}

// Answer serves one request.
func (s *session) Answer(data []byte) any {
	var r request
	if err := message.Unmarshal(data, &r); err != nil {
		return s.log.refuse(BadRequest, "%v", err)
	}
	if r.Log != "" && r.Log != s.log.name {
		return s.log.refuse(OtherLog, "this is log %s, not %s", s.log.name, r.Log)
	}
	switch r.Op {
	case "append":
		return s.append(&r)
	case "read":
		return s.read(&r)
	case "head":
		return s.log.head()
	case "save_snapshot":
		return s.log.saveSnapshot(&r)
	case "load_snapshot":
		return s.log.loadSnapshot(&r)
	}
	return s.log.refuse(BadRequest,
		`op is "append", "read", "head", "save_snapshot" or "load_snapshot", not %q`, r.Op)
}

func (s *session) append(r *request) any {
	if refusal := s.log.check(r.Events); refusal != nil {
		return refusal
	}
	if s.log.Ack == Buffered {
		s.env.Work(appendWork)
	}
	if r.Expect != nil && *r.Expect != s.log.end {
		return s.log.refuse(Conflict, "the next position is %d, not %d", s.log.end, *r.Expect)
	}
	position := s.log.end
	if err := s.log.append(r.Events); err != nil {
		return s.log.refused(err)
	}
	return &Appended{s.log.headAt(position + int64(len(r.Events))), position}
}

func (s *session) read(r *request) any {
	if r.From < 0 || r.Max < 0 || r.WaitMS < 0 {
		return s.log.refuse(BadRequest, "from, max and wait_ms are not negative")
	}
	limit := MaxEvents
	if r.Max > 0 {
		limit = min(r.Max, limit)
	}
	events := s.log.read(r.From, limit)
	if len(events) == 0 && r.WaitMS > 0 {
		wait := MaxWait
		if r.WaitMS < MaxWait.Milliseconds() {
			wait = time.Duration(r.WaitMS) * time.Millisecond
		}
		s.log.awaitGrowth(wait)
		events = s.log.read(r.From, limit)
	}
	return &Batch{s.log.head(), r.From, events}
}
