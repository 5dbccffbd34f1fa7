package message_test

import (
	"bytes"
	"testing"

	"simlua.example/core"
	"simlua.example/core/message"
)

// TestRawItemsAreWellFormed mutates messages and compares what the stream
// accepts with what the decoder's own check accepts.
func TestRawItemsAreWellFormed(t *testing.T) {
	random := core.NewRandom(1, "message")
	accepted, refused := 0, 0
	for range 50_000 {
		data := encode(t, values[random.Uint64n(uint64(len(values)))])
		for range random.Uint64n(4) {
			data[random.Uint64n(uint64(len(data)))] = byte(random.Uint64())
		}
		data = append(data, 0)
		s, _ := arriving(data, 1+int(random.Uint64n(9)), core.ErrClosed)
		item, err := s.ReceiveRaw(core.Forever)
		if err != nil {
			refused++
			if wellFormed(data) {
				t.Fatalf("%x was refused: %v", data, err)
			}
			continue
		}
		accepted++
		if err := message.DecMode.Wellformed(item); err != nil || !bytes.HasPrefix(data, item) {
			t.Fatalf("%x was accepted from %x: %v", item, data, err)
		}
	}
	if accepted < 1000 || refused < 1000 {
		t.Errorf("%d accepted, %d refused: the test has lost its point", accepted, refused)
	}
}

// wellFormed says whether data begins with a whole item that a stream carries.
func wellFormed(data []byte) bool {
	for n := 1; n <= len(data); n++ {
		if message.DecMode.Wellformed(data[:n]) == nil {
			return true
		}
	}
	return false
}

func BenchmarkSendReceive(b *testing.B) {
	type request struct {
		Op       string `cbor:"op"`
		From, To int
	}
	w := &wire{}
	s := message.NewStream(w, w)
	b.ReportAllocs()
	for b.Loop() {
		w.written = w.written[:0]
		if err := s.Send(request{"move_item", 1, 2}); err != nil {
			b.Fatal(err)
		}
		w.pieces = append(w.pieces, w.written[0])
		var r request
		if err := s.Receive(&r, core.Forever); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLargeInPieces receives 900 kB in segments of 1,460 bytes; its cost
// must grow with the bytes, not with their square.
func BenchmarkLargeInPieces(b *testing.B) {
	data := encode(b, make([]bool, 100_000))
	data = append(data, encode(b, bytes.Repeat([]byte{1}, 800_000))...)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		s, _ := arriving(data, 1460, nil)
		for range 2 {
			if _, err := s.ReceiveRaw(core.Forever); err != nil {
				b.Fatal(err)
			}
		}
	}
}
