package luabind

import (
	"regexp"
	"strings"
	"testing"
)

// TestReferenceIsComplete holds the documentation of every object to the form
// that the reference is generated from.
func TestReferenceIsComplete(t *testing.T) {
	sections := []section{simSection, envSection, connSection, listenerSection, socketSection, dbSection, txSection,
		fileSection, randomSection, planSection, worldSection, runSection}
	args := regexp.MustCompile(`^(\(.*\)|\{.*\})( -> .+)?$`)
	for _, s := range sections {
		if s.doc == "" || !strings.HasSuffix(s.doc, ".") || len(s.entries) == 0 {
			t.Errorf("%s is not described", s.name)
		}
		seen := map[string]bool{}
		for _, e := range s.entries {
			switch {
			case seen[e.name]:
				t.Errorf("%s%s occurs twice", s.name, e.name)
			case !strings.HasSuffix(e.doc, ".") && !strings.HasSuffix(e.doc, ")"):
				t.Errorf("%s%s: %q is no sentence", s.name, e.name, e.doc)
			case e.fn != nil && !args.MatchString(e.args):
				t.Errorf("%s%s: arguments %q", s.name, e.name, e.args)
			case e.fn == nil && e.args != "":
				t.Errorf("%s%s: a field has no arguments", s.name, e.name)
			}
			seen[e.name] = true
		}
	}
}
