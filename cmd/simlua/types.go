package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"simlua.example/luabind"
)

const typesHelp = `Writes definitions of the whole Lua API for the Lua language server (LuaLS), so
that an editor completes names, shows what they do, and marks what is misspelt.
The editor finds them by its setting workspace.library, or by a file .luarc.json
beside the scripts:

  { "runtime.version": "Lua 5.1", "workspace.library": ["DIR"] }

Definitions that are there already are replaced, other files are not touched.`

func (a *app) newTypes() *cobra.Command {
	return &cobra.Command{
		Use:     "types DIR",
		Short:   "Write definitions of the Lua API for editors",
		Long:    typesHelp,
		Example: "  simlua types .simlua",
		Args:    one("folder"),
		RunE:    func(_ *cobra.Command, args []string) error { return a.types(args[0]) },
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
	}
}

// types writes the definitions, or none when a file is in the way.
func (a *app) types(dir string) error {
	files := luabind.Types()
	for _, file := range files {
		if err := replaceable(filepath.Join(dir, filepath.FromSlash(file.Name))); err != nil {
			return err
		}
	}
	for _, file := range files {
		name := filepath.Join(dir, filepath.FromSlash(file.Name))
		err := os.MkdirAll(filepath.Dir(name), 0o755)
		if err == nil {
			err = replaceFile(name, []byte(file.Text))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, reason(err))
		}
		if _, err := fmt.Fprintln(a.stdout, name); err != nil {
			return err
		}
	}
	return nil
}

// replaceable says why a file is no definition that may be replaced.
func replaceable(name string) error {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular() || info.Size() == 0 || !begins(name, luabind.TypesMark):
		return fmt.Errorf("%s is there already, and no definition for an editor: choose another folder", name)
	}
	return nil
}
