package reports

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"simlua.example/core"
	"simlua.example/core/sweep"
)

func TestDuration(t *testing.T) {
	for _, c := range []struct {
		d    time.Duration
		want string
	}{
		{-time.Second, "0 s"},
		{0, "0 s"},
		{1, "1 ns"},
		{999, "999 ns"},
		{1000, "1.00 µs"},
		{1005, "1.01 µs"},
		{34_249, "34.2 µs"},
		{99_949, "99.9 µs"},
		{99_950, "100 µs"},
		{999_499, "999 µs"},
		{999_500, "1.00 ms"},
		{34_200 * time.Microsecond, "34.2 ms"},
		{9_995 * time.Microsecond, "10.0 ms"},
		{150 * time.Millisecond, "150 ms"},
		{999_499_999, "999 ms"},
		{999_500_000, "1.00 s"},
		{1_687 * time.Millisecond, "1.69 s"},
		{35 * time.Second, "35.0 s"},
		{59_949_999_999, "59.9 s"},
		{59_950_000_000, "1 min"},
		{130*time.Second + 499*time.Millisecond, "2 min 10 s"},
		{130*time.Second + 500*time.Millisecond, "2 min 11 s"},
		{time.Hour - time.Millisecond, "1 h"},
		{26*time.Hour + 5*time.Second, "26 h 0 min 5 s"},
		{5 * time.Minute, "5 min"},
		{90 * time.Minute, "1 h 30 min"},
		{math.MaxInt64, "2562047 h 47 min 17 s"},
	} {
		if got := Duration(c.d); got != c.want {
			t.Errorf("Duration(%d) = %q, want %q", c.d, got, c.want)
		}
	}
}

