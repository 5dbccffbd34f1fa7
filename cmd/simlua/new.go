package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"simlua.example/reports"
	"simlua.example/scripts"
)

const newHelp = `Writes a script to begin with: one that plays, and says in its comments what is
what. A file that is there already is not touched.

  service  a service with a database, a client that retries, a chaos monkey
  raft     the consensus algorithm, with invariants and three kinds of chaos
  queue    a queue that leases jobs to workers`

func (a *app) newNew() *cobra.Command {
	template := choice{value: scripts.Templates[0].Name}
	for _, t := range scripts.Templates {
		template.allowed = append(template.allowed, t.Name)
	}
	cmd := &cobra.Command{
		Use:               "new FILE",
		Short:             "Write a script to begin with",
		Long:              newHelp,
		Example:           "  simlua new shop.lua\n  simlua new consensus.lua --template raft",
		ValidArgsFunction: completeScript,
		Args:              one("file"),
		RunE:              func(cmd *cobra.Command, args []string) error { return a.write(cmd, args[0], template.value) },
	}
	cmd.Flags().Var(&template, "template", "what to begin with: "+template.list())
	must(cmd.RegisterFlagCompletionFunc("template",
		cobra.FixedCompletions(template.allowed, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

// write writes a template to a file that is not there yet.
func (a *app) write(cmd *cobra.Command, file, name string) error {
	if !strings.HasSuffix(file, ".lua") || strings.ContainsFunc(file, unicode.IsControl) {
		return &usageError{fmt.Sprintf("a script has a name such as shop.lua, not %q", file), cmd.CommandPath()}
	}
	var text string
	for _, t := range scripts.Templates {
		if t.Name == name {
			text = t.Text(file)
		}
	}
	if err := create(file, text); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.stdout, "%s is written; simlua %s plays it\n", reports.OneLine(file), reports.Operand(file))
	return err
}

// create writes a file that is not there yet, or none.
func create(file, text string) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: choose another name, or remove it", file)
	}
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(file))
	}
	return nil
}
