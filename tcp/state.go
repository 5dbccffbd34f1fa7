package tcp

// state is where a connection is (RFC 9293, 3.3.2).
type state uint8

// The eleven states, and CLOSED first, so that it is the zero value.
const (
	closed state = iota
	listen
	synSent
	synReceived
	established
	finWait1
	finWait2
	closeWait
	closing
	lastAck
	timeWait
)

func (s state) String() string {
	return [...]string{"CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1",
		"FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT"}[s]
}

// receives says whether the peer may still send data.
func (s state) receives() bool { return s == established || s == finWait1 || s == finWait2 }

// sends says whether data of ours may still have to go out.
func (s state) sends() bool {
	switch s {
	case established, closeWait, finWait1, closing, lastAck:
		return true
	}
	return false
}

// event is what a user of a connection may want to know. They add up.
type event uint8

const (
	connected event = 1 << iota // the handshake is complete
	readable                    // there are bytes, or the end of the stream
	writable                    // room in the send buffer
	ended                       // the tcb is CLOSED; its err says why
)

func (e event) has(f event) bool { return e&f != 0 }
