package sweep

import (
	"iter"
	"math/bits"
	"slices"
	"testing"

	"simlua.example/core"
)

// minimize is ddmin over the bits of a set that has a property.
func minimize(t *testing.T, n int, has func(set uint32) bool) (left uint32, tests int) {
	t.Helper()
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	list, err := ddmin(all, func(cuts iter.Seq[cut[int]]) (*cut[int], error) {
		for c := range cuts {
			if tests++; has(setOf(c.left)) {
				return &c, nil
			}
		}
		return nil, nil
	})
	if err != nil || !slices.IsSorted(list) {
		t.Fatalf("%v, %v", list, err)
	}
	return setOf(list), tests
}

func setOf(list []int) (set uint32) {
	for _, i := range list {
		set |= 1 << i
	}
	return set
}

// isMinimal says whether a set has a property, and has it no more without any one
// of its elements.
func isMinimal(set uint32, has func(uint32) bool) bool {
	for i := range 32 {
		if set&(1<<i) != 0 && has(set&^(1<<i)) {
			return false
		}
	}
	return has(set)
}

// For every set of which all that have it in them have the property, it is found.
func TestDdminFindsEverySet(t *testing.T) {
	for n := 1; n <= 10; n++ {
		for want := uint32(1); want < 1<<n; want++ {
			got, _ := minimize(t, n, func(set uint32) bool { return set&want == want })
			if got != want {
				t.Fatalf("of %d: got %b, want %b", n, got, want)
			}
		}
	}
}

// For properties of any shape, what is found is 1-minimal: compared with looking
// at all sets.
func TestDdminIsMinimal(t *testing.T) {
	random := core.NewRandom(1, "ddmin")
	smallest := 0
	for range 3000 {
		n := 2 + int(random.Uint64n(7))
		table := make([]bool, 1<<n)
		sparse := 1 + random.Uint64n(8)
		for set := range table {
			table[set] = random.Uint64n(sparse) == 0
		}
		table[0], table[len(table)-1] = false, true
		has := func(set uint32) bool { return table[set] }
		got, tests := minimize(t, n, has)
		if !isMinimal(got, has) {
			t.Fatalf("of %d: %b is not minimal in %v", n, got, table)
		}
		if most := n*n + 3*n; tests > most {
			t.Errorf("of %d: %d tests, more than %d", n, tests, most)
		}
		least := n
		for set := range table {
			if table[set] {
				least = min(least, bits.OnesCount(uint(set)))
			}
		}
		if bits.OnesCount32(got) == least {
			smallest++
		}
	}
	if smallest < 1500 {
		t.Errorf("the smallest set was found %d times of 3000", smallest)
	}
}

// One of thousands is found by halving.
func TestDdminHalves(t *testing.T) {
	all := make([]int, 10_000)
	for i := range all {
		all[i] = i
	}
	for _, test := range []struct {
		want []int
		most int
	}{{[]int{7777}, 28}, {[]int{17, 9000}, 80}, {[]int{17, 4000, 4001, 9000}, 160}} {
		tests := 0
		got, _ := ddmin(all, func(cuts iter.Seq[cut[int]]) (*cut[int], error) {
			for c := range cuts {
				tests++
				misses := func(i int) bool { _, found := slices.BinarySearch(c.left, i); return !found }
				if !slices.ContainsFunc(test.want, misses) {
					return &c, nil
				}
			}
			return nil, nil
		})
		if !slices.Equal(got, test.want) || tests > test.most {
			t.Errorf("got %v after %d tests, want %v after %d", got, tests, test.want, test.most)
		}
	}
}
