package main

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/csv"
	"errors"
	"io"
	"maps"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver sqlite

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
	"github.com/grondslag/grondslag/basis/reconsent/exports"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/proof"
	"github.com/grondslag/grondslag/consent/sqlstore"
)

// ledger is what a consent ledger says, by contact, purpose and channel. It is read once, and
// checked: one that does not hold as a whole proves nothing.
type ledger struct {
	name string // base name of the database
	uses map[use]reconsent.Facts
	// people are the references by the marks of their addresses, so that a contact that is an address is found.
	people map[consent.Mark]basis.Subject
	marks  func(address string) []consent.Mark
}

// use is one contact for one purpose over one channel.
type use struct {
	contact string
	purpose string
	channel basis.Channel
}

// requirements are what the policy asks of consent: over e-mail always more than an address that someone typed, and
// explicit consent where that is the condition.
func (p *policy) requirements() map[basis.PurposeID]consent.Requirements {
	out := map[basis.PurposeID]consent.Requirements{}
	for _, pp := range p.Purposes {
		out[pp.ID] = consent.Requirements{Mailbox: true, Explicit: pp.Special.Condition == basis.ExplicitConsent}
	}
	return out
}

// openLedger reads the ledger of a database of SQLite. The key file has the ledger's secret on its second line; the
// verifier key is beside it, with the extension pub. It changes nothing. What happened until the instant at counts.
func openLedger(ctx context.Context, o *options, p *policy, at time.Time) (*ledger, error) {
	if o.ledger == "" {
		return nil, nil
	}
	key := o.ledgerKey
	if key == "" {
		key = strings.TrimSuffix(o.ledger, filepath.Ext(o.ledger)) + ".key"
	}
	cfg, err := ledgerKeys(key)
	if err != nil {
		return nil, usagef("-ledger: %w", err)
	}
	if info, err := os.Stat(o.ledger); err != nil || !info.Mode().IsRegular() {
		return nil, usagef("-ledger: the database can't be read")
	}
	path, err := filepath.Abs(o.ledger)
	if err != nil {
		return nil, err
	}
	dsn := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: "mode=rw&_pragma=busy_timeout(10000)&_pragma=query_only(1)"}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, err
	}
	defer db.Close()
	store, err := sqlstore.Open(db, sqlstore.Options{Dialect: sqlstore.SQLite})
	if err != nil {
		return nil, err
	}
	cfg.Store, cfg.Requirements, cfg.Now = store, p.requirements(), func() time.Time { return at }
	l, err := consent.Open(ctx, cfg)
	if err != nil {
		return nil, usagef("-ledger: %w", err)
	}
	found, err := l.Verify(ctx)
	if err != nil {
		return nil, err
	}
	if len(found) > 0 {
		return nil, usagef("-ledger: it does not hold, and so proves nothing: %s: %s (and %d more)", found[0].Path, found[0].Text.En, len(found)-1)
	}
	out := &ledger{name: filepath.Base(o.ledger), uses: map[use]reconsent.Facts{}, people: map[consent.Mark]basis.Subject{}, marks: cfg.Keys.Address}
	return out, out.read(ctx, l, store, p, at)
}

// ledgerKeys reads the secret of a ledger and the policy of its log.
func ledgerKeys(path string) (consent.Config, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return consent.Config{}, errors.New("its key can't be read; see -ledger-key")
	case info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows":
		return consent.Config{}, errors.New("its key can be read by others: run chmod 600 on it")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return consent.Config{}, errors.New("its key can't be read; see -ledger-key")
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	secret, err := base64.StdEncoding.DecodeString(lines[len(lines)-1])
	if err != nil || len(lines) != 2 {
		return consent.Config{}, errors.New("its key does not have two lines with the secret on the second")
	}
	keys, err := consent.NewKeys(secret)
	if err != nil {
		return consent.Config{}, err
	}
	public, err := os.ReadFile(strings.TrimSuffix(path, filepath.Ext(path)) + ".pub")
	if err != nil {
		return consent.Config{}, errors.New("the public key, beside its key with the extension pub, can't be read")
	}
	policy, err := proof.NewPolicy(strings.TrimSpace(string(public)))
	return consent.Config{Keys: keys, Policy: policy}, err
}

