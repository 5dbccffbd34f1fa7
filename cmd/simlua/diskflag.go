package main

import (
	"github.com/spf13/cobra"

	"simlua.example/disk"
)

// diskFlag is the value of --disk.
type diskFlag struct{ choice }

func (f *diskFlag) kind() disk.Kind { return disk.Kind(f.value) }

// What --disk has to say beside its values.
const (
	aboutDisk = "\n(memory has no folders; paranoid has both, and lets bbolt recover what each power cut" +
		"\nmay leave of a file; nothing in a run can tell)"
	confirmedDisk = "\n(memory takes less time; failures and 1 in 100 others are confirmed with bbolt;" +
		"\nparanoid has both, and lets bbolt recover what each power cut may leave of a file)"
)

// register adds the flag.
func (f *diskFlag) register(cmd *cobra.Command, about string) {
	f.choice = choice{value: string(disk.Bbolt)}
	for _, kind := range disk.Kinds {
		f.allowed = append(f.allowed, string(kind))
	}
	cmd.Flags().Var(f, "disk", "where databases are: "+f.list()+about)
	must(cmd.RegisterFlagCompletionFunc("disk", cobra.FixedCompletions(f.allowed, cobra.ShellCompDirectiveNoFileComp)))
}
