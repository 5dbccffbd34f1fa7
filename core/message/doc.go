// Package message carries whole values over a byte stream: a CBOR sequence
// (RFC 8742). One message is one CBOR item (RFC 8949); nothing comes before,
// between or after the items, since an item tells its own length. A capture of
// a connection is therefore plain CBOR.
//
// Stream puts messages on a core.Conn. Bytes and messages can be mixed on one
// connection, because both are read from the Stream's one buffer:
//
//	s := message.NewStream(conn, env)
//	err := s.Send(map[string]int{"n": 1})
//	err = s.Receive(&answer, 5*time.Second)
//	line, err := s.ReadLine(80, core.Forever)
//
// Encoding is deterministic: shortest forms, floating point too, definite lengths,
// map keys in the order of their bytes (RFC 8949, 4.2.1). Decoding is strict: no
// indefinite lengths, no tags, no duplicate map keys, integers of 64 bits with
// sign, no simple values but false, true, null and undefined, text in UTF-8, at
// most MaxNesting levels and MaxElements to a level. What breaks these rules is an error of
// that connection, of kind "io".
//
// Go values go through EncMode and DecMode. Who has values of another kind, as
// Lua does, builds on ReadHead, AppendHead, Float and AppendFloat, and keeps to the
// same rules.
//
// Server is the loop of a service that answers requests.
//
// The package owns framing, encoding and their limits. It owns no protocol: who
// sends what is the business of the services, and what a client does about a
// connection that failed is the client's.
package message
