package anonymize

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// csvWorker treats pieces one after the other.
type csvWorker struct {
	run     *csvRun
	format  csvFormat
	records csvRecords
	scope   scope
	in      []byte

	// What became of the piece: whole rows, and why there are no more.
	out    []byte
	rows   int64
	broken *RowError // without its row
	undone bool      // the run stopped, or its context ended
}

// treat fills in what becomes of the piece.
func (w *csvWorker) treat(piece csvPiece) {
	w.out, w.rows, w.broken, w.undone = w.out[:0], 0, nil, false
	// The copy is for the treatments: strings of it stay what they are.
	text := string(piece.text)
	check := csvBroken(text)
	w.records.reset(text, piece.end)
	w.out = slices.Grow(w.out, len(text)+len(text)/4)
	for !w.run.stopped.Load() && w.run.ctx.Err() == nil {
		more, fault := w.records.next()
		if !more && fault == "" {
			return
		}
		start := len(w.out)
		column, err := w.record(fault, check)
		if err != nil {
			w.out = w.out[:start]
			w.broken = &RowError{Err: err}
			if 0 <= column && column < len(w.run.columns) {
				w.broken.Column = w.run.columns[column].path
			}
			return
		}
		w.out = w.format.endRow(w.out, start)
		w.rows++
	}
	w.undone = true
}

// record treats the record just read; after an error it says which column is to
// blame, -1 for none in particular.
func (w *csvWorker) record(fault csvFault, check bool) (int, error) {
	cells := w.records.cells
	switch {
	case fault == csvTooLong:
		return -1, fault
	case fault != "":
		return len(cells), fault
	case len(cells) != len(w.run.columns):
		return -1, csvUneven
	case check:
		if i := slices.IndexFunc(cells, csvBroken); i >= 0 {
			return i, csvEncoding
		}
	}
	if i := w.run.subject; i >= 0 {
		if err := w.name(&w.run.columns[i], cells[i]); err != nil {
			return i, err
		}
	}
	first := true
	for i := range w.run.columns {
		c := &w.run.columns[i]
		if c.drop {
			continue
		}
		if !first {
			w.out = append(w.out, w.format.comma)
		}
		first = false
		if err := w.cell(c, cells[i]); err != nil {
			return i, err
		}
	}
	return -1, nil
}

// name sets whom the row is about.
func (w *csvWorker) name(c *csvColumn, cell string) error {
	if c.reveals && c.treatment != nil && cell != "" {
		back, err := c.treatment.text(&w.scope, nil, cell)
		if err != nil {
			return err
		}
		cell = string(back)
	}
	if !c.reveals && c.form.Norm != NormNone && cell != "" {
		b, err := appendNormal(nil, cell, c.form)
		if err != nil {
			return Malformed
		}
		cell = string(b)
	}
	w.scope.subject, w.scope.hasSubject = cell, cell != ""
	return nil
}

// cell appends what becomes of the cell.
func (w *csvWorker) cell(c *csvColumn, cell string) error {
	if cell == "" && c.empty != EmptyTreated {
		if c.empty == EmptyRefused {
			return EmptyValue
		}
		return nil
	}
	t := c.treatment
	switch {
	case t == nil:
		w.out = w.format.cell(w.out, cell, w.records.plain)
		return nil
	case t.null:
		return nil
	case t.needsSubject && !w.scope.hasSubject:
		return NoSubject
	}
	at := len(w.out)
	out, err := t.text(&w.scope, w.out, cell)
	if err != nil {
		return err
	}
	w.out = w.format.fix(out, at)
	return nil
}

// csvBroken reports whether the text is no UTF-8 or holds NUL.
func csvBroken(text string) bool {
	return !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0
}
