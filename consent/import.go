package consent

import (
	"context"
	"encoding/hex"
	"errors"
	"iter"
	"strconv"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
	"github.com/grondslag/grondslag/basis/reconsent/exports"
)

// Importing says how the rows of another system become events.
type Importing struct {
	// Table grades the evidence of each row, as of its day.
	Table *reconsent.Table
	// Who returns the reference of the row's contact, and its address when it is known, by which a suppressed one is found. Nil: the
	// contact's id is the reference; a contact that has only an address gets a keyed mark of it.
	Who func(*reconsent.Facts) (basis.Subject, string)
	// Notices are the published notices by the wording, or the name of it, that rows quote. A row
	// may quote the hash of one itself. Consent under any other wording is recorded without a notice, and proves nothing.
	Notices map[string]NoticeHash
	// Zone is that of days and of times, by IANA name.
	Zone string
}

// Skip is why something in a row was not recorded.
type Skip string

const (
	// SkipSuppressed: the address said no, or was erased, and the row is no fresh act.
	SkipSuppressed Skip = "suppressed"
	// SkipErased: the reference was erased.
	SkipErased Skip = "erased"
	// SkipFuture: it is consent of after the instant of the import.
	SkipFuture Skip = "future"
	// SkipBroken: the row can't be read, or makes no event.
	SkipBroken Skip = "broken"
)

// Skipped is a row of which something was not recorded.
type Skipped struct {
	File string
	Row  int
	Why  Skip
	// Said is the type of mark that the address carries.
	Said Type
}

// ImportReport tells what an import did. It holds no personal data.
type ImportReport struct {
	// Rows were read; Events recorded, by type; Known were recorded by an earlier import of the same file.
	Rows   int
	Events map[Type]int
	Known  int
	// Skips count what was left out; Skipped are the first 1000 of them.
	Skips   map[Skip]int
	Skipped []Skipped
}

const importBatch = 1000

// Import records what the rows of another system say, as [exports.Set.All] yields them:
// refusals always, one that is dated later than the import as of the import, consent with its grade and its source. What is imported never counts for more than its
// grade: only consent with complete evidence grants, or comes after a refusal ([Event.Validate]). Consent at an address that is suppressed, or under an erased reference, is
// skipped. Undated refusals count as of the import, those with a day at its end; consent
// with a day at its beginning. The same row of the same file is recorded once, however often
// the file is imported. A row that can't be read is skipped; any other error ends the import, and what was recorded stays.
func (l *Ledger) Import(ctx context.Context, rows iter.Seq2[reconsent.Facts, error], how Importing) (ImportReport, error) {
	loc, err := l.zone(how.Zone)
	if err != nil {
		return ImportReport{}, err
	}
	if how.Table == nil {
		return ImportReport{}, errors.New("consent: import: no table to grade the evidence by")
	}
	im := importer{Ledger: l, how: how, loc: loc, report: ImportReport{Events: map[Type]int{}, Skips: map[Skip]int{}}}
	for f, err := range rows {
		if err := ctx.Err(); err != nil {
			return im.report, err
		}
		im.report.Rows++
		if err != nil {
			if row, ok := errors.AsType[*exports.RowError](err); ok {
				im.skip(row.File, row.Row, SkipBroken, "")
				continue
			}
			return im.report, err
		}
		im.take(&f)
		if len(im.events) >= importBatch {
			if err := im.flush(ctx); err != nil {
				return im.report, err
			}
		}
	}
	return im.report, im.flush(ctx)
}

type importer struct {
	*Ledger
	how    Importing
	loc    *time.Location
	events []Event
	report ImportReport
}

func (im *importer) skip(file string, row int, why Skip, said Type) {
	im.report.Skips[why]++
	if len(im.report.Skipped) < 1000 {
		im.report.Skipped = append(im.report.Skipped, Skipped{file, row, why, said})
	}
}

// take makes the events of a row.
func (im *importer) take(f *reconsent.Facts) {
	subject, address := im.who(f)
	if subject == "" {
		im.skip(f.Origin.File, f.Origin.Row, SkipBroken, "")
		return
	}
	channel := f.Channel
	if channel == "" {
		channel = basis.Email
	}
	now := im.clock()
	add := func(t Type, w reconsent.When) *Event {
		at := im.moment(w, t != Imported, now)
		if t != Imported && at.After(now) {
			at = now // it was said by now, whatever the other clock says
		}
		if at.After(now) {
			im.skip(f.Origin.File, f.Origin.Row, SkipFuture, "")
			return nil
		}
		im.events = append(im.events, Event{
			Type: t, Subject: subject, Purpose: basis.PurposeID(f.Purpose), Channel: channel, Actor: Person, Occurred: at, Zone: im.how.Zone,
			Key: f.Origin.File + "\x00" + f.Origin.SHA256 + "\x00" + strconv.Itoa(f.Origin.Row) + "\x00" + f.Purpose + "\x00" + string(channel) + "\x00" + string(t) +
				"\x00" + string(subject) + "\x00" + w.String(), // another file of the same name, that has no hash yet, is another row
			Evidence: Evidence{
				Point: address, File: f.Origin.File, SHA256: f.Origin.SHA256, Row: f.Origin.Row,
			},
		})
		return &im.events[len(im.events)-1]
	}
	if !f.ObjectedAt.IsZero() {
		add(Objected, f.ObjectedAt)
	}
	if !f.WithdrawnAt.IsZero() {
		add(Withdrawn, f.WithdrawnAt)
	}
	if f.ConsentAt.IsZero() && f.ConsentText == "" && f.ConsentAction == "" {
		return
	}
	if e := add(Imported, f.ConsentAt); e != nil {
		e.Actor = System
		e.Notice = im.notice(f.ConsentText)
		im.evidence(f, &e.Evidence)
		if e.Notice.IsZero() && e.Evidence.Grade == Complete {
			e.Evidence.Grade = Partial // the wording can't be produced
		}
	}
}

