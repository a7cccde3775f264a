package optin

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/grondslag/grondslag/internal/normalize"
)

// address returns a mail address as it is kept and in the form under which two
// writings compare equal. ok is false for what can't be in a To header as it is: one
// plain address, dot-atom "@" host name with a dot (RFC 5321, 4.1.2), of at most 254 bytes, the
// local part at most 64; letters beyond ASCII may stand in both.
func address(typed string) (point, normal string, ok bool) {
	point = strings.TrimSpace(typed)
	if len(point) > 254 || !utf8.ValidString(point) {
		return "", "", false
	}
	local, domain, found := strings.Cut(point, "@")
	if !found || len(local) > 64 || !dots(local, atom) || !strings.Contains(domain, ".") || !dots(domain, label) {
		return "", "", false
	}
	b := normalize.AppendEmail(nil, []byte(point))
	if len(b) == 0 {
		return "", "", false
	}
	return point, string(b), true
}

// dots reports whether s is parts with dots between them, none empty, of the characters.
func dots(s string, char func(rune) bool) bool {
	for part := range strings.SplitSeq(s, ".") {
		if part == "" || strings.ContainsFunc(part, func(r rune) bool { return !char(r) }) {
			return false
		}
	}
	return true
}

func label(r rune) bool {
	return r == '-' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r >= 0x80 && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r))
}

func atom(r rune) bool { return label(r) || r < 0x80 && strings.ContainsRune("!#$%&'*+/=?^_`{|}~", r) }
