package core_test

import (
	"testing"
	"time"

	"simlua.example/core"
)

// Who is told each step sees all of them, and changes none.
func TestEachStep(t *testing.T) {
	profile := core.Profile{Delay: core.UniformDelay(10*time.Millisecond, 90*time.Millisecond), Loss: core.Always / 5}
	silent := newMailing(profile, 20).play(t, core.Settings{Seed: 5})
	var last core.Step
	scopes := map[string]int{}
	told := newMailing(profile, 20).play(t, core.Settings{Seed: 5, EachStep: func(s core.Step) {
		if s.Count != last.Count+1 || s.At < last.At || s.Digest == last.Digest {
			t.Errorf("%+v after %+v", s, last)
		}
		scopes[s.Scope]++
		last = s
	}})
	if last.Count != told.Steps || last.Digest != told.Digest || last.At != told.Time {
		t.Errorf("the last step is %+v, the result has %d steps, %x, %v", last, told.Steps, told.Digest, told.Time)
	}
	if told.Digest != silent.Digest {
		t.Error("asking for steps changes the digest")
	}
	if scopes["a.west"] < 20 || scopes["world"] < 15 {
		t.Errorf("steps by scope: %v", scopes)
	}
}