// read decides every use of every person that the ledger knows.
func (l *ledger) read(ctx context.Context, from *consent.Ledger, store consent.Store, p *policy, at time.Time) error {
	index, err := from.Index(ctx)
	if err != nil {
		return err
	}
	pending, err := store.Pending(ctx, math.MaxInt32)
	if err != nil {
		return err
	}
	unproven := map[consent.EventID]bool{} // recorded, and in no log yet
	for _, leaf := range pending {
		unproven[leaf.ID] = true
	}
	events, points := map[consent.EventID]consent.Event{}, map[basis.Subject][]string{}
	asked, mergers := map[use]bool{}, [][2]string(nil)
	current := &row{Store: store}
	open := from.In(current)
	for stored, err := range store.All(ctx) {
		if err != nil {
			return err
		}
		current.stored = stored
		e, err := open.Event(ctx, stored.ID)
		if err != nil {
			return err
		}
		if e.Subject == "" || e.Occurred.After(at) {
			continue // erased, or not known of yet
		}
		events[e.ID] = e
		if point := e.Evidence.Point; point != "" && !slices.Contains(points[e.Subject], point) {
			points[e.Subject] = append(points[e.Subject], point)
			for _, m := range l.marks(point) {
				l.people[m] = e.Subject
			}
		}
		if e.Type == consent.Merged {
			mergers = append(mergers, [2]string{string(e.Subject), string(e.With)})
			continue
		}
		p.asks(&e, func(u use) { asked[u] = true })
	}
	spread(asked, mergers)
	for u := range asked {
		q := consent.Query{Subject: basis.Subject(u.contact), Purpose: basis.PurposeID(u.purpose), Channel: u.channel, At: at}
		d := index.Decide(q)
		f := factsOf(d, events, unproven)
		f.Contact, f.Purpose, f.Channel = u.contact, u.purpose, u.channel
		if d.Suppressed && f.ObjectedAt.IsZero() && f.WithdrawnAt.IsZero() {
			f.ObjectedAt = reconsent.Instant(at) // said by then, under another reference
			for _, point := range points[q.Subject] {
				if s, no, err := from.Suppressed(ctx, point, q.Purpose, q.Channel); err != nil {
					return err
				} else if no && !s.At.After(at) {
					f.ObjectedAt = reconsent.Instant(s.At)
				}
			}
		}
		l.uses[u] = f
	}
	return nil
}

// row is a store that finds the row in hand, so that each event is read once and not asked for again.
type row struct {
	consent.Store
	stored consent.Stored
}

// Find implements [consent.EventStore].
func (r *row) Find(context.Context, consent.EventID) (consent.Stored, error) { return r.stored, nil }

// asks yields the uses that an event is about: a refusal of everything is about each of the policy's.
func (p *policy) asks(e *consent.Event, yield func(use)) {
	if e.Purpose != "" && e.Channel != "" {
		yield(use{string(e.Subject), string(e.Purpose), e.Channel})
		return
	}
	for _, pp := range p.Purposes {
		for _, c := range pp.Channels {
			if (e.Purpose == "" || e.Purpose == pp.ID) && (e.Channel == "" || e.Channel == c) {
				yield(use{string(e.Subject), string(pp.ID), c})
			}
		}
	}
}

// spread asks of each of two references that were merged what is asked of the other. Whether the merger
// stands, and what follows, is for the decision.
func spread(asked map[use]bool, mergers [][2]string) {
	if len(mergers) == 0 {
		return
	}
	others := map[string][]string{}
	for _, m := range mergers {
		others[m[0]], others[m[1]] = append(others[m[0]], m[1]), append(others[m[1]], m[0])
	}
	next := slices.Collect(maps.Keys(asked))
	for len(next) > 0 {
		u := next[len(next)-1]
		next = next[:len(next)-1]
		for _, contact := range others[u.contact] {
			if o := (use{contact, u.purpose, u.channel}); !asked[o] {
				asked[o] = true
				next = append(next, o)
			}
		}
	}
}

