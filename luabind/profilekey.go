package luabind

import (
	"fmt"
	"math"
	"slices"
	"time"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// profileKeys are the keys of a profile, in the order of the reference.
var profileKeys = []tableKey[core.Profile]{
	{"name", "What tables and logs call the link.", "string", readName,
		func(p *core.Profile) lua.LValue { return lua.LString(p.Name) }},
	{"delay", "One way, drawn for every packet, so that packets can overtake each other: a duration or a " +
		"distribution. Default 0.", aTime, readDelay,
		func(p *core.Profile) lua.LValue { return distributionValue(p.Delay) }},
	{"jitter", "What is added to a delay that is a duration, or taken away: at most so much when it is uniform, with " +
		"this deviation otherwise.", "sim.duration", readJitter,
		func(p *core.Profile) lua.LValue { return durationValue(p.Jitter) }},
	{"distribution", `Of jitter: "uniform" (the default), "normal", "pareto" or "paretonormal".`,
		choiceType(shapeNames()), readShape, shapeValue},
	chanceKey("delay_corr", "How much each packet's jitter is like the one before's.",
		func(p *core.Profile) *core.Probability { return &p.DelayCorr }),
	{"keep_order", "true: no packet of a pair of machines overtakes another.", "boolean", readKeepOrder,
		func(p *core.Profile) lua.LValue { return trueValue(p.KeepOrder) }},
	chanceKey("loss", "That a packet is lost.",
		func(p *core.Profile) *core.Probability { return &p.Loss }),
	chanceKey("loss_corr", "How much each packet's fate is like the one before's.",
		func(p *core.Profile) *core.Probability { return &p.LossCorr }),
	{"gemodel", "Losses in bursts, instead of loss: `{p = 0.01, r = 0.3, h = 0, k = 1}`, the Gilbert-Elliott model. A " +
		"good link turns bad with probability p and a bad one good with r (default 1 - p) at each packet; a packet " +
		"survives the bad state with h (default 0), the good one with k (default 1). false: none.",
		"{ p: number, r?: number, h?: number, k?: number }|false", readModel, modelValue},
	chanceKey("duplicate", "That a packet arrives twice.",
		func(p *core.Profile) *core.Probability { return &p.Duplicate }),
	chanceKey("duplicate_corr", "As loss_corr.",
		func(p *core.Profile) *core.Probability { return &p.DuplicateCorr }),
	chanceKey("corrupt", "That a bit of a packet flips; the checksum notices, and the packet is dropped.",
		func(p *core.Profile) *core.Probability { return &p.Corrupt }),
	chanceKey("corrupt_corr", "As loss_corr.",
		func(p *core.Profile) *core.Probability { return &p.CorruptCorr }),
	chanceKey("corrupt_undetected", "That a bit of a packet's payload flips and nothing notices.",
		func(p *core.Profile) *core.Probability { return &p.CorruptUndetected }),
	chanceKey("reorder", "That a packet is sent without the delay and so overtakes others.",
		func(p *core.Profile) *core.Probability { return &p.Reorder }),
	chanceKey("reorder_corr", "As loss_corr.",
		func(p *core.Profile) *core.Probability { return &p.ReorderCorr }),
	{"gap", "Only every gap-th packet is considered for reorder. Default: each.", "integer", readGap,
		func(p *core.Profile) lua.LValue { return count(p.Gap) }},
	{"rate", "Bits a second for each pair of machines: a number, or a string in bit, kbit, mbit, gbit or tbit " +
		`(powers of 1000): "1.6mbit". Default: without limit.`, "number|string", readRate,
		func(p *core.Profile) lua.LValue { return count(int(p.Rate)) }},
	{"overhead", "Bytes that each packet has on the wire beside its own, for rate.", "integer", readOverhead,
		func(p *core.Profile) lua.LValue { return count(p.Overhead) }},
	{"limit", `The queue before rate, beyond which packets are dropped: a number of packets (default 1000), or bytes ` +
		`as a string in b, kb, mb or gb (powers of 1024): "64kb".`, "integer|string", readLimit, limitValue},
	{"mtu", "Bytes of the largest packet, 68 to 65535. Default 1500.", "integer", readMTU,
		func(p *core.Profile) lua.LValue { return count(p.MTU) }},
	{"log", `What the log shows: "none", "faults" (what happened to packets; the default), "all", or the packets of one ` +
		"machine, by name.", "string", readLog, logValue},
	{"tcp", `The TCP of connections over this link: "linux", "simple", or a table of the keys below. What it does not ` +
		"say, the machine says.", "string|sim.tcp", readTCP,
		func(p *core.Profile) lua.LValue { return tcpValue(p.TCP) }},
}

func profileNames() []string { return keyNames(profileKeys) }

// probability is an option from 0 to 1.
func (o options) probability(name string) core.Probability {
	x, ok := o.get(name).(lua.LNumber)
	if !ok {
		o.bad(name, "a probability, a number from 0 to 1")
	}
	p, err := core.NewProbability(float64(x))
	if err != nil {
		o.wrong(name, err)
	}
	return p
}

func probabilityValue(p core.Probability) lua.LValue {
	if p == 0 {
		return lua.LNil
	}
	return lua.LNumber(float64(p) / float64(core.Always))
}

func durationValue(d time.Duration) lua.LValue {
	if d == 0 {
		return lua.LNil
	}
	return seconds(d)
}

func count(n int) lua.LValue {
	if n == 0 {
		return lua.LNil
	}
	return lua.LNumber(n)
}

func trueValue(on bool) lua.LValue {
	if !on {
		return lua.LNil
	}
	return lua.LTrue
}

func readName(o options, name string, p *core.Profile) { p.Name = o.str(name, "") }

func readDelay(o options, name string, p *core.Profile) { p.Delay = o.distribution(name) }

func readJitter(o options, name string, p *core.Profile) { p.Jitter = o.duration(name, 0) }

func readKeepOrder(o options, name string, p *core.Profile) { p.KeepOrder = o.boolean(name, false) }

func readGap(o options, name string, p *core.Profile) {
	p.Gap = int(o.integer(name, 0, math.MaxInt32, 0))
}

func readRate(o options, name string, p *core.Profile) { p.Rate = o.rate(name) }

func readOverhead(o options, name string, p *core.Profile) {
	p.Overhead = int(o.integer(name, 0, 1500, 0))
}

func readMTU(o options, name string, p *core.Profile) { p.MTU = int(o.integer(name, 68, 65535, 0)) }

func readLog(o options, name string, p *core.Profile) {
	if p.Log = o.str(name, ""); p.Log == "" {
		o.bad(name, `"none", "faults", "all" or the name of a machine`)
	}
}

func logValue(p *core.Profile) lua.LValue {
	if p.Log == "" {
		return lua.LNil
	}
	return lua.LString(p.Log)
}

// jitterShapes are those that jitter can have.
var jitterShapes = []core.Shape{core.Uniform, core.Normal, core.Pareto, core.ParetoNormal}

func readShape(o options, name string, p *core.Profile) {
	names := shapeNames()
	p.Shape = jitterShapes[slices.Index(names, o.choice(name, names...))]
}

func shapeNames() []string {
	names := make([]string, len(jitterShapes))
	for i, shape := range jitterShapes {
		names[i] = shape.String()
	}
	return names
}

func shapeValue(p *core.Profile) lua.LValue {
	if p.Shape == core.Constant {
		return lua.LNil
	}
	return lua.LString(p.Shape.String())
}

func readModel(o options, name string, p *core.Profile) {
	if o.get(name) == lua.LFalse {
		p.GEModel = nil
		return
	}
	m := o.sub(name, "p", "r", "h", "k")
	if !m.has("p") {
		m.bad("p", "a probability, a number from 0 to 1")
	}
	g := &core.GEModel{P: m.probability("p"), H: core.Never, K: core.Always}
	g.R = core.Always - g.P
	for _, x := range []struct {
		name string
		p    *core.Probability
	}{{"r", &g.R}, {"h", &g.H}, {"k", &g.K}} {
		if m.has(x.name) {
			*x.p = m.probability(x.name)
		}
	}
	p.GEModel = g
}

func modelValue(p *core.Profile) lua.LValue {
	if p.GEModel == nil {
		return lua.LNil
	}
	t := newTable()
	for _, x := range []struct {
		name string
		p    core.Probability
	}{{"p", p.GEModel.P}, {"r", p.GEModel.R}, {"h", p.GEModel.H}, {"k", p.GEModel.K}} {
		t.RawSetString(x.name, lua.LNumber(float64(x.p)/float64(core.Always)))
	}
	return t
}

func readLimit(o options, name string, p *core.Profile) {
	switch x := o.get(name).(type) {
	case lua.LNumber:
		if n, ok := toInt(x, 0, math.MaxInt32); ok {
			p.Limit = core.Limit{Packets: int(n)}
			return
		}
	case lua.LString:
		if n, ok := toQuantity(string(x), sizeUnits); ok && n <= math.MaxInt32 {
			p.Limit = core.Limit{Bytes: int(n)}
			return
		}
	}
	o.bad(name, `a number of packets, or bytes as a string such as "64kb" (b, kb, mb, gb)`)
}

func limitValue(p *core.Profile) lua.LValue {
	if p.Limit.Bytes > 0 {
		return lua.LString(fmt.Sprintf("%db", p.Limit.Bytes))
	}
	return count(p.Limit.Packets)
}

func readTCP(o options, name string, p *core.Profile) { p.TCP = o.tcp(name, true) }
