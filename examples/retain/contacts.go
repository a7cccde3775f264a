package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/internal/delimited"
	"github.com/grondslag/grondslag/retention"
)

// contacts reads the records of a CSV file, one at a time. Of the columns that the
// schedule does not name nothing is kept.
type contacts struct {
	s      *schedule
	in     *delimited.Reader
	width  int
	at     where
	row    int
	record retention.Record
	// repeated are the references on several rows, none of which can be judged alone.
	repeated map[uint64]bool
	seed     maphash.Seed
}

// where has the positions of the columns, -1 for those that the schedule does not name.
type where struct {
	id, classes, erasure, done int
	events                     []eventColumn
}

type eventColumn struct {
	at    int
	name  string
	event retention.Event
}

// newContacts reads the header. The file is UTF-8, with or without a byte order mark;
// fields are separated by comma, semicolon or tab, whichever the header has most of.
func newContacts(s *schedule, r io.Reader) (*contacts, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := in.Peek(3)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")) {
		if _, err := in.Discard(3); err != nil {
			return nil, err
		}
	}
	line, err := in.Peek(in.Size())
	if err != nil && err != io.EOF {
		return nil, err
	}
	line, _, _ = bytes.Cut(bytes.TrimLeft(line, "\r\n"), []byte("\n"))
	c := &contacts{s: s, in: delimited.NewReader(in, separator(line))}
	header, err := c.in.Read()
	if broken, ok := errors.AsType[delimited.Broken](err); ok {
		return nil, usagef("header: %w", broken)
	}
	if err == io.EOF {
		return nil, usagef("the file is empty")
	}
	if err != nil {
		return nil, err
	}
	c.width = len(header)
	return c, c.find(header)
}

// separator returns the separator that the line has most of outside quotes.
func separator(line []byte) byte {
	const candidates = ",;\t"
	var count [len(candidates)]int
	quoted := false
	for _, b := range line {
		if b == '"' {
			quoted = !quoted
		} else if i := strings.IndexByte(candidates, b); i >= 0 && !quoted {
			count[i]++
		}
	}
	best := 0
	for i := range count {
		if count[i] > count[best] {
			best = i
		}
	}
	return candidates[best]
}

// find places the columns that the schedule names, each of which must be there once.
func (c *contacts) find(header [][]byte) error {
	var names []string
	for _, h := range header {
		names = append(names, string(bytes.TrimSpace(h)))
	}
	var errs []error
	place := func(name string) int {
		if name == "" {
			return -1
		}
		at := slices.Index(names, name)
		if at < 0 {
			errs = append(errs, fmt.Errorf("no column has the name %q", name))
		} else if slices.Contains(names[at+1:], name) {
			errs = append(errs, fmt.Errorf("two columns have the name %q", name))
		}
		return at
	}
	named := c.s.columns
	c.at = where{id: place(named.ID), classes: place(named.Classes), erasure: place(named.Erasure), done: place(named.Done)}
	for _, name := range slices.Sorted(maps.Keys(named.Events)) {
		c.at.events = append(c.at.events, eventColumn{place(name), name, retention.Event(named.Events[name])})
	}
	slices.SortFunc(c.at.events, func(a, b eventColumn) int { return a.at - b.at })
	if len(errs) > 0 {
		return usageError{errors.Join(errs...)}
	}
	return nil
}

// repeats reads to the end and returns the references, as hashes under seed, that
// stand on several rows. It takes some 20 bytes for each row.
func (c *contacts) repeats(seed maphash.Seed) (map[uint64]bool, error) {
	seen, repeated := map[uint64]bool{}, map[uint64]bool{}
	for {
		r, err := c.next()
		if err == io.EOF {
			return repeated, nil
		}
		if _, broken := errors.AsType[*rowError](err); !broken && err != nil {
			return nil, err
		}
		if r == nil {
			continue
		}
		h := maphash.String(seed, string(r.Subject))
		if seen[h] {
			repeated[h] = true
		}
		seen[h] = true
	}
}

// next returns the next record, which is valid until the next call, a *rowError for a
// row that can't be used, after which reading goes on, or io.EOF.
func (c *contacts) next() (*retention.Record, error) {
	for {
		fields, err := c.in.Read()
		if broken, ok := errors.AsType[delimited.Broken](err); ok {
			c.row++
			return nil, &rowError{Row: c.row, Reason: malformed(broken)}
		}
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(fields, func(f []byte) bool { return len(bytes.TrimSpace(f)) > 0 }) {
			continue // an empty line of a spreadsheet
		}
		c.row++
		if len(fields) > c.width {
			return nil, &rowError{Row: c.row, Reason: tooManyFields()}
		}
		if err := c.read(fields); err != nil {
			return nil, err
		}
		return &c.record, nil
	}
}

// read fills the record.
func (c *contacts) read(fields [][]byte) error {
	cell := func(at int) string {
		if at < 0 || at >= len(fields) {
			return ""
		}
		return string(bytes.TrimSpace(fields[at]))
	}
	fail := func(column string, reason basis.Text) error {
		return &rowError{Row: c.row, Column: column, Reason: reason}
	}
	c.record = retention.Record{History: c.record.History[:0]}
	id := cell(c.at.id)
	if reason := badReference(id); reason != (basis.Text{}) {
		return fail(c.s.columns.ID, reason)
	}
	c.record.Subject = basis.Subject(id)
	if len(c.repeated) > 0 && c.repeated[maphash.String(c.seed, id)] {
		return fail(c.s.columns.ID, basis.Text{
			En: "several rows have this reference; the events of one record belong on one row",
			Nl: "meerdere regels hebben deze verwijzing; de gebeurtenissen van één record horen op één regel",
		})
	}
	if c.at.classes >= 0 {
		c.record.Classes = []retention.ClassID{}
		for name := range strings.FieldsFuncSeq(cell(c.at.classes), func(r rune) bool { return r == ';' || r == ',' }) {
			class := retention.ClassID(strings.TrimSpace(name))
			if !c.s.hasClass(class) {
				return fail(c.s.columns.Classes, basis.Text{En: "not a class of the schedule", Nl: "geen klasse van het schema"})
			}
			c.record.Classes = append(c.record.Classes, class)
		}
		if len(c.record.Classes) == 0 {
			return fail(c.s.columns.Classes, basis.Text{
				En: "no class, so that nothing says how long the record is kept",
				Nl: "geen klasse, zodat niets zegt hoe lang het record wordt bewaard",
			})
		}
	}
	for _, e := range c.at.events {
		day, err := c.day(cell(e.at))
		if err != nil {
			return fail(e.name, noDay())
		}
		if day != 0 {
			c.record.History = append(c.record.History, retention.Occurrence{Event: e.event, On: day})
		}
	}
	var err error
	if c.record.Erasure, err = c.day(cell(c.at.erasure)); err != nil {
		return fail(c.s.columns.Erasure, noDay())
	}
	done, err := c.day(cell(c.at.done))
	if err != nil {
		return fail(c.s.columns.Done, noDay())
	}
	if done != 0 {
		c.record.Done = map[basis.Field]retention.Date{}
		for _, g := range c.s.groups {
			for _, f := range g.fields {
				c.record.Done[f] = done
			}
		}
	}
	return nil
}

// day reads a cell; an empty one is no day.
func (c *contacts) day(cell string) (retention.Date, error) {
	if cell == "" {
		return 0, nil
	}
	return civilDay(cell, c.s.zone)
}
