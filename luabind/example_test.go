package luabind_test

import (
	"context"
	"fmt"
	"io"
	"testing/fstest"

	"simlua.example/core"
	"simlua.example/luabind"
)

// shout is an engine of somebody else: it sends back what it gets, louder.
type shout struct{ port, times int }

func (s shout) Run(env core.Env) error {
	listener, err := env.Listen(s.port)
	for err == nil {
		var conn core.Conn
		if conn, err = listener.Accept(core.Forever); err != nil {
			break
		}
		line := make([]byte, 64)
		n, _ := conn.Read(line, core.Forever)
		for range s.times {
			_ = conn.Write(line[:n])
		}
		_ = conn.Close()
	}
	if err == io.EOF {
		return nil
	}
	return err
}

// A program of about thirty lines adds its own engine and plays a script.
func ExampleWithEngine() {
	shouting := luabind.WithEngine("shout", func(o luabind.Options) (func() core.Engine, error) {
		s := shout{o.Port("port", 80), o.Int("times", 1, 10, 2)}
		return func() core.Engine { return s }, nil
	})
	script := fstest.MapFS{"shout.lua": {Data: []byte(`
		local sim = require "sim"
		sim.connect("botnet", "net", sim.profile.internet)
		sim.service("s.net", sim.engine.shout { port = 7, times = 3 })
		sim.bot("b", function(env)
			local conn = env:connect("s.net:7")
			conn:write("hey!")
			env:halt(conn:read(12))
		end)`)}}
	program, err := luabind.LoadFS(script, "shout.lua", shouting)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := program.Run(context.Background(), luabind.RunOptions{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Verdict, result.Reason)
	// Output: pass hey!hey!hey!
}
