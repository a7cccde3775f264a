// Package delimited reads delimiter-separated records (RFC 4180) as customer
// systems export them: streaming, in bounded memory, and so that one broken
// record costs that record only.
//
// encoding/csv, which serves everywhere else, reads on after an unclosed quote
// until the next quote or the end of the file, and holds all of it in memory: one
// stray quote makes it lose every record below. Here the record is reported, and
// reading goes on at the line after the one it began on. Where a file is well
// formed both give the same records (fuzzed against each other); blank lines are
// skipped by both.
package delimited

import (
	"bytes"
	"errors"
	"io"
)

// MaxRecord is the most bytes that one record may have, quotes and all; a longer
// one is broken. It bounds the memory of a Reader.
const MaxRecord = 1 << 20

// Broken is the error of one malformed record; the next Read goes on after it.
// It never contains text of the record.
type Broken string

func (b Broken) Error() string { return string(b) }

// The ways in which a record can be broken.
const (
	BareQuote     Broken = "a quote inside an unquoted field"
	TextAfter     Broken = "text after a closing quote"
	UnclosedQuote Broken = "a quote that is not closed"
	TooLong       Broken = "a record of more than 1 MiB"
)

// Reader reads records from an io.Reader of UTF-8 (or any encoding that keeps
// ASCII as it is). Read errors other than [Broken] are final.
type Reader struct {
	src    io.Reader
	comma  byte
	buf    []byte
	pos    int // of the next record in buf
	end    int // of the bytes read
	err    error
	fields [][]byte
	spans  []span
}

// span is a field within buf: [start, end), and whether it holds doubled quotes.
type span struct {
	start, end int
	doubled    bool
}

// NewReader reads records whose fields are separated by comma, an ASCII byte other
// than quote, CR and LF.
func NewReader(src io.Reader, comma byte) *Reader {
	return &Reader{src: src, comma: comma, buf: make([]byte, 128<<10)}
}

// Read returns the fields of the next record, unquoted. They are valid until the
// next call. It returns io.EOF at the end and a [Broken] for a malformed record.
// It does not allocate once the record with most fields has been seen.
func (r *Reader) Read() ([][]byte, error) {
	for {
		line, ok := r.line()
		if !ok {
			return nil, r.err
		}
		if len(trimCR(line)) == 0 {
			r.pos += len(line) + 1
			continue
		}
		if bytes.IndexByte(line, '"') >= 0 {
			if len(line) <= MaxRecord && r.plainQuoted(trimCR(line)) {
				r.pos += len(line) + 1
				return r.fields, nil
			}
			return r.quoted(len(line))
		}
		if len(line) > MaxRecord {
			r.pos += len(line) + 1
			return nil, TooLong
		}
		r.pos += len(line) + 1
		line = trimCR(line)
		r.fields = r.fields[:0]
		for {
			i := bytes.IndexByte(line, r.comma)
			if i < 0 {
				break
			}
			r.fields = append(r.fields, line[:i])
			line = line[i+1:]
		}
		r.fields = append(r.fields, line)
		return r.fields, nil
	}
}

func trimCR(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		return line[:n-1]
	}
	return line
}

// line returns the bytes from pos up to the next newline or the end of the input,
// reading as needed; false at the end or on a read error. A line longer than
// MaxRecord is cut to MaxRecord+1 bytes and the rest of it skipped.
func (r *Reader) line() ([]byte, bool) {
	seen := 0
	for {
		if i := bytes.IndexByte(r.buf[min(r.pos+seen, r.end):r.end], '\n'); i >= 0 {
			return r.buf[r.pos : r.pos+seen+i], true
		}
		seen = max(r.end-r.pos, 0)
		if seen > MaxRecord {
			r.skipLine()
			return r.buf[r.pos : r.pos+MaxRecord+1], true
		}
		if !r.fill() {
			if r.err == io.EOF && r.pos < r.end {
				return r.buf[r.pos:r.end], true
			}
			return nil, false
		}
	}
}

// skipLine drops the rest of an overlong line, so that what remains of it in buf
// is MaxRecord+1 bytes and a newline.
func (r *Reader) skipLine() {
	for {
		keep := r.pos + MaxRecord + 1
		if i := bytes.IndexByte(r.buf[keep:r.end], '\n'); i >= 0 {
			r.end = keep + copy(r.buf[keep:], r.buf[keep+i:r.end])
			return
		}
		r.end = keep
		if !r.fill() {
			return
		}
	}
}