func (im *importer) who(f *reconsent.Facts) (basis.Subject, string) {
	switch {
	case im.how.Who != nil:
		return im.how.Who(f)
	case f.Address && f.Contact != "":
		m := im.cfg.Keys.Address(f.Contact)
		return basis.Subject("import-" + hex.EncodeToString(m[len(m)-1][:16])), f.Contact
	}
	return basis.Subject(f.Contact), ""
}

// moment is the instant that a fact counts from; an undated one from now.
func (im *importer) moment(w reconsent.When, refusal bool, now time.Time) time.Time {
	text := w.String()
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return t.UTC()
	}
	d, err := time.ParseInLocation(time.DateOnly, text, im.loc)
	switch {
	case err != nil:
		return now
	case refusal:
		return d.AddDate(0, 0, 1).Add(-time.Nanosecond).UTC()
	}
	return d.UTC()
}

func (im *importer) notice(wording string) NoticeHash {
	if h, ok := im.how.Notices[wording]; ok {
		return h
	}
	if h, err := ParseNoticeHash(wording); err == nil && im.notices.Load().get(h) != nil {
		return h
	}
	return NoticeHash{}
}

// evidence takes over what the row proves.
func (im *importer) evidence(f *reconsent.Facts, v *Evidence) {
	grade, _ := im.how.Table.Evidence(f)
	v.Grade = Grade(grade)
	switch f.ConsentAction {
	case reconsent.ActiveAction:
		v.Action = Active
	case reconsent.PreTicked:
		v.Action = PreTicked
	case reconsent.Silence:
		v.Action = Silence
	}
	v.Bundled, v.WithdrawalTold = YesNo(f.ConsentBundled), YesNo(f.ConsentWithdrawalTold)
	v.BirthDate = ""
	if text := f.BirthDate.String(); len(text) == len(time.DateOnly) {
		v.BirthDate = text
	}
}

// flush records the batch.
func (im *importer) flush(ctx context.Context) error {
	events, err := im.unsuppressed(ctx)
	im.events = nil
	if err != nil || len(events) == 0 {
		return err
	}
	entries := make([]Entry, 0, len(events))
	kept := events[:0]
	for i := range events {
		e := &events[i]
		file, row := e.Evidence.File, e.Evidence.Row
		entry, err := im.prepare(ctx, e, nil)
		if _, broken := errors.AsType[invalid](err); broken {
			im.skip(file, row, SkipBroken, "")
			continue
		}
		if err != nil { // of the store: a refusal that was not recorded is no broken row
			return err
		}
		entries, kept = append(entries, entry), append(kept, *e)
	}
	ids, err := im.store.Append(ctx, entries)
	if err == nil {
		im.count(kept, ids)
		return nil
	}
	if !errors.Is(err, ErrErased) {
		return err
	}
	for i := range entries {
		ids, err := im.store.Append(ctx, entries[i:i+1])
		switch {
		case errors.Is(err, ErrErased):
			im.skip(kept[i].Evidence.File, kept[i].Evidence.Row, SkipErased, "")
		case err != nil:
			return err
		default:
			im.count(kept[i:i+1], ids)
		}
	}
	return nil
}

func (im *importer) count(events []Event, ids []EventID) {
	for i := range events {
		if ids[i] == events[i].ID {
			im.report.Events[events[i].Type]++
		} else {
			im.report.Known++
		}
	}
}

// unsuppressed leaves the consent out that is at an address which said no.
func (im *importer) unsuppressed(ctx context.Context) ([]Event, error) {
	var marks []Mark
	of := make([][]Mark, len(im.events))
	for i := range im.events {
		if e := &im.events[i]; e.Type == Imported && e.Evidence.Point != "" {
			of[i] = im.cfg.Keys.Address(e.Evidence.Point)
			marks = append(marks, of[i]...)
		}
	}
	if len(marks) == 0 {
		return im.events, nil
	}
	said, err := im.store.Suppressions(ctx, marks)
	if err != nil {
		return nil, err
	}
	byAddress := map[Mark][]Suppression{}
	for _, s := range said {
		byAddress[s.Address] = append(byAddress[s.Address], s)
	}
	kept := im.events[:0]
	for i := range im.events {
		e := im.events[i]
		var marks []Suppression
		for _, m := range of[i] {
			marks = append(marks, byAddress[m]...)
		}
		if last, no := latest(marks, e.Purpose, e.Channel); no {
			im.skip(e.Evidence.File, e.Evidence.Row, SkipSuppressed, last.Reason)
			continue
		}
		kept = append(kept, e)
	}
	return kept, nil
}
