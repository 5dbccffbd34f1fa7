package main

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// hostMemory is how many bytes the host has for this process: its memory, or
// what a control group leaves of it. Where nobody says so, it is very much.
func hostMemory() uint64 {
	least := uint64(math.MaxInt64)
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "MemTotal:" {
				if kib, err := strconv.ParseUint(fields[1], 10, 53); err == nil {
					least = kib << 10
				}
			}
		}
	}
	for _, file := range groupLimits() {
		if text, err := os.ReadFile(file); err == nil {
			if n, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64); err == nil {
				least = min(least, n)
			}
		}
	}
	return max(least, 2*leastMemory)
}

// groupLimits are the files that bound the memory of this process's control
// groups, of either version.
func groupLimits() []string {
	files := []string{"/sys/fs/cgroup/memory/memory.limit_in_bytes"}
	text, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return files
	}
	for line := range strings.Lines(string(text)) {
		path, ok := strings.CutPrefix(strings.TrimSpace(line), "0::")
		for ok {
			files = append(files, filepath.Join("/sys/fs/cgroup", path, "memory.max"))
			if ok = path != "/" && path != "."; ok {
				path = filepath.Dir(path)
			}
		}
	}
	return files
}
