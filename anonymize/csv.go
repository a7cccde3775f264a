package anonymize

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/grondslag/grondslag/anonymize/reidentify"
)

// MaxCSVRecord is the most bytes that a record of a CSV file may have, quotes and
// all but its line end, unless [CSV] says otherwise.
const MaxCSVRecord = 1 << 20

// CSV treats files of comma-separated values (RFC 4180) as its policy has it: each
// column has the rule whose path is the canonical name of the column, so "E-mail"
// and "eMail" have that of e_mail, and the tokens are those of a plan with the same
// paths, domain and keys.
//
// # Input
//
// UTF-8 without NUL, a byte order mark or none, a header, and as many cells in each
// row as it has. Lines end in LF or CRLF, the last one in either or nothing; blank
// lines are skipped and a CRLF within quotes is read as LF, all as encoding/csv does.
// A quote within an unquoted cell or text after a closing quote is an error.
//
// # Output
//
// What encoding/csv would write, with two differences, both where that would lose
// data: the only cell of a row is written as "" when it is empty, and CRLF leaves a
// CR alone that no LF follows. The header is that of the input, without the columns that are
// dropped. A rule null makes an empty cell.
//
// # Errors
//
// Nothing is written before policy, setting and header are found valid, and never a
// part of a row. A row that can't be read or treated ends it with a [*RowError]; the
// rows before it are written.
//
// Rows stream: of a file of any size, each goroutine holds two pieces of 64 KiB, or of one
// record if that is longer, and what they become.
type CSV struct {
	Policy  Policy
	Setting Setting
	// Comma separates the cells: any ASCII character but NUL, quote, CR and LF. 0 is ",".
	Comma rune
	// CRLF ends lines in CRLF, those within cells too.
	CRLF bool
	// MaxRecord is the most bytes of a record; 0 is [MaxCSVRecord].
	MaxRecord int
	// Go starts a function on a goroutine, such as the method Go of a [sync.WaitGroup].
	// It is called at most GOMAXPROCS-1 times; rows are treated on those goroutines
	// besides the caller's, and written in order. All have ended, or have yet to
	// begin and then do nothing, when Apply returns. nil: everything on this goroutine.
	Go func(func())
	// Progress is told the number of rows written, every some hundred rows and at
	// the end. The source, the destination and Progress are called from one
	// goroutine at a time, not always the same one.
	Progress func(rows int64)

	piece int // bytes read at a time, for tests; 0 is csvPieceSize
}

// Apply treats the rows of src and writes them to dst. It returns how many were
// written; the header is none. When ctx ends it does too, but a Read or Write in
// progress is waited for.
//
// Rules over many records (swap, microaggregate), walk, rules for keys, paths with "*"
// and rules that can't treat text are errors before anything is read.
func (c CSV) Apply(ctx context.Context, dst io.Writer, src io.Reader) (rows int64, err error) {
	return c.run(ctx, dst, src, false)
}

// Reveal reverses the columns whose rules can be reversed, and copies the others. The
// rows must have been treated under the same policy, or the error is that of the rule,
// such as [Tampered]. Columns without a rule are copied under redact, and else refused
// or dropped as Apply does. A capability without a reason is [NotPermitted].
//
// Rules that know the subject need the column that names it to be kept or reversible too.
func (c CSV) Reveal(ctx context.Context, capability reidentify.Capability, dst io.Writer, src io.Reader) (rows int64, err error) {
	if !capability.Permits() {
		return 0, NotPermitted
	}
	return c.run(ctx, dst, src, true)
}

func (c CSV) run(ctx context.Context, dst io.Writer, src io.Reader, reveal bool) (int64, error) {
	r := &csvRun{ctx: ctx, dst: dst, progress: c.Progress}
	r.turn.L = &r.mu
	r.input = csvInput{src: src, size: c.piece, limit: c.MaxRecord}
	if r.input.size == 0 {
		r.input.size = csvPieceSize
	}
	switch {
	case c.MaxRecord < 0:
		return 0, errors.New("anonymize: negative size of a record")
	case c.MaxRecord == 0:
		r.input.limit = MaxCSVRecord
	}
	var err error
	if r.format, err = newCSVFormat(c.Comma, c.CRLF); err != nil {
		return 0, err
	}
	rules, err := c.compile(reveal)
	if err != nil {
		return 0, err
	}
	header, err := r.header()
	if err != nil {
		return 0, err
	}
	if r.columns, err = rules.columns(header); err != nil {
		return 0, err
	}
	r.subject = slices.IndexFunc(r.columns, func(c csvColumn) bool { return c.subject })
	if err := r.writeHeader(header); err != nil {
		return 0, err
	}
	r.work(c.Go)
	return r.rows, r.err
}

// RowError says which row of a file was refused and why. It never holds anything of
// the row.
type RowError struct {
	// Row counts from 1, the header is 0.
	Row int64
	// Column is the path of its rule; its number, from 1, where there is none: the header
	// is not quoted, since it may turn out to be a row of data. "" is the row as a whole.
	Column string
	// Err is a [Reason], or what a store answered.
	Err error
}

func (e *RowError) Error() string {
	text := "anonymize: "
	if e.Row == 0 {
		text += "header"
	} else {
		text += "row " + strconv.FormatInt(e.Row, 10)
	}
	if e.Column != "" {
		text += ", column " + e.Column
	}
	return text + ": " + strings.TrimPrefix(e.Err.Error(), "anonymize: ")
}

func (e *RowError) Unwrap() error { return e.Err }
