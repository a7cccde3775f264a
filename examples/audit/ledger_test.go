package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/proof"
	"github.com/grondslag/grondslag/consent/sqlstore"
)

// sealed is a ledger in a folder, as prove keeps one.
type sealed struct {
	*consent.Ledger
	path   string
	db     *sql.DB
	clock  time.Time
	notice consent.NoticeHash
}

func keep(t testing.TB) *sealed {
	t.Helper()
	dir := t.TempDir()
	k := &sealed{path: filepath.Join(dir, "prove.db"), clock: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)}
	private, public, err := proof.GenerateKey("shop.example/consent")
	require.NoError(t, err)
	secret := make([]byte, 32)
	rand.Read(secret)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "prove.key"), []byte(private+"\n"+base64.StdEncoding.EncodeToString(secret)+"\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "prove.pub"), []byte(public+"\n"), 0o644))
	k.db, err = sql.Open("sqlite", "file:"+filepath.ToSlash(k.path)+"?_pragma=journal_mode(WAL)")
	require.NoError(t, err)
	t.Cleanup(func() { k.db.Close() })
	store, err := sqlstore.Open(k.db, sqlstore.Options{Dialect: sqlstore.SQLite})
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	keys, err := consent.NewKeys(secret)
	require.NoError(t, err)
	policy, err := proof.NewPolicy(public)
	require.NoError(t, err)
	signer, err := note.NewSigner(private)
	require.NoError(t, err)
	k.Ledger, err = consent.Open(t.Context(), consent.Config{
		Store: store, Keys: keys, Now: func() time.Time { return k.clock }, Zone: "Europe/Amsterdam", Policy: policy, Signers: []note.Signer{signer},
	})
	require.NoError(t, err)
	k.notice = k.publish(t, consent.Notice{Version: "1", Purposes: []consent.NoticePurpose{{ID: "newsletter"}, {ID: "offers"}}})
	return k
}

func (k *sealed) publish(t testing.TB, n consent.Notice) consent.NoticeHash {
	t.Helper()
	n.Text, n.MediaType, n.Language, n.Controller, n.Withdrawal, n.Form = []byte("Yes, mail me."), "text/plain; charset=utf-8", "en", "Shop", "the link", "sign-up"
	h, err := k.Publish(t.Context(), n, k.clock)
	require.NoError(t, err)
	return h
}

// record records an event a day after the one before, of the newsletter by e-mail unless it says something else.
func (k *sealed) record(t testing.TB, e consent.Event) consent.EventID {
	t.Helper()
	k.clock = k.clock.AddDate(0, 0, 1)
	if e.Actor == "" {
		e.Actor = consent.Person
	}
	if e.Type == consent.Given {
		e.Channel, e.Notice = basis.Email, k.notice
		if e.Purpose == "" {
			e.Purpose = "newsletter"
		}
		v := &e.Evidence
		v.Action, v.Bundled, v.Conditional, v.WithdrawalTold, v.Imbalance = consent.Active, consent.No, consent.No, consent.Yes, consent.No
		if v.Binding == "" {
			v.Binding = consent.Mailbox
		}
	}
	id, err := k.Record(t.Context(), e)
	require.NoError(t, err)
	return id
}

func (k *sealed) seal(t testing.TB) {
	t.Helper()
	_, err := k.Sequence(t.Context())
	require.NoError(t, err)
}

