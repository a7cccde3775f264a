package retention

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"
)

// Chain adds entries to a log of dispositions, in which each entry is bound to all
// before it: whoever changes, removes, inserts, repeats or reorders entries breaks
// it, and [Verify] says where. The zero value begins a log; [Resume] goes on with
// one. It is safe for concurrent use.
//
// # What it proves
//
// A chain that its owner keeps alone shows nothing about when: whoever can write
// the file can write all of it anew, or cut off its end. It proves what stood in the
// log to someone who holds a [Head] from then. So give the head away, say daily: to
// an auditor, a timestamping service, a newspaper, another system's log. It is one
// line without personal data.
//
// # Stored format, version 1
//
// The log is UTF-8 text of lines, each a JSON object and a line feed (0A), without
// byte order mark or empty line. A line begins with
//
//	{"v":1,"n":N,"prev":"P"
//
// N is the number of the entry, from 1, one more on each line. P is the hash of the
// line before; 64 digits 0 on line 1. Then, for a certificate, in this order, where
// what stands between parentheses is left out when there is none of it:
//
//	,"type":"certificate","rule":"S"(,"term":N)(,"law":"S"),"class":"S"
//	(,"fields":["S","S"...])(,"event":"S","on":"D")(,"last_day":"D")(,"due_by":"D")
//	,"decided":"T","done":"D","action":"S","count":N(,"subject":"H"),"by":"S"
//	(,"backups_until":"D"),"recipients":[{R},{R}...]
//
// each R being "recipient":"S","state":"S"(,"reason":"S"), and "recipients":[] where
// there are none. For a follow-up, of the certificate numbered "of":
//
//	,"type":"follow_up","of":N,R,"at":"T","by":"S"
//
// Every line ends with
//
//	,"hash":"H"}
//
// H is the SHA-256 of all bytes of the line before this, from the first { on:
//
//	sed -n 7p log | sed 's/,"hash":.*//' | tr -d '\n' | sha256sum
//
// The lines above are broken for display: there is no space or line break outside
// texts. P and H are 64 digits of lower case hexadecimal. N is a decimal integer,
// 1 <= N < 1<<53, without sign or leading zeros. D is a day 2006-01-02 and T an
// instant 2006-01-02T15:04:05Z, in UTC. S is a text as [Certificate] allows it, which
// needs no escape and has none. Fields and recipients are sorted by bytes, without
// duplicates. So an entry has one form; any other is refused, valid JSON or not. A
// line has at most 131072 bytes, its line feed included.
//
// # Compatibility
//
// What this version writes will verify under every later one. Should the format
// change, the entries from then on have a higher v, in the same log.
type Chain struct {
	mu   sync.Mutex
	head Head
	err  error
	buf  []byte
}

// Resume returns a chain that goes on after h. Take h from [Verify] over what is
// stored: a head from elsewhere may be older than the log, and would fork it.
func Resume(h Head) (*Chain, error) {
	if !h.Valid() {
		return nil, errHead
	}
	return &Chain{head: h}, nil
}

// Head returns where the log stands.
func (c *Chain) Head() Head {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.head
}

// Append writes the entry to the end of the log in one call of Write and returns
// its number, which is 0 in e or just that. Nothing is written when e does not pass
// [Entry].Check, or follows up an entry that is yet to come; that a certificate
// stands there is what [Outstanding] looks at. It takes some 2 µs, and allocates only to
// sort lists that are not.
//
// After a failed write it is unknown what the log holds: every later Append returns
// an error. Verify the log, cut off the rest of a line, and resume. Syncing to disk
// is left to the caller.
func (c *Chain) Append(w io.Writer, e Entry) (number int64, err error) {
	if e == nil {
		return 0, errors.New("retention: no entry")
	}
	if err := e.Check(); err != nil {
		return 0, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return 0, c.err
	}
	n := c.head.Count + 1
	if n > maxNumber {
		return 0, errors.New("retention: the log is full")
	}
	if got := e.number(); got != 0 && got != n {
		return 0, fmt.Errorf("retention: the entry has number %d already, the log would give it %d", got, n)
	}
	if f, ok := e.(FollowUp); ok && f.Of >= n {
		return 0, errors.New("retention: the log does not hold the certificate yet that the follow-up is of")
	}
	c.buf = appendBody(c.buf[:0], n, c.head.Hash, e)
	sum := sha256.Sum256(c.buf)
	c.buf = appendTail(c.buf, sum)
	written, err := w.Write(c.buf)
	if err == nil && written < len(c.buf) {
		err = io.ErrShortWrite
	}
	if err != nil {
		c.err = fmt.Errorf("retention: entry %d was perhaps not written whole; verify the log and resume: %w", n, err)
		return 0, c.err
	}
	c.head = Head{Count: n, Hash: sum}
	return n, nil
}

// ChainError says where a log is broken. It holds no content.
type ChainError struct {
	// Line is counted from 1 in what was read, and Offset, in bytes from 0, is where it
	// begins. What lies before is in order, unless Err is about a head: after a crash
	// that left the last line cut off (errors.Is [io.ErrUnexpectedEOF]), cut the file
	// to Offset bytes and resume.
	Line   int64
	Offset int64
	Err    error
}

// Error returns the line and what is wrong with it.
func (e *ChainError) Error() string { return fmt.Sprintf("retention: log line %d: %v", e.Line, e.Err) }

// Unwrap returns Err.
func (e *ChainError) Unwrap() error { return e.Err }

// Verify reads a log to its end and returns where it stands. From is the zero Head
// for a log from its first entry, or the head after which r goes on, such as that of
// an earlier file. It checks the form, content, number, predecessor and hash of each
// entry, and that the log passes through each of the heads in want, in any order:
// only they show that the end was removed or the whole replaced. A log may be longer
// than they are.
//
// The error is a [*ChainError], which also has what r returned; or it says that a
// head can't be checked: one without entries proves nothing, one before from is out
// of reach. With an error the head is that of the entries in order before it. Memory
// is constant; it takes some 5 µs for an entry.
func Verify(r io.Reader, from Head, want ...Head) (Head, error) {
	return scan(r, from, want, func(Entry) bool { return true })
}

// Entries is [Verify] that yields each entry once it has been checked. An error is
// yielded last, with a nil entry. What came before it is in order, but the end of
// the log, and heads that lie further on, have not been seen when an entry is yielded.
func Entries(r io.Reader, from Head, want ...Head) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		stopped := false
		_, err := scan(r, from, want, func(e Entry) bool {
			stopped = !yield(e, nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield(nil, err)
		}
	}
}

var (
	errNumber   = errors.New("the number is not the next one: an entry was removed, inserted, repeated or moved")
	errPrevious = errors.New("it does not follow the entry before it: one was changed, removed, inserted or moved")
	errFollows  = errors.New("it follows up an entry that comes later")
	errLong     = errors.New("the line is too long")
	errNotKnown = errors.New("the entry is not the one of the known head: the log was rewritten")
)

func scan(r io.Reader, from Head, want []Head, yield func(Entry) bool) (Head, error) {
	if !from.Valid() {
		return Head{}, errHead
	}
	last := int64(0)
	for _, h := range want {
		switch {
		case !h.Valid() || h.IsZero():
			return from, errors.New("retention: a known head has no entries, which proves nothing")
		case h.Count < from.Count:
			return from, errors.New("retention: a known head lies before the log begins")
		case h.Count == from.Count && h != from:
			return from, errors.New("retention: the head to go on from is not the known one")
		}
		last = max(last, h.Count)
	}
	head := from
	at := ChainError{Line: 1}
	fail := func(err error) (Head, error) {
		at.Err = err
		return head, &at
	}
	buf := bufio.NewReaderSize(r, 16<<10)
	var long []byte
	for {
		text, err := buf.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			long, err = readLong(buf, append(long[:0], text...))
			text = long
		}
		switch {
		case err == io.EOF && len(text) == 0:
			if head.Count < last {
				return fail(fmt.Errorf("the log ends after entry %d, and a known head is of entry %d: the end was removed", head.Count, last))
			}
			return head, nil
		case len(text) > maxEntry:
			return fail(errLong)
		case err == io.EOF:
			return fail(fmt.Errorf("the line is cut off: %w", io.ErrUnexpectedEOF))
		case err != nil:
			return fail(err)
		}
		l, err := parseLine(text[:len(text)-1])
		if err != nil {
			return fail(err)
		}
		if l.n != head.Count+1 {
			return fail(errNumber)
		}
		if l.prev != head.Hash {
			return fail(errPrevious)
		}
		if f, ok := l.entry.(FollowUp); ok && f.Of >= l.n {
			return fail(errFollows)
		}
		next := Head{Count: l.n, Hash: l.hash}
		for _, h := range want {
			if h.Count == next.Count && h != next {
				return fail(errNotKnown)
			}
		}
		head = next
		if !yield(l.entry) {
			return head, nil
		}
		at.Line++
		at.Offset += int64(len(text))
	}
}

// readLong reads the rest of a line that is longer than the buffer.
func readLong(buf *bufio.Reader, line []byte) ([]byte, error) {
	for {
		text, err := buf.ReadSlice('\n')
		line = append(line, text...)
		if err != bufio.ErrBufferFull || len(line) > maxEntry {
			return line, err
		}
	}
}
