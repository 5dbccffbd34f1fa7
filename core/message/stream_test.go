package message_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"simlua.example/core"
	"simlua.example/core/message"
)

// wire is a core.Conn whose peer's bytes arrive in given pieces, one a Read,
// each after step of time. What is written is kept.
type wire struct {
	pieces  [][]byte
	step    time.Duration
	now     time.Duration
	reads   int
	end     error // after the last piece; nil means that nothing more arrives
	during  func()
	written [][]byte
	// What the world was told of messages.
	sent, received []string
}

func (w *wire) Monotonic() time.Duration { return w.now }

func (w *wire) Sent(conn core.Ends, message []byte) {
	w.sent = append(w.sent, fmt.Sprintf("%v>%v %x", conn.Local, conn.Remote, message))
}

func (w *wire) Received(conn core.Ends, message []byte) {
	w.received = append(w.received, fmt.Sprintf("%v<%v %x", conn.Local, conn.Remote, message))
}

func (w *wire) Read(p []byte, timeout time.Duration) (int, error) {
	w.reads++
	if w.during != nil {
		w.during()
	}
	switch {
	case len(w.pieces) == 0 && w.end != nil:
		return 0, w.end
	case timeout > 0 && (timeout < w.step || len(w.pieces) == 0):
		w.now += timeout
		return 0, core.ErrTimeout
	}
	w.now += w.step
	n := copy(p, w.pieces[0])
	if w.pieces[0] = w.pieces[0][n:]; len(w.pieces[0]) == 0 {
		w.pieces = w.pieces[1:]
	}
	return n, nil
}

func (w *wire) Write(p []byte) error {
	w.written = append(w.written, bytes.Clone(p))
	return nil
}
func (w *wire) CloseWrite() error    { return nil }
func (w *wire) Close() error         { return nil }
func (w *wire) Local() core.Address  { return core.Address{Machine: "a.net", Port: 10000} }
func (w *wire) Remote() core.Address { return core.Address{Machine: "b.net", Port: 443} }

// arriving is a stream on which data arrives size bytes at a time.
func arriving(data []byte, size int, end error) (*message.Stream, *wire) {
	w := &wire{end: end}
	for len(data) > 0 {
		n := min(size, len(data))
		w.pieces, data = append(w.pieces, bytes.Clone(data[:n])), data[n:]
	}
	return message.NewStream(w, w), w
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	b, err := message.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var values = []any{
	nil, true, false, int64(0), int64(23), int64(24), int64(-1), int64(-500), int64(1 << 40), 1.5, 3.14159, "", "text",
	strings.Repeat("long", 300), []byte{0, 255}, []any{}, []any{int64(1), []any{"two", nil}}, map[any]any{},
	map[any]any{"op": "move", "n": int64(7), "deep": map[any]any{int64(1): []any{false}}},
}

func TestMessagesSurviveAnyFragmentation(t *testing.T) {
	var data []byte
	for _, v := range values {
		data = append(data, encode(t, v)...)
	}
	for size := 1; size < 40; size++ {
		s, _ := arriving(data, size, io.EOF)
		for i, want := range values {
			var got any
			if err := s.Receive(&got, core.Forever); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("in pieces of %d: value %d is %#v, %v; want %#v", size, i, got, err, want)
			}
		}
		if err := s.Receive(new(any), core.Forever); core.ErrorKind(err) != "closed" {
			t.Fatalf("after the last message: %v; want closed", err)
		}
	}
}

func TestSendWritesPlainCBOROnce(t *testing.T) {
	s, w := arriving(nil, 1, io.EOF)
	for range 2 {
		if err := s.Send(map[string]int{"bb": 2, "a": 1}); err != nil {
			t.Fatal(err)
		}
	}
	want := []byte("\xa2\x61a\x01\x62bb\x02")
	if len(w.written) != 2 || !bytes.Equal(w.written[0], want) || !bytes.Equal(w.written[1], want) {
		t.Errorf("written %x, want %x twice", w.written, want)
	}
	if err := s.Send(func() {}); err == nil {
		t.Error("a function was sent")
	}
	s.Max = 7
	if err := s.Send("too long"); err == nil || len(w.written) != 2 {
		t.Errorf("sent more than Max: %v", err)
	}
	if err := s.SendRaw([]byte{0x01}); err != nil || !bytes.Equal(w.written[2], []byte{0x01}) {
		t.Errorf("raw: %v, %x", err, w.written)
	}
}

