package history

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestWrite(t *testing.T) {
	h := scripted(t, "0 write 3; 1 read; 0 ok; 1 ok 3; 0 cas [3 4]; 0 ok false; 2 write x; 2 info; 1 read; 1 fail; 3 write 5")
	h.Ops[3].Err = "timeout"
	txns, err := New("txns", []Op{{
		Process: 1, F: "txn", Type: OK, Invoked: 1, Completed: 2, End: 5,
		Input:  []any{[]any{"append", "x", int64(1)}, []any{"r", "x"}, []any{"r", "y"}},
		Output: []any{[]any{"append", "x", int64(1)}, []any{"r", "x", []any{int64(1)}}, []any{"r", "y", map[string]any{}}},
	}, {
		F: "odd name", Key: "k", Type: Info, Invoked: 3, Start: 7,
		Input: map[string]any{"a\n\"": 1.5, "b": 2.0, "c": []any{true}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := `{:type :invoke, :f :write, :value 3, :process 0, :time 0, :index 0}
{:type :invoke, :f :read, :value nil, :process 1, :time 1000000, :index 1}
{:type :ok, :f :write, :value 3, :process 0, :time 2000000, :index 2}
{:type :ok, :f :read, :value 3, :process 1, :time 3000000, :index 3}
{:type :invoke, :f :cas, :value [3 4], :process 0, :time 4000000, :index 4}
{:type :fail, :f :cas, :value [3 4], :process 0, :time 5000000, :output false, :index 5}
{:type :invoke, :f :write, :value "x", :process 2, :time 6000000, :index 6}
{:type :info, :f :write, :value "x", :process 2, :time 7000000, :error :timeout, :index 7}
{:type :invoke, :f :read, :value nil, :process 1, :time 8000000, :index 8}
{:type :fail, :f :read, :value nil, :process 1, :time 9000000, :index 9}
{:type :invoke, :f :write, :value 5, :process 3, :time 10000000, :index 10}
{:type :info, :f :write, :value 5, :process 3, :time 10000000, :index 11}
{:type :invoke, :f :txn, :value [[:append "x" 1] [:r "x" nil] [:r "y" nil]], :process 1, :time 0, :index 0}
{:type :ok, :f :txn, :value [[:append "x" 1] [:r "x" [1]] [:r "y" []]], :process 1, :time 5, :index 1}
{:type :invoke, :f "odd name", :value ["k" {"a\n\"" 1.5, "b" 2.0, "c" [true]}], :process 0, :time 7, :index 2}
{:type :info, :f "odd name", :value ["k" {"a\n\"" 1.5, "b" 2.0, "c" [true]}], :process 0, :time 7, :index 3}
`
	var edn, lines strings.Builder
	for _, h := range []*History{h, txns} {
		if err := WriteEDN(&edn, h); err != nil {
			t.Fatal(err)
		}
		if err := WriteJSONLines(&lines, h); err != nil {
			t.Fatal(err)
		}
	}
	if edn.String() != want {
		t.Errorf("got\n%s\nwant\n%s", edn.String(), want)
	}
	last := `{"type":"info","f":"odd name","value":["k",{"a\n\"":1.5,"b":2.0,"c":[true]}],"process":0,"time":7,"index":3}`
	all := strings.Split(strings.TrimSpace(lines.String()), "\n")
	if all[len(all)-1] != last || len(all) != strings.Count(want, "\n") {
		t.Errorf("got\n%s", lines.String())
	}
	var list strings.Builder
	if err := WriteJSON(&list, h); err != nil {
		t.Fatal(err)
	}
	var events []map[string]any
	err = json.Unmarshal([]byte(list.String()), &events)
	if err != nil || len(events) != 12 || !strings.HasPrefix(list.String(), "[\n{") {
		t.Errorf("%v: %s", err, list.String())
	}
	for _, line := range all {
		var event map[string]any
		if err := json.Unmarshal([]byte(line), &event); err != nil || event["type"] == nil || event["f"] == nil {
			t.Errorf("%s: %v", line, err)
		}
	}
}