// Neither is a share of all that is not, nor one of none.
func TestPercent(t *testing.T) {
	for _, c := range []struct {
		share float64
		want  string
	}{
		{0, "0 %"}, {1, "100 %"}, {0.5, "50.0 %"}, {0.0931, "9.31 %"}, {0.1, "10.0 %"}, {0.999, "99.9 %"},
		{0.9994, "99.9 %"}, {0.9996, "99.96 %"}, {0.9999, "99.99 %"}, {999_999.0 / 1_000_000, "99.9999 %"},
		{0.005, "0.500 %"}, {1.0 / 100_000, "0.00100 %"},
	} {
		if got := percent(c.share); got != c.want {
			t.Errorf("percent(%v) = %q, want %q", c.share, got, c.want)
		}
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[uint64]string{0: "0", 999: "999", 1000: "1,000", 11_800: "11,800",
		123_456: "123,456", math.MaxUint64: "18,446,744,073,709,551,615"} {
		if got := Number(n); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
}

// TestGaugeValues: programs see the digits that Lua shows, people commas in whole numbers, too.
func TestGaugeValues(t *testing.T) {
	value := column{kind: value}
	for v, want := range map[float64][3]string{
		0: {"0", "0", "0"}, -5: {"-5", "-5", "-5"}, 0.1: {"0.1", "0.1", "0.1"},
		1234567:   {"1,234,567", "1234567", "1,234,567"},
		1e6 + 0.5: {"1000000.5", "1000000.5", "1,000,001"}, 1e15: {"1e+15", "1000000000000000", "1e+15"},
		1e-5: {"1e-05", "0.00001", "1e-05"}, -12345.678: {"-12345.678", "-12345.678", "-12,346"},
		1.0 / 3: {"0.3333333333333333", "0.3333333333333333", "0.3333"},
	} {
		if got := [3]string{value.human(v), plain(v), amount(sweep.Number, v)}; got != want {
			t.Errorf("%v: got %q, want %q", v, got, want)
		}
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1.00 kB", 23_412: "23.4 kB",
		999_499: "999 kB", 999_500: "1.00 MB", 1_022_117: "1.02 MB", 5e12: "5.00 TB", 5e15: "5000 TB"} {
		if got := size(n); got != want {
			t.Errorf("size(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestQuote(t *testing.T) {
	for word, want := range map[string]string{"scripts/mover.lua": "scripts/mover.lua", "": "''", "a b": "'a b'",
		"it's": `'it'\''s'`, "$HOME": "'$HOME'", "n=1": "n=1", "é": "'é'", "~": "'~'", "a;b": "'a;b'"} {
		if got := quote(word); got != want {
			t.Errorf("quote(%q) = %s, want %s", word, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"short", "short"},
		{"one two three", "one two\nthree"},
		{"exactlyten next", "exactlyten\nnext"},
		{"averyverylongword", "averyveryl\nongword"},
		{"ééééééééééé", "éééééééééé\né"},
		{" leading", " leading"},
		{"日本語の歴史書", "日本語の歴\n史書"},
		{"ab日本 語の歴", "ab日本\n語の歴"},
		{"e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301", "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301"},
		{"two\nlines of it", "two\nlines of\nit"},
	} {
		if got := wrap(c.text, 10); got != c.want {
			t.Errorf("wrap(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

// TestFitOfLongTitles: a title that is wider than the page is wrapped like all else.
func TestFitOfLongTitles(t *testing.T) {
	header := []string{"metric", strings.Repeat("a", 150), strings.Repeat("b", 21)}
	rows := [][]string{{"passed", "100 %", "100 %"}}
	fitTo(60, header, rows)
	if header[1] != strings.TrimSuffix(strings.Repeat(strings.Repeat("a", 27)+"\n", 6)[:155], "\n") ||
		header[2] != strings.Repeat("b", 21) {
		t.Errorf("got %q", header)
	}
}

// TestFitOfWideCharacters counts columns, not characters.
func TestFitOfWideCharacters(t *testing.T) {
	rows := [][]string{{strings.Repeat("漢字", 100), strings.Repeat("かな ", 100)}}
	fit(nil, rows)
	if n := excess(page, columnWidths(nil, rows)); n > 0 {
		t.Errorf("%d columns beyond the page: %q", n, rows)
	}
}

func TestCutLine(t *testing.T) {
	for line, want := range map[string]string{"12345": "12345", "123456": "1234…", "日本": "日本", "日本語": "日本…",
		"1日本語": "1日…", "e\u0301bcde": "e\u0301bcde", "e\u0301bcdef": "e\u0301bcd…"} {
		if got := string(cutLine([]byte(line), 5)); got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

// wrapPlainly says what wrap does: it is right, and slow.
func wrapPlainly(text string, width int) string {
	var lines []string
	for utf8.RuneCountInString(text) > width {
		cut := len(string([]rune(text)[:width]))
		if space := strings.LastIndexByte(text[:cut+1], ' '); space > 0 {
			lines = append(lines, text[:space])
			text = text[space+1:]
			continue
		}
		lines = append(lines, text[:cut])
		text = text[cut:]
	}
	return strings.Join(append(lines, text), "\n")
}

func TestWrapAtChance(t *testing.T) {
	chance := core.NewRandom(1, "texts")
	for range 2000 {
		var text []byte
		for range chance.Int(0, 60) {
			text = append(text, []string{" ", "a", "é", "bc"}[chance.Int(0, 3)]...)
		}
		width := int(chance.Int(1, 12))
		if got, want := wrap(string(text), width), wrapPlainly(string(text), width); got != want {
			t.Fatalf("%q at %d: got\n%q, want\n%q", text, width, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	if text := strings.Repeat("a", longest); cut(text) != text {
		t.Error("a text of the most that is shown is cut")
	}
	const note = " … (cut: 2.00 kB; --format json has all of it)"
	if got, want := cut(strings.Repeat("a", longest-1)+"éa"), strings.Repeat("a", longest-1)+note; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	lines := shownLines(strings.Repeat("x\x1b\n", 1000))
	if last := lines[len(lines)-1]; len(lines) != mostLines+1 || lines[0] != `x\x1b` ||
		last != "… (cut: 900 lines more; --format json has all of it)" {
		t.Errorf("%d lines, the first %q, the last %q", len(lines), lines[0], last)
	}
}

func TestCodeSpan(t *testing.T) {
	for text, want := range map[string]string{"a b": "`a b`", "a`b": "``a`b``", "a``b`c": "```a``b`c```"} {
		if got := codeSpan(text); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestQuoteUnprintable(t *testing.T) {
	for word, want := range map[string]string{
		"a=b":          "a=b",
		"":             "''",
		"it's":         `'it'\''s'`,
		"é b":          "'é b'",
		"\x1b[2J'\\\n": `$'\033[2J\'\\\012'`,
		"\xff":         `$'\377'`,
	} {
		if got := quote(word); got != want {
			t.Errorf("%q: got %s, want %s", word, got, want)
		}
	}
}

func BenchmarkWrap(b *testing.B) {
	for _, size := range []int{10_000, 100_000, 1_000_000} {
		text := strings.Repeat("lost and found ", size/15)
		b.Run(Number(uint64(size)), func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				wrap(text, 80)
			}
		})
	}
}

// A number has commas wherever it stands, also one that is rounded.
func TestWholeNumbersHaveCommas(t *testing.T) {
	for v, want := range map[float64]string{6817.5: "6,818", 12345.5: "12,346", 999.54: "999.5",
		-6817.5: "-6,818", 22601: "22,601"} {
		if got := amount(sweep.Number, v); got != want {
			t.Errorf("amount(%v) = %q, want %q", v, got, want)
		}
	}
}

// TestSettingsOfASweep: of a parameter that is set twice, the last value counts.
func TestSettingsOfASweep(t *testing.T) {
	rows := newSweepSettings([]string{"n=3", "loud", "n=4"}).rows
	if got := fmt.Sprint(rows); got != "[[n 4] [loud true]]" {
		t.Errorf("got %s", got)
	}
}
