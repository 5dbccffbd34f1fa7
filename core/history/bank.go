package history

import (
	"fmt"
	"maps"
	"slices"
)

// BankOptions say what holds in a bank.
type BankOptions struct {
	Total    *int64 // of all balances; nil: that of the first read
	Negative bool   // balances may be below zero
}

// Bank says whether each "read", which answers the balances of all accounts, adds
// up to the same total, and has no balance below zero: whether money is moved in
// one piece. Accounts are those of the first read. A read answers a map, or a list
// of balances, all whole numbers. Other operations are not looked at. Jepsen's checker
// bank.
func Bank(h *History, o BankOptions) Verdict {
	return h.perKey(func(ops []*Op) Verdict {
		b := bank{o: o}
		for _, op := range ops {
			if op.F != "read" || op.Type != OK {
				continue
			}
			if err := b.read(op); err != nil {
				return refused(err)
			}
		}
		return b.verdict(ops)
	})
}

// bank is what was read of a bank.
type bank struct {
	o        BankOptions
	accounts []string
	reads    int
	wrong    []*Op
	first    string // what was wrong with the first
	names    []string
}

func (b *bank) read(o *Op) error {
	b.reads++
	accounts, err := balances(o)
	if err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(accounts))
	var total int64
	var name, problem string
	if b.reads == 1 {
		b.accounts = names
	}
	if !slices.Equal(names, b.accounts) {
		name, problem = "unexpected_key", fmt.Sprintf("its accounts are %v, not %v", names, b.accounts)
	}
	for _, account := range names {
		balance, isWhole := accounts[account].(int64)
		switch total += balance; {
		case name != "":
		case accounts[account] == nil:
			name, problem = "nil_balance", account+" has no balance"
		case !isWhole:
			name, problem = "wrong_balance", fmt.Sprintf("%s has %s, which is no whole number", account, Text(accounts[account]))
		case balance < 0 && !b.o.Negative:
			name, problem = "negative_value", fmt.Sprintf("%s has %d", account, balance)
		}
	}
	if b.o.Total == nil {
		b.o.Total = &total
	}
	if total != *b.o.Total && (name == "" || name == "negative_value") {
		name, problem = "wrong_total", fmt.Sprintf("all balances are %d, not %d", total, *b.o.Total)
	}
	b.note(o, name, problem)
	return nil
}

func (b *bank) note(o *Op, name, problem string) {
	if name == "" {
		return
	}
	if len(b.wrong) == 0 {
		b.first = problem
	}
	b.wrong = append(b.wrong, o)
	if !slices.Contains(b.names, name) {
		b.names = append(b.names, name)
	}
}

// balances are those of a read, by account.
func balances(o *Op) (map[string]any, error) {
	switch x := o.Output.(type) {
	case map[string]any:
		return x, nil
	case []any:
		accounts := map[string]any{}
		for i, v := range x {
			accounts[fmt.Sprint(i+1)] = v
		}
		return accounts, nil
	}
	return nil, fmt.Errorf("operation %d: %s: want the balances of all accounts", o.Index, describe(o))
}

func (b *bank) verdict(ops []*Op) Verdict {
	v := passed("%d reads are right", b.reads)
	switch {
	case b.reads == 0:
		v = unknown("the bank was never read")
	case len(b.wrong) > 0:
		o := b.wrong[0]
		shown := around(ops, o)
		v = failed("%d of %d reads are wrong; the first, of process %d %s: %s", len(b.wrong), b.reads, o.Process,
			clockOf(shown).span(o), b.first)
		v.Anomalies = b.names
		v.Picture = picture(shown, marks{o: b.first})
	}
	v.Details = counts("reads", b.reads, "wrong", len(b.wrong))
	return v
}
