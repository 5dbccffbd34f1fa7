package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"simlua.example/core"
)

// fileObject is a plain file in the hand of a script.
type fileObject struct {
	v    *vm
	file core.File
}

func (*fileObject) kind() string { return "file" }

var fileSection = section{
	name: "file:",
	doc: "A plain file on the machine's disk, for services that keep a log or snapshots of their own. It outlives " +
		"reboots and kills. A power cut takes what was not synced, or a part of that: of the writes since the last sync, " +
		"in any order, each is found whole, not at all, or torn between sectors of 512 bytes, and a file that grew may " +
		"have zeros where nothing was written. Its name is durable after env:sync_dir(); of the creations, renames and " +
		"removals since then, a power cut leaves the first so many. All but size and close take virtual time. Offsets " +
		"and sizes are bytes, from 0 to 1 GiB; a file is that large at most. Kinds of errors: \"no_space\", \"closed\".",
	entries: []entry{
		{"append", "(bytes) -> number", "Writes behind the end of the file and returns the offset of what it wrote. " +
			"Nobody else's append comes between.", fileAppend},
		{"write", "(offset, bytes)", "Writes at an offset. One behind the end leaves a hole, which reads as zeros.",
			fileWrite},
		{"read", "(offset, n) -> string", "Reads n bytes, at most 16 MiB, from an offset, or fewer at the end of the " +
			`file. Kind of error: "io", when the disk cannot read it.`, fileRead},
		{"size", "() -> number", "How long the file is.", fileSize},
		{"sync", "()", "Makes durable what was written before the call: the contents and the size, not the name. Kind of " +
			`error: "unknown"; what it should have written may or may not survive a power cut, and a later sync does not ` +
			"write it again, as on Linux: only writing it again helps.", fileSync},
		{"truncate", "(n)", "Cuts the file short, or lengthens it by zeros.", fileTruncate},
		{"rename", "(name)", "Gives the file another name. A file that has it is replaced, and closed. Kind of error: " +
			`"in_use", when another service has that one open.`, fileRename},
		{"remove", "()", "Erases the file, and closes it.", fileRemove},
		{"close", "()", "Gives the file back, for other services of the machine. The service's end does so, too. Closing " +
			"twice is no error.", fileClose},
	},
}

var fileClass = newClass(fileSection)

func checkFile(L *lua.LState) *fileObject { return checkSelf[*fileObject](L, "file") }

func envFile(L *lua.LState) int {
	e := checkEnv(L)
	name := checkString(L, 2)
	var file core.File
	e.v.wait(L, "file", func() (err error) {
		file, err = e.env.OpenFile(name)
		return err
	})
	L.Push(fileClass.wrap(&fileObject{e.v, file}))
	return 1
}

func envFiles(L *lua.LState) int {
	e := checkEnv(L)
	names := newTable()
	e.v.wait(L, "files", func() error {
		found, err := e.env.Files()
		for _, name := range found {
			names.Append(lua.LString(name))
		}
		return err
	})
	L.Push(names)
	return 1
}

func envSyncDir(L *lua.LState) int {
	e := checkEnv(L)
	e.v.wait(L, "sync_dir", e.env.SyncDir)
	return 0
}

func fileAppend(L *lua.LState) int {
	f := checkFile(L)
	data := []byte(checkString(L, 2))
	var offset int64
	f.v.wait(L, "append", func() (err error) {
		offset, err = f.file.Append(data)
		return err
	})
	L.Push(lua.LNumber(offset))
	return 1
}

func fileWrite(L *lua.LState) int {
	f := checkFile(L)
	offset, data := checkOffset(L, 2), []byte(checkString(L, 3))
	f.v.wait(L, "write", func() error { return f.file.WriteAt(offset, data) })
	return 0
}

func fileRead(L *lua.LState) int {
	f := checkFile(L)
	offset, n := checkOffset(L, 2), int(checkInt(L, 3, 0, maxString))
	var data []byte
	f.v.wait(L, "read", func() (err error) {
		data, err = f.file.ReadAt(offset, n)
		return err
	})
	L.Push(lua.LString(data))
	return 1
}

// checkOffset reads argument n, a place in a file or its size.
func checkOffset(L *lua.LState, n int) int64 { return checkInt(L, n, 0, core.MaxFileBytes) }

func fileSize(L *lua.LState) int {
	f := checkFile(L)
	size, err := f.file.Size()
	if err != nil {
		f.v.raise(L, err)
	}
	L.Push(lua.LNumber(size))
	return 1
}

func fileSync(L *lua.LState) int {
	f := checkFile(L)
	f.v.wait(L, "sync", f.file.Sync)
	return 0
}

func fileTruncate(L *lua.LState) int {
	f := checkFile(L)
	size := checkOffset(L, 2)
	f.v.wait(L, "truncate", func() error { return f.file.Truncate(size) })
	return 0
}

func fileRename(L *lua.LState) int {
	f := checkFile(L)
	name := checkString(L, 2)
	f.v.wait(L, "rename", func() error { return f.file.Rename(name) })
	return 0
}

func fileRemove(L *lua.LState) int {
	f := checkFile(L)
	f.v.wait(L, "remove", f.file.Remove)
	return 0
}

func fileClose(L *lua.LState) int {
	f := checkFile(L)
	f.v.wait(L, "close", f.file.Close)
	return 0
}
