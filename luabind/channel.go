package luabind

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// maxChannel bounds what a channel holds, maxWaiting what all channels of a
// service do, from its boot on. A channel that nothing can reach any more counts
// until then: when it is gone depends on the host.
const (
	maxChannel = 1_000_000
	maxWaiting = 10_000_000
)

// channelObject passes values between processes of one service.
type channelObject struct {
	v         *vm
	in        processes
	self      lua.LValue
	capacity  int
	buffer    []lua.LValue
	receivers line // while the buffer is empty
	senders   line // while it is full
	closed    bool
}

func (*channelObject) kind() string { return "channel" }

var channelSection = section{
	name: "channel:",
	doc: "A queue of values between processes of one service, made by env:channel. A value comes out as it went in, " +
		"not as a copy. Values leave in the order they came, and so do those who wait for one.",
	entries: []entry{
		{"send", "(value[, timeout])",
			"Puts a value into the channel, waiting while it is full: with a capacity of 0, until somebody receives it. " +
				`Kinds of errors: "timeout", "closed". The channels of a service hold at most 10,000,000 values together, ` +
				`those that are forgotten included.`,
			channelSend},
		{"receive", "([timeout]) -> value",
			`Waits for the next value. Kinds of errors: "timeout"; "closed" once a channel that was closed is empty.`,
			channelReceive},
		{"close", "()",
			"Ends the channel: what is in it can still be received, and who waits to send gets an error of kind " +
				`"closed". Closing twice is no error.`, channelClose},
	},
}

var channelClass = newClass(channelSection)

func (v *vm) newChannel(in processes, capacity int) lua.LValue {
	c := &channelObject{v: v, in: in, capacity: capacity}
	c.self = channelClass.wrap(c)
	return c.self
}

func checkChannel(L *lua.LState) *channelObject { return checkSelf[*channelObject](L, "channel") }

func (c *channelObject) waiting() *line { return &c.receivers }

func (c *channelObject) take() *outcome {
	if len(c.buffer) > 0 {
		value := c.buffer[0]
		c.buffer[0] = nil
		c.buffer = c.buffer[1:]
		if next, ok := c.senders.next(nil); ok {
			c.buffer = append(c.buffer, next.value)
		} else {
			c.v.inChannels--
		}
		return c.give(value)
	}
	if next, ok := c.senders.next(nil); ok {
		return c.give(next.value)
	}
	if c.closed {
		return &outcome{err: fmt.Errorf("receive from a channel: %w", core.ErrClosed)}
	}
	return nil
}

func (c *channelObject) give(value lua.LValue) *outcome {
	return &outcome{of: c.self, values: []lua.LValue{value}}
}

func channelSend(L *lua.LState) int {
	c := checkChannel(L)
	if L.GetTop() < 2 {
		badArgument(L, 2, "a value")
	}
	value, timeout := L.Get(2), optTimeout(L, 3)
	c.v.wait(L, "send", func() error {
		if c.closed {
			return fmt.Errorf("send to a channel: %w", core.ErrClosed)
		}
		if len(c.receivers.waiters) > 0 {
			if _, taken := c.receivers.next(c.give(value)); taken {
				return nil
			}
		}
		if len(c.buffer) < c.capacity {
			return c.keep(value)
		}
		f := c.in.NewFuture()
		c.senders.join(waiter{f, value})
		_, err := f.Wait(timeout)
		if err != nil {
			f.Fail(err) // unless the channel has, by its end
			c.senders.leave()
			return fmt.Errorf("send to a channel: %w", err)
		}
		return nil
	})
	return 0
}

// keep puts a value into the buffer.
func (c *channelObject) keep(value lua.LValue) error {
	if c.v.inChannels >= maxWaiting {
		return fmt.Errorf("send to a channel: the channels of this service hold %d values that nobody has received, "+
			"and can hold no more", maxWaiting)
	}
	c.v.inChannels++
	c.buffer = append(c.buffer, value)
	return nil
}

func channelReceive(L *lua.LState) int {
	c := checkChannel(L)
	return push(L, c.v.await(L, "receive", c.in, optTimeout(L, 2), c).values)
}

func channelClose(L *lua.LState) int {
	c := checkChannel(L)
	if c.closed {
		return 0
	}
	c.closed = true
	c.receivers.all(&outcome{err: fmt.Errorf("receive from a channel: %w", core.ErrClosed)})
	for _, w := range c.senders.waiters {
		w.future.Fail(core.ErrClosed)
	}
	c.senders = line{}
	return 0
}