// story has one person for each way in which a ledger answers an audit.
func story(t testing.TB) *sealed {
	k := keep(t)
	yes := func(s basis.Subject) consent.Event {
		return consent.Event{Type: consent.Given, Subject: s, Evidence: consent.Evidence{Point: string(s) + "@example.com"}}
	}
	k.record(t, yes("c-proven"))
	k.record(t, yes("c-withdrawn"))
	k.record(t, consent.Event{Type: consent.Withdrawn, Subject: "c-withdrawn", Purpose: "newsletter", Channel: basis.Email})
	k.record(t, yes("c-complained"))
	k.record(t, consent.Event{Type: consent.Objected, Subject: "c-complained"})
	k.record(t, consent.Event{Type: consent.Refused, Subject: "c-refused", Purpose: "newsletter", Channel: basis.Email})
	typed := yes("c-typed")
	typed.Evidence.Binding = consent.Typed
	k.record(t, typed)
	old := yes("c-outdated")
	old.Purpose = "offers"
	k.record(t, old)
	k.record(t, consent.Event{
		Type: consent.Imported, Subject: "c-imported", Purpose: "newsletter", Channel: basis.Email, Actor: consent.System,
		Evidence: consent.Evidence{Grade: consent.NoEvidence, File: "old.csv", Row: 1},
	})
	k.record(t, yes("c-twice"))
	k.record(t, consent.Event{Type: consent.Refused, Subject: "c-twice-work", Purpose: "newsletter", Channel: basis.Email})
	k.record(t, consent.Event{Type: consent.Merged, Subject: "c-twice", With: "c-twice-work", Actor: consent.Operator})
	k.record(t, consent.Event{Type: consent.Merged, Subject: "c-twice", With: "c-twice-old", Actor: consent.Operator})
	k.record(t, consent.Event{Type: consent.Objected, Subject: "c-always-no"})
	k.record(t, yes("c-erased"))
	_, err := k.Erase(t.Context(), "c-erased", consent.Erasing{Actor: consent.Person})
	require.NoError(t, err)
	k.record(t, consent.Event{Type: consent.Objected, Subject: "c-other", Evidence: consent.Evidence{Point: "c-shared@example.com"}})
	k.record(t, yes("c-late"))
	k.publish(t, consent.Notice{Version: "2", Supersedes: k.notice, Purposes: []consent.NoticePurpose{
		{ID: "newsletter", Change: consent.WordsOnly}, {ID: "offers", Change: consent.Processing},
	}})
	k.seal(t)
	return k
}

func TestAuditFromTheLedger(t *testing.T) {
	k := story(t)
	got := map[string]string{}
	for _, l := range lines(t, "-ledger", k.path, "-at", "2026-11-24") {
		got[l.Contact+" "+l.Purpose] = l.Rule + " " + l.Evidence
		require.Equal(t, "facts of prove.db", l.File)
	}
	// What package consent decides, by GDPR 7(1), 7(3) and 21(2), in the words of the decision table.
	require.Equal(t, map[string]string{
		"c-proven newsletter":     "consent.complete complete",
		"c-late newsletter":       "consent.complete complete",
		"c-withdrawn newsletter":  "consent.withdrawn none",
		"c-complained newsletter": "marketing.objected none",
		"c-refused newsletter":    "marketing.objected none",
		"c-typed newsletter":      "email.no-consent partial",
		"c-outdated offers":       "email.no-consent none",
		"c-imported newsletter":   "email.no-consent partial",
		"c-twice newsletter":      "marketing.objected none",
		"c-twice-work newsletter": "marketing.objected none",
		"c-twice-old newsletter":  "marketing.objected none", // nothing of its own
		"c-always-no newsletter":  "marketing.objected none",
		"c-other newsletter":      "marketing.objected none",
	}, got)

	// On the day before the complaint it was in order.
	for _, l := range lines(t, "-ledger", k.path, "-at", "2026-01-09") {
		if l.Contact == "c-complained" {
			require.Equal(t, "consent.complete", l.Rule)
		}
	}

	_, text, _ := call(t, "-ledger", k.path, "-at", "2026-11-24")
	golden := filepath.Join("testdata", "ledger.en.text")
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(text), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), text)
	require.NotContains(t, text, "@example")
}

// With files the ledger speaks of their contacts, by id or by address.
func TestLedgerBesideFiles(t *testing.T) {
	k := story(t)
	f := file(t, "facts.csv", "contact,purpose,consent_at,consent_text,consent_action,consent_bundled,consent_withdrawal_told,withdrawn_at\n"+
		"c-proven,newsletter,,,,,,\n"+ // the ledger proves it
		"c-proven,offers,,,,,,\n"+ // another purpose
		"c-complained,newsletter,2025-01-02T10:00:00Z,v1,active,no,yes,\n"+ // complained since
		"c-late,newsletter,,,,,,2026-02-01\n"+ // withdrew elsewhere after the consent
		"c-unknown,newsletter,2025-01-02T10:00:00Z,v1,active,no,yes,\n")
	var got []string
	for _, l := range lines(t, "-ledger", k.path, "-at", "2026-11-24", f) {
		got = append(got, l.Contact+" "+l.Purpose+" "+l.Rule)
	}
	require.Equal(t, []string{
		"c-proven newsletter consent.complete", "c-proven offers email.no-consent", "c-complained newsletter marketing.objected",
		"c-late newsletter consent.withdrawn", "c-unknown newsletter consent.complete",
	}, got)

	mail := file(t, "subscribed.csv", "Email Address,OPTIN_TIME,CONFIRM_TIME,LEID\nC-Proven@Example.com,2025-01-02 10:00:00,2025-01-02 10:00:00,1\nnobody@example.com,2025-01-02 10:00:00,2025-01-02 10:00:00,2\n")
	without := lines(t, "-at", "2026-11-24", mail)
	with := lines(t, "-ledger", k.path, "-at", "2026-11-24", mail)
	require.Len(t, with, 2)
	require.NotEqual(t, "complete", without[0].Evidence)
	require.Equal(t, "complete", with[0].Evidence)
	require.Equal(t, without[1].Rule, with[1].Rule)
}