func TestRefusals(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("\x81", n) + "\x00" }
	for _, c := range []struct{ name, data, text string }{
		{"tag", "\xc1\x00", "a CBOR tag"},
		{"indefinite array", "\x9f\x00\xff", "indefinite"},
		{"indefinite text", "\x7f\x61a\xff", "indefinite"},
		{"break", "\xff", "reserved"},
		{"reserved info", "\x1c", "reserved"},
		{"simple below 32 in two bytes", "\xf8\x1f", "a simple value"},
		{"text beyond Max", "\x7a\x00\x10\x00\x01", "larger than 1048576 bytes"},
		{"size overflow", "\x5b\xff\xff\xff\xff\xff\xff\xff\xff", "larger than"},
		{"map size overflow", "\xbb\x80\x00\x00\x00\x00\x00\x00\x00", "larger than"},
		{"too many elements", "\x9a\x00\x02\x00\x01", "more than 131072 elements"},
		{"nested too deep", deep(65), "nested deeper than 64"},
	} {
		s, w := arriving([]byte(c.data), 1, nil)
		for range 2 {
			_, err := s.ReceiveRaw(core.Forever)
			if core.ErrorKind(err) != "io" || !strings.Contains(err.Error(), c.text) {
				t.Errorf("%s: %v; want an io error with %q", c.name, err, c.text)
			}
		}
		if w.reads > len(c.data) {
			t.Errorf("%s: went on reading", c.name)
		}
	}
	s, _ := arriving([]byte(deep(64)), 3, nil)
	if err := s.Receive(new(any), core.Forever); err != nil {
		t.Errorf("64 levels: %v", err)
	}
}

func TestUnreadableMessagesAreSkipped(t *testing.T) {
	for _, data := range []string{
		"\xa2\x61a\x01\x61a\x02",               // duplicate key
		"\x62\xff\xfe",                         // not UTF-8
		"\x1b\xff\xff\xff\xff\xff\xff\xff\xff", // beyond int64
	} {
		s, _ := arriving([]byte(data+"\x07"), 2, nil)
		if err := s.Receive(new(any), core.Forever); core.ErrorKind(err) != "io" {
			t.Errorf("%x: %v; want io", data, err)
		}
		var next int
		if err := s.Receive(&next, core.Forever); err != nil || next != 7 {
			t.Errorf("after %x: %d, %v; want 7", data, next, err)
		}
	}
}

func TestTheEndInsideIsReset(t *testing.T) {
	calls := map[string]func(*message.Stream) error{
		"message": func(s *message.Stream) error { return s.Receive(new(any), core.Forever) },
		"block":   func(s *message.Stream) error { _, err := s.ReadFull(4, core.Forever); return err },
		"line":    func(s *message.Stream) error { _, err := s.ReadLine(80, core.Forever); return err },
	}
	for name, call := range calls {
		s, _ := arriving([]byte("\x63ab"), 2, io.EOF)
		if err := call(s); core.ErrorKind(err) != "reset" {
			t.Errorf("%s: %v; want reset", name, err)
		}
		s, _ = arriving(nil, 1, io.EOF)
		if err := call(s); core.ErrorKind(err) != "closed" {
			t.Errorf("%s: %v; want closed", name, err)
		}
		s, _ = arriving(nil, 1, core.ErrStopped)
		if err := call(s); !errors.Is(err, core.ErrStopped) {
			t.Errorf("%s: %v; want stopped", name, err)
		}
	}
}

func TestTimeoutBoundsTheWholeReceive(t *testing.T) {
	data := encode(t, "twelve bytes")
	s, w := arriving(data, 1, nil)
	w.step = 100 * time.Millisecond
	err := s.Receive(new(any), time.Second)
	if core.ErrorKind(err) != "timeout" || w.now != time.Second {
		t.Fatalf("at %v: %v; want a timeout at 1s", w.now, err)
	}
	var got string
	if err := s.Receive(&got, time.Second); err != nil || got != "twelve bytes" {
		t.Errorf("the rest arrived, but: %q, %v", got, err)
	}
	if err := s.Receive(&got, -1); core.ErrorKind(err) != "timeout" {
		t.Errorf("no time left: %v; want timeout", err)
	}
}

