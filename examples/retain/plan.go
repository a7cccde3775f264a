package main

import (
	"bufio"
	"errors"
	"hash/maphash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

// plan says what is due in a file, for whom what is held, and what remains.
func (p *program) plan() error {
	text, err := os.ReadFile(p.value("plan"))
	if err != nil {
		return missing(err)
	}
	s, err := parseSchedule(text)
	if err != nil {
		return usagef("%s: %w", filepath.Base(p.value("plan")), err)
	}
	at, err := p.today(s.zone)
	if err != nil {
		return err
	}
	f, err := os.Open(p.files[0])
	if err != nil {
		return missing(err)
	}
	out := bufio.NewWriterSize(p.stdout, 64<<10)
	t, err := p.read(s, at, f, out)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	page := p.page()
	if page != "" {
		if err := writeWhole(page, func(w io.Writer) error { return writeHTML(w, t, p.words) }); err != nil {
			return err
		}
	}
	if p.has("json") {
		for i := range t.broken {
			if _, err := io.WriteString(p.stderr, "retain: "+p.broken(&t.broken[i])+"\n"); err != nil {
				return err
			}
		}
		if more := t.brokenRows - len(t.broken); more > 0 {
			if _, err := io.WriteString(p.stderr, "retain: "+p.moreBroken(more)+"\n"); err != nil {
				return err
			}
		}
	} else if err := writeText(out, t, p.words, page); err != nil {
		return err
	}
	return out.Flush()
}

// missing makes a file that does not exist a bad argument.
func missing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return usageError{err}
	}
	return err
}

// page is the file for the timeline, "" for none.
func (p *program) page() string {
	if p.has("html") {
		return p.value("html")
	}
	base := filepath.Base(p.files[0])
	return strings.TrimSuffix(base, filepath.Ext(base)) + ".retention.html"
}

// read goes through the file; in JSON it writes what it decides as it goes.
func (p *program) read(s *schedule, at retention.Date, f io.ReadSeeker, out io.Writer) (*tally, error) {
	c, err := newContacts(s, f)
	if err != nil {
		if _, ok := errors.AsType[usageError](err); ok {
			return nil, usagef("%s: %w", filepath.Base(p.files[0]), err)
		}
		return nil, err
	}
	seed := maphash.MakeSeed()
	repeated, err := c.repeats(seed)
	if err != nil {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	if c, err = newContacts(s, f); err != nil {
		return nil, err
	}
	c.repeated, c.seed = repeated, seed
	t := newTally(s, at)
	var items []item
	for {
		r, err := c.next()
		if err == io.EOF {
			return t, nil
		}
		if broken, ok := errors.AsType[*rowError](err); ok {
			t.broke(broken)
			continue
		}
		if err != nil {
			return nil, err
		}
		items = t.items(items[:0], r)
		t.add(c.row, r, items)
		if !p.has("json") {
			continue
		}
		for i := range items {
			if err := writeLine(out, p.decided(t, c.row, r, &items[i])); err != nil {
				return nil, err
			}
		}
	}
}

// decided is a line of JSON: the state of a group of fields of one record.
type decided struct {
	Subject    basis.Subject           `json:"subject"`
	Row        int                     `json:"row"`
	Fields     []basis.Field           `json:"fields"`
	Classes    []retention.ClassID     `json:"classes"`
	State      retention.State         `json:"state"`
	LastDay    retention.Date          `json:"last_day,omitzero"`
	DeleteFrom retention.Date          `json:"delete_from,omitzero"`
	DeleteBy   retention.Date          `json:"delete_by,omitzero"`
	Overdue    int                     `json:"overdue,omitzero"`
	Action     []retention.Disposition `json:"action,omitzero"`
	Purposes   []basis.PurposeID       `json:"purposes,omitzero"`
	Holds      []string                `json:"holds,omitzero"`
	Rule       string                  `json:"rule,omitzero"`
	Law        string                  `json:"law,omitzero"`
	Why        string                  `json:"why,omitzero"`
}

func (p *program) decided(t *tally, row int, r *retention.Record, one *item) decided {
	out := decided{
		Subject: r.Subject, Row: row, Fields: t.s.groups[one.group].fields, Classes: t.classes(r, one.group),
		State: one.State, LastDay: one.KeepUntil, DeleteFrom: one.DeleteFrom, Overdue: one.Overdue,
		Purposes: one.Purposes(), Rule: one.Rule, Law: one.Law(),
	}
	if one.DeleteFrom != 0 {
		out.DeleteBy = one.DeleteBy
	}
	if one.State == retention.Due {
		out.Action = t.actions(r.Classes, one.group)
	}
	for _, h := range one.holds {
		out.Holds = append(out.Holds, h.ID)
	}
	if rule := t.s.rules[one.Rule]; rule != nil {
		out.Why = rule.Why(rule.At(r.History, t.at, t.s.fy), t.s.fy).In(p.lang)
		if e := r.Erasure; e != 0 && one.KeepUntil == e-1 {
			out.Why = p.in("The person's right to erasure took effect on "+e.String()+".", "Het recht op wissing van de betrokkene ging in op "+e.String()+".")
		}
	}
	return out
}

// writeWhole writes a file in one step: it appears when it is complete, or not at all.
func writeWhole(name string, write func(io.Writer) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".retain-*")
	if err != nil {
		return err
	}
	w := bufio.NewWriter(tmp)
	err = write(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = tmp.Chmod(0o644)
	}
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}
