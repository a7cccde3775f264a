package normalize

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Local says what becomes of the part of an e-mail address before the "@".
type Local uint8

// The ways to treat it. None folds dots: only some hosts ignore them.
const (
	// FoldLocal lowers the case, as [AppendEmail] does.
	FoldLocal Local = iota
	// KeepLocal keeps the case: RFC 5321 lets a host tell cases apart.
	KeepLocal
	// PlainLocal lowers the case and cuts a tag off, from the first "+" on, unless nothing
	// would be left. Hosts differ in what they take for a tag, so two people may become one.
	PlainLocal
)

// RFC 5321, 4.5.3.1: at most 64 octets of local part and 254 of address (a path of 256
// has brackets around it); RFC 1035, 2.3.4: labels of 63 octets.
const (
	maxLocal   = 64
	maxAddress = 254
	maxLabel   = 63
	maxWritten = 1024 // before normalization: composing and IDNA can make it shorter
)

// AppendMailbox appends the form of an e-mail address under which it is compared,
// as [AppendEmail] does and with the same result under [FoldLocal], but reports false and
// appends nothing unless text is one address and nothing else: a local part (RFC
// 5322 dot-atom with dots anywhere, or quoted string; RFC 6531 for letters beyond ASCII) and a
// domain name of valid labels (IDNA2008 lookup). Names and brackets around it, comments,
// address literals, spaces and control characters inside are refused.
//
// An ASCII address takes no allocation beyond dst.
func AppendMailbox(dst, address []byte, part Local) ([]byte, bool) {
	address = bytes.TrimSpace(address)
	at := bytes.LastIndexByte(address, '@')
	if at < 1 || len(address) > maxWritten {
		return dst, false
	}
	start := len(dst)
	out, ok := appendLocal(dst, address[:at], part)
	if !ok || len(out)-start > maxLocal {
		return dst, false
	}
	out, ok = appendDomain(append(out, '@'), address[at+1:])
	if !ok || len(out)-start > maxAddress {
		return dst, false
	}
	return out, true
}

func appendLocal(dst, local []byte, part Local) ([]byte, bool) {
	ascii, ok := checkLocal(local)
	if !ok {
		return dst, false
	}
	if part == PlainLocal && local[0] != '"' {
		if plus := bytes.IndexByte(local, '+'); plus > 0 {
			local = local[:plus]
		}
	}
	switch {
	case !ascii && part == KeepLocal:
		return norm.NFC.Append(dst, local...), true
	case !ascii:
		return append(dst, fold(string(local))...), true
	case part == KeepLocal:
		return append(dst, local...), true
	}
	return appendLower(dst, local), true
}

func appendLower(dst, text []byte) []byte {
	for _, c := range text {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

// checkLocal reports whether text, which is not empty, can be a local part, and whether it is ASCII.
func checkLocal(text []byte) (ascii, ok bool) {
	quoted := text[0] == '"'
	if quoted {
		if len(text) < 3 || text[len(text)-1] != '"' {
			return false, false
		}
		text = text[1 : len(text)-1]
	}
	ascii = true
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c >= utf8.RuneSelf:
			ascii = false
			r, size := utf8.DecodeRune(text[i:])
			if r == utf8.RuneError || !unicode.IsGraphic(r) || unicode.IsSpace(r) {
				return false, false
			}
			i += size - 1
		case quoted && c == '\\':
			if i++; i == len(text) || text[i] < ' ' || text[i] > '~' {
				return false, false
			}
		case quoted && c >= ' ' && c <= '~' && c != '"':
		case !quoted && (c == '.' || isAtext(c)):
		default:
			return false, false
		}
	}
	return ascii, true
}

// isAtext reports whether c is one of the characters of an atom (RFC 5322, 3.2.3).
func isAtext(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return strings.IndexByte("!#$%&'*+-/=?^_`{|}~", c) >= 0
}

func appendDomain(dst, domain []byte) ([]byte, bool) {
	start := len(dst)
	ascii := true
	for _, c := range domain {
		if c >= utf8.RuneSelf {
			ascii = false
		}
	}
	if ascii {
		dst = appendLower(dst, domain)
	} else {
		if !utf8.Valid(domain) {
			return dst, false
		}
		name, err := idna.Lookup.ToASCII(string(domain))
		if err != nil {
			return dst, false
		}
		dst = append(dst, name...)
	}
	name := dst[start:]
	if !validDomain(name) {
		return dst, false
	}
	if ascii && bytes.Contains(name, []byte("xn--")) { // which must be the one spelling of something
		if again, err := idna.Lookup.ToASCII(string(name)); err != nil || again != string(name) {
			return dst, false
		}
	}
	return dst, true
}

// validDomain reports whether name, in lower case, is a host name (RFC 1123, 2.1),
// the last label of which is no number, since that would be an IP address.
func validDomain(name []byte) bool {
	length, numeric := 0, true
	for i, c := range name {
		switch {
		case 'a' <= c && c <= 'z', c == '-' && length > 0:
			numeric = false
		case '0' <= c && c <= '9':
		case c == '.' && length > 0 && name[i-1] != '-':
			length, numeric = 0, true
			continue
		default:
			return false
		}
		if length++; length > maxLabel {
			return false
		}
	}
	return length > 0 && !numeric && name[len(name)-1] != '-'
}