func TestBytesLinesAndMessagesMix(t *testing.T) {
	data := append([]byte("GET /\r\n\nsized"), encode(t, []int{1, 2})...)
	data = append(data, "tail"...)
	for size := 1; size <= len(data); size++ {
		s, _ := arriving(data, size, io.EOF)
		line, err := s.ReadLine(5, core.Forever)
		if string(line) != "GET /" || err != nil {
			t.Fatalf("line %q, %v", line, err)
		}
		if line, err = s.ReadLine(5, core.Forever); len(line) != 0 || err != nil {
			t.Fatalf("line %q, %v", line, err)
		}
		if b, err := s.ReadFull(5, core.Forever); string(b) != "sized" || err != nil {
			t.Fatalf("block %q, %v", b, err)
		}
		var pair []int
		if err := s.Receive(&pair, core.Forever); err != nil || !reflect.DeepEqual(pair, []int{1, 2}) {
			t.Fatalf("message %v, %v", pair, err)
		}
		rest, p := "", make([]byte, 3)
		n, err := s.Read(p, core.Forever)
		for ; err == nil; n, err = s.Read(p, core.Forever) {
			rest += string(p[:n])
		}
		if rest != "tail" || err != io.EOF {
			t.Fatalf("rest %q, %v", rest, err)
		}
	}
}

func TestHalfAMessageCanBeReadAsBytes(t *testing.T) {
	s, w := arriving([]byte("\x82\x01\x02\x03"), 2, nil)
	w.step = time.Second
	if err := s.Receive(new(any), time.Second/2); core.ErrorKind(err) != "timeout" {
		t.Fatal(err)
	}
	if b, err := s.ReadFull(2, core.Forever); string(b) != "\x82\x01" || err != nil {
		t.Fatalf("%x, %v", b, err)
	}
	for want := 2; want <= 3; want++ {
		var got int
		if err := s.Receive(&got, core.Forever); err != nil || got != want {
			t.Fatalf("%d, %v; want %d", got, err, want)
		}
	}
}

func TestLongLinesAreRefused(t *testing.T) {
	for _, data := range []string{"123456\n", "1234567"} {
		s, _ := arriving([]byte(data), 1, nil)
		if _, err := s.ReadLine(5, core.Forever); core.ErrorKind(err) != "io" {
			t.Errorf("%q: %v; want io", data, err)
		}
	}
	s, _ := arriving([]byte("12345\r\n"), 1, nil)
	if line, err := s.ReadLine(5, core.Forever); string(line) != "12345" || err != nil {
		t.Errorf("%q, %v", line, err)
	}
	if _, err := s.ReadFull(message.DefaultMax+1, core.Forever); core.ErrorKind(err) != "io" {
		t.Errorf("too large a block: %v; want io", err)
	}
}

func TestOneReaderAtATime(t *testing.T) {
	s, w := arriving(encode(t, "hello"), 2, nil)
	var second []error
	w.during = func() {
		_, err := s.Read(make([]byte, 1), core.Forever)
		second = append(second, s.Receive(new(any), core.Forever), err)
	}
	var got string
	if err := s.Receive(&got, core.Forever); err != nil || got != "hello" {
		t.Errorf("%q, %v", got, err)
	}
	for _, err := range second {
		if core.ErrorKind(err) != "in_use" {
			t.Errorf("second reader: %v; want in_use", err)
		}
	}
	if len(second) == 0 {
		t.Error("nobody waited")
	}
}

func TestALargeBufferIsNotKept(t *testing.T) {
	large := strings.Repeat("x", 500_000)
	data := append(encode(t, large), encode(t, large)...)
	s, _ := arriving(data, 1400, nil)
	for range 2 {
		var got string
		if err := s.Receive(&got, core.Forever); err != nil || got != large {
			t.Fatal(len(got), err)
		}
	}
}

// The world hears of each message once, and not of bytes.
func TestSentIsTold(t *testing.T) {
	w := &wire{}
	s := message.NewStream(w, w)
	err := errors.Join(s.Send(7), s.Write([]byte("bytes")), s.Send("a"), s.SendRaw([]byte{0xf6}))
	s.Max = 3
	if s.Send("too large") == nil || err != nil {
		t.Error(err)
	}
	ends := fmt.Sprintf("%v>%v", w.Local(), w.Remote())
	if got, want := fmt.Sprint(w.sent), fmt.Sprintf("[%[1]s 07 %[1]s 6161 %[1]s f6]", ends); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// It hears of what is received as messages, and not of what is read as bytes.
func TestReceivedIsTold(t *testing.T) {
	w := &wire{pieces: [][]byte{{0x07, 0x61, 0x61, 0x0a, 0xf6, 0x82}}}
	s := message.NewStream(w, w)
	_, one := s.ReceiveRaw(0)
	_, line := s.ReadLine(80, 0)
	_, two := s.ReceiveRaw(0)
	if err := errors.Join(one, line, two); err != nil {
		t.Error(err)
	}
	if _, err := s.ReceiveRaw(1); err == nil {
		t.Error("half a message was received")
	}
	ends := fmt.Sprintf("%v<%v", w.Local(), w.Remote())
	if got, want := fmt.Sprint(w.received), fmt.Sprintf("[%[1]s 07 %[1]s f6]", ends); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
