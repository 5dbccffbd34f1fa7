package backend

import (
	"errors"
	"time"

	"simlua.example/core"
	"simlua.example/core/engines/commitlog"
	"simlua.example/core/message"
)

// maxAttempts bounds how often one request is tried, beside AnswerWithin.
const maxAttempts = 100

// errOvertaken says that a decision has to be made anew.
var errOvertaken = errors.New("overtaken by other commands")

// checked does a command exactly once, at the position its decision has seen.
func (s *session) checked(r *request, deadline *message.Deadline) any {
	var answer any
	err := insist(deadline, func() (err error) {
		answer, err = s.attempt(r, deadline)
		return err
	})
	if err != nil {
		return refuse(unavailable, "%v", err)
	}
	return answer
}

// insist repeats fn while it was overtaken or has lost a connection, which may
// have been a connection from before the log's last reboot.
func insist(deadline *message.Deadline, fn func() error) error {
	var err error
	for range maxAttempts {
		err = fn()
		if !errors.Is(err, errOvertaken) && !errors.Is(err, core.ErrClosed) && !errors.Is(err, core.ErrReset) {
			return err
		}
		if _, over := deadline.Left(); over {
			return err
		}
	}
	return err
}

// attempt decides on what the projection holds, and appends the decision if
// nothing else has happened since.
func (s *session) attempt(r *request, deadline *message.Deadline) (any, error) {
	var d decision
	if err := s.projection.view(func(v inventory) error { d = decide(v, r); return nil }); err != nil {
		return nil, err
	}
	switch {
	case d.known:
		return done{true}, nil
	case d.shortage != "":
		return s.confirm(&d, deadline)
	}
	events, err := encode(r.event())
	if err != nil {
		return nil, err
	}
	_, err = s.client.Append(d.log, d.position, events, timeout(deadline))
	var refusal *commitlog.Refusal
	if errors.As(err, &refusal) && (refusal.Code == commitlog.Conflict || refusal.Code == commitlog.OtherLog) {
		return nil, s.overtaken(&refusal.Head, deadline)
	}
	return done{true}, err
}

// decision is what a command comes to after the events below position.
type decision struct {
	log      string
	position int64
	known    bool   // it was done before
	shortage string // why it cannot be done
}

func decide(v inventory, r *request) decision {
	return decision{v.log(), v.position(), v.hasDone(r.Client, *r.Sequence), v.shortage(r)}
}

// confirm rejects a command, if the decision has seen everything there is.
func (s *session) confirm(d *decision, deadline *message.Deadline) (any, error) {
	head, err := s.client.Head(timeout(deadline))
	switch {
	case err != nil:
		return nil, err
	case head.Log == d.log && head.Next <= d.position:
		return refuse(rejected, "%s", d.shortage), nil
	}
	return nil, s.overtaken(&head, deadline)
}

// overtaken waits for the projection to get where the log is.
func (s *session) overtaken(head *commitlog.Head, deadline *message.Deadline) error {
	if err := s.projection.await(head, deadline); err != nil {
		return err
	}
	return errOvertaken
}

// catchUp waits until the projection holds all that has been appended by now.
func (s *session) catchUp(deadline *message.Deadline) error {
	head, err := s.client.Head(timeout(deadline))
	if err != nil {
		return err
	}
	return s.projection.await(&head, deadline)
}

// timeout is how long one call to the log may take.
func timeout(deadline *message.Deadline) time.Duration {
	left, _ := deadline.Left()
	return max(min(left, logTimeout), time.Millisecond)
}
