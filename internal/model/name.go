package model

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Canonical returns the name of a field as snake_case with dots between levels; see
// basis.FieldOf. It is idempotent.
func Canonical(name string) string {
	if canonical(name) {
		return name
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
	return b.String()
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

// Parent returns the field that f lies in, "" for one at the top.
func Parent(f string) string {
	if i := strings.LastIndexByte(f, '.'); i >= 0 {
		return f[:i]
	}
	return ""
}

// In returns the field f of the record at parent.
func In(parent, f string) string {
	if parent == "" {
		return f
	}
	return parent + "." + f
}
