package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"

	"simlua.example/core"
	"simlua.example/core/bundle"
	"simlua.example/core/sweep"
	"simlua.example/core/sweep/remote"
	"simlua.example/luabind"
)

// source is where the script of a variant is, and its plan, on a machine that has
// neither: in an archive, which is named by its digest.
type source struct {
	Archive string `json:"archive"`
	Script  string `json:"script"`
	Plan    string `json:"plan,omitempty"`
}

// filesOf is what a program was loaded from, as files of an archive, and where in it its
// script is, and its plan, if that is a file.
func filesOf(p *luabind.Program) (script, plan string, files map[string][]byte) {
	source := p.Source()
	files = map[string][]byte{}
	for name, text := range source.Files {
		files[bundle.ScriptFolder+name] = text
	}
	plan = source.Plan
	if source.Text != nil {
		plan = bundle.PlanFolder + source.Plan
		files[plan] = source.Text
	}
	return bundle.ScriptFolder + source.Script, plan, files
}

// pack puts what a program was loaded from into an archive.
func pack(p *luabind.Program) (s source, archive []byte, err error) {
	script, plan, files := filesOf(p)
	archive, err = bundle.Zip(files)
	return source{Archive: remote.DigestOf(archive), Script: script, Plan: plan}, archive, err
}

// load loads the program of a variant from the archive.
func (s *source) load(v *sweep.Variant, archive []byte, brake *core.Brake) (*luabind.Program, error) {
	files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, err
	}
	options := []luabind.Option{luabind.WithBrake(brake), luabind.WithPlan(s.Plan)}
	p, err := luabind.LoadFS(files, s.Script, append(options, loadOptions...)...)
	if err != nil {
		return nil, err
	}
	if digest, err := p.Digest(); err != nil || digest != v.Digest {
		return nil, errors.New("the digest is another one than in its folder")
	}
	return p, nil
}

// packAll makes a task one that can be played on another machine.
func (a *app) packAll(t *task) error {
	t.Archives = map[string][]byte{}
	packed := map[[2]string]source{} // variants often have the same script
	for i := range t.Variants {
		v := &t.Variants[i]
		which := [2]string{v.Script, v.Plan}
		if _, known := packed[which]; !known {
			s, archive, err := a.packOne(v)
			if err != nil {
				return fmt.Errorf("%s cannot be sent to workers: %w", v.Script, err)
			}
			packed[which], t.Archives[s.Archive] = s, archive
		}
		t.Sources = append(t.Sources, packed[which])
	}
	return nil
}

// packOne packs a variant, and tries whether it can be loaded.
func (a *app) packOne(v *sweep.Variant) (source, []byte, error) {
	p, err := a.loadVariant(v)
	if err != nil {
		return source{}, nil, err
	}
	s, archive, err := pack(p)
	if err == nil {
		_, err = s.load(v, archive, &a.brake)
	}
	return s, archive, err
}