func TestLedgerThatDoesNotHold(t *testing.T) {
	k := story(t)
	for _, text := range []string{
		"DROP TRIGGER consent_personal_update",
		"UPDATE consent_personal SET subject = 'c-always-no' WHERE subject = 'c-proven'",
	} {
		_, err := k.db.ExecContext(t.Context(), text)
		require.NoError(t, err)
	}
	status, out, errs := call(t, "-ledger", k.path)
	require.Equal(t, badUsage, status)
	require.Empty(t, out)
	require.Contains(t, errs, "it does not hold")
	require.Contains(t, errs, "events/")
	require.NotContains(t, errs, "c-proven")
}

// Consent that is recorded and in no log yet is not proven yet; a refusal counts at once.
func TestLedgerPending(t *testing.T) {
	k := story(t)
	k.record(t, consent.Event{Type: consent.Given, Subject: "c-new", Evidence: consent.Evidence{Point: "c-new@example.com"}})
	k.record(t, consent.Event{Type: consent.Withdrawn, Subject: "c-proven"})
	rules := func() map[string]string {
		got := map[string]string{}
		for _, l := range lines(t, "-ledger", k.path, "-at", "2026-11-24") {
			got[l.Contact] = l.Rule
		}
		return got
	}
	got := rules()
	require.Equal(t, "email.no-consent", got["c-new"])
	require.Equal(t, "consent.withdrawn", got["c-proven"])
	k.seal(t)
	require.Equal(t, "consent.complete", rules()["c-new"])
}

func TestLedgerRefuses(t *testing.T) {
	k := story(t)
	dir := filepath.Dir(k.path)
	refuse := func(want string, args ...string) {
		t.Helper()
		status, out, errs := call(t, args...)
		require.Equal(t, badUsage, status)
		require.Empty(t, out)
		require.Contains(t, errs, want)
	}
	refuse("needs -ledger", "-ledger-key", "x.key")
	refuse("its key can't be read", "-ledger", filepath.Join(dir, "none.db"))
	refuse("the database can't be read", "-ledger", filepath.Join(dir, "none.db"), "-ledger-key", filepath.Join(dir, "prove.key"))
	require.NoFileExists(t, filepath.Join(dir, "none.db"), "it makes nothing")
	refuse("", "-ledger", file(t, "x.db", "no database"), "-ledger-key", filepath.Join(dir, "prove.key"))
	require.NoError(t, os.Chmod(filepath.Join(dir, "prove.key"), 0o644))
	refuse("chmod 600", "-ledger", k.path)
	require.NoError(t, os.Chmod(filepath.Join(dir, "prove.key"), 0o600))
	other := keep(t) // another log's key
	refuse("does not hold", "-ledger", k.path, "-ledger-key", filepath.Join(filepath.Dir(other.path), "prove.key"))
}

func BenchmarkAuditLedger(b *testing.B) {
	k := keep(b)
	const people = 1000
	var events []consent.Event
	for i := range people {
		s := fmt.Sprintf("c-%d", i)
		events = append(events, consent.Event{
			Type: consent.Given, Subject: basis.Subject(s), Purpose: "newsletter", Channel: basis.Email, Notice: k.notice, Actor: consent.Person,
			Evidence: consent.Evidence{
				Point: s + "@example.com", Binding: consent.Mailbox, Action: consent.Active, Bundled: consent.No, Conditional: consent.No, WithdrawalTold: consent.Yes,
			},
		})
	}
	_, err := k.RecordAll(b.Context(), events)
	require.NoError(b, err)
	k.seal(b)
	b.ReportAllocs()
	for b.Loop() {
		var out, errs strings.Builder
		if run(context.Background(), []string{"-ledger", k.path, "-format", "jsonl"}, today, &out, &errs) != done || strings.Count(out.String(), "\n") != people {
			b.Fatal(errs.String())
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*people), "µs/person")
}
