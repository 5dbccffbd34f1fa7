package core

// Link carries packets from one network to another: one direction.
type Link struct {
	Name    string // "botnet>public"
	Profile Profile
	stats   LinkStats
}
