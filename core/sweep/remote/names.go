package remote

import (
	"crypto/rand"
	"path"
	"strings"
)

// What is on the server is named after its sweep.
const (
	pingSubject       = "simlua.ping"       // who is there?
	workersSubject    = "simlua.workers"    // what workers say of themselves
	submittersSubject = "simlua.submitters" // what submitters say of their sweeps
	allWork           = "simlua.*.work"
	allMore           = "simlua.*.more"
	allCancels        = "simlua.*.cancel"
	consumerName      = "workers"
	specObject        = "spec"
)

func workSubject(sweep string) string   { return "simlua." + sweep + ".work" }
func moreSubject(sweep string) string   { return "simlua." + sweep + ".more" } // there is work
func rowsSubject(sweep string) string   { return "simlua." + sweep + ".rows" }
func notesSubject(sweep string) string  { return "simlua." + sweep + ".notes" }
func cancelSubject(sweep string) string { return "simlua." + sweep + ".cancel" }

func workStream(sweep string) string { return "SIMLUA_" + sweep + "_WORK" }
func rowsStream(sweep string) string { return "SIMLUA_" + sweep + "_ROWS" }
func bucketName(sweep string) string { return "SIMLUA_" + sweep } // of objects, and of keys

// What JetStream calls the stream of a bucket, and the subject of a key.
func bucketStream(sweep string) string    { return "KV_" + bucketName(sweep) }
func keySubject(sweep, key string) string { return "$KV." + bucketName(sweep) + "." + key }

// sweepOf is the sweep that a subject belongs to.
func sweepOf(subject string) string {
	_, rest, _ := strings.Cut(subject, ".")
	name, _, _ := strings.Cut(rest, ".")
	return name
}

// mostStem is how much of the name of a script is in that of a sweep.
const mostStem = 24

// NewName is a name for a sweep of a script: what people type, and a server takes.
func NewName(script string) string {
	stem := strings.Map(plainRune, strings.TrimSuffix(path.Base(strings.ReplaceAll(script, `\`, "/")), ".lua"))
	return strings.ToLower(stem[:min(len(stem), mostStem)] + "-" + rand.Text()[:6])
}

// isName says whether a text can be the name of a sweep.
func isName(text string) bool {
	return text != "" && len(text) <= 64 && strings.Map(plainRune, text) == text
}

// plainRune is a rune that names may have, or else a dash.
func plainRune(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_':
		return r
	}
	return '-'
}
