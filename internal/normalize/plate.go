package normalize

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const minPlate, maxPlate = 2, 12 // characters

// ValidPlate reports whether text is a Dutch licence plate in its normal form: six
// upper-case letters and digits in the order of one of the RDW's sidecodes 1 to 14.
// Which letters a series uses is not looked at.
func ValidPlate[T ~string | ~[]byte](text T) bool {
	if len(text) != 6 {
		return false
	}
	letters := 0
	for i := range 6 {
		c := text[i]
		letters <<= 1
		switch {
		case 'A' <= c && c <= 'Z':
			letters |= 1
		case c < '0' || c > '9':
			return false
		}
	}
	switch letters { // 1 for a letter, 0 for a digit
	case 0b110000, 0b000011, 0b001100, 0b110011, 0b111100, 0b001111, 0b001110, // XX-99-99 to 99-XXX-9
		0b011100, 0b110001, 0b100011, 0b111001, 0b100111, 0b011000, 0b000110: // 9-XXX-99 to 999-XX-9
		return true
	}
	return false
}

// AppendPlate appends a licence plate: letters in upper case and digits, without
// what stands between them. Plates of other countries, and Dutch ones outside the
// sidecodes (CD, AA), are plates too, of 2 to 12 letters and ASCII digits; of the region NL, at least
// one digit must be among them, so that "unknown" is none. O and 0 are not made one.
// It reports false and appends nothing when text is none.
func AppendPlate(dst, text []byte, region string) ([]byte, bool) {
	if text = bytes.TrimSpace(text); len(text) > maxCode {
		return dst, false
	}
	if !isASCII(text) {
		text = norm.NFC.Bytes(text)
	}
	out, count, digits := dst, 0, 0
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(text[i:])
		}
		i += size
		if 0xff01 <= r && r <= 0xff5e { // full width
			r -= 0xff01 - '!'
		}
		switch {
		case '0' <= r && r <= '9':
			digits++
		case 'a' <= r && r <= 'z':
			r -= 'a' - 'A'
		case 'A' <= r && r <= 'Z':
		case r == ' ', r == '-', r == '.', r == '/', r == '\t', r == 0xb7, r == 0x2022, 0x2010 <= r && r <= 0x2015,
			r == 0x2212, invisible(r), unicode.Is(unicode.Zs, r):
			continue
		case r != utf8.RuneError && unicode.IsLetter(r):
			r = unicode.ToUpper(r)
		default:
			return dst, false
		}
		out = utf8.AppendRune(out, r)
		count++
	}
	if count < minPlate || count > maxPlate || region == "NL" && digits == 0 {
		return dst, false
	}
	return out, true
}

func isASCII(text []byte) bool {
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
