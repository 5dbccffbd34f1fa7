package luabind

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// TestGaugeViewFollows changes gauges at random: the view must be what a table
// made anew of those that stand is.
func TestGaugeViewFollows(t *testing.T) {
	r := core.NewRandom(1, "gauges")
	L := lua.NewState()
	defer L.Close()
	view, standing := newGaugeView(nil), []core.GaugeValue{}
	for step := range 5000 {
		machine := fmt.Sprintf("m%d.lan", r.Uint64n(4))
		g := core.GaugeValue{Name: "g", Machine: machine, Service: fmt.Sprintf("%s:s%d", machine, r.Uint64n(3))}
		if r.Uint64n(2) == 0 {
			g.Value = float64(r.Uint64n(100))
		}
		standing = slices.DeleteFunc(standing, func(o core.GaugeValue) bool { return o.Service == g.Service })
		if g.Value != nil {
			standing = append(standing, g)
			slices.SortFunc(standing, func(a, b core.GaugeValue) int { return cmp.Compare(a.Service, b.Service) })
		}
		if view.change(&g); view.worn() {
			view = newGaugeView(standing)
		}
		want := gaugesTable(L, standing)
		if got := behind(view.shown()); !equalValues(got, want) {
			t.Fatalf("step %d, %+v: got %s, want %s", step, g, renderValue(got), renderValue(want))
		}
	}
	if view.gone > 40 {
		t.Errorf("%d keys of the past", view.gone)
	}
}
