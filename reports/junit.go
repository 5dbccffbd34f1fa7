package reports

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"
	"time"

	"simlua.example/core"
)

// Suite is a script and its tests.
type Suite struct {
	Name  string // of the script
	Tests []Test
}

// Test is how one claim of a script came out.
type Test struct {
	Name    string        // the claim
	Verdict core.Verdict  // Pass, Fail or Void
	Why     string        // it did not pass, on one line
	Details string        // on several
	Took    time.Duration // real time
}

// The elements of JUnit's XML that CI systems read, as its Ant task writes them.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		Time    string        `xml:"time,attr"`
		Failure *junitProblem `xml:"failure"`
		Error   *junitProblem `xml:"error"`
	}
	junitProblem struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// WriteJUnit writes how suites came out as JUnit's XML. A test that failed is a
// failure, one of which nothing is known an error.
func WriteJUnit(w io.Writer, suites []Suite) error {
	all := junitSuites{Name: "simlua test"}
	var took time.Duration
	for i := range suites {
		s, each := newJUnitSuite(&suites[i])
		all.Suites = append(all.Suites, s)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		took += each
	}
	all.Time = junitTime(took)
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+string(text)+"\n")
	return err
}

func newJUnitSuite(s *Suite) (out junitSuite, took time.Duration) {
	out = junitSuite{Name: s.Name, Tests: len(s.Tests)}
	for _, t := range s.Tests {
		c := junitCase{Name: t.Name, Class: strings.TrimSuffix(s.Name, ".lua"), Time: junitTime(t.Took)}
		problem := &junitProblem{Message: t.Why, Type: string(t.Verdict), Text: t.Details}
		switch t.Verdict {
		case core.Pass:
		case core.Void:
			c.Error = problem
			out.Errors++
		default:
			c.Failure = problem
			out.Failures++
		}
		out.Cases = append(out.Cases, c)
		took += t.Took
	}
	out.Time = junitTime(took)
	return out, took
}

// junitTime is in seconds.
func junitTime(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }
