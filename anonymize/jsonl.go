package anonymize

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/grondslag/grondslag/anonymize/reidentify"
)

// MaxJSONLine is the most bytes of a line of JSON, without its line end, unless
// [JSONLines] says otherwise.
const MaxJSONLine = 1 << 20

// JSONLines treats streams of JSON objects, one on each line, by a policy.
//
// A field has the rule whose path is its canonical name, those of the objects it lies
// in before it: "firstName" and "first_name" have that of first_name. Elements of
// lists have the path of the list. A rule treats all that lies below; objects there
// need ;keys=, unless they are kept, nulled or redacted, which treat them whole.
// [Policy].Unknown decides about fields without rule.
//
// The input is UTF-8 with or without a byte order mark, lines ending in LF or CRLF; empty
// lines are left out. What is no object, names that repeat within one, surrogates
// without their other half and more than 1,000 levels are errors. The output has one
// line for each object, without spaces, ending in LF; names keep their order and numbers
// that are kept their writing.
//
// Nothing is written before policy and setting are found valid, and never a part of a
// line. A line that can't be treated ends it with a [*LineError]; those before it are
// written. Memory is constant: each goroutine holds two pieces of 64 KiB, or of one
// line if that is longer, and what they become.
type JSONLines struct {
	Policy  Policy
	Setting Setting
	// MaxLine is the most bytes of a line; 0 is [MaxJSONLine].
	MaxLine int
	// Go starts a function on a goroutine, such as the method Go of a [sync.WaitGroup]. It
	// is called at most GOMAXPROCS-1 times, and lines are treated on those goroutines
	// besides the caller's, and written in order. All have ended, or have yet to begin
	// and then do nothing, when Apply returns. nil: everything on this goroutine.
	Go func(func())
	// Progress is told the number of objects written, now and then and at the end, from
	// one goroutine at a time.
	Progress func(objects int64)
}

// LineError says which line was refused and why. It never holds anything of the line.
type LineError struct {
	Line int64 // from 1
	Err  error // a [*FieldError], or a [Reason] about the line as a whole
}

func (e *LineError) Error() string {
	return "anonymize: line " + strconv.FormatInt(e.Line, 10) + ": " + strings.TrimPrefix(e.Err.Error(), "anonymize: ")
}

func (e *LineError) Unwrap() error { return e.Err }

// Apply treats the objects of src and writes them to dst. It returns how many were written.
func (j JSONLines) Apply(ctx context.Context, dst io.Writer, src io.Reader) (objects int64, err error) {
	return j.run(ctx, dst, src, false)
}

// Reveal reverses the rules that can be reversed, of lines that Apply wrote under the
// same policy, and copies the rest; see [Plan.Reveal].
func (j JSONLines) Reveal(ctx context.Context, c reidentify.Capability, dst io.Writer, src io.Reader) (objects int64, err error) {
	if !c.Permits() {
		return 0, NotPermitted
	}
	return j.run(ctx, dst, src, true)
}

func (j JSONLines) run(ctx context.Context, dst io.Writer, src io.Reader, back bool) (int64, error) {
	set, err := j.Policy.check(j.Setting)
	if err != nil {
		return 0, err
	}
	c := newCompiler(&set, &j.Policy)
	root := c.branch(spot{below: j.Policy.tree()})
	if len(c.errs) > 0 {
		return 0, errors.Join(c.errs...)
	}
	if back {
		c.back, c.fields = true, 0
		root = c.branch(spot{below: j.Policy.tree()})
	}
	r := &linesRun{ctx: ctx, root: root, src: src, dst: dst, limit: j.MaxLine, progress: j.Progress}
	switch {
	case j.MaxLine < 0:
		return 0, errors.New("anonymize: negative size of a line")
	case j.MaxLine == 0:
		r.limit = MaxJSONLine
	}
	r.turn.L = &r.mu
	r.work(j.Go)
	return r.objects, r.err
}

// linesPiece is how many bytes are read at a time.
const linesPiece = 64 << 10

// linesRun is one stream on its way. Each goroutine takes a piece of whole lines,
// treats it, waits for its turn and writes it.
type linesRun struct {
	ctx      context.Context
	root     *branch
	src      io.Reader
	dst      io.Writer
	limit    int
	progress func(int64)
	passes   sync.Pool

	in struct {
		sync.Mutex
		carry []byte // read, and not yet part of a piece
		err   error  // of src; final
		next  int    // number of the next piece
		line  int64  // its first line
		done  bool
	}

	mu      sync.Mutex // guards what follows
	turn    sync.Cond  // due, ended or active changed
	due     int        // number of the piece to be written next
	objects int64      // written
	err     error
	ended   bool
	active  int
	closed  bool // nobody may begin
}

// linePiece is a piece of the stream on its way.
type linePiece struct {
	number  int
	line    int64 // number of its first line
	text    []byte
	out     []byte
	objects int64
	err     error // comes after out
	last    bool
}

func (r *linesRun) work(start func(func())) {
	defer r.wait()
	if start != nil {
		for range runtime.GOMAXPROCS(0) - 1 {
			start(r.worker)
		}
	}
	r.worker()
}

