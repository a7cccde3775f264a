package anonymize

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// csvFault says what is wrong with a record. It is a kind of [Malformed].
type csvFault string

const (
	csvBareQuote csvFault = "a quote in a cell without quotes"
	csvTextAfter csvFault = "text after a closing quote"
	csvUnclosed  csvFault = "a quote that is not closed"
	csvTooLong   csvFault = "too long a record"
	csvOpen      csvFault = "a quote that is not closed within the longest record"
	csvUneven    csvFault = "not as many cells as the header"
	csvEncoding  csvFault = "invalid UTF-8 or NUL"
)

func (f csvFault) Error() string { return "anonymize: malformed: " + string(f) }

func (csvFault) Unwrap() error { return Malformed }

// csvRecords reads the records of a piece of a file, which begins where a record does.
type csvRecords struct {
	text   string
	at     int  // of the next record
	end    bool // the file ends where the piece does; otherwise a record that does so is too long
	quotes bool // text has any
	comma  byte
	limit  int

	cells []string // of the record, unquoted
	// plain: no cell has a comma, quote, CR or LF.
	plain   bool
	scratch []byte
}

// reset begins a piece.
func (r *csvRecords) reset(text string, end bool) {
	r.text, r.end, r.at = text, end, 0
	r.quotes = strings.IndexByte(text, '"') >= 0
}

// next reads a record; false after the last one. After a fault the cells are those
// before the one that is to blame.
func (r *csvRecords) next() (bool, csvFault) {
	for r.at < len(r.text) {
		line, next, ended := csvLine(r.text[r.at:])
		if line == "" {
			r.at += next
			continue
		}
		r.cells = r.cells[:0]
		if r.quotes && strings.IndexByte(line, '"') >= 0 {
			return r.quoted()
		}
		if len(line) > r.limit || !ended && !r.end {
			return false, csvTooLong
		}
		r.at += next
		r.plain = strings.IndexByte(line, '\r') < 0
		for {
			i := strings.IndexByte(line, r.comma)
			if i < 0 {
				break
			}
			r.cells = append(r.cells, line[:i])
			line = line[i+1:]
		}
		r.cells = append(r.cells, line)
		return true, ""
	}
	return false, ""
}

