package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/proof"
)

// tamper changes a proof in each of its parts, and the database behind the ledger's back, and shows that it is found.
func (p *program) tamper(ctx context.Context) error {
	return p.with(ctx, "tamper", noFlags, func(l *ledger, subject string) error {
		return p.tamperWith(ctx, l, basis.Subject(subject))
	})
}

func (p *program) tamperWith(ctx context.Context, l *ledger, subject basis.Subject) error {
	bundle, err := l.prove(ctx, subject)
	if err != nil {
		return err
	}
	events, err := l.History(ctx, subject)
	if err != nil {
		return err
	}
	if _, err := check(l.cfg.Policy, bundle); err != nil {
		return err
	}
	t := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	missed := tamperProof(t, l.cfg.Policy, bundle)
	more, err := p.tamperDatabase(ctx, t, l, events[0].ID)
	if err != nil {
		return err
	}
	t.Flush()
	if missed += more; missed > 0 {
		return fmt.Errorf("%d change(s) were not found", missed)
	}
	fmt.Fprintln(p.stdout, "\nEvery change was found. prove.db itself was not touched: a copy was.")
	return nil
}

// tamperProof changes the file, and returns how many went unnoticed.
func tamperProof(w *tabwriter.Writer, policy proof.Policy, bundle []byte) (missed int) {
	fmt.Fprintln(w, "changed in the proof\tfound in the part")
	for _, f := range forgeries() {
		changed := bytes.Clone(bundle)
		if f.edit(changed) {
			missed += one(w, policy, f.what, changed)
		}
	}
	if at := bytes.LastIndex(bundle, []byte("\n-- proof ")); bytes.Count(bundle, []byte("\n-- proof ")) > 1 {
		missed += one(w, policy, "the last proof left out", bundle[:at+1])
	}
	rng := rand.New(rand.NewPCG(4, 20181206))
	const random = 500
	unnoticed := 0
	for range random {
		changed := bytes.Clone(bundle)
		changed[rng.IntN(len(changed))] ^= 1 << rng.IntN(8)
		if _, err := check(policy, changed); err == nil {
			unnoticed++
		}
	}
	fmt.Fprintf(w, "a bit anywhere, %d times\t%d found\n", random, random-unnoticed)
	return missed + unnoticed
}

func one(w *tabwriter.Writer, policy proof.Policy, what string, changed []byte) (missed int) {
	_, err := check(policy, changed)
	if err == nil {
		fmt.Fprintf(w, "%s\tNOT FOUND\n", what)
		return 1
	}
	found := "the form of the file"
	if part, ok := errors.AsType[*proof.Error](err); ok {
		found = string(part.Part)
	}
	fmt.Fprintf(w, "%s\t%s\n", what, found)
	return 0
}

// tamperDatabase edits copies of the database, with the triggers that forbid it taken away, and returns how many edits Verify did not find.
func (p *program) tamperDatabase(ctx context.Context, w *tabwriter.Writer, l *ledger, id consent.EventID) (missed int, err error) {
	folder, err := os.MkdirTemp("", "prove")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	keys, public, err := p.keys()
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(w, "\nedited in a copy of prove.db\tfound at")
	edits := []struct{ what, statement string }{
		{"the body of an event", "UPDATE consent_events SET body = CAST(replace(CAST(body AS TEXT), 'channel', 'channeL') AS BLOB) WHERE id = ?"},
		{"an event deleted", "DELETE FROM consent_events WHERE id = ?"},
		{"the values of an event", "UPDATE consent_personal SET lines = zeroblob(length(lines)) WHERE event = ?"},
		{"the values of an event deleted", "DELETE FROM consent_personal WHERE event = ?"},
		{"an event of someone else", "UPDATE consent_personal SET subject = 'c-99' WHERE event = ?"},
		{"a leaf of the log deleted", "DELETE FROM consent_leaves WHERE event = ?"},
		{"the hashes of the log", "UPDATE consent_tiles SET data = zeroblob(length(data)) WHERE ? IS NOT NULL"},
		{"the name in a signed head", "UPDATE consent_checkpoints SET note = CAST(replace(CAST(note AS TEXT), 'goudenvelg', 'goudenwelg') AS BLOB) WHERE ? IS NOT NULL"},
		{"the texts that were shown", "UPDATE consent_notices SET notice = zeroblob(length(notice)) WHERE ? IS NOT NULL"},
		{"a consent that nobody gave", "INSERT INTO consent_standings (tenant, purpose, channel, subject, event) VALUES ('', 'newsletter', 'email', 'c-99', ?)"},
	}
	for i, edit := range edits {
		path := filepath.Join(folder, fmt.Sprintf("%d.db", i))
		if _, err := l.db.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
			return missed, err
		}
		found, err := editAndVerify(ctx, path, keys, public, edit.statement, id)
		if err != nil {
			return missed, err
		}
		if len(found) == 0 {
			missed++
			fmt.Fprintf(w, "%s\tNOT FOUND\n", edit.what)
			continue
		}
		fmt.Fprintf(w, "%s\t%s: %s\n", edit.what, short(found[0].Path), found[0].Text.En)
	}
	return missed, nil
}

func short(path string) string {
	if rest, ok := strings.CutPrefix(path, "events/"); ok && len(rest) > 8 {
		return "events/" + rest[:8]
	}
	if rest, ok := strings.CutPrefix(path, "notices/"); ok && len(rest) > 8 {
		return "notices/" + rest[:8]
	}
	return path
}

func editAndVerify(ctx context.Context, path string, keys keyFile, public, statement string, id consent.EventID) ([]basis.Finding, error) {
	l, err := openLedger(ctx, path, keys, public, time.Now)
	if err != nil {
		return nil, err
	}
	defer l.close()
	rows, err := l.db.QueryContext(ctx, "SELECT name FROM sqlite_master WHERE type = 'trigger'")
	if err != nil {
		return nil, err
	}
	var triggers []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		triggers = append(triggers, name)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	for _, name := range triggers {
		if _, err := l.db.ExecContext(ctx, `DROP TRIGGER "`+name+`"`); err != nil {
			return nil, err
		}
	}
	if _, err := l.db.ExecContext(ctx, "PRAGMA foreign_keys = OFF"); err != nil {
		return nil, err
	}
	if _, err := l.db.ExecContext(ctx, statement, id[:]); err != nil {
		return nil, err
	}
	return l.Verify(ctx)
}
