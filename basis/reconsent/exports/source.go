package exports

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/unicode"

	"github.com/grondslag/grondslag/internal/delimited"
)

// begin opens the file and reads its header. With sum, the bytes read are hashed.
func (f *File) begin(sum io.Writer) ([]string, *source, error) {
	c, err := f.open()
	if err != nil {
		return nil, nil, err
	}
	src := &source{Closer: c}
	var raw io.Reader = c
	if sum != nil {
		raw = io.TeeReader(c, sum)
	}
	head := bufio.NewReaderSize(raw, 64<<10)
	text, err := utf8Reader(head)
	if err == nil {
		var names []string
		if names, err = src.header(text); err == nil {
			return names, src, nil
		}
	}
	return nil, nil, errors.Join(err, c.Close())
}

// source is a file that is being read, past its header.
type source struct {
	io.Closer
	*delimited.Reader
}

// utf8Reader drops a byte order mark and turns UTF-16 into UTF-8, with or without a
// mark. Windows-1252 keeps ASCII as it is and is decoded field by field.
func utf8Reader(r *bufio.Reader) (io.Reader, error) {
	head, err := r.Peek(4)
	if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
		return nil, err
	}
	utf16 := func(e unicode.Endianness) io.Reader {
		return unicode.UTF16(e, unicode.UseBOM).NewDecoder().Reader(r)
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		_, err = r.Discard(3)
		return r, err
	case bytes.HasPrefix(head, []byte("\xFF\xFE")), bytes.HasPrefix(head, []byte("\xFE\xFF")):
		return utf16(unicode.LittleEndian), nil
	case len(head) == 4 && head[0] != 0 && head[1] == 0 && head[3] == 0:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder().Reader(r), nil
	case len(head) == 4 && head[0] == 0 && head[1] != 0 && head[2] == 0:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder().Reader(r), nil
	}
	return r, nil
}

// header finds the separator and reads the header, past Excel's "sep=;" line.
func (s *source) header(text io.Reader) ([]string, error) {
	in := bufio.NewReaderSize(text, 64<<10)
	line, err := headerLine(in)
	if err != nil {
		return nil, err
	}
	comma := separator(line)
	if after, ok := strings.CutPrefix(strings.ToLower(line), "sep="); ok {
		if _, err := in.Discard(strings.IndexByte(line, '\n') + 1); err != nil && err != io.EOF {
			return nil, err
		}
		if after = strings.TrimRight(after, "\r\n"); len(after) == 1 && after != "\"" {
			comma = after[0]
		} else if line, err = headerLine(in); err != nil {
			return nil, err
		} else {
			comma = separator(line)
		}
	}
	s.Reader = delimited.NewReader(in, comma)
	fields, err := s.Read()
	if err == io.EOF {
		return nil, errors.New("the file is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	var names []string
	for _, f := range fields {
		names = append(names, strings.TrimSpace(decode(f)))
	}
	return names, nil
}

// headerLine returns the first line that is not blank, without consuming it.
func headerLine(in *bufio.Reader) (string, error) {
	for {
		line, err := firstLine(in)
		if err != nil || !strings.HasSuffix(line, "\n") || strings.Trim(line, "\r\n") != "" {
			return line, err
		}
		if _, err := in.Discard(len(line)); err != nil {
			return "", err
		}
	}
}

// firstLine returns the next line without consuming it, or as much of it as the buffer holds.
func firstLine(in *bufio.Reader) (string, error) {
	for n := 256; ; n *= 2 {
		head, err := in.Peek(min(n, in.Size()))
		if i := bytes.IndexByte(head, '\n'); i >= 0 {
			return string(head[:i+1]), nil
		}
		if err == io.EOF || n >= in.Size() {
			return string(head), nil
		}
		if err != nil {
			return "", err
		}
	}
}

// separator returns the separator that the header line has most of outside quotes.
func separator(line string) byte {
	count := map[rune]int{}
	quoted := false
	for _, c := range line {
		switch c {
		case '"':
			quoted = !quoted
		case ',', ';', '\t', '|':
			if !quoted {
				count[c]++
			}
		}
	}
	best := ','
	for _, c := range ";\t|" {
		if count[c] > count[best] {
			best = c
		}
	}
	return byte(best)
}
