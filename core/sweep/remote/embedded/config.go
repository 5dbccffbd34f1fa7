package embedded

// Config says how a Server is started. What is zero has a default.
type Config struct {
	Dir   string            // where JetStream keeps its data; it must be given
	Host  string            // to listen at: an IP address or a name of this host; 127.0.0.1
	Port  int               // to listen at; one that is free
	Token string            // what clients must say; a random one
	Warn  func(text string) // is told what goes wrong, by several goroutines at once; nobody
}