// fill reads more, keeping everything from pos on; false when nothing more comes.
func (r *Reader) fill() bool {
	if r.err != nil {
		return false
	}
	if r.pos > 0 {
		r.pos = min(r.pos, r.end)
		r.end = copy(r.buf, r.buf[r.pos:r.end])
		r.pos = 0
	}
	if r.end == len(r.buf) {
		r.buf = append(r.buf, make([]byte, len(r.buf))...)
	}
	for range 100 {
		n, err := r.src.Read(r.buf[r.end:])
		r.end += n
		if err != nil {
			r.err = err
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	r.err = io.ErrNoProgress
	return false
}

// plainQuoted splits a line whose quoted fields hold no quote and no newline, which is
// how most programs write them; false, with fields in any state, for every other line.
func (r *Reader) plainQuoted(line []byte) bool {
	r.fields = r.fields[:0]
	for {
		if len(line) == 0 || line[0] != '"' {
			end := bytes.IndexByte(line, r.comma)
			field := line
			if end >= 0 {
				field = line[:end]
			}
			if bytes.IndexByte(field, '"') >= 0 {
				return false
			}
			r.fields = append(r.fields, field)
			if end < 0 {
				return true
			}
			line = line[end+1:]
			continue
		}
		end := bytes.IndexByte(line[1:], '"')
		if end < 0 {
			return false
		}
		r.fields = append(r.fields, line[1:1+end])
		line = line[end+2:]
		if len(line) == 0 {
			return true
		}
		if line[0] != r.comma {
			return false
		}
		line = line[1:]
	}
}

// quoted reads a record whose first line, of that length, has a quote. When the
// record is broken, reading goes on after that line.
func (r *Reader) quoted(first int) ([][]byte, error) {
	n, err := r.scan()
	if err != nil {
		if _, broken := errors.AsType[Broken](err); broken {
			r.pos += first + 1
		}
		return nil, err
	}
	r.fields = r.fields[:0]
	for _, s := range r.spans {
		f := r.buf[r.pos+s.start : r.pos+s.end]
		if s.doubled {
			f = undouble(f)
		}
		r.fields = append(r.fields, f)
	}
	r.pos += n
	return r.fields, nil
}

// scan finds the fields of the record at pos, as offsets from pos, and returns its
// length with its newline. It changes no byte of the record.
func (r *Reader) scan() (int, error) {
	r.spans = r.spans[:0]
	at := 0
	for {
		if r.peek(at) == '"' {
			s, next, err := r.scanQuoted(at + 1)
			if err != nil {
				return 0, err
			}
			r.spans = append(r.spans, s)
			at = next
		} else {
			start := at
			for c := r.peek(at); c != int(r.comma) && c != '\n' && c >= 0; c = r.peek(at) {
				if c == '"' {
					return 0, BareQuote
				}
				at++
			}
			end := at
			if c := r.peek(at); c != int(r.comma) && end > start && r.buf[r.pos+end-1] == '\r' {
				end--
			}
			r.spans = append(r.spans, span{start: start, end: end})
		}
		switch r.peek(at) {
		case int(r.comma):
			at++
		case '\n':
			return at + 1, nil
		default:
			return at, r.readError()
		}
		if at > MaxRecord {
			return 0, TooLong
		}
	}
}

// scanQuoted reads a quoted field whose text begins at the offset, and returns it
// with the offset of the separator, newline or end after its closing quote.
func (r *Reader) scanQuoted(at int) (span, int, error) {
	s := span{start: at}
	for {
		if r.pos+at >= r.end && r.peek(at) < 0 {
			if err := r.readError(); err != nil {
				return s, 0, err
			}
			return s, 0, UnclosedQuote
		}
		i := bytes.IndexByte(r.buf[r.pos+at:r.end], '"')
		if i < 0 {
			if at = r.end - r.pos; at > MaxRecord {
				return s, 0, TooLong
			}
			continue
		}
		at += i
		switch c := r.peek(at + 1); {
		case c == '"':
			s.doubled = true
			at += 2
		case c == '\r' && (r.peek(at+2) == '\n' || r.peek(at+2) < 0):
			s.end = at
			return s, at + 2, nil
		case c == int(r.comma), c == '\n', c < 0:
			s.end = at
			return s, at + 1, nil
		default:
			return s, 0, TextAfter
		}
	}
}

// peek returns the byte at that offset from pos, or -1 at the end.
func (r *Reader) peek(at int) int {
	for r.pos+at >= r.end {
		if !r.fill() {
			return -1
		}
	}
	return int(r.buf[r.pos+at])
}

// readError returns the read error that ended the input, if it was not its end.
func (r *Reader) readError() error {
	if r.err == io.EOF {
		return nil
	}
	return r.err
}

// undouble replaces doubled quotes by single ones, in place.
func undouble(f []byte) []byte {
	out := f[:0]
	for i := 0; i < len(f); i++ {
		out = append(out, f[i])
		if f[i] == '"' {
			i++
		}
	}
	return out
}
