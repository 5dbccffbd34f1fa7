package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"

	"simlua.example/core/sweep"
)

// axis is one thing that varies: a parameter with its values.
type axis struct {
	name   string
	values []string
}

// axes is a flag that can be repeated: name=value,value. Values of a name that is
// given again are added.
type axes []axis

func (a *axes) Type() string { return "name=v1,v2" }

func (a *axes) String() string {
	var texts []string
	for _, axis := range *a {
		texts = append(texts, axis.name+"="+strings.Join(axis.values, ","))
	}
	return strings.Join(texts, " ")
}

func (a *axes) Set(text string) error {
	name, list, found := strings.Cut(text, "=")
	if name == "" || !found || list == "" {
		return errors.New("expected name=value,value: a parameter of the script and what it shall be")
	}
	values, err := csv.NewReader(strings.NewReader(list)).Read()
	if err != nil {
		return fmt.Errorf("expected values with commas between them, in double quotes where they have commas: %w", err)
	}
	i := slices.IndexFunc(*a, func(x axis) bool { return x.name == name })
	if i < 0 {
		i = len(*a)
		*a = append(*a, axis{name: name})
	}
	for _, value := range values {
		if slices.Contains((*a)[i].values, value) {
			return fmt.Errorf("%s=%s is there twice: a variant is compared with others, not with itself", name, value)
		}
		(*a)[i].values = append((*a)[i].values, value)
	}
	return nil
}

// planAxis is the name of what varies when it is no parameter but the plan.
const planAxis = "plan"

// variants is the product of scripts and what varies; the last one varies fastest.
func variants(scripts []string, o *compareOptions) ([]sweep.Variant, error) {
	var all []sweep.Variant
	for i, script := range scripts {
		if slices.Contains(scripts[:i], script) {
			return nil, fmt.Errorf("%s is there twice: a variant is compared with others, not with itself", script)
		}
		v := sweep.Variant{Script: script, Set: o.set, Plan: string(o.plan), StopAtFirstFailure: o.stopAtFirstFailure}
		if len(scripts) > 1 {
			v.Name = script
		}
		all = append(all, v)
	}
	for _, axis := range o.vary {
		if err := axis.alone(o); err != nil {
			return nil, err
		}
		all = axis.times(all)
	}
	switch n := len(all); {
	case n < 2:
		return nil, errors.New("expected two variants or more: several scripts, or --vary name=value,value")
	case n > sweep.MaxVariants:
		return nil, fmt.Errorf("these are %d variants, more than %d; compare fewer at a time", n, sweep.MaxVariants)
	}
	return all, nil
}

// alone says when what varies is set to one value as well.
func (x axis) alone(o *compareOptions) error {
	if x.name == planAxis && o.plan != "" {
		return fmt.Errorf("--plan %s and --vary plan: it either varies or does not", string(o.plan))
	}
	for _, setting := range o.set {
		if name, _, _ := strings.Cut(setting, "="); name == x.name {
			return fmt.Errorf("--set %s and --vary %s: a parameter either varies or does not", setting, x.name)
		}
	}
	return nil
}

// times is each variant with each value; not many more than there may be.
func (x axis) times(variants []sweep.Variant) (all []sweep.Variant) {
	for _, v := range variants {
		for _, value := range x.values {
			if len(all) <= sweep.MaxVariants*sweep.MaxVariants {
				all = append(all, x.varied(v, value))
			}
		}
	}
	return all
}

// varied is a variant with one more thing set.
func (x axis) varied(v sweep.Variant, value string) sweep.Variant {
	setting := x.name + "=" + value
	v.Name = strings.TrimSpace(v.Name + " " + setting)
	if x.name == planAxis {
		v.Plan = value
	} else {
		v.Set = append(slices.Clone(v.Set), setting)
	}
	return v
}
