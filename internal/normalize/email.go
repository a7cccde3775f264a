// Package normalize brings contact identifiers into the one form under which two
// writings of the same identifier compare equal.
package normalize

import (
	"bytes"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// AppendEmail appends the form of an e-mail address under which it is compared:
// surrounding white space gone, Unicode composed (NFC), the domain in its ASCII
// form (IDNA), all letters lower case. Dots and tags ("+news") of the local part
// are kept: they may tell mailboxes apart. The local part is folded too although
// RFC 5321 lets a host tell cases apart; hardly one does, and here the question is
// whether two records mean one person. Text without an "@" between two other
// characters is no address: nothing is appended.
//
// An ASCII address takes one pass and no allocation beyond dst.
func AppendEmail(dst, address []byte) []byte {
	address = bytes.TrimSpace(address)
	at := bytes.LastIndexByte(address, '@')
	if at < 1 || at == len(address)-1 {
		return dst
	}
	start := len(dst)
	for _, c := range address {
		if c >= 0x80 {
			return appendUnicode(dst[:start], string(address[:at]), string(address[at+1:]))
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

func appendUnicode(dst []byte, local, domain string) []byte {
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
		domain = ascii
	}
	if domain == "" { // of nothing but what IDNA leaves out, such as soft hyphens
		return dst
	}
	dst = append(dst, fold(local)...)
	dst = append(dst, '@')
	return append(dst, fold(domain)...)
}

// fold lowers the case of composed text; lowering can take letters apart again.
func fold(s string) string { return norm.NFC.String(strings.ToLower(norm.NFC.String(s))) }

// LooksLikeEmail reports whether text is, or contains, an e-mail address.
func LooksLikeEmail[T ~string | ~[]byte](text T) bool {
	for i := 1; i < len(text)-1; i++ {
		if text[i] == '@' && text[i-1] > ' ' && text[i+1] > ' ' {
			return true
		}
	}
	return false
}

// LooksLikePhone reports whether text can be a telephone number: 8 to 15 digits,
// perhaps with the usual separators, that begin with "+", "(" or 0, or have a
// separator, or are at least 10. A shorter bare number is more likely an id.
func LooksLikePhone[T ~string | ~[]byte](text T) bool {
	digits, marks := 0, 0
	for i := range len(text) {
		switch c := text[i]; {
		case '0' <= c && c <= '9':
			if c == '0' && digits == 0 {
				marks++
			}
			digits++
		case c == '+' && digits == 0, c == '(', c == ')', c == ' ', c == '-', c == '.', c == '/':
			marks++
		default:
			return false
		}
	}
	return digits >= 8 && digits <= 15 && (marks > 0 || digits >= 10)
}

// AppendPhone appends the digits of a telephone number with its international
// prefix written as "+" (a leading 00 is one), or nothing for text that is no
// number. National and international writings of one number stay different;
// [AppendE164], which must know the region, makes them one.
func AppendPhone(dst, number []byte) []byte {
	if !LooksLikePhone(number) {
		return dst
	}
	start := len(dst)
	for _, c := range number {
		if '0' <= c && c <= '9' || c == '+' {
			dst = append(dst, c)
		}
	}
	if bytes.HasPrefix(dst[start:], []byte("00")) {
		dst = append(dst[:start], append([]byte("+"), dst[start+2:]...)...)
	}
	return dst
}
