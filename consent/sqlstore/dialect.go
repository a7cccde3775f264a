package sqlstore

import (
	"encoding/hex"
	"strconv"
	"strings"
)

// Dialect is the SQL that the database speaks.
type Dialect string

const (
	// SQLite is SQLite 3.35 or later.
	SQLite Dialect = "sqlite"
	// PostgreSQL is PostgreSQL 12 or later, and what speaks its protocol and its SQL.
	PostgreSQL Dialect = "postgres"
)

// blobs and texts are lists that a statement has as one argument: x IN ? becomes x IN (?, ?) on
// SQLite, and on PostgreSQL x IN (SELECT unnest($1::bytea[])), whose text does not depend on how many there are.
type (
	blobs [][]byte
	texts []string
)

// chunk is how many rows go into one statement, and listed how many elements of a list: with
// eight columns, both are below the 999 variables that the oldest builds of SQLite have.
const (
	chunk  = 100
	listed = 500
)

// expand writes the statement for the dialect: @name is a table, ? an argument.
func (s *Store) expand(text string, args []any) (string, []any) {
	var b strings.Builder
	b.Grow(len(text) + 64)
	out := make([]any, 0, len(args))
	next := 0
	for {
		i := strings.IndexAny(text, "@?")
		if i < 0 {
			b.WriteString(text)
			return b.String(), out
		}
		b.WriteString(text[:i])
		if text[i] == '@' {
			text = text[i+1:]
			b.WriteString(s.table)
			continue
		}
		arg := args[next]
		text, next = text[i+1:], next+1
		switch v := arg.(type) {
		case blobs:
			out = s.list(&b, out, len(v), "bytea", func(i int) any { return v[i] }, func() string { return byteaArray(v) })
		case texts:
			out = s.list(&b, out, len(v), "text", func(i int) any { return v[i] }, func() string { return textArray(v) })
		default:
			out = append(out, v)
			s.parameter(&b, len(out))
		}
	}
}

// numbered is for statements that number their arguments themselves: $1 and so on.
func (s *Store) numbered(text string) string {
	text = strings.ReplaceAll(text, "@", s.table)
	if s.dialect == SQLite {
		text = strings.ReplaceAll(text, "$", "?") // ?1 has the same meaning to every driver
	}
	return text
}

// cast is ::kind where an argument has no type of its own.
func (s *Store) cast(kind string) string {
	if s.dialect == SQLite {
		return ""
	}
	return "::" + kind
}

func (s *Store) parameter(b *strings.Builder, n int) {
	if s.dialect == SQLite {
		b.WriteByte('?')
		return
	}
	b.WriteByte('$')
	b.WriteString(strconv.Itoa(n))
}

// list writes the right side of IN.
func (s *Store) list(b *strings.Builder, out []any, n int, kind string, at func(int) any, array func() string) []any {
	if s.dialect == PostgreSQL {
		out = append(out, array())
		b.WriteString("(SELECT unnest(")
		s.parameter(b, len(out))
		b.WriteString("::" + kind + "[]))")
		return out
	}
	b.WriteByte('(')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('?')
		out = append(out, at(i))
	}
	b.WriteByte(')')
	return out
}

// byteaArray is the text of an array of byte strings, which every driver sends as it is.
func byteaArray(list [][]byte) string {
	n := 2
	for _, v := range list {
		n += 2*len(v) + 6
	}
	b := make([]byte, 0, n)
	b = append(b, '{')
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `"\\x`...)
		b = hex.AppendEncode(b, v)
		b = append(b, '"')
	}
	return string(append(b, '}'))
}

// textArray is the text of an array of texts.
func textArray(list []string) string {
	b := []byte{'{'}
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		for _, c := range []byte(v) {
			if c == '"' || c == '\\' {
				b = append(b, '\\')
			}
			b = append(b, c)
		}
		b = append(b, '"')
	}
	return string(append(b, '}'))
}
