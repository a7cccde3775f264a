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
	args, err := p.flags("tamper", 1, noFlags)
	if err != nil {
		return err
	}
	l, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer l.close()
	events, err := l.History(ctx, basis.Subject(args[0]))
	if err != nil {
		return err
	}
	if len(events) == 0 {
		return errors.New("nothing is recorded of this subject: it was never there, or it was erased (see: prove show)")
	}
	bundle, err := l.ProvePerson(ctx, basis.Subject(args[0]))
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
	extra := []byte("\nextra ")
	text := string(bundle)
	places := []struct {
		what string
		at   int
	}{
		{"the signed list of proofs", strings.Index(text, "grondslag consent bundle") + 30},
		{"the list's signature", strings.Index(text, "\n— ") + 60},
		{"the statement: body and values", bytes.Index(bundle, extra) + 400},
		{"the statement: further on", bytes.Index(bundle, extra) + 2400},
		{"the position in the log", strings.Index(text, "\nindex ") + 7},
		{"a hash of the inclusion proof", strings.Index(text[strings.Index(text, "\nindex "):], "=\n") + strings.Index(text, "\nindex ") - 9},
		{"the checkpoint's size", strings.LastIndex(text, origin+"\n") + len(origin) + 1},
		{"the checkpoint's signature", len(bundle) - 20},
	}
	fmt.Fprintln(w, "changed a character of\tfound in")
	for _, place := range places {
		if place.at < 0 || place.at >= len(bundle) {
			continue
		}
		changed := bytes.Clone(bundle)
		changed[place.at] = another(changed[place.at])
		missed += one(w, policy, place.what, changed)
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
	fmt.Fprintf(w, "flipped a bit anywhere, %d times\t%d found\n", random, random-unnoticed)
	return missed + unnoticed
}

// another is a character of the same kind.
func another(c byte) byte {
	switch {
	case c == '9' || c == 'z' || c == 'Z':
		return c - 1
	case '0' <= c && c < '9', 'a' <= c && c < 'z', 'A' <= c && c < 'Z':
		return c + 1
	}
	return c ^ 1
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
