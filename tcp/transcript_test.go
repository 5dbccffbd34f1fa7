package tcp

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite testdata with what happens now; only commit what you understand")

// TestTranscripts plays testdata/*.txt: cases open with "==", lines with a time
// are what is done to one tcb, indented lines are what it did in answer.
// testdata/README.md explains the words.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := playFile(t, string(want))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			compare(t, file, string(want), got)
		})
	}
}

func compare(t *testing.T, file, want, got string) {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		a, b := line(w, i), line(g, i)
		if a != b {
			t.Fatalf("%s:%d: it says\n%s\nbut this happened\n%s", file, i+1, a, b)
		}
	}
}

func line(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(the end)"
}

const indent = "      "

// playFile returns the file with its indented lines made anew.
func playFile(t *testing.T, text string) string {
	var p *player
	var out bytes.Buffer
	finish := func() {
		if p != nil {
			p.wait(p.now + 1)
			out.WriteString(p.output())
		}
	}
	for i, text := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		switch {
		case strings.HasPrefix(text, indent):
			continue
		case text == "" || text[0] == '#':
			finish()
			p = nil
		case strings.HasPrefix(text, "=="):
			p = newPlayer()
		default:
			if err := p.play(text, &out); err != nil {
				t.Fatalf("line %d: %s: %v", i+1, text, err)
			}
			continue
		}
		fmt.Fprintln(&out, text)
	}
	finish()
	return out.String()
}

// player drives one tcb. Its first number is 100, its peer's 500.
type player struct {
	config Config
	box    outbox
	tcb    tcb
	now    time.Duration
	state  state
	peer   string // options of its SYN, beside the MSS
	said   bytes.Buffer
}

const (
	ourISS   = 100
	theirISS = 500
	ourPort  = 10000
	peerPort = 443
)

func newPlayer() *player {
	p := &player{config: complete(Config{ReceiveBuffer: 65535, SendBuffer: 65535}, 0)}
	p.begin()
	return p
}

func (p *player) begin() {
	p.tcb = tcb{}
	p.tcb.init(&p.config, &p.box, ourPort, peerPort, ourISS)
}

// play does one line. What the time up to it brings is written first, so that
// it stands below the line before.
func (p *player) play(text string, out *bytes.Buffer) error {
	words := strings.Fields(text)
	at, err := strconv.ParseFloat(words[0], 64)
	if err == nil {
		words = words[1:]
		p.wait(time.Duration(at*1e6+0.5) * time.Microsecond)
	}
	out.WriteString(p.output())
	fmt.Fprintln(out, text)
	defer p.collect()
	if words[0] == "<" {
		seg, err := parseSegment(words[1:])
		if err == nil {
			p.tcb.segment(p.now, seg)
		}
		return err
	}
	return p.call(words[0], words[1:])
}

// wait lets the time come to at, doing what is due on the way.
func (p *player) wait(at time.Duration) {
	if at <= p.now {
		return
	}
	for {
		due := max(p.tcb.deadline(p.now), p.now)
		if due > at || due == at && p.now == at {
			break
		}
		p.now = due
		p.tcb.tick(p.now)
		p.collect()
	}
	p.now = at
}

// collect writes down what the tcb did.
func (p *player) collect() {
	for _, seg := range p.box.segments {
		p.say("> %s", seg.appendBody(nil))
	}
	p.box.clear()
	e := p.tcb.take()
	if p.tcb.state != p.state {
		p.state = p.tcb.state
		p.say("%v%s", p.state, reason(&p.tcb))
	}
	if e.has(readable) && p.tcb.recv.finished {
		p.say("end of stream")
	}
}

func reason(t *tcb) string {
	if t.err == nil {
		return ""
	}
	return ": " + t.err.Error()
}

func (p *player) say(format string, args ...any) {
	fmt.Fprintf(&p.said, "%s%.6f "+format+"\n", append([]any{indent, p.now.Seconds()}, args...)...)
}

// show writes down what the sender knows.
func (p *player) show() {
	s := &p.tcb.send
	ssthresh := "none"
	if s.ssthresh < cwndMax {
		ssthresh = strconv.Itoa(s.ssthresh)
	}
	name := [...]string{"open", "fast recovery", "after a timeout"}[s.phase]
	p.say("%s, cwnd %d, ssthresh %s, pipe %d", name, s.cwnd, ssthresh, s.pipe())
}

func (p *player) output() string {
	defer p.said.Reset()
	return p.said.String()
}

func (p *player) call(verb string, args []string) error {
	number := func() int {
		n, err := strconv.Atoi(args[0])
		if err != nil {
			panic(err)
		}
		return n
	}
	switch verb {
	case "open":
		p.tcb.open(p.now)
	case "listen":
		p.tcb.listen()
	case "given":
		return p.given(args[0])
	case "with":
		return p.with(args[0], args[1])
	case "peer":
		p.peer = " " + strings.Join(args, " ")
	case "show":
		p.show()
	case "write":
		if n := p.tcb.write(p.now, pattern(number())); n < number() {
			p.say("only %d", n)
		}
	case "read":
		p.say("read %d", p.tcb.read(make([]byte, number())))
	case "closewrite":
		p.tcb.closeWrite(p.now)
	case "close":
		p.tcb.close(p.now)
	case "abort":
		p.tcb.abort()
	case "wait":
	default:
		return fmt.Errorf("unknown word %q", verb)
	}
	return nil
}

