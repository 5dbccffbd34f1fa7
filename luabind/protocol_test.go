package luabind_test

import (
	"context"
	"testing"
	"testing/fstest"

	"simlua.example/core"
	"simlua.example/core/message"
	"simlua.example/luabind"
)

// adder is a server in Go: it adds up the numbers of a request.
func adder(env core.Env) error {
	type request struct {
		Numbers []int64 `cbor:"numbers"`
		Note    string  `cbor:"note,omitempty"`
	}
	type answer struct {
		Sum  int64          `cbor:"sum"`
		Seen map[string]any `cbor:"seen"`
	}
	listener, err := env.Listen(1)
	if err != nil {
		return err
	}
	conn, err := listener.Accept(core.Forever)
	if err != nil {
		return err
	}
	stream := message.NewStream(conn, env)
	for {
		var r request
		if err := stream.Receive(&r, core.Forever); err != nil {
			return nil
		}
		a := answer{Seen: map[string]any{"note": r.Note, "raw": []byte{1, 255}, "half": 0.5, "none": nil}}
		for _, n := range r.Numbers {
			a.Sum += n
		}
		if err := stream.Send(a); err != nil {
			return err
		}
	}
}

// writer leaves values in a database that a script reads.
func writer(env core.Env) error {
	db, err := env.Open("data", core.DBOptions{})
	if err != nil {
		return err
	}
	return db.Update(func(tx core.Tx) error {
		item, err := message.Marshal(map[string]int{"count": 3})
		if err != nil {
			return err
		}
		if err := tx.Put([]byte("cbor"), item); err != nil {
			return err
		}
		return tx.Put([]byte("raw"), []byte("plain\xff bytes"))
	})
}

const speaks = `
local sim = require "lab"
sim.service("adder.net", sim.engine.adder {})
sim.service("store.net:go", sim.engine.writer {})
sim.service("store.net:lua", function(env)
  env:sleep(1)
  local cbor, raw = env:open("data"):view(function(tx) return tx:get("cbor"), tx:get("raw") end)
  env:expect("stored value", { count = 3 }, cbor)
  env:expect("stored bytes", "plain\255 bytes", raw)
  env:gauge("read", true)
end)
sim.bot("b", function(env)
  local conn = env:connect("adder.net:1")
  conn:send { numbers = { 1, 2, 2 ^ 40 }, note = "grüße" }
  env:expect("answer", { sum = 3 + 2 ^ 40, seen = { note = "grüße", raw = "\1\255", half = 0.5 } }, conn:receive())
  conn:send { numbers = {} }
  env:expect("no numbers", 0, conn:receive().sum)
  env:sleep(2)
end)
sim.check("store", function(run) return run:gauges("read")["store.net"] == true end)
`

func TestGoAndLuaSpeakTheSame(t *testing.T) {
	files := fstest.MapFS{"speaks.lua": {Data: []byte(speaks)}, "lab.lua": {Data: []byte(lab)}}
	engine := func(name string, run core.EngineFunc) luabind.Option {
		return luabind.WithEngine(name, func(luabind.Options) (func() core.Engine, error) {
			return func() core.Engine { return run }, nil
		})
	}
	p, err := luabind.LoadFS(files, "speaks.lua", engine("adder", adder), engine("writer", writer))
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Run(context.Background(), luabind.RunOptions{Seed: 1})
	if err != nil || r.Verdict != core.Pass {
		t.Fatal(err, r)
	}
	if len(r.Checks) != 5 {
		t.Errorf("%d checks", len(r.Checks))
	}
	for _, check := range r.Checks {
		if !check.Held {
			t.Errorf("%s: %s", check.Name, check.Message)
		}
	}
}
