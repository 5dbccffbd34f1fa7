package luabind

import (
	"time"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
	"simlua.example/core/message"
)

// maxLine bounds what conn:read_line waits for, in bytes.
const maxLine = 64 << 10

// connObject is one end of a connection in the hand of a script.
type connObject struct {
	v      *vm
	stream *message.Stream
}

func (*connObject) kind() string { return "conn" }

var connSection = section{
	name: "conn:",
	doc: "One end of a connection. Values and bytes can be mixed on it. One process at a time may read. Without a " +
		`timeout, reading waits as long as it takes; the error of kind "timeout" leaves the connection usable. ` +
		`At the end of the stream the error is of kind "closed", and of kind "reset" when the peer or its machine ` +
		"tore the connection down.",
	entries: []entry{
		{"remote", "", `The other end, "machine:port".`, nil},
		{"send", "(value)",
			"Sends a deep copy of nil, a boolean, a number, a string, or a table of those, up to 1 MiB and 64 " +
				"tables deep. It travels as CBOR (RFC 8949): a table is an array when its keys are 1..n or " +
				"when it is empty, and a map otherwise; metatables stay behind. Waits while the send buffer " +
				"is full.", connSend},
		{"receive", "([timeout]) -> value",
			`Waits for the next value. Bytes that are no value are an error of kind "io".`, connReceive},
		{"write", "(bytes)", "Sends a string as it is. Waits while the send buffer is full.", connWrite},
		{"read", "(n[, timeout]) -> string", "Waits for exactly n bytes, 1 to 1,048,576.", connRead},
		{"read_line", "([timeout]) -> string",
			`Waits for a line of at most 65,536 bytes and returns it without its end, "\n" or "\r\n".`, connReadLine},
		{"close", "()", "Ends the connection in both directions. Closing twice is no error.", connClose},
	},
}

var connClass = newClass(connSection)

func (v *vm) newConn(conn core.Conn, world message.World) lua.LValue {
	return connClass.wrap(&connObject{v, message.NewStream(conn, world)},
		field{"remote", lua.LString(conn.Remote().String())})
}

func checkConn(L *lua.LState) *connObject { return checkSelf[*connObject](L, "conn") }

// optTimeout reads argument n. A timeout of zero is over at once, where zero
// means forever to core.
func optTimeout(L *lua.LState, n int) time.Duration {
	if L.Get(n) == lua.LNil {
		return core.Forever
	}
	return max(checkDuration(L, n), 1)
}

func connSend(L *lua.LState) int {
	c := checkConn(L)
	v := c.v
	if L.GetTop() < 2 {
		badArgument(L, 2, "a value")
	}
	// Another process may send while this one waits: the buffer is lent.
	buffer := v.objects.scratch
	v.objects.scratch = nil
	item, err := encodeValue(buffer[:0], L.Get(2))
	if err != nil {
		L.RaiseError("cannot send %s", err.Error())
	}
	v.wait(L, "send", func() error { return c.stream.SendRaw(item) })
	v.objects.scratch = item
	return 0
}

func connReceive(L *lua.LState) int {
	c := checkConn(L)
	timeout := optTimeout(L, 2)
	item := c.read(L, "receive", func() ([]byte, error) { return c.stream.ReceiveRaw(timeout) })
	value, err := decodeValue(L, item)
	if err != nil {
		c.v.raise(L, err)
	}
	L.Push(value)
	return 1
}

// read waits for bytes, which stay valid until the next call that reads.
func (c *connObject) read(L *lua.LState, what string, call func() ([]byte, error)) (b []byte) {
	c.v.wait(L, what, func() (err error) {
		b, err = call()
		return err
	})
	return b
}

func connWrite(L *lua.LState) int {
	c := checkConn(L)
	b := []byte(checkString(L, 2))
	if len(b) > 0 {
		c.v.wait(L, "write", func() error { return c.stream.Write(b) })
	}
	return 0
}

func connRead(L *lua.LState) int {
	c := checkConn(L)
	n := int(checkInt(L, 2, 1, message.DefaultMax))
	timeout := optTimeout(L, 3)
	b := c.read(L, "read", func() ([]byte, error) { return c.stream.ReadFull(n, timeout) })
	L.Push(lua.LString(b))
	return 1
}

func connReadLine(L *lua.LState) int {
	c := checkConn(L)
	timeout := optTimeout(L, 2)
	b := c.read(L, "read_line", func() ([]byte, error) { return c.stream.ReadLine(maxLine, timeout) })
	L.Push(lua.LString(b))
	return 1
}

func connClose(L *lua.LState) int {
	c := checkConn(L)
	c.v.wait(L, "close", c.stream.Close)
	return 0
}
