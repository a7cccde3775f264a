package normalize

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// maxCode is the length in bytes beyond which text is no code (a number of a person, an
// account, a vehicle, a telephone or a place), however it is written: the longest
// is an IBAN of 34 characters, 3 bytes each when typed in full width, with separators.
const maxCode = 256

// appendASCII appends text as a code is read: white space around it gone, any other
// space a ' ', any hyphen or dash a '-', full-width forms (U+FF01 to U+FF5E, which
// East Asian keyboards type) as the ASCII they stand for, invisible format
// characters that come along with copied text gone. All else is refused: control
// characters, other scripts' letters and digits (an Arabic-Indic or superscript
// digit in a code is a mistake or a trick more often than a number), invalid UTF-8.
// Of what it refuses it appends nothing.
func appendASCII(dst, text []byte) ([]byte, bool) {
	text = bytes.TrimSpace(text)
	if len(text) == 0 || len(text) > maxCode {
		return dst, false
	}
	out := dst
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			if c < ' ' && c != '\t' || c == 0x7f {
				return dst, false
			}
			if c == '\t' {
				c = ' '
			}
			out = append(out, c)
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		i += size
		switch {
		case r == utf8.RuneError:
			return dst, false
		case invisible(r):
		case 0xff01 <= r && r <= 0xff5e:
			out = append(out, byte(r-0xff01+'!'))
		case unicode.Is(unicode.Zs, r):
			out = append(out, ' ')
		case 0x2010 <= r && r <= 0x2015 || r == 0x2212:
			out = append(out, '-')
		default:
			return dst, false
		}
	}
	// Spaces that stood inside of invisible characters are around it now.
	start, end := len(dst), len(out)
	for end > start && out[end-1] == ' ' {
		end--
	}
	for start < end && out[start] == ' ' {
		start++
	}
	if start == end {
		return dst, false
	}
	return append(dst, out[start:end]...), true
}

// invisible characters are drawn as nothing and mean nothing in a code or a name:
// soft hyphen, zero-width space, word joiner, byte order mark, and the marks of
// direction that address books put around numbers.
func invisible(r rune) bool {
	switch {
	case r == 0xad, r == 0x200b, r == 0x200e, r == 0x200f, r == 0x2060, r == 0xfeff:
	case 0x202a <= r && r <= 0x202e, 0x2066 <= r && r <= 0x2069:
	default:
		return false
	}
	return true
}

// appendCode appends the letters, in upper case, and the digits of text, without the spaces, hyphens
// and dots between them. Any other character is refused.
func appendCode(dst, text []byte) ([]byte, bool) {
	out, ok := appendASCII(dst, text)
	if !ok {
		return dst, false
	}
	return appendDense(dst, out[len(dst):])
}

// appendDense is appendCode of what appendASCII wrote, which may be where it writes.
func appendDense(dst, text []byte) ([]byte, bool) {
	out := dst
	for _, c := range text {
		switch {
		case 'a' <= c && c <= 'z':
			c -= 'a' - 'A'
		case 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == ' ', c == '-', c == '.':
			continue
		default:
			return dst, false
		}
		out = append(out, c)
	}
	return out, len(out) > len(dst)
}
