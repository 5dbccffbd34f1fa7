package reports_test

import (
	"bytes"
	"encoding/xml"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/reports"
)

const junitWant = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="simlua test" tests="3" failures="1" errors="1" time="1.750">
  <testsuite name="a/shop.lua" tests="2" failures="1" errors="0" time="1.500">
    <testcase name="seeds 1-9 pass" classname="a/shop" time="1.000"></testcase>
    <testcase name="seeds 1-9 fail &#34;x&#34;" classname="a/shop" time="0.500">
      <failure message="seed 3: &lt;it&gt; fails" type="fail">simlua run&#xA;--seed 3</failure>
    </testcase>
  </testsuite>
  <testsuite name="b.lua" tests="1" failures="0" errors="1" time="0.250">
    <testcase name="seeds 1 pass" classname="b" time="0.250">
      <error message="a guard" type="void"></error>
    </testcase>
  </testsuite>
</testsuites>
`

func TestJUnit(t *testing.T) {
	var b bytes.Buffer
	err := reports.WriteJUnit(&b, []reports.Suite{
		{Name: "a/shop.lua", Tests: []reports.Test{
			{Name: "seeds 1-9 pass", Verdict: core.Pass, Took: time.Second},
			{Name: `seeds 1-9 fail "x"`, Verdict: core.Fail, Why: "seed 3: <it> fails", Details: "simlua run\n--seed 3",
				Took: 500 * time.Millisecond},
		}},
		{Name: "b.lua", Tests: []reports.Test{
			{Name: "seeds 1 pass", Verdict: core.Void, Why: "a guard", Took: 250 * time.Millisecond}}},
	})
	if err != nil || b.String() != junitWant {
		t.Errorf("%v; got\n%s", err, b.String())
	}
	var read struct{}
	if err := xml.Unmarshal(b.Bytes(), &read); err != nil {
		t.Error(err)
	}
}
