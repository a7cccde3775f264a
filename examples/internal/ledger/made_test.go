package ledger

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/consent/proof"
)

func noon() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 123456789, time.UTC) }

func marksOf(p basis.Subject) []consent.Mark {
	return []consent.Mark{sha256.Sum256([]byte("new|" + p)), sha256.Sum256([]byte("old|" + p))}
}

// grant is an entry of the size that a ledger makes: a body of about 930 bytes, and eight disclosures.
func grant(p basis.Subject) consent.Entry {
	id := consent.NewEventID()
	e := consent.Entry{Grants: true, People: [][]consent.Mark{marksOf(p)[:1]}}
	e.ID, e.Subject = id, p
	body := proof.Body{ID: id, Type: "given", Purpose: "newsletter", Channel: "email"}
	seal(&body, &e, fmt.Appendf(nil, "%q", "mail of "+string(p)+"@example.com"))
	return e
}

// sealer makes salts and digests as a ledger does.
func seal(b *proof.Body, e *consent.Entry, address []byte) {
	var s proof.Sealer
	var err error
	e.Disclosures, err = s.Seal(b, []proof.Field{
		{Name: "subject", Value: fmt.Appendf(nil, "%q", e.Subject)}, {Name: "point", Value: address},
		{Name: "occurred", Value: []byte(`"2026-03-02T12:00:00Z"`)}, {Name: "zone", Value: []byte(`"Europe/Amsterdam"`)},
		{Name: "recorded", Value: []byte(`"2026-03-02T12:00:01Z"`)}, {Name: "actor", Value: []byte(`"person"`)},
		{Name: "binding", Value: []byte(`"typed"`)}, {Name: "session", Value: []byte(`"example.com/sign-up"`)},
	}, nil)
	if err != nil {
		panic(err) // the values above are JSON
	}
	e.Body = b.Append(nil)
	e.Leaf = tlog.RecordHash(e.Body)
}

func add(t testing.TB, s consent.Store, entries ...consent.Entry) {
	t.Helper()
	_, err := s.Append(t.Context(), entries)
	require.NoError(t, err)
}

// erasure is a plan with a capsule for each event.
func erasure(at time.Time, people []basis.Subject, events []consent.Stored) consent.Erasure {
	e := consent.Erasure{At: at}
	for _, p := range people {
		e.People = append(e.People, marksOf(p))
	}
	for _, s := range events {
		e.Capsules = append(e.Capsules, consent.KeptCapsule{ID: s.ID, Salt: proof.Salt(consent.NewEventID()), Time: at.Truncate(time.Second), Until: at.AddDate(5, 0, 0)})
	}
	e.Event = grant("")
	e.Event.Grants, e.Event.People = false, nil
	return e
}

func erase(t testing.TB, s consent.Store, people ...basis.Subject) {
	t.Helper()
	require.NoError(t, s.Erase(t.Context(), people, func(events []consent.Stored) (consent.Erasure, error) {
		return erasure(noon(), people, events), nil
	}))
}
