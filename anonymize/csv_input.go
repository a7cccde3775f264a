package anonymize

import (
	"bytes"
	"context"
	"io"
	"slices"
	"sync"
)

// csvPieceSize is how much is read at a time; larger pieces gained nothing measurable.
const csvPieceSize = 64 << 10

// csvInput cuts a file into pieces of whole records.
type csvInput struct {
	src         io.Reader
	size, limit int

	mu    sync.Mutex // guards what follows
	carry []byte     // read, and not yet part of a piece
	err   error      // of src; final
	next  int        // number of the next piece
	done  bool
}

// csvPiece is a piece of the file.
type csvPiece struct {
	number int
	text   []byte
	end    bool  // of the file
	err    error // what comes instead of more
}

// take returns the next piece, in buf; false when there is none. It has whole records,
// unless the first one is malformed or too long: only who reads them can say which.
func (in *csvInput) take(ctx context.Context, buf []byte) (csvPiece, bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.done {
		return csvPiece{text: buf}, false
	}
	finished := false
	defer func() {
		if !finished {
			in.done = true // src panicked
		}
	}()
	piece := csvPiece{number: in.next}
	in.next++
	buf = append(buf[:0], in.carry...)
	in.carry = in.carry[:0]
	for want := in.size; ; want = 2 * len(buf) {
		if piece.err = ctx.Err(); piece.err != nil {
			in.done, buf = true, buf[:0]
			break
		}
		buf = in.read(buf, want)
		if in.err == io.EOF {
			in.done, piece.end = true, true
			break
		}
		cut := csvBoundary(buf)
		if in.err != nil {
			in.done, piece.err, buf = true, in.err, buf[:cut]
			break
		}
		if cut > 0 {
			in.carry = append(in.carry, buf[cut:]...)
			buf = buf[:cut]
			break
		}
		if len(buf) > in.limit+len(byteOrderMark+"\r\n") {
			in.done = true
			break
		}
	}
	piece.text, finished = buf, true
	return piece, true
}

// read appends what src has until there are so many bytes, or src ends.
func (in *csvInput) read(buf []byte, want int) []byte {
	idle := 0
	for len(buf) < want && in.err == nil {
		buf = slices.Grow(buf, want-len(buf))
		n, err := in.src.Read(buf[len(buf):want])
		buf, in.err = buf[:len(buf)+n], err
		if n > 0 {
			idle = 0
		} else if idle++; idle == 100 && err == nil {
			in.err = io.ErrNoProgress
		}
	}
	return buf
}

// csvBoundary returns the length of the whole records that the text begins with, given
// that they are well formed: up to the last newline that has an even number of quotes before it.
func csvBoundary(text []byte) int {
	quotes := bytes.Count(text, []byte{'"'})
	for end := len(text); ; {
		i := bytes.LastIndexByte(text[:end], '\n')
		if i < 0 {
			return 0
		}
		quotes -= bytes.Count(text[i:end], []byte{'"'})
		if quotes%2 == 0 {
			return i + 1
		}
		end = i
	}
}