// factsOf says of one decision what a table of reconsent asks. Consent is complete only when the ledger has it
// in force and can prove it; a declaration that does not stand, or no longer, keeps its date and loses its text.
func factsOf(d consent.Decision, events map[consent.EventID]consent.Event, unproven map[consent.EventID]bool) (f reconsent.Facts) {
	deny := func(id consent.EventID) {
		e, ok := events[id]
		if !ok {
			return
		}
		if e.Type == consent.Withdrawn {
			f.WithdrawnAt = reconsent.Instant(e.Occurred)
		} else {
			f.ObjectedAt = reconsent.Instant(e.Occurred)
		}
	}
	switch e := events[d.Event]; d.State {
	case consent.StateGiven, consent.StateUnproven:
		f.ConsentAt = reconsent.Instant(e.Occurred)
		f.ConsentBundled, f.ConsentWithdrawalTold = reconsent.YesNo(e.Evidence.Bundled), reconsent.YesNo(e.Evidence.WithdrawalTold)
		switch e.Evidence.Action {
		case consent.Active, consent.Statement:
			f.ConsentAction = reconsent.ActiveAction
		case consent.PreTicked:
			f.ConsentAction = reconsent.PreTicked
		case consent.Silence:
			f.ConsentAction = reconsent.Silence
		}
		if d.Consented() && !unproven[e.ID] {
			f.ConsentText = e.Notice.String()
		}
	case consent.StateRefused, consent.StateWithdrawn, consent.StateObjected:
		deny(d.Event)
	}
	if !d.Against.IsZero() && f.WithdrawnAt.IsZero() && f.ObjectedAt.IsZero() {
		deny(d.Against)
	}
	return f
}

// file is the ledger as a file of facts, for an audit of itself.
func (l *ledger) file(p *policy) func() (io.ReadCloser, error) {
	rows := [][]string{{
		"contact", "channel", "purpose", "kind", "basis", "consent_at", "consent_text", "consent_action", "consent_bundled", "consent_withdrawal_told", "withdrawn_at", "objected_at", "source",
	}}
	for _, f := range l.uses {
		kind, ground := "marketing", basis.Consent
		for _, pp := range p.Purposes {
			if string(pp.ID) == f.Purpose {
				e := pp.export()
				ground = e.Basis
				switch pp.Kind {
				case basis.DirectMarketing:
				case basis.ContractPerformance, basis.ServiceMessage:
					kind = string(pp.Kind)
				default:
					kind = "other"
				}
			}
		}
		rows = append(rows, []string{
			f.Contact, string(f.Channel), f.Purpose, kind, string(ground), f.ConsentAt.String(), f.ConsentText, string(f.ConsentAction),
			string(f.ConsentBundled), string(f.ConsentWithdrawalTold), f.WithdrawnAt.String(), f.ObjectedAt.String(), "subject",
		})
	}
	slices.SortFunc(rows[1:], func(a, b []string) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[2], b[2]), cmp.Compare(a[1], b[1]))
	})
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	err := w.WriteAll(rows)
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text.Bytes())), err }
}

// input opens it as one of the files of the audit.
func (l *ledger) input(p *policy, o *options, zone *time.Location) (*exports.File, fileNotes, error) {
	cfg, notes, err := p.config(l.name, o, zone)
	if err != nil {
		return nil, notes, err
	}
	cfg.Product = exports.FactsCSV
	f, err := exports.Open("facts of "+l.name, l.file(p), cfg)
	return f, notes, err
}

// add puts what the ledger says of a contact of another file into the facts: its consent in place of theirs where it
// is complete, and a refusal beside theirs unless theirs is later.
func (l *ledger) add(f *reconsent.Facts, zone *time.Location) {
	if l == nil {
		return
	}
	contact := f.Contact
	if f.Address {
		marks := l.marks(f.Contact)
		contact = string(l.people[marks[0]])
	}
	channel := f.Channel
	if channel == "" {
		channel = basis.Email
	}
	known, ok := l.uses[use{contact, f.Purpose, channel}]
	if !ok || contact == "" {
		return
	}
	if known.ConsentText != "" {
		f.ConsentAt, f.ConsentText, f.ConsentAction = known.ConsentAt, known.ConsentText, known.ConsentAction
		f.ConsentBundled, f.ConsentWithdrawalTold = known.ConsentBundled, known.ConsentWithdrawalTold
	}
	f.WithdrawnAt, f.ObjectedAt = later(f.WithdrawnAt, known.WithdrawnAt, zone), later(f.ObjectedAt, known.ObjectedAt, zone)
}

// later is the later of two moments; an undated one stays, since it may be later still.
func later(a, b reconsent.When, zone *time.Location) reconsent.When {
	x, dated := a.Latest(zone)
	y, known := b.Latest(zone)
	if known && (a.IsZero() || dated && y.After(x)) {
		return b
	}
	return a
}
