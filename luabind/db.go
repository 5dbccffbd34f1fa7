package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// dbObject is a database, or one bucket of it, in the hand of a script.
type dbObject struct {
	v  *vm
	db core.DB
}

func (*dbObject) kind() string { return "db" }

var dbSection = section{
	name: "db:",
	doc: "A transactional key-value store on the machine's disk: it outlives reboots, and a power cut may take " +
		"what was not synced. Updates take as long as the disk does.",
	entries: []entry{
		{"update", "(fn) -> ...",
			"Calls fn(tx) in a read-write transaction and returns what fn returns, when it is committed: others see " +
				"it when its data is synced, and the update returns when its meta page is, too. An error that " +
				"leaves fn rolls everything back. fn must not wait. One update runs at a time, the others " +
				"queue. Kinds of errors: \"no_space\" and \"io\" of one that has not happened, \"unknown\" of one that has, " +
				"and that a power cut may take (with sync_every, see env:open).", dbUpdate},
		{"view", "(fn) -> ...",
			"Calls fn(tx) in a read-only transaction and returns what fn returns. fn must not wait.", dbView},
		{"sync", "()", "Makes what was committed durable. Only matters for a database opened with no_sync. After an " +
			"error, of kind \"unknown\", a power cut may take the data, and once more was committed it leaves the database " +
			"damaged, whatever later ones say: begin a new one.", dbSync},
		{"bucket", "(name) -> db",
			"The same database, reading and writing another bucket: keys of their own, one " +
				"transaction at a time for all.", dbBucket},
	},
}

var dbClass = newClass(dbSection)

func (v *vm) newDB(db core.DB) lua.LValue { return dbClass.wrap(&dbObject{v, db}) }

func checkDB(L *lua.LState) *dbObject { return checkSelf[*dbObject](L, "db") }

func dbUpdate(L *lua.LState) int {
	d := checkDB(L)
	return d.transact(L, "update", d.db.Update)
}

func dbView(L *lua.LState) int {
	d := checkDB(L)
	return d.transact(L, "view", d.db.View)
}

// transact calls the function at index 2 within begin, and returns how many
// values it left on the stack.
func (d *dbObject) transact(L *lua.LState, what string, begin func(func(core.Tx) error) error) int {
	fn := checkFunction(L, 2)
	L.SetTop(2)
	thread := L.G.CurrentThread
	var raised any
	d.v.wait(L, what, func() error {
		err := begin(func(tx core.Tx) (err error) {
			L.G.CurrentThread = thread // it took time to get here
			d.v.renew()
			raised, err = protect(func() { d.v.inside(L, what, fn, tx) })
			return err
		})
		if raised != nil {
			return nil
		}
		return err
	})
	if raised != nil {
		panic(raised)
	}
	return L.GetTop() - 2
}

// inside calls fn with a transaction, during which nothing may wait.
func (v *vm) inside(L *lua.LState, what string, fn *lua.LFunction, tx core.Tx) {
	shared := &txState{writable: what == "update"}
	v.objects.transaction = "db:" + what
	defer func() {
		shared.ended = true
		v.objects.transaction = ""
	}()
	L.Push(fn)
	L.Push(txClass.wrap(&txObject{v, tx, shared}))
	L.Call(1, lua.MultRet)
}

func dbSync(L *lua.LState) int {
	d := checkDB(L)
	d.v.wait(L, "sync", d.db.Sync)
	return 0
}

func dbBucket(L *lua.LState) int {
	d := checkDB(L)
	name := checkBucket(L)
	L.Push(another(L, &dbObject{d.v, d.db.Bucket(name)}))
	return 1
}

func checkBucket(L *lua.LState) string {
	name := checkString(L, 2)
	if err := core.CheckBucketName(name); err != nil {
		L.RaiseError("%s", err.Error())
	}
	return name
}

// another shows an object of the same class as the one a method was called on.
func another(L *lua.LState, o object) lua.LValue {
	return &lua.LUserData{Value: o, Metatable: L.Get(1).(*lua.LUserData).Metatable}
}
