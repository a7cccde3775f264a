package main

import (
	"bufio"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/grondslag/grondslag/basis/reconsent"
	"github.com/grondslag/grondslag/basis/reconsent/exports"
)

// sample is the made-up webshop: its policy and two exports.
//
//go:embed sample
var sample embed.FS

// defaultZone is the zone of a controller that states none.
const defaultZone = "Europe/Amsterdam"

// audit reads the files, writes the answer and returns its summary.
func audit(ctx context.Context, o *options, now time.Time, stdout, stderr io.Writer) (*summary, error) {
	p, err := loadPolicy(o)
	if err != nil {
		return nil, err
	}
	table, err := newTable(o, p, now)
	if err != nil {
		return nil, err
	}
	names, err := newTokens(o.tokenKey)
	if err != nil {
		return nil, err
	}
	set := &exports.Set{Table: table, Select: o.purpose}
	s := newSummary(p, table, o)
	l, err := openLedger(ctx, o, p, table.At().AddDate(0, 0, 1).Add(-1)) // what happened on the day counts
	if err != nil {
		return nil, err
	}
	if err := openFiles(o, p, set, s, l); err != nil {
		return nil, err
	}
	if err := checkPurpose(o, p, set); err != nil {
		return nil, err
	}
	progress := newProgress(o.progress, set, stderr)
	defer progress.end()

	out := bufio.NewWriterSize(stdout, 256<<10)
	keeping := newKeeping(p, table.At())
	rows := newRowWriter(o, out, names, keeping != nil)
	err = each(ctx, set, func(f *reconsent.Facts, err error) error {
		if err != nil {
			broken, ok := errors.AsType[*exports.RowError](err)
			if ok {
				s.broke(f.Origin.File, broken)
				return nil
			}
			return err
		}
		if len(o.files) > 0 {
			l.add(f, table.Zone())
		}
		a := table.Decide(f)
		k := keeping.of(f)
		s.add(f, &a, k)
		if rows != nil {
			return rows.write(f, &a, k)
		}
		return nil
	})
	progress.end()
	if err != nil {
		_ = out.Flush() // whole lines only
		return nil, err
	}
	s.finish(set)
	if err := report(o, s, out, stderr); err != nil {
		return nil, err
	}
	return s, out.Flush()
}

func loadPolicy(o *options) (*policy, error) {
	var text []byte
	var err error
	switch {
	case o.policy != "":
		if text, err = os.ReadFile(o.policy); err != nil {
			return nil, usageError{err}
		}
	case len(o.files) == 0 && o.ledger == "":
		if text, err = sample.ReadFile("sample/policy.json"); err != nil {
			return nil, err
		}
	default:
		return defaultPolicy(o.purpose)
	}
	p, err := parsePolicy(text)
	if err != nil {
		return nil, usagef("policy %s: %w", filepath.Base(o.policy), err)
	}
	return p, nil
}

// newTable builds the decision table for the policy's controller on the day asked for.
func newTable(o *options, p *policy, now time.Time) (*reconsent.Table, error) {
	name := defaultZone
	if p.Controller.Zone != "" {
		name = p.Controller.Zone
	}
	if o.zone != "" {
		name = o.zone
	}
	zone, err := location("-zone", name)
	if err != nil {
		return nil, err
	}
	at := now.In(zone)
	if o.at != "" {
		if at, err = time.ParseInLocation(time.DateOnly, o.at, zone); err != nil {
			if at, err = time.Parse(time.RFC3339, o.at); err != nil {
				return nil, usagef("-at %q is not a day such as 2026-11-24", o.at)
			}
			at = at.In(zone)
		} else {
			at = at.Add(12 * time.Hour) // a day whose midnight does not exist is still that day
		}
	}
	t, err := reconsent.NewTable(p.controller(), at)
	if err != nil {
		return nil, usageError{err}
	}
	return t, nil
}

// openFiles opens the files of the command line, or the ledger when it stands alone, or the files of the sample.
func openFiles(o *options, p *policy, set *exports.Set, s *summary, l *ledger) error {
	if l != nil && len(o.files) == 0 {
		f, notes, err := l.input(p, o, set.Table.Zone())
		if err != nil {
			return usageError{err}
		}
		set.Files = append(set.Files, f)
		s.opened(f, notes, set.Table.Zone())
		return nil
	}
	type input struct {
		path string
		open func() (io.ReadCloser, error)
	}
	var inputs []input
	for _, path := range o.files {
		inputs = append(inputs, input{path, func() (io.ReadCloser, error) { return os.Open(path) }})
	}
	if len(inputs) == 0 {
		paths, err := fs.Glob(sample, "sample/*.csv")
		if err != nil {
			return err
		}
		for _, path := range paths {
			inputs = append(inputs, input{path, func() (io.ReadCloser, error) { return sample.Open(path) }})
		}
	}
	for _, in := range inputs {
		name := filepath.Base(in.path)
		cfg, notes, err := p.config(name, o, set.Table.Zone())
		if err != nil {
			return err
		}
		f, err := exports.Open(name, in.open, cfg)
		if err != nil {
			return usageError{err}
		}
		set.Files = append(set.Files, f)
		s.opened(f, notes, cfg.SourceZone)
	}
	return nil
}

// checkPurpose refuses a -purpose that no file can be judged for.
func checkPurpose(o *options, p *policy, set *exports.Set) error {
	if o.purpose == "" {
		return nil
	}
	var known strings.Builder
	for _, pp := range p.Purposes {
		if string(pp.ID) == o.purpose {
			return nil
		}
		known.WriteString(" " + string(pp.ID))
	}
	for _, f := range set.Files {
		if f.Product != exports.FactsCSV {
			return usagef("-purpose %q is not in the policy, which has:%s", o.purpose, known.String())
		}
	}
	return nil
}

// report writes the answer in the form asked for, and the HTML report.
func report(o *options, s *summary, out io.Writer, stderr io.Writer) error {
	if o.html != "" {
		if err := writeWhole(o.html, func(w io.Writer) error { return writeHTML(w, s, o.lang) }); err != nil {
			return err
		}
	}
	switch o.format {
	case "text":
		return writeText(out, s, o.lang)
	case "json":
		return writeJSON(out, s, o.lang)
	}
	for _, b := range s.Broken {
		fmt.Fprintln(stderr, "audit:", b.Error())
	}
	if more := s.BrokenRows - len(s.Broken); more > 0 {
		fmt.Fprintf(stderr, "audit: and %d more broken rows\n", more)
	}
	return nil
}

// writeWhole writes a file in one step: it appears when it is complete, or not at all.
func writeWhole(name string, write func(io.Writer) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".audit-*")
	if err != nil {
		return usageError{err}
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
