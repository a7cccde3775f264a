package normalize

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// maxName bounds the name of a person or a firm, in bytes.
const maxName = 1024

// AppendName appends the form of a name under which it is compared: composed (NFC),
// white space around it gone and any inside one space, the ligatures ĳ and Ĳ two
// letters, curly and slanted apostrophes (also ´ and `) "'", hyphens "-", invisible marks gone. Particles
// ("van der") and their order are kept, accents too. With foldCase the case is
// folded as Unicode says for all languages (CaseFolding, full): ß is ss, IJ is ij,
// and the Turkish dotless ı is no i, although I becomes i; without it, case stays.
//
// It reports false and appends nothing for text that is empty, longer than 1024
// bytes, not UTF-8, or has control characters. ASCII takes no allocation beyond dst.
func AppendName(dst, name []byte, foldCase bool) ([]byte, bool) {
	name = bytes.TrimSpace(name)
	if len(name) == 0 || len(name) > maxName {
		return dst, false
	}
	start := len(dst)
	if !isASCII(name) {
		var ok bool
		if name, ok = composedName(name, foldCase); !ok {
			return dst, false
		}
		foldCase = false
	}
	out, space := dst, false
	for _, c := range name {
		switch {
		case c == ' ' || '\t' <= c && c <= '\r':
			space = len(out) > start
			continue
		case c < ' ' || c == 0x7f:
			return dst, false
		case c == '`':
			c = '\''
		case foldCase && 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		}
		if space {
			out, space = append(out, ' '), false
		}
		out = append(out, c)
	}
	if n := len(out) - start; n == 0 || n > maxName { // folding can lengthen
		return dst, false
	}
	return out, true
}

// composedName does what the characters beyond ASCII need; spaces of theirs come back as ' '.
func composedName(name []byte, foldCase bool) ([]byte, bool) {
	if !utf8.Valid(name) {
		return nil, false
	}
	visible := bytes.Map(func(r rune) rune {
		if invisible(r) {
			return -1
		}
		return r
	}, name)
	text, ok := plainRunes(norm.NFC.Bytes(visible))
	if !ok || !foldCase {
		return norm.NFC.Bytes(text), ok
	}
	// Canonical caseless matching (Unicode, 3.13, D145) decomposes before it folds.
	text, ok = plainRunes(norm.NFC.Bytes(cases.Fold().Bytes(norm.NFD.Bytes(text))))
	return norm.NFC.Bytes(text), ok
}

// plainRunes writes the characters that mean the same alike.
func plainRunes(text []byte) ([]byte, bool) {
	out := make([]byte, 0, len(text)+8)
	for _, r := range string(text) {
		switch {
		case r == 0x132: // Ĳ
			out = append(out, "IJ"...)
		case r == 0x133: // ĳ
			out = append(out, "ij"...)
		case r == 0x149: // ŉ
			out = append(out, "'n"...)
		case r == 0xb4, r == 0x2018, r == 0x2019, r == 0x201b, r == 0x2032, r == 0x2bb, r == 0x2bc, r == 0xff07:
			out = append(out, '\'')
		case r == 0x2010, r == 0x2011:
			out = append(out, '-')
		case unicode.IsSpace(r):
			out = append(out, ' ')
		case unicode.IsControl(r):
			return nil, false
		default:
			out = utf8.AppendRune(out, r)
		}
	}
	return out, true
}

// AppendText appends composed text (NFC) without the white space around it, or
// reports false and appends nothing when nothing is left or it is not UTF-8.
func AppendText(dst, text []byte) ([]byte, bool) {
	text = bytes.TrimSpace(text)
	if len(text) == 0 || !utf8.Valid(text) {
		return dst, false
	}
	return norm.NFC.Append(dst, text...), true
}
