package basis

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Subject refers to a person: the key of the record, never an e-mail address or
// another piece of personal data.
type Subject string

// Recipient refers to a party outside the organization that receives data.
type Recipient string

// PurposeID names a purpose: ASCII letters, digits, "_", "-", "." and ":".
type PurposeID string

func (id PurposeID) valid() bool {
	for _, c := range []byte(id) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '-', c == '.', c == ':':
		default:
			return false
		}
	}
	return id != "" && id != "-"
}

// Field is the canonical name of a field: snake_case, with a dot between the name
// of a record within the record and its field, "address.city".
type Field string

// FieldOf returns the canonical name for a Go field, a JSON or database name, or
// a column header: FirstName, firstName, first_name and "First name" are all
// first_name; ID is id and IPAddress ip_address. A dot separates levels. It is
// idempotent; a name without letters or digits becomes "_".
func FieldOf(name string) Field {
	if canonical(name) {
		return Field(name)
	}
	var b strings.Builder
	b.Grow(len(name) + 4)
	for i, level := range strings.Split(name, ".") {
		if i > 0 {
			b.WriteByte('.')
		}
		start := b.Len()
		snake(&b, level)
		if b.Len() == start {
			b.WriteByte('_')
		}
	}
	return Field(b.String())
}

// canonical reports whether the ASCII name needs no work: the common case.
func canonical(name string) bool {
	last := byte('.')
	for i := range len(name) {
		c := name[i]
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		case c == '_' || c == '.':
			if last == '_' || last == '.' {
				return false
			}
		default:
			return false
		}
		last = c
	}
	return last != '_' && last != '.'
}

// snake writes the words of name. A word begins at a capital after a lower-case
// letter or digit, and at the last capital of a run that a lower-case letter follows.
func snake(b *strings.Builder, name string) {
	start := b.Len()
	var last rune // the rune before, 0 after a separator
	for i, c := range name {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !unicode.IsMark(c) {
			last = 0
			continue
		}
		begins := last == 0
		if capital(c) && last != 0 {
			next, _ := utf8.DecodeRuneInString(name[i+utf8.RuneLen(c):])
			begins = !capital(last) || unicode.IsLower(next)
		}
		if begins && b.Len() > start {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(c))
		last = c
	}
}

// capital reports whether c has a lower case, which some upper-case letters lack.
func capital(c rune) bool { return unicode.ToLower(c) != c }

// parent returns the field that f lies in, "" for one at the top.
func (f Field) parent() Field {
	if i := strings.LastIndexByte(string(f), '.'); i >= 0 {
		return f[:i]
	}
	return ""
}

// in returns the field f of the record at parent.
func (f Field) in(parent Field) Field {
	if parent == "" {
		return f
	}
	return parent + "." + f
}
