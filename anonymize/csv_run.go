package anonymize

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
)

// csvRun is one file on its way. Each goroutine takes a piece of the input, treats
// it, waits for its turn and writes it: nobody has to feed them, and they work in
// whatever number they come to be started.
type csvRun struct {
	ctx      context.Context
	dst      io.Writer
	progress func(int64)
	format   csvFormat
	columns  []csvColumn
	subject  int // which column names it, -1 for none
	input    csvInput

	stopped atomic.Bool // read without the lock by those who treat rows

	mu     sync.Mutex // guards what follows
	turn   sync.Cond  // due, stopped or active changed
	due    int        // number of the piece to be written next
	rows   int64      // written
	err    error
	active int  // goroutines at work
	closed bool // none may begin
}

// byteOrderMark may stand at the beginning of a file.
const byteOrderMark = "\xef\xbb\xbf"

// header reads the first record and leaves what comes after it to the pieces.
func (r *csvRun) header() ([]string, error) {
	records := csvRecords{comma: r.format.comma, limit: r.input.limit}
	var piece csvPiece
	for found := false; !found; {
		piece, _ = r.input.take(r.ctx, piece.text)
		text := string(piece.text)
		if piece.number == 0 {
			text = strings.TrimPrefix(text, byteOrderMark)
		}
		records.reset(text, piece.end)
		var fault csvFault
		switch found, fault = records.next(); {
		case fault != "":
			return nil, &RowError{Err: fault}
		case found:
		case piece.err != nil:
			return nil, piece.err
		case piece.end:
			return nil, errors.New("anonymize: a file without a header")
		}
	}
	r.input.carry = append([]byte(records.text[records.at:]), r.input.carry...)
	r.input.next, r.input.done = 0, false
	return records.cells, nil
}

func (r *csvRun) writeHeader(names []string) error {
	var out []byte
	first := true
	for i, c := range r.columns {
		if c.drop {
			continue
		}
		if !first {
			out = append(out, r.format.comma)
		}
		first = false
		out = r.format.cell(out, names[i], false)
	}
	return r.write(r.format.endRow(out, 0))
}

func (r *csvRun) write(out []byte) error {
	n, err := r.dst.Write(out)
	if err == nil && n < len(out) {
		err = io.ErrShortWrite
	}
	return err
}

// work treats all rows. It returns when nobody is at work any more.
func (r *csvRun) work(start func(func())) {
	defer r.wait()
	if start != nil && r.input.err == nil { // else what is left is one piece
		for range runtime.GOMAXPROCS(0) - 1 {
			start(r.worker)
		}
	}
	r.worker()
}

// wait keeps those from beginning who have not begun, and waits for the others.
func (r *csvRun) wait() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for r.active > 0 {
		r.turn.Wait()
	}
}

// worker takes, treats and writes pieces until there are no more.
func (r *csvRun) worker() {
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return
	}
	r.active++
	r.mu.Unlock()
	finished := false
	defer func() {
		r.mu.Lock()
		r.active--
		if !finished { // a panic, which the goroutine's owner may catch
			r.stop(errors.New("anonymize: a goroutine ended before its work"))
		}
		r.turn.Broadcast()
		r.mu.Unlock()
	}()
	w := csvWorker{run: r, format: r.format, scope: scope{ctx: r.ctx}}
	w.records = csvRecords{comma: r.format.comma, limit: r.input.limit}
	for more := true; more && !r.stopped.Load(); {
		var piece csvPiece
		if piece, more = r.input.take(r.ctx, w.in); more {
			w.in = piece.text
			w.treat(piece)
			more = r.deliver(&w, piece)
		}
	}
	finished = true
}

// deliver writes what became of the piece when its turn comes; false when that is the end.
func (r *csvRun) deliver(w *csvWorker, piece csvPiece) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.due != piece.number && !r.stopped.Load() {
		r.turn.Wait()
	}
	if r.stopped.Load() {
		return false
	}
	defer r.turn.Broadcast()
	if len(w.out) > 0 {
		if err := r.write(w.out); err != nil {
			r.stop(err)
			return false
		}
		r.rows += w.rows
		if r.progress != nil {
			r.progress(r.rows)
		}
	}
	r.due++
	switch {
	case w.broken != nil:
		w.broken.Row = r.rows + 1
		r.stop(w.broken)
	case w.undone:
		r.stop(r.ctx.Err())
	case piece.err != nil:
		r.stop(piece.err)
	}
	return !r.stopped.Load()
}

// stop ends the run. The lock is held.
func (r *csvRun) stop(err error) {
	if !r.stopped.Swap(true) {
		r.err = err
	}
	r.turn.Broadcast()
}
