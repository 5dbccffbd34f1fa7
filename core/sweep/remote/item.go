package remote

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"simlua.example/core/sweep"
)

// item is a batch of runs, which one worker plays: a message of the stream of work.
type item struct {
	ID   string      `json:"id"`
	Runs []sweep.Run `json:"runs"`
	// Suspect says that a worker has died that had this run in a batch, while it played
	// any one of them.
	Suspect bool `json:"suspect,omitempty"`
}

// longID is of a run that was given back again and again.
const longID = 64

// part is an item with some of the runs, from one on. Its ID is always the same, so that
// the server takes it once.
func (i *item) part(from, to int) *item {
	id := fmt.Sprintf("%s.%d", i.ID, from)
	if len(id) > longID {
		id = DigestOf([]byte(id))[:longID/2]
	}
	return &item{ID: id, Runs: i.Runs[from:to], Suspect: i.Suspect}
}

// answer is what came of runs: a message of the stream of rows.
type answer struct {
	Worker string   `json:"worker"`
	Played []played `json:"played"`

	failing int // of them
}

// played is a run that was played: its row, or why there can be none for any run.
type played struct {
	Key   string          `json:"key"` // of the run
	Row   json.RawMessage `json:"row,omitempty"`
	Error string          `json:"error,omitempty"`
	Took  time.Duration   `json:"took_ns"`
}

// keyOf tells runs apart. A server takes it as a token of a subject.
func keyOf(r sweep.Run) string {
	key := fmt.Sprintf("%d-%d", r.Variant, r.Seed)
	if len(r.Mask.IDs) == 0 && !r.Mask.Only && len(r.Set) == 0 {
		return key
	}
	rest, _ := json.Marshal([]any{r.Mask.Only, r.Mask.IDs, r.Set}) // of plain data
	sum := sha256.Sum256(rest)
	return fmt.Sprintf("%s-%x", key, sum[:12])
}
