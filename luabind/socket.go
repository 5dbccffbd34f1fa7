package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// socketObject is a port for datagrams in the hand of a script.
type socketObject struct {
	v      *vm
	socket core.Socket
}

func (*socketObject) kind() string { return "socket" }

var socketSection = section{
	name: "socket:",
	doc: "A port for datagrams (UDP). Each is one packet of a link and shares its fate: it arrives once, twice or " +
		"not at all, late, out of order; one whose checksum is wrong is dropped. Nobody hears what became of it, not even " +
		"that nobody has that port: ICMP is not modelled. Up to 212,992 bytes of packets wait to be received, what comes " +
		"then is dropped; both are counted, see run:links. A datagram is a message of the report. The service's end closes " +
		"the port.",
	entries: []entry{
		{"port", "", "The number of the port.", nil},
		{"send_to", "(address, value)",
			`Sends a deep copy of a value to "machine.network:port", as conn:send does, in one packet, and does not wait. ` +
				"What is larger than the link's mtu (to oneself, 65,535), less 28 bytes of headers, is an error: nothing is " +
				`fragmented. Kind of error: "no_route".`, socketSendTo},
		{"receive", "([timeout]) -> value, string",
			`Waits for the next datagram, and returns its value and who sent it, "machine.network:port". Without a timeout it ` +
				"waits as long as it takes. Bytes that are no value are an error of kind \"io\"; the next datagram can be " +
				`received. Kinds of errors: "timeout", "closed".`, socketReceive},
		{"write_to", "(address, bytes)", "Sends a string as it is, likewise.", socketWriteTo},
		{"read", "([timeout]) -> string, string", "Waits for the next datagram, and returns its bytes and who sent it.",
			socketRead},
		{"close", "()", "Gives the port back; what has arrived is lost. Closing twice is no error.", socketClose},
	},
}

var socketClass = newClass(socketSection)

func checkSocket(L *lua.LState) *socketObject { return checkSelf[*socketObject](L, "socket") }

func envDatagram(L *lua.LState) int {
	e := checkEnv(L)
	port := 0
	if L.Get(2) != lua.LNil {
		port = int(checkInt(L, 2, 1, core.MaxPort))
	}
	var socket core.Socket
	e.v.wait(L, "datagram", func() (err error) {
		socket, err = e.env.Datagram(port)
		return err
	})
	L.Push(socketClass.wrap(&socketObject{e.v, socket}, field{"port", lua.LNumber(socket.Port())}))
	return 1
}

// sendTo sends bytes to the address in argument 2.
func (k *socketObject) sendTo(L *lua.LState, what string, b []byte) int {
	to, err := core.ParseAddress(checkString(L, 2))
	if err != nil {
		L.RaiseError("%s: %v", what, err)
	}
	k.v.wait(L, what, func() error { return k.socket.SendTo(to, b) })
	return 0
}

func socketSendTo(L *lua.LState) int {
	k := checkSocket(L)
	if L.GetTop() < 3 {
		badArgument(L, 3, "a value")
	}
	item, err := encodeValue(k.v.objects.scratch[:0], L.Get(3))
	if err != nil {
		L.RaiseError("cannot send %s", err.Error())
	}
	k.v.objects.scratch = item
	return k.sendTo(L, "send_to", item)
}

func socketWriteTo(L *lua.LState) int {
	k := checkSocket(L)
	return k.sendTo(L, "write_to", []byte(checkString(L, 3)))
}

// receive takes the next datagram.
func (k *socketObject) receive(L *lua.LState, what string) (b []byte, from lua.LString) {
	timeout := optTimeout(L, 2)
	k.v.wait(L, what, func() error {
		datagram, sender, err := k.socket.Receive(timeout)
		b, from = datagram, lua.LString(sender.String())
		return err
	})
	return b, from
}

func socketReceive(L *lua.LState) int {
	k := checkSocket(L)
	b, from := k.receive(L, "receive")
	value, err := decodeValue(L, b)
	if err != nil {
		k.v.raise(L, err)
	}
	L.Push(value)
	L.Push(from)
	return 2
}

func socketRead(L *lua.LState) int {
	b, from := checkSocket(L).receive(L, "read")
	L.Push(lua.LString(b))
	L.Push(from)
	return 2
}

func socketClose(L *lua.LState) int {
	k := checkSocket(L)
	k.v.wait(L, "close", k.socket.Close)
	return 0
}
