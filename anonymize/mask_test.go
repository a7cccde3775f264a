package anonymize

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestMask(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		mask     Mask
		in, want string
	}{
		{Mask{}, "geheim", "******"},
		{Mask{}, "", ""},
		{Mask{First: 1, Last: 2}, "geheim", "g***im"},
		{Mask{First: 1, Last: 2}, "geh", "***"}, // as many as are kept: all hidden
		{Mask{First: 1, Last: 2}, "gehe", "g*he"},
		{Mask{First: 9, Last: 9}, "geheim", "******"},
		{Mask{First: -3, Last: 1}, "geheim", "*****m"},
		{Mask{First: math.MaxInt, Last: math.MaxInt}, "geheim", "******"},
		{Mask{First: 1, Last: 1, With: '•'}, "café", "c••é"},
		{Mask{First: 1, Length: 3}, "geheim", "g***"},
		{Mask{Length: 40}, "a", strings.Repeat("*", 40)},
		{Mask{Length: 3}, "", ""},
		{Mask{First: 1, Length: 2, With: '#'}, "żółw", "ż##"},
		// e and a combining acute (U+0301) are one character, wherever they stand.
		{Mask{First: 1}, "e\u0301abc", "e\u0301***"},
		{Mask{Last: 1}, "abce\u0301", "***e\u0301"},
		{Mask{}, "e\u0301e\u0301", "**"},
		// UAX #29: a family of three joined, a flag, a thumb with its skin tone, Hangul as letters.
		{Mask{First: 1}, "👨\u200d👩\u200d👧ab", "👨\u200d👩\u200d👧**"},
		{Mask{First: 1}, "🇳🇱🇧🇪", "🇳🇱*"},
		{Mask{Last: 1}, "a🇳🇱", "*🇳🇱"},
		{Mask{First: 1}, "👍🏽b", "👍🏽*"},
		{Mask{First: 1}, "\u1112\u1161\u11ab\u1100\u1173\u11af", "\u1112\u1161\u11ab*"},
		{Mask{First: 1}, "한글", "한*"},
		{Mask{First: 1}, "ｶﾞｷ", "ｶﾞ*"},
		{Mask{First: 1}, "❤\ufe0f!", "❤\ufe0f*"},
		// A joiner between letters joins nothing: the text would be one character.
		{Mask{First: 1}, "j\u200da\u200dn", "j\u200d**"},
		// Invalid bytes are hidden, kept or not.
		{Mask{First: 2}, "\xffab", "*a*"},
		{Mask{First: 1}, "ab\xc3", "a**"},
		{Mask{Domain: true, First: 1}, "jan@bedrijf.nl", "j**@bedrijf.nl"},
		{Mask{Domain: true, First: 1}, "j@bedrijf.nl", "*@bedrijf.nl"},
		{Mask{Domain: true}, `"a@b"@bedrijf.nl`, "*****@bedrijf.nl"},
		{Mask{Domain: true}, "@bedrijf.nl", "***********"},
		{Mask{Domain: true}, "geen adres", "**********"},
		{Mask{Domain: true}, "é@b\xff\ufffd", "*@b*\ufffd"},
	} {
		require.Equal(t, c.want, c.mask.String(c.in), "%+v of %q", c.mask, c.in)
		require.Equal(t, "x"+c.want, string(c.mask.Append([]byte("x"), c.in)))
	}
}

func TestParseMask(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Mask{"2..3": {First: 2, Last: 3}, "..": {}, "..4": {Last: 4}, "4..": {First: 4}, "1000..0": {First: 1000}} {
		m, err := ParseMask(text)
		require.NoError(t, err, text)
		require.Equal(t, want, m, text)
	}
	for _, text := range []string{"", "2", "2.3", "2...3", "-1..2", "+1..2", "01..2", "1001..0", "2..3..4", " 2..3", "٢..٣", "a..b", "99999999999999999999..0"} {
		m, err := ParseMask(text)
		require.Error(t, err, text)
		require.Zero(t, m)
	}
}

// What is shown is never all, and what is hidden is not shown: the naive reference
// for texts whose characters are single runes.
func FuzzMask(f *testing.F) {
	f.Add("geheim", 1, 2, 0)
	f.Add("e\u0301\xff", 1, 0, 3)
	f.Fuzz(func(t *testing.T, text string, first, last, length int) {
		m := Mask{First: first, Last: last, Length: length % 50}
		out := m.String(text)
		require.True(t, utf8.ValidString(out))
		require.Equal(t, text == "", out == "")
		if text != "" {
			require.Contains(t, out, "*")
		}
		runes := []rune(text)
		for _, r := range runes {
			if r < 0x20 || r > 0x7e {
				return
			}
		}
		a, b := max(first, 0), max(last, 0)
		if n := len(runes); a >= n || b >= n || a+b >= n {
			a, b = 0, 0
		}
		hidden := len(runes) - a - b
		if m.Length > 0 && hidden > 0 {
			hidden = m.Length
		}
		require.Equal(t, string(runes[:a])+strings.Repeat("*", hidden)+string(runes[len(runes)-b:]), out)
	})
}

func FuzzParseMask(f *testing.F) {
	for _, s := range []string{"1..2", "..", "1000..1000", "1.2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseMask(text)
		if err != nil {
			require.Zero(t, m)
			return
		}
		again, err := ParseMask(fmt.Sprintf("%d..%d", m.First, m.Last))
		require.NoError(t, err)
		require.Equal(t, m, again)
	})
}

func ExampleMask() {
	m, err := ParseMask("2..2")
	fmt.Println(m.String("NL91ABNA0417164300"), err)
	m.Length = 4 // as many whatever the length
	fmt.Println(m.String("NL91ABNA0417164300"))
	fmt.Println(m.String("NL91")) // no more than what would stay
	fmt.Println(Mask{First: 1, Domain: true}.String("jan@example.nl"))
	// Output:
	// NL**************00 <nil>
	// NL****00
	// ****
	// j**@example.nl
}

func BenchmarkMask(b *testing.B) {
	buf := make([]byte, 0, 64)
	for _, text := range []string{"jan.de.vries@example.nl", "renée@example.nl"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				buf = Mask{First: 1, Last: 1}.Append(buf[:0], text)
			}
		})
	}
}
