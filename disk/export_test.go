package disk

// MemoryFolder is for tests.
var MemoryFolder = memoryFolder
