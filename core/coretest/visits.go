package coretest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"simlua.example/core"
)

// visits are what one boot of one service can see of its disk.
var visits = []struct {
	name  string
	visit func(core.Env) error
}{
	{"a new database is empty", onDB(func(_ core.Env, db core.DB) error {
		return errors.Join(holds(db, ""), holds(db.Bucket("other"), ""))
	})},
	{"a commit is visible", onDB(func(_ core.Env, db core.DB) error {
		return errors.Join(put(db, "b", "2", "a", "1"), holds(db, "a=1 b=2"))
	})},
	{"a transaction reads its own writes", onDB(func(_ core.Env, db core.DB) error {
		return errors.Join(put(db, "a", "1", "b", "2"), db.Update(func(tx core.Tx) error {
			return errors.Join(putAll(tx, "c", "3", "a", "9"), tx.Delete([]byte("b")), holdsTx(tx, "", "a=9 c=3"))
		}))
	})},
	{"each follows a prefix in order", onDB(func(_ core.Env, db core.DB) error {
		return errors.Join(put(db, "b2", "", "a", "", "b10", "", "b1", "", "c", ""), db.View(func(tx core.Tx) error {
			return errors.Join(holdsTx(tx, "b", "b1= b10= b2="), holdsTx(tx, "b3", ""), holdsTx(tx, "c", "c="))
		}))
	})},
	{"each ends with the error of its function", onDB(eachEnds)},
	{"each sees what was there when it began", onDB(eachIsStable)},
	{"each within each", onDB(eachWithinEach)},
	{"buckets are apart", onDB(func(_ core.Env, db core.DB) error {
		return errors.Join(put(db, "k", "1"), put(db.Bucket("other"), "k", "2"), holds(db, "k=1"),
			holds(db.Bucket("other"), "k=2"), holds(db.Bucket(core.MainBucket), "k=1"))
	})},
	{"a transaction spans buckets", onDB(func(_ core.Env, db core.DB) error {
		return errors.Join(db.Update(func(tx core.Tx) error {
			return errors.Join(putAll(tx, "k", "1"), putAll(tx.Bucket("other"), "k", "2"))
		}), holds(db, "k=1"), holds(db.Bucket("other"), "k=2"))
	})},
	{"an error rolls back", onDB(func(_ core.Env, db core.DB) error {
		err := db.Update(func(tx core.Tx) error { return errors.Join(putAll(tx, "a", "2", "b", "2"), errChanged) })
		return errors.Join(fails(err, errChanged), holds(db, ""))
	})},
	{"a panic rolls back and goes on upward", onDB(panicRollsBack)},
	{"an empty value is not a missing one", onDB(emptyValue)},
	{"a value is copied", onDB(valueIsCopied)},
	{"deleting what is missing is no error", onDB(func(_ core.Env, db core.DB) error {
		return db.Update(func(tx core.Tx) error { return tx.Delete([]byte("nothing")) })
	})},
	{"a view cannot write", onDB(func(_ core.Env, db core.DB) error {
		return db.View(func(tx core.Tx) error {
			return errors.Join(fails(tx.Put([]byte("k"), nil), nil, "view"), fails(tx.Delete([]byte("k")), nil, "view"))
		})
	})},
	{"a transaction ends with its function", onDB(transactionEnds)},
	{"nothing begins inside a transaction", onDB(nothingNests)},
	{"nothing waits inside a transaction", onDB(nothingWaits)},
	{"bad keys and values", onDB(badPairs)},
	{"bad names of buckets", onDB(badBuckets)},
	{"bad names of databases", badDatabases},
	{"too many databases", tooManyDatabases},
	{"the owner opens again", ownerOpensAgain},
	{"a closed database", closedDatabase},
	{"a removed database", removedDatabase},
	{"a second owner waits in vain", func(env core.Env) error {
		db, err := open(env, "taken")
		if err != nil {
			return err
		}
		if err := env.Sleep(time.Second); err != nil {
			return err
		}
		return holds(db, "")
	}},
	{"closing lets a second owner in", func(env core.Env) error {
		db, err := open(env, "taken")
		if err != nil {
			return err
		}
		if err := errors.Join(db.Close(), env.Sleep(time.Second)); err != nil {
			return err
		}
		if db, err = open(env, "taken"); err != nil {
			return err
		}
		return holds(db, "intruder=was here")
	}},
}

// onDB is a visit to a database called kv.
func onDB(visit func(core.Env, core.DB) error) func(core.Env) error {
	return func(env core.Env) error {
		db, err := open(env, "kv")
		if err != nil {
			return err
		}
		return visit(env, db)
	}
}

func eachEnds(_ core.Env, db core.DB) error {
	calls := 0
	return errors.Join(put(db, "a", "", "b", "", "c", ""), db.View(func(tx core.Tx) error {
		err := tx.Each(nil, func(_, _ []byte) error {
			if calls++; calls == 2 {
				return errChanged
			}
			return nil
		})
		if calls != 2 {
			return fmt.Errorf("%d calls, want 2", calls)
		}
		return fails(err, errChanged)
	}))
}

