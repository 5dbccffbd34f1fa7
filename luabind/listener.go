package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
	"simlua.example/core/message"
)

// listenerObject is a port that a script listens on.
type listenerObject struct {
	v        *vm
	listener core.Listener
	world    message.World
}

func (*listenerObject) kind() string { return "listener" }

var listenerSection = section{
	name: "listener:",
	doc:  "A port that the service listens on. The service's end closes it.",
	entries: []entry{
		{"port", "", "The number of the port.", nil},
		{"accept", "([timeout]) -> conn",
			"Waits for the next connection. Without a timeout it waits as long as it takes.", listenerAccept},
		{"close", "()",
			"Gives the port back. Connections that were accepted stay. Closing twice is no error.", listenerClose},
	},
}

var listenerClass = newClass(listenerSection)

func (v *vm) newListener(listener core.Listener, world message.World) lua.LValue {
	return listenerClass.wrap(&listenerObject{v, listener, world},
		field{"port", lua.LNumber(listener.Port())})
}

func checkListener(L *lua.LState) *listenerObject { return checkSelf[*listenerObject](L, "listener") }

func listenerAccept(L *lua.LState) int {
	l := checkListener(L)
	timeout := optTimeout(L, 2)
	var conn core.Conn
	l.v.wait(L, "accept", func() (err error) {
		conn, err = l.listener.Accept(timeout)
		return err
	})
	L.Push(l.v.newConn(conn, l.world))
	return 1
}

func listenerClose(L *lua.LState) int {
	l := checkListener(L)
	l.v.wait(L, "close", l.listener.Close)
	return 0
}
