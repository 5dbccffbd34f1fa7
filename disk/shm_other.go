//go:build !linux

package disk

// memoryFolder is empty: this system has no folder for files in memory.
func memoryFolder() (dir string, roomy bool) { return "", false }