func eachIsStable(_ core.Env, db core.DB) error {
	var many []string
	for i := range 500 { // several pages of a file
		many = append(many, fmt.Sprintf("k%03d", i), strings.Repeat("v", 50))
	}
	visited := 0
	return errors.Join(put(db, many...), db.Update(func(tx core.Tx) error {
		err := tx.Each([]byte("k"), func(key, value []byte) error {
			if want := fmt.Sprintf("k%03d", visited); string(key) != want || len(value) != 50 {
				return fmt.Errorf("visited %s (%d bytes), want %s", key, len(value), want)
			}
			visited++
			name := string(key)
			return errors.Join(tx.Delete(key), putAll(tx, name+"x", "new", "k999", "new"), tx.Delete([]byte("k499x")))
		})
		if visited != 500 {
			err = errors.Join(err, fmt.Errorf("visited %d, want 500", visited))
		}
		return errors.Join(err, holdsTx(tx, "k00", "k000x=new k001x=new k002x=new k003x=new k004x=new "+
			"k005x=new k006x=new k007x=new k008x=new k009x=new"), holdsTx(tx, "k499", ""), holdsTx(tx, "k9", "k999=new"))
	}))
}

func eachWithinEach(_ core.Env, db core.DB) error {
	var seen []string
	err := db.Update(func(tx core.Tx) error {
		err := putAll(tx, "a", "", "b", "", "c", "")
		return errors.Join(err, tx.Each(nil, func(outer, _ []byte) error {
			return tx.Each(nil, func(inner, _ []byte) error {
				seen = append(seen, string(outer)+string(inner))
				return tx.Delete([]byte("b"))
			})
		}), holdsTx(tx, "", "a= c="))
	})
	if got := strings.Join(seen, " "); err == nil && got != "aa ab ac ba bc ca cc" {
		err = fmt.Errorf("visited %s", got)
	}
	return err
}

func panicRollsBack(_ core.Env, db core.DB) (err error) {
	func() {
		defer func() {
			if recover() != errChanged { //nolint:errorlint // the very same value
				err = errors.New("the panic did not come through")
			}
		}()
		_ = db.Update(func(tx core.Tx) error {
			_ = tx.Put([]byte("a"), nil)
			panic(errChanged)
		})
	}()
	return errors.Join(err, holds(db, ""), put(db, "b", "2"), holds(db, "b=2"))
}

func emptyValue(_ core.Env, db core.DB) error {
	look := func(tx core.Tx) error {
		switch {
		case tx.Get([]byte("there")) == nil:
			return errors.New("an empty value reads as missing")
		case tx.Get([]byte("missing")) != nil || tx.Get(nil) != nil:
			return errors.New("a missing key has a value")
		}
		return nil
	}
	return errors.Join(db.Update(func(tx core.Tx) error {
		return errors.Join(tx.Put([]byte("there"), nil), look(tx))
	}), db.View(look))
}

func valueIsCopied(_ core.Env, db core.DB) error {
	key, value := []byte("key"), []byte("value")
	return errors.Join(db.Update(func(tx core.Tx) error {
		err := tx.Put(key, value)
		copy(key, "xxx")
		copy(value, "xxxxx")
		return err
	}), holds(db, "key=value"))
}

func transactionEnds(_ core.Env, db core.DB) (err error) {
	var kept core.Tx
	if err := db.Update(func(tx core.Tx) error { kept = tx; return nil }); err != nil {
		return err
	}
	err = errors.Join(fails(kept.Put([]byte("k"), nil), nil, "ended"), fails(kept.Delete([]byte("k")), nil, "ended"),
		fails(kept.Each(nil, nil), nil, "ended"), fails(kept.Bucket("b").Put([]byte("k"), nil), nil, "ended"))
	defer func() {
		if recover() == nil {
			err = errors.Join(err, errors.New("get after the end did not panic"))
		}
	}()
	kept.Get([]byte("k"))
	return err
}

func nothingNests(env core.Env, db core.DB) error {
	other, err := open(env, "other")
	if err != nil {
		return err
	}
	nothing := func(core.Tx) error { return nil }
	return errors.Join(db.View(func(core.Tx) error {
		_, err := open(env, "third")
		return errors.Join(fails(db.Update(nothing), nil, "transaction"), fails(other.Update(nothing), nil, "transaction"),
			fails(db.View(nothing), nil, "transaction"), fails(db.Sync(), nil, "transaction"),
			fails(db.Close(), nil, "transaction"), fails(err, nil, "transaction"))
	}), put(db, "k", "v"), holds(db, "k=v"))
}

