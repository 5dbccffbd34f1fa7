package sweep

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// PlayedSchema names the version of the file of a PlayedCorpus.
const PlayedSchema = "simlua.played/1"

// PlayedCorpus is what came of the known failures that were played before the seeds:
// those of one shard, or all.
type PlayedCorpus struct {
	Schema string   `json:"schema"`
	Folder string   `json:"folder"` // of the corpus, as given
	Known  int      `json:"known"`  // how many all shards have together
	Played []Played `json:"played"` // in the order of their files
}

// Played is a known failure with the row of its own run.
type Played struct {
	File    string        `json:"file"`
	Failure *KnownFailure `json:"failure"`
	Row     *Row          `json:"row"`
}

// Part is what a shard plays of some things: those at its positions.
func Part[T any](s Shard, all []T) (part []T) {
	for n := uint64(0); ; n++ {
		position, ok := s.At(n)
		if !ok || position >= uint64(len(all)) {
			return part
		}
		part = append(part, all[position])
	}
}

// Corpus is the corpus with all that were played.
func (p *PlayedCorpus) Corpus() (c Corpus) {
	for i := range p.Played {
		c.Add(p.Played[i].Failure, p.Played[i].Row)
	}
	return c
}

// playedFile is the file of a Store that has a PlayedCorpus.
const playedFile = "corpus.json"

// KeepCorpus keeps what came of known failures.
func (s *Store) KeepCorpus(p *PlayedCorpus) error {
	p.Schema = PlayedSchema
	return put(s.dir, playedFile, p)
}

// Corpus is what KeepCorpus has kept; nil when it has nothing.
func (s *Store) Corpus() (*PlayedCorpus, error) {
	text, err := os.ReadFile(filepath.Join(s.dir, playedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	p := new(PlayedCorpus)
	if err == nil {
		err = json.Unmarshal(text, p)
	}
	if err == nil {
		err = p.validate()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %s is damaged: %w", s.dir, playedFile, withoutPath(err))
	}
	return p, nil
}

func (p *PlayedCorpus) validate() error {
	if p.Schema != PlayedSchema {
		return fmt.Errorf("the schema is %q, this version of simlua reads %s", p.Schema, PlayedSchema)
	}
	for i := range p.Played {
		if p.Played[i].Failure == nil || p.Played[i].Row == nil {
			return errors.New("a known failure without its row")
		}
		p.Played[i].Failure.File = p.Played[i].File
	}
	return nil
}

// MergeCorpus joins what shards have played of one corpus; nil when they had none.
// Missing are the folders of those that have not come so far.
func MergeCorpus(stores []*Store) (merged *PlayedCorpus, missing []string, err error) {
	for _, s := range stores {
		p, err := s.Corpus()
		switch {
		case err != nil:
			return nil, nil, err
		case p == nil:
			missing = append(missing, s.dir)
		case merged == nil:
			merged = p
		case p.Known != merged.Known:
			return nil, nil, fmt.Errorf("%s: its corpus had %d failures, others %d", s.dir, p.Known, merged.Known)
		default:
			merged.Played = append(merged.Played, p.Played...)
		}
	}
	if merged == nil {
		return nil, nil, nil
	}
	slices.SortStableFunc(merged.Played, func(a, b Played) int { return strings.Compare(a.File, b.File) })
	if len(missing) == 0 && len(merged.Played) != merged.Known {
		err = fmt.Errorf("the shards have played %d of %d known failures: they have seen different corpora",
			len(merged.Played), merged.Known)
	}
	return merged, missing, err
}
