package sweep

// PropertyCount is how many runs came to what is to hold once in some run of many.
type PropertyCount struct {
	Name, Kind string
	Runs       int    // that could have
	Reached    int    // that did
	First      uint64 // the seed of the first that did
}

// properties counts those of all known runs, in the order of the first row.
type properties []*PropertyCount

func (p *properties) add(r *Row) {
	for i := range r.Properties {
		property := &r.Properties[i]
		count := p.count(property, i)
		count.Runs++
		if property.Reached {
			if count.Reached == 0 {
				count.First = r.Seed
			}
			count.Reached++
		}
	}
}

// count finds the one of a property, which most rows have at the same place.
func (p *properties) count(of *Property, place int) *PropertyCount {
	same := func(c *PropertyCount) bool { return c.Name == of.Name && c.Kind == of.Kind }
	if place < len(*p) && same((*p)[place]) {
		return (*p)[place]
	}
	for _, c := range *p {
		if same(c) {
			return c
		}
	}
	c := &PropertyCount{Name: of.Name, Kind: of.Kind}
	*p = append(*p, c)
	return c
}

// Properties are those that are to hold once in some run, in order of declaration.
func (s *Summary) Properties() []*PropertyCount { return s.properties }

// Unreached are those of them to which no run came.
func (s *Summary) Unreached() (names []string) {
	for _, p := range s.properties {
		if p.Reached == 0 {
			names = append(names, p.Name)
		}
	}
	return names
}
