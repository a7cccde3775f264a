package anonymize

import (
	"cmp"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mask hides characters of a text and keeps the first and last ones (ISO/IEC 20889:
// masking). A combining mark, a joiner and what it joins go with the character
// before them. A text with no more characters than are to be kept is hidden whole:
// a mask never shows everything. The zero Mask hides all.
//
// The number of hidden characters shows the length unless Length is set. What stays
// may tell people apart, above all together with other fields.
type Mask struct {
	// First and Last are how many characters stay; not negative.
	First, Last int
	// With stands for a hidden character; 0 is '*'.
	With rune
	// Length is the number of characters that stand for the hidden ones, 0 for as many as there are.
	Length int
	// Domain keeps what follows the last "@", and masks what is before it. The domain
	// of a person's own is as telling as a name.
	Domain bool
}

// ParseMask reads "first..last"; a number left out is 0.
func ParseMask(text string) (Mask, error) {
	first, last, ok := strings.Cut(text, "..")
	var m Mask
	for _, part := range []struct {
		text string
		n    *int
	}{{first, &m.First}, {last, &m.Last}} {
		if part.text == "" {
			continue
		}
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

// String returns the masked text.
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
		first, last := m.kept(len(text))
		dst = append(dst, text[:first]...)
		dst = m.appendMarks(dst, len(text)-first-last)
		dst = append(dst, text[len(text)-last:]...)
		return append(dst, rest...)
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
			fallthrough
		case i > first && i < n-last:
		case !utf8.ValidString(text[:size]):
			dst = utf8.AppendRune(dst, cmp.Or(m.With, '*'))
		default:
			dst = append(dst, text[:size]...)
		}
		text = text[size:]
	}
	return append(dst, rest...)
}

// kept returns how many of n characters stay at either end: none when that would be all.
func (m Mask) kept(n int) (first, last int) {
	first, last = max(m.First, 0), max(m.Last, 0)
	if first >= n || last >= n-first {
		return 0, 0
	}
	return first, last
}

// appendMarks appends what stands for n hidden characters.
func (m Mask) appendMarks(dst []byte, n int) []byte {
	const stars = "********************************"
	if m.Length > 0 && n > 0 {
		n = m.Length
	}
	for n > 0 {
		if m.With != 0 {
			dst = utf8.AppendRune(dst, m.With)
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
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// characterLength returns the bytes of the first character of text with the marks
// and joined characters that belong to it; text is not empty.
func characterLength(text string) int {
	_, n := utf8.DecodeRuneInString(text)
	for n < len(text) {
		r, size := utf8.DecodeRuneInString(text[n:])
		switch {
		case r == '\u200d': // joiner: the next one belongs here too
			n += size
			if n < len(text) {
				_, size = utf8.DecodeRuneInString(text[n:])
				n += size
			}
		case unicode.Is(unicode.M, r), r >= 0x1f3fb && r <= 0x1f3ff: // marks, variation selectors, skin tones
			n += size
		default:
			return n
		}
	}
	return n
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
	return &treatment{text: normalised(form, func(_ *scope, dst []byte, in string) ([]byte, error) { return m.Append(dst, in), nil })}, nil
}
