//go:build !unix

package disk

// hold keeps nobody away: this system has no locks of folders.
func hold(string) (release func() error, err error) { return func() error { return nil }, nil }

// eraseAbandoned erases nothing: without locks, nobody knows what is abandoned.
func eraseAbandoned(string) {}