// with sets a knob of Config, by the name that scripts use, before anything
// else happens.
func (p *player) with(name, value string) error {
	config := reflect.ValueOf(&p.config).Elem()
	for i := range config.NumField() {
		if field := config.Type().Field(i).Name; strings.EqualFold(field, strings.ReplaceAll(name, "_", "")) {
			p.begin()
			return setKnob(config.Field(i), value)
		}
	}
	return fmt.Errorf("unknown knob %q", name)
}

func setKnob(knob reflect.Value, value string) error {
	switch old := knob.Interface().(type) {
	case bool:
		knob.SetBool(value == "true")
	case string:
		knob.SetString(value)
	case time.Duration:
		d, err := time.ParseDuration(value)
		knob.SetInt(int64(d))
		return err
	case int:
		n, err := strconv.Atoi(value)
		knob.SetInt(int64(n))
		return err
	default:
		return fmt.Errorf("a knob of type %T", old)
	}
	return nil
}

// given brings the tcb into a state, without a word. Each state is built
// from the one before; afterwards our next number is 101 (102 once FIN has been
// sent), the peer's 501 (502 once it has been received), both windows are open.
func (p *player) given(name string) error {
	steps := map[string][]string{
		"SYN-SENT":     {"open"},
		"SYN-RECEIVED": {"listen", "< S 500 mss 1460" + p.peer},
		"ESTABLISHED":  {"given SYN-SENT", "< S. 500 ack 101 mss 1460" + p.peer},
		"CLOSE-WAIT":   {"given ESTABLISHED", "< F. 501 ack 101"},
		"LAST-ACK":     {"given CLOSE-WAIT", "close"},
		"FIN-WAIT-1":   {"given ESTABLISHED", "closewrite"},
		"FIN-WAIT-2":   {"given FIN-WAIT-1", "< . 501 ack 102"},
		"CLOSING":      {"given FIN-WAIT-1", "< F. 501 ack 101"},
		"TIME-WAIT":    {"given CLOSING", "< . 502 ack 102"},
	}[name]
	if steps == nil {
		return fmt.Errorf("unknown state %q", name)
	}
	for _, step := range steps {
		var ignored bytes.Buffer
		if err := p.play(step, &ignored); err != nil {
			return err
		}
		p.tcb.tickNow(p.now)
		p.collect()
	}
	p.said.Reset()
	if p.tcb.state.String() != name {
		return fmt.Errorf("came to %v", p.tcb.state)
	}
	return nil
}

// tickNow ends the instant.
func (t *tcb) tickNow(now time.Duration) {
	if t.deadline(now) <= now {
		t.tick(now)
	}
}

// parseSegment reads "S. 500 ack 101 win 1000 mss 1460 len 20"; without win the
// window is 65535.
func parseSegment(words []string) (*Segment, error) {
	if len(words) < 2 || len(words)%2 != 0 {
		return nil, fmt.Errorf("a segment is written flags seq [word number]...")
	}
	seg := &Segment{Source: peerPort, Target: ourPort, Window: 65535}
	for _, c := range words[0] {
		i := strings.IndexRune("FSRP.", c)
		if i < 0 && c != '-' {
			return nil, fmt.Errorf("unknown flag %q", c)
		}
		if i >= 0 {
			seg.Flags |= 1 << i
		}
	}
	words = append([]string{"seq", words[1]}, words[2:]...)
	for i := 0; i < len(words); i += 2 {
		if err := setWord(seg, words[i], words[i+1]); err != nil {
			return nil, err
		}
	}
	return seg, nil
}

func setWord(seg *Segment, word, value string) error {
	if word == "sack" {
		for _, b := range strings.Split(value, ",") {
			var start, end uint32
			if _, err := fmt.Sscanf(b, "%d:%d", &start, &end); err != nil {
				return err
			}
			seg.Options.SACK = append(seg.Options.SACK, Block{Seq(start), Seq(end)})
		}
		return nil
	}
	n, err := strconv.ParseUint(value, 10, 32)
	switch word {
	case "seq":
		seg.Seq = Seq(n)
	case "ack":
		seg.Ack = Seq(n)
	case "win":
		seg.Window = uint16(n)
	case "mss":
		seg.Options.MSS = uint16(n)
	case "sackok":
		seg.Options.SACKPermitted = n == 1
	case "wscale":
		seg.Options.Scaling, seg.Options.Scale = true, uint8(n)
	case "len":
		seg.Payload = pattern(int(n))
	default:
		return fmt.Errorf("unknown word %q", word)
	}
	return err
}

// pattern is n bytes.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + i%26)
	}
	return b
}
