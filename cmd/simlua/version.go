package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

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

// build tells builds apart: by the revision of the source, or, where that is not
// known or was changed, by the program itself.
func build() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		if revision := revisionOf(info); revision != "" && !strings.HasSuffix(revision, modified) {
			return versionNumber() + " revision " + revision
		}
	}
	sum := sha256.New()
	if name, err := self(); err == nil {
		if f, err := os.Open(name); err == nil {
			defer f.Close()
			if _, err := io.Copy(sum, f); err == nil {
				return fmt.Sprintf("%s sha256 %x", versionNumber(), sum.Sum(nil)[:8])
			}
		}
	}
	return versionNumber()
}

// modified ends a revision whose files were changed.
const modified = ", modified"

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
		revision += modified
	}
	return revision
}
