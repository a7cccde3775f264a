package fake

import (
	"bytes"
	"strconv"
	"time"
)

// sheet writes delimiter-separated lines the way a product does.
type sheet struct {
	comma   byte
	quoting quoting
	crlf    bool

	buf     []byte
	tmp     []byte // a field that is being put together
	started bool   // the line has a field
}

// quoting says which fields are quoted besides those that must be.
type quoting uint8

const (
	whereNeeded quoting = iota
	withSpaces          // as PHP does
	always
)

// field writes the next field of the line.
func (s *sheet) field(text []byte) {
	if s.started {
		s.buf = append(s.buf, s.comma)
	}
	s.started = true
	if !s.quotes(text) {
		s.buf = append(s.buf, text...)
		return
	}
	s.buf = append(s.buf, '"')
	for {
		i := bytes.IndexByte(text, '"')
		if i < 0 {
			break
		}
		s.buf = append(append(s.buf, text[:i+1]...), '"')
		text = text[i+1:]
	}
	s.buf = append(append(s.buf, text...), '"')
}

func (s *sheet) quotes(text []byte) bool {
	if s.quoting == always {
		return true
	}
	for _, c := range text {
		if c == s.comma || c == '"' || c == '\n' || c == '\r' || c == ' ' && s.quoting == withSpaces {
			return true
		}
	}
	return false
}

func (s *sheet) text(text string) {
	s.tmp = append(s.tmp[:0], text...)
	s.field(s.tmp)
}

// blank writes n empty fields.
func (s *sheet) blank(n int) {
	for range n {
		s.field(nil)
	}
}

func (s *sheet) number(n int64) {
	s.tmp = strconv.AppendInt(s.tmp[:0], n, 10)
	s.field(s.tmp)
}

// bit writes 1 or 0.
func (s *sheet) bit(yes bool) {
	if yes {
		s.text("1")
	} else {
		s.text("0")
	}
}

// moment writes a time in seconds since 1970, in UTC; 0 is an empty field.
func (s *sheet) moment(at int64, layout string) {
	if at == 0 {
		s.field(nil)
		return
	}
	s.tmp = time.Unix(at, 0).UTC().AppendFormat(s.tmp[:0], layout)
	s.field(s.tmp)
}

// end ends the line.
func (s *sheet) end() {
	if s.crlf {
		s.buf = append(s.buf, '\r')
	}
	s.buf = append(s.buf, '\n')
	s.started = false
}