// wait keeps those from beginning who have not begun, and waits for the others.
func (r *linesRun) wait() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for r.active > 0 {
		r.turn.Wait()
	}
}

func (r *linesRun) worker() {
	r.mu.Lock()
	if r.closed || r.ended {
		r.mu.Unlock()
		return
	}
	r.active++
	r.mu.Unlock()
	whole := false
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.active--
		if !whole { // a panic, which the goroutine's owner may catch
			r.end(errors.New("anonymize: a goroutine ended before its work"))
		}
		r.turn.Broadcast()
	}()
	var piece linePiece
	for more := true; more; {
		if more = r.take(&piece); more {
			r.treat(&piece)
			more = r.deliver(&piece)
		}
	}
	whole = true
}

// take reads the next piece, false when there is none.
func (r *linesRun) take(piece *linePiece) bool {
	r.in.Lock()
	defer r.in.Unlock()
	if r.in.done {
		return false
	}
	whole := false
	defer func() {
		if !whole {
			r.in.done = true // src panicked
		}
	}()
	piece.number, piece.line, piece.err, piece.last = r.in.next, r.in.line+1, nil, false
	r.in.next++
	buf := append(piece.text[:0], r.in.carry...)
	r.in.carry = r.in.carry[:0]
	for want := linesPiece; ; want = 2 * len(buf) {
		if err := r.ctx.Err(); err != nil {
			buf, piece.err, piece.last = buf[:0], err, true
			break
		}
		buf = r.read(buf, want)
		cut := bytes.LastIndexByte(buf, '\n') + 1
		switch {
		case r.in.err == io.EOF:
			cut, piece.last = len(buf), true
		case r.in.err != nil:
			piece.err, piece.last = r.in.err, true
		case cut == 0 && len(buf) > r.limit+len(byteOrderMark+"\r\n"):
			cut, piece.last = len(buf), true // the line is refused when it is looked at
		case cut == 0:
			continue
		}
		r.in.carry = append(r.in.carry, buf[cut:]...)
		buf = buf[:cut]
		break
	}
	r.in.line += int64(bytes.Count(buf, []byte{'\n'}))
	piece.text, r.in.done, whole = buf, piece.last, true
	return true
}

// read appends what src has until there are so many bytes, or src ends.
func (r *linesRun) read(buf []byte, want int) []byte {
	for idle := 0; len(buf) < want && r.in.err == nil; {
		buf = append(buf, make([]byte, want-len(buf))...)[:len(buf)]
		n, err := r.src.Read(buf[len(buf):want])
		buf, r.in.err = buf[:len(buf)+n], err
		if idle++; n > 0 {
			idle = 0
		} else if idle == 100 && err == nil {
			r.in.err = io.ErrNoProgress
		}
	}
	return buf
}

// treat treats the lines of a piece up to one that can't be.
func (r *linesRun) treat(piece *linePiece) {
	piece.out, piece.objects = piece.out[:0], 0
	line := piece.line - 1
	for text := range bytes.Lines(piece.text) {
		line++
		if err := r.ctx.Err(); err != nil {
			piece.err = err
			return
		}
		text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte{'\n'}), []byte{'\r'})
		if line == 1 {
			text = bytes.TrimPrefix(text, []byte(byteOrderMark))
		}
		if len(bytes.TrimLeft(text, " \t")) == 0 {
			continue
		}
		out, err := r.object(piece.out, text)
		if err != nil {
			piece.err = &LineError{Line: line, Err: err}
			return
		}
		piece.out = append(out, '\n')
		piece.objects++
	}
}

// object appends the treated object.
func (r *linesRun) object(dst, text []byte) ([]byte, error) {
	if len(text) > r.limit {
		return nil, OutOfRange
	}
	v, err := parseJSON(text)
	if err != nil {
		return nil, err
	}
	if _, ok := v.(object); !ok {
		return nil, Malformed
	}
	p := newPass(&r.passes, r.ctx)
	defer p.release(&r.passes)
	if v, err = r.root.value(p, v); err != nil {
		return nil, err
	}
	return appendJSON(dst, v), nil
}

// deliver writes what became of the piece when its turn comes; false when that is the end.
func (r *linesRun) deliver(piece *linePiece) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.due != piece.number && !r.ended {
		r.turn.Wait()
	}
	if r.ended {
		return false
	}
	defer r.turn.Broadcast()
	if len(piece.out) > 0 {
		n, err := r.dst.Write(piece.out)
		if err == nil && n < len(piece.out) {
			err = io.ErrShortWrite
		}
		if err != nil {
			r.end(err)
			return false
		}
		r.objects += piece.objects
		if r.progress != nil {
			r.progress(r.objects)
		}
	}
	r.due++
	if piece.err != nil {
		r.end(piece.err)
	}
	if piece.last {
		r.ended = true
	}
	return !r.ended
}

// end ends the run. The lock is held.
func (r *linesRun) end(err error) {
	if !r.ended {
		r.ended, r.err = true, err
	}
	r.turn.Broadcast()
}