func nothingWaits(env core.Env, db core.DB) (err error) {
	defer func() {
		r, _ := recover().(error)
		err = errors.Join(fails(r, nil, "transaction must not wait"), holds(db, ""))
	}()
	return db.Update(func(tx core.Tx) error {
		return errors.Join(putAll(tx, "k", "v"), env.Sleep(time.Second))
	})
}

func badPairs(_ core.Env, db core.DB) error {
	return errors.Join(db.Update(func(tx core.Tx) error {
		return errors.Join(
			fails(tx.Put(nil, nil), nil, "key is not empty"),
			fails(tx.Put(bytes.Repeat([]byte("k"), core.MaxKeyBytes+1), nil), nil, "32768"),
			fails(tx.Put([]byte("k"), make([]byte, core.MaxValueBytes+1)), nil, "16777216"),
			tx.Put(bytes.Repeat([]byte("k"), core.MaxKeyBytes), nil),
			tx.Delete(bytes.Repeat([]byte("k"), core.MaxKeyBytes+1)), tx.Delete(nil))
	}), db.Update(func(tx core.Tx) error { return tx.Delete(bytes.Repeat([]byte("k"), core.MaxKeyBytes)) }),
		holds(db, ""))
}

func badBuckets(_ core.Env, db core.DB) error {
	var mistakes []error
	for _, name := range []string{"", "a/b", `a\b`, "a\x00b", "a\nb", "\xff", strings.Repeat("n", core.MaxNameBytes+1)} {
		nothing := func(tx core.Tx) error { return nil }
		mistakes = append(mistakes, fails(db.Bucket(name).Update(nothing), nil, "bucket"),
			fails(db.Bucket(name).View(nothing), nil, "bucket"),
			fails(db.Update(func(tx core.Tx) error {
				bad := tx.Bucket(name)
				if bad.Get([]byte("k")) != nil {
					return errors.New("found something in a bucket that cannot be")
				}
				return putAll(tx, "lost", "")
			}), nil, "bucket"))
	}
	return errors.Join(append(mistakes, holds(db, ""), put(db.Bucket("orders:2024 ü"), "k", "v"))...)
}

func badDatabases(env core.Env) error {
	var mistakes []error
	for _, name := range []string{"", ".", "..", "../up", "a/b", `a\b`, "-a", ".a", "a b", "ü", "a\x00",
		strings.Repeat("n", core.MaxNameBytes+1)} {
		_, err := open(env, name)
		mistakes = append(mistakes, fails(err, nil, "name of a database"))
	}
	for _, name := range []string{"a", "A-1_b.c", "9", strings.Repeat("n", core.MaxNameBytes)} {
		_, err := open(env, name)
		mistakes = append(mistakes, err)
	}
	return errors.Join(mistakes...)
}

func tooManyDatabases(env core.Env) error {
	if _, err := open(env, "taken"); err != nil {
		return err
	}
	for i := range core.MaxDatabases - 1 {
		if _, err := open(env, fmt.Sprintf("db%d", i)); err != nil {
			return err
		}
	}
	_, err := open(env, "another")
	return fails(err, core.ErrNoSpace, "another")
}

func ownerOpensAgain(env core.Env) error {
	first, err := open(env, "kv")
	if err != nil {
		return err
	}
	second, err := open(env, "kv")
	if err != nil {
		return err
	}
	_, err = env.Open("kv", core.DBOptions{NoSync: true})
	return errors.Join(fails(err, core.ErrInUse), put(first, "k", "v"), first.Close(), holds(second, "k=v"),
		fails(holds(first, ""), core.ErrClosed, "kv"))
}

func closedDatabase(env core.Env) error {
	db, err := open(env, "kv")
	if err != nil {
		return err
	}
	nothing := func(core.Tx) error { return errors.New("ran") }
	other := db.Bucket("other")
	if err := errors.Join(put(db, "k", "v"), other.Close(), db.Close()); err != nil {
		return err
	}
	again, err := open(env, "kv")
	if err != nil {
		return err
	}
	return errors.Join(fails(db.Update(nothing), core.ErrClosed, "kv"), fails(db.View(nothing), core.ErrClosed, "kv"),
		fails(other.View(nothing), core.ErrClosed), fails(db.Sync(), core.ErrClosed, "kv"), holds(again, "k=v"))
}

func removedDatabase(env core.Env) error {
	db, err := open(env, "kv")
	if err != nil {
		return err
	}
	err = errors.Join(put(db, "k", "v"), env.RemoveDatabase("kv"), fails(holds(db, ""), core.ErrClosed, "kv"),
		env.RemoveDatabase("kv"), env.RemoveDatabase("never"), fails(env.RemoveDatabase("a/b"), nil, "name of a database"))
	again, openErr := open(env, "kv")
	if openErr != nil {
		return errors.Join(err, openErr)
	}
	return errors.Join(err, holds(again, ""), put(again, "k", "w"), holds(again, "k=w"), db.Close(), holds(again, "k=w"),
		again.View(func(core.Tx) error { return fails(env.RemoveDatabase("kv"), nil, "transaction") }))
}
