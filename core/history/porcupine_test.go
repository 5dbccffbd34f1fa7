package history

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// published is the folder of the histories that porcupine publishes with its own
// tests, in the module's files.
func published(t testing.TB) string {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/anishathalye/porcupine").Output()
	dir := filepath.Join(strings.TrimSpace(string(out)), "test_data")
	if _, statErr := os.Stat(dir); err != nil || statErr != nil {
		t.Skipf("no histories of porcupine in the module cache: %v %v", err, statErr)
	}
	return dir
}

// linearizableEtcd are the numbers of the histories of etcd that are linearizable,
// as porcupine_test.go of v1.3.1 has them; the others are not, and 95 is missing.
var linearizableEtcd = []int{2, 5, 7, 18, 25, 31, 38, 45, 48, 49, 51, 53, 56, 67, 75, 76, 80, 87, 92, 98, 100, 101, 102}

// slowEtcd are those that take a hundred thousand steps and more.
var slowEtcd = []int{2, 7, 57, 75, 99}

func TestPublishedEtcd(t *testing.T) {
	dir := published(t)
	model := mustModel(t, "cas_register")
	for i := range 103 {
		if i == 95 || testing.Short() && slices.Contains(slowEtcd, i) {
			continue
		}
		h := etcd(t, filepath.Join(dir, "jepsen", fmt.Sprintf("etcd_%03d.log", i)))
		want := Failed
		if slices.Contains(linearizableEtcd, i) {
			want = Pass
		}
		if v := Linearizable(h, model, Options{States: 2_000_000}); v.Valid != want {
			t.Errorf("etcd %d: %s, want %s: %s", i, v.Valid, want, v.Message)
		} else if v.Valid == Failed && (v.Message == "" || v.Picture == "") {
			t.Errorf("etcd %d: no counterexample", i)
		}
	}
}

func TestPublishedKeyValue(t *testing.T) {
	dir := published(t)
	model := mustModel(t, "key_value")
	model.Init = "" // what a key has that was never written
	for name, want := range map[string]Validity{
		"c01-ok": Pass, "c01-bad": Failed, "c10-ok": Pass, "c10-bad": Failed, "c50-ok": Pass, "c50-bad": Failed,
	} {
		h := keyValue(t, filepath.Join(dir, "kv", name+".txt"))
		if v := Linearizable(h, model, Options{}); v.Valid != want {
			t.Errorf("%s: %s, want %s: %s", name, v.Valid, want, v.Message)
		}
	}
}

func mustModel(t testing.TB, name string) Model {
	m, err := ModelOf(name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var (
	etcdLine = regexp.MustCompile(`^INFO\s+jepsen\.util\s+-\s+(\d+)\s+:(\w+)\s+:(\w+)\s+(.+)$`)
	kvLine   = regexp.MustCompile(`^{:process (\d+), :type :(\w+), :f :(\w+), :key "(.*)", :value (.*)}$`)
)

// etcd reads a history of Jepsen's test of etcd. A cas that fails is an answer
// there: the old value was another one.
func etcd(t testing.TB, file string) *History {
	r := newRecorder()
	lines(t, file, func(line string) {
		m := etcdLine.FindStringSubmatch(line)
		if m == nil {
			return
		}
		switch kind, f, value := m[2], m[3], m[4]; {
		case kind == "invoke" && f == "read":
			r.invoke(m[1], f, nil, nil)
		case kind == "invoke":
			r.invoke(m[1], f, nil, numbers(value))
		case kind == "ok" && f == "read":
			r.complete(m[1], OK, numbers(value))
		case kind == "ok":
			r.complete(m[1], OK, nil)
		case kind == "fail" && f == "cas":
			r.complete(m[1], OK, false)
		case kind == "fail" && f == "read":
			r.complete(m[1], Fail, nil)
		}
	})
	return r.history(t)
}

func keyValue(t testing.TB, file string) *History {
	r := newRecorder()
	lines(t, file, func(line string) {
		m := kvLine.FindStringSubmatch(line)
		switch value := strings.Trim(m[5], `"`); {
		case m[2] == "invoke" && m[3] == "get":
			r.invoke(m[1], m[3], m[4], nil)
		case m[2] == "invoke":
			r.invoke(m[1], m[3], m[4], value)
		case m[3] == "get":
			r.complete(m[1], OK, value)
		default:
			r.complete(m[1], OK, nil)
		}
	})
	return r.history(t)
}

func lines(t testing.TB, file string, each func(line string)) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		each(s.Text())
	}
}

// numbers reads nil, 3 and [3 4].
func numbers(s string) any {
	var list []any
	for _, word := range strings.Fields(strings.Trim(s, "[]")) {
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return nil
		}
		list = append(list, n)
	}
	if len(list) == 1 {
		return list[0]
	}
	return list
}
