package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"simlua.example/reports"
)

func (a *app) newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Show the version of simlua",
		Long:  "Shows the version of simlua, of Go and of the source it was built from, and the schema of --format json.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprint(a.stdout, version())
			return err
		},
	}
}

// versionNumber is that of this build.
func versionNumber() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

func version() string {
	revision := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		revision = revisionOf(info)
	}
	text := fmt.Sprintf("simlua   %s\ngo       %s %s/%s\n", versionNumber(), runtime.Version(), runtime.GOOS,
		runtime.GOARCH)
	if revision != "" {
		text += "revision " + revision + "\n"
	}
	return text + "schema   " + reports.Schema + "\n"
}

// revisionOf is the commit of the source, empty when it was built outside of
// a repository.
func revisionOf(info *debug.BuildInfo) string {
	values := map[string]string{}
	for _, s := range info.Settings {
		values[s.Key] = s.Value
	}
	revision := values["vcs.revision"]
	if revision == "" {
		return ""
	}
	if day := values["vcs.time"]; day != "" {
		revision += " of " + day
	}
	if values["vcs.modified"] == "true" {
		revision += ", modified"
	}
	return revision
}