// csvLine returns the first line without its end, where the next one begins, and whether
// it had an end. A CR at the end of the text is part of one.
func csvLine(text string) (line string, next int, ended bool) {
	next = strings.IndexByte(text, '\n')
	if ended = next >= 0; ended {
		line, next = text[:next], next+1
	} else {
		line, next = text, len(text)
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line, next, ended
}

// quoted reads a record that has quotes. What it says of one that is too long does not
// depend on how much of it is in the piece.
func (r *csvRecords) quoted() (bool, csvFault) {
	r.plain = false
	text := r.text[r.at:]
	line, next, ended := csvLine(text)
	at, end := 0, len(line) // of the cell, and of the line that it begins on
	for {
		if at > r.limit {
			return false, csvTooLong
		}
		if at < end && text[at] == '"' {
			cell, n := r.unquote(text[at+1:])
			switch {
			case n < 0 && len(text) > r.limit || at+1+n > r.limit:
				return false, csvOpen
			case n < 0:
				return false, csvUnclosed
			}
			if at += 1 + n; at > end {
				line, next, ended = csvLine(text[at:])
				end, next = at+len(line), at+next
			}
			if at < end && text[at] != r.comma {
				return false, csvTextAfter
			}
			r.cells = append(r.cells, cell)
			if at < end {
				at++
				continue
			}
		} else {
			cell := text[at:end]
			i := strings.IndexByte(cell, r.comma)
			if i >= 0 {
				cell = cell[:i]
			}
			switch quote := strings.IndexByte(cell, '"'); {
			case quote >= 0 && at+quote < r.limit:
				return false, csvBareQuote
			case quote >= 0:
				return false, csvTooLong
			}
			r.cells = append(r.cells, cell)
			if i >= 0 {
				at += i + 1
				continue
			}
		}
		if end > r.limit || !ended && !r.end {
			return false, csvTooLong
		}
		r.at += next
		return true, ""
	}
}

// unquote returns the cell that begins after a quote, and where its closing quote has
// passed; -1 when that does not come.
func (r *csvRecords) unquote(text string) (string, int) {
	end, doubled := 0, false
	for {
		i := strings.IndexByte(text[end:], '"')
		if i < 0 {
			return "", -1
		}
		end += i
		if end+1 == len(text) || text[end+1] != '"' {
			break
		}
		doubled = true
		end += 2
	}
	cell := text[:end]
	if doubled || strings.Contains(cell, "\r\n") {
		r.scratch = r.scratch[:0]
		for i := 0; i < len(cell); i++ {
			switch {
			case cell[i] == '"':
				i++
			case cell[i] == '\r' && i+1 < len(cell) && cell[i+1] == '\n':
				continue
			}
			r.scratch = append(r.scratch, cell[i])
		}
		cell = string(r.scratch)
	}
	return cell, end + 1
}

// csvFormat writes cells.
type csvFormat struct {
	comma   byte
	crlf    bool
	special [256]bool // wants quotes around it
	scratch []byte
}

func newCSVFormat(comma rune, crlf bool) (csvFormat, error) {
	f := csvFormat{comma: ',', crlf: crlf}
	switch {
	case comma == '"', comma == '\r', comma == '\n', comma < 0, comma >= utf8.RuneSelf:
		return f, errors.New("anonymize: malformed comma")
	case comma != 0:
		f.comma = byte(comma)
	}
	for _, c := range []byte{f.comma, '"', '\r', '\n'} {
		f.special[c] = true
	}
	return f, nil
}

// csvQuotes reports whether encoding/csv would put quotes around the cell.
func csvQuotes[T []byte | string](f *csvFormat, cell T) bool {
	for i := range len(cell) {
		if f.special[cell[i]] {
			return true
		}
	}
	return csvQuotesPlain(cell)
}

// csvQuotesPlain is csvQuotes for a cell without special characters: true if it begins
// in a space, or is what ends the data for PostgreSQL.
func csvQuotesPlain[T []byte | string](cell T) bool {
	if len(cell) == 0 {
		return false
	}
	switch c := cell[0]; {
	case c > ' ' && c < utf8.RuneSelf:
		return c == '\\' && len(cell) == 2 && cell[1] == '.'
	default:
		first, _ := utf8.DecodeRuneInString(string(cell[:min(len(cell), utf8.UTFMax)]))
		return unicode.IsSpace(first)
	}
}

// csvQuote appends the cell with quotes around it.
func csvQuote[T []byte | string](f *csvFormat, dst []byte, cell T) []byte {
	dst = append(dst, '"')
	for i := range len(cell) {
		switch c := cell[i]; {
		case c == '"':
			dst = append(dst, '"', '"')
		case c == '\n' && f.crlf && (i == 0 || cell[i-1] != '\r'):
			dst = append(dst, '\r', '\n')
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}

// cell appends a cell; plain as in csvRecords.
func (f *csvFormat) cell(dst []byte, cell string, plain bool) []byte {
	if plain && !csvQuotesPlain(cell) || !plain && !csvQuotes(f, cell) {
		return append(dst, cell...)
	}
	return csvQuote(f, dst, cell)
}

// fix puts quotes around dst[start:], a cell, if it wants them.
func (f *csvFormat) fix(dst []byte, start int) []byte {
	if !csvQuotes(f, dst[start:]) {
		return dst
	}
	f.scratch = append(f.scratch[:0], dst[start:]...)
	return csvQuote(f, dst[:start], f.scratch)
}

// endRow ends the row that begins at start.
func (f *csvFormat) endRow(dst []byte, start int) []byte {
	if len(dst) == start {
		dst = append(dst, '"', '"') // a blank line is no row
	}
	if f.crlf {
		dst = append(dst, '\r')
	}
	return append(dst, '\n')
}
