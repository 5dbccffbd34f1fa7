//go:build embedded

package embedded

// Included says whether the program has the server.
const Included = true
