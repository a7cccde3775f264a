package anonymize

import (
	"cmp"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mask hides characters of a text and keeps the first and last ones (ISO/IEC 20889:
// masking). Combining marks, what a joiner joins, the halves of a flag and the parts
// of a Hangul syllable are one character. A text with no more characters than are to
// be kept is hidden whole: a mask never shows everything. The zero Mask hides all.
//
// The number of hidden characters shows the length unless Length is set. What stays
// may tell people apart, above all together with other fields.
type Mask struct {
	// First and Last are how many characters stay; below 0 is 0.
	First, Last int
	// With stands for a hidden character; 0 is '*'.
	With rune
	// Length is the number of characters that stand for the hidden ones, 0 for as many as there are.
	Length int
	// Domain keeps what follows the last "@" when something stands before it, and
	// masks that. The domain of a person's own is as telling as a name.
	Domain bool
}

// ParseMask reads "first..last", each at most 1,000; a number left out is 0.
func ParseMask(text string) (Mask, error) {
	first, last, ok := strings.Cut(text, "..")
	var m Mask
	for _, part := range []struct {
		text string
		n    *int
	}{{first, &m.First}, {last, &m.Last}} {
		n, err := integerArgument(part.text, 0)
		if err != nil || n > 1000 {
			ok = false
		}
		*part.n = n
	}
	if !ok {
		return Mask{}, errors.New("anonymize: malformed mask, want first..last")
	}
	return m, nil
}

// String returns the masked text. It allocates the result.
func (m Mask) String(text string) string {
	var buf [64]byte
	return string(m.Append(buf[:0], text))
}

// Append appends the masked text. Each byte of invalid UTF-8 counts as a character,
// and is hidden even where a character would stay.
func (m Mask) Append(dst []byte, text string) []byte {
	rest := ""
	if m.Domain {
		if at := strings.LastIndexByte(text, '@'); at > 0 {
			text, rest = text[:at], text[at:]
		}
	}
	if ascii(text) {
		return m.appendRest(m.appendASCII(dst, text), rest)
	}
	n := 0
	for tail := text; tail != ""; n++ {
		tail = tail[characterLength(tail):]
	}
	first, last := m.kept(n)
	for i := range n {
		size := characterLength(text)
		switch {
		case i == first: // the hidden ones, all at once
			dst = m.appendMarks(dst, n-first-last)
		case i > first && i < n-last:
		case !utf8.ValidString(text[:size]):
			dst = m.appendMark(dst)
		default:
			dst = append(dst, text[:size]...)
		}
		text = text[size:]
	}
	return m.appendRest(dst, rest)
}

// appendASCII appends the masked text, each byte of which is a character.
func (m *Mask) appendASCII(dst []byte, text string) []byte {
	first, last := m.kept(len(text))
	if first > 0 {
		dst = append(dst, text[:first]...)
	}
	dst = m.appendMarks(dst, len(text)-first-last)
	if last > 0 {
		dst = append(dst, text[len(text)-last:]...)
	}
	return dst
}

// appendRest appends the domain with its "@".
func (m Mask) appendRest(dst []byte, rest string) []byte {
	if utf8.ValidString(rest) {
		return append(dst, rest...)
	}
	for i, r := range rest {
		if r == utf8.RuneError && !strings.HasPrefix(rest[i:], "\ufffd") {
			dst = m.appendMark(dst)
		} else {
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}

// kept returns how many of n characters stay at either end: none when that would be all.
func (m *Mask) kept(n int) (first, last int) {
	first, last = max(m.First, 0), max(m.Last, 0)
	if first >= n || last >= n-first {
		return 0, 0
	}
	return first, last
}

func (m Mask) appendMark(dst []byte) []byte { return utf8.AppendRune(dst, cmp.Or(m.With, '*')) }

// appendMarks appends what stands for n hidden characters.
func (m *Mask) appendMarks(dst []byte, n int) []byte {
	const stars = "********************************"
	if m.Length > 0 && n > 0 {
		n = m.Length
	}
	if m.With == 0 && n <= len(stars) { // nearly always
		return append(dst, stars[:n]...)
	}
	for n > 0 {
		if m.With != 0 {
			dst = m.appendMark(dst)
			n--
			continue
		}
		k := min(n, len(stars))
		dst = append(dst, stars[:k]...)
		n -= k
	}
	return dst
}

func ascii(text string) bool {
	for ; len(text) >= 8; text = text[8:] { // which compiles to one load
		if (uint64(text[0])|uint64(text[1])<<8|uint64(text[2])<<16|uint64(text[3])<<24|uint64(text[4])<<32|
			uint64(text[5])<<40|uint64(text[6])<<48|uint64(text[7])<<56)&0x8080808080808080 != 0 {
			return false
		}
	}
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// characterLength returns the bytes of the first character of text, which is not empty:
// about the extended grapheme cluster of UAX #29, without its tables.
func characterLength(text string) int {
	first, n := utf8.DecodeRuneInString(text)
	for before := first; n < len(text); {
		r, size := utf8.DecodeRuneInString(text[n:])
		switch {
		case maskExtends(r):
		case before == '\u200d' && maskPictographic(first) && maskPictographic(r): // a family, a profession
		case n == utf8.RuneLen(first) && maskFlagHalf(first) && maskFlagHalf(r):
		case maskHangul(before, r):
		default:
			return n
		}
		n += size
		before = r
	}
	return n
}

// maskExtends reports whether r goes with what is before it: marks, variation selectors,
// the joiners, skin tones, tags, the voicing marks of half-width kana. RuneError is none.
func maskExtends(r rune) bool {
	return r >= 0x300 && (unicode.Is(unicode.M, r) || r == '\u200c' || r == '\u200d' ||
		r >= 0x1f3fb && r <= 0x1f3ff || r >= 0xe0020 && r <= 0xe007f || r == 0xff9e || r == 0xff9f)
}

// maskPictographic: what a joiner joins is limited to pictures, or else a text with a
// joiner after each letter would be one character, and shown whole as such.
func maskPictographic(r rune) bool {
	return unicode.Is(unicode.So, r) || r >= 0x1f000 && r <= 0x1faff || r == 0x2194
}

func maskFlagHalf(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }

// maskHangul: rules GB6 to GB8 of UAX #29, a syllable written as its letters.
func maskHangul(before, r rune) bool {
	const firstLV, lastLVT, finals = 0xac00, 0xd7a3, 28
	leading := func(r rune) bool { return r >= 0x1100 && r <= 0x115f || r >= 0xa960 && r <= 0xa97c }
	vowel := func(r rune) bool { return r >= 0x1160 && r <= 0x11a7 || r >= 0xd7b0 && r <= 0xd7c6 }
	final := func(r rune) bool { return r >= 0x11a8 && r <= 0x11ff || r >= 0xd7cb && r <= 0xd7fb }
	syllable := before >= firstLV && before <= lastLVT
	open := syllable && (before-firstLV)%finals == 0
	switch {
	case leading(before):
		return leading(r) || vowel(r) || r >= firstLV && r <= lastLVT
	case vowel(before) || open:
		return vowel(r) || final(r)
	}
	return (syllable || final(before)) && final(r)
}

// maskTreatment: mask[=first..last][,with=c][,length=n][,domain=keep]
func (r Rule) maskTreatment(form Form) (*treatment, error) {
	m, err := ParseMask("..")
	if r.Argument != "" {
		m, err = ParseMask(r.Argument)
	}
	if err != nil {
		return nil, err
	}
	if with, ok := r.Option("with"); ok {
		c, size := utf8.DecodeRuneInString(with)
		if size != len(with) || c == utf8.RuneError || !unicode.IsPrint(c) {
			return nil, optionError("with")
		}
		m.With = c
	}
	if m.Length, err = r.number("length", 0); err != nil || m.Length > 1000 {
		return nil, optionError("length")
	}
	if domain, ok := r.Option("domain"); ok {
		if domain != "keep" {
			return nil, optionError("domain")
		}
		m.Domain = true
	}
	if form.Norm == NormNone && !m.Domain {
		return &treatment{text: func(_ *scope, dst []byte, in string) ([]byte, error) {
			if ascii(in) {
				return m.appendASCII(dst, in), nil
			}
			if !utf8.ValidString(in) {
				return dst, Malformed
			}
			return m.Append(dst, in), nil
		}}, nil
	}
	return &treatment{text: normalised(form, func(_ *scope, dst []byte, in string) ([]byte, error) { return m.Append(dst, in), nil })}, nil
}
