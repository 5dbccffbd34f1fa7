package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"

	"simlua.example/core/sweep"
)

// delivery is an item that a job has in hand.
type delivery struct {
	*assignment
	message *nats.Msg
	item    item
	answer  answer
	held    atomic.Int32 // heartbeats are withheld; see Suspend
}

func newDelivery(a *assignment, m *nats.Msg) *delivery {
	return &delivery{assignment: a, message: m, answer: answer{Worker: a.id}}
}

// deal plays the item, and gives back what is not played when stop is done.
func (d *delivery) deal(stop context.Context) {
	defer d.beat()()
	about, err := d.message.Metadata()
	if err == nil {
		err = d.board.read(d.ctx, d.message.Header, d.message.Data, &d.item)
	}
	switch {
	case d.ctx.Err() != nil:
		return
	case isDamaged(err):
		d.note(fmt.Sprintf("a message with work is damaged (%v)", err))
		_ = d.message.Term()
		return
	case err != nil:
		d.tellOnce(fmt.Sprintf("sweep %s: work cannot be read (%v); it is tried again", d.name, err))
		_ = d.message.NakWithDelay(time.Second)
		return
	case about.NumDelivered > 1 && len(d.item.Runs) > 1:
		d.item.Suspect = true // each of them: one may have taken a worker with it
		d.giveBack(0, 1)
		return
	}
	n, err := d.play(stop)
	if d.ctx.Err() == nil || errors.Is(context.Cause(d.ctx), errStopped) {
		d.conclude(n)
	}
	if err != nil && d.ctx.Err() == nil {
		d.tellOnce(fmt.Sprintf("sweep %s: %v", d.name, err))
		sleep(stop, time.Second)
	}
}

// beat keeps the item in hand until the end, but for the time in which that is withheld.
func (d *delivery) beat() (end func()) {
	done := make(chan struct{})
	go func() {
		tick := time.NewTicker(d.spec.AckWait / 3)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				if d.held.Load() == 0 {
					_ = d.message.InProgress()
				}
			case <-done:
				return
			}
		}
	}()
	return func() { close(done) }
}

// play plays runs until all are played, or it is to stop; n is how many it has.
func (d *delivery) play(stop context.Context) (n int, err error) {
	for n = range d.item.Runs {
		if stop.Err() != nil || d.ctx.Err() != nil {
			return n, nil
		}
		p, err := d.one(d.item.Runs[n], len(d.item.Runs) == 1)
		if err != nil {
			return n, err
		}
		d.answer.Played = append(d.answer.Played, *p)
	}
	return len(d.item.Runs), nil
}

// one plays a run. When it is the only one of its item, it is charged with the death of
// the worker until it has come to its end; and a suspect, that kills a worker again when
// it is alone, with that of the worker that had it in a batch.
func (d *delivery) one(run sweep.Run, single bool) (p *played, err error) {
	p = &played{Key: keyOf(run)}
	dead, more := 0, 1
	if single {
		if dead, err = d.deaths(p.Key); err != nil {
			return nil, err
		}
		if dead >= d.spec.Tries {
			return d.void(p, run, dead), nil
		}
		if d.item.Suspect && dead == 0 {
			more = 2
		}
	}
	leave, err := d.quarantine.enter(d.ctx, dead > 0 || d.item.Suspect)
	if err != nil {
		return nil, err
	}
	defer leave()
	if single {
		if err := d.charge(p.Key, dead+more); err != nil {
			return nil, err
		}
	}
	err = d.playInto(p, run)
	if err != nil && single {
		_ = d.charge(p.Key, dead) // it is given back; else it counts as one try
	}
	return p, err
}

// playInto plays a run, and puts what came of it into p. The error is of what has no
// answer: the worker is stopped, the sweep has ended, or this host cannot play it.
func (d *delivery) playInto(p *played, run sweep.Run) error {
	start := time.Now()
	row, err := d.player.Play(context.WithValue(d.ctx, heartbeats{}, &d.held), run)
	p.Took = time.Since(start)
	host := (*HostError)(nil)
	switch {
	case d.ctx.Err() != nil:
		return context.Cause(d.ctx)
	case errors.As(err, &host):
		return err
	case err != nil:
		p.Error = err.Error()
		return nil
	}
	if row.Failing() {
		d.answer.failing++
	}
	p.Row, err = json.Marshal(row)
	return err
}

// void is a run that took too many workers with it.
func (d *delivery) void(p *played, run sweep.Run, dead int) *played {
	p.Row, _ = json.Marshal(sweep.NewVoid(run, fmt.Sprintf("it took %d workers with it", dead))) // plain data
	return p
}

// conclude answers with what was played, gives the rest back, and acknowledges the item
// once the server has both.
func (d *delivery) conclude(n int) {
	if len(d.answer.Played) > 0 {
		subject := fmt.Sprintf("%s.%d.%d", rowsSubject(d.name), len(d.answer.Played), d.answer.failing)
		if d.publish(rowsStream(d.name), subject, d.item.ID+".rows", &d.answer) != nil {
			return
		}
	}
	if n < len(d.item.Runs) {
		d.giveBack(n, len(d.item.Runs))
		return
	}
	if d.acknowledge() && n == 1 {
		d.discharge(keyOf(d.item.Runs[0]))
	}
}

// giveBack makes items of the runs from one on, of so many each, and acknowledges that
// which they came in.
func (d *delivery) giveBack(from, size int) {
	for ; from < len(d.item.Runs); from += size {
		part := d.item.part(from, min(from+size, len(d.item.Runs)))
		if d.publish(workStream(d.name), workSubject(d.name), part.ID, part) != nil {
			return
		}
	}
	_ = d.board.announce() // who does not hear it looks by itself, a little later
	d.acknowledge()
}

// publish publishes, however long that takes. Heartbeats go on meanwhile.
func (d *delivery) publish(stream, subject, id string, v any) error {
	told := false
	ctx, cancel := d.concluding()
	defer cancel()
	return d.board.publish(ctx, stream, subject, id, v, func(err error) {
		if !told {
			told = true
			d.Tell(fmt.Sprintf("sweep %s: the server does not take what was played (%v); it is tried again", d.name, err))
		}
	})
}

// concluding is for what ends with the sweep, and, when it is the worker that is
// stopped, soon.
func (d *delivery) concluding() (ctx context.Context, cancel func()) {
	if errors.Is(context.Cause(d.ctx), errStopped) {
		return context.WithTimeout(context.WithoutCancel(d.ctx), requestTimeout)
	}
	return context.WithCancel(d.ctx)
}

// acknowledge tells the server that the item is done, and waits for it to know.
// Else it is delivered again, and answered again.
func (d *delivery) acknowledge() (known bool) {
	ctx, cancel := d.concluding()
	defer cancel()
	ctx, enough := context.WithTimeout(ctx, requestTimeout)
	defer enough()
	if d.message.AckSync(nats.Context(ctx)) != nil {
		return false
	}
	d.board.forget(ctx, d.message.Header)
	return true
}
