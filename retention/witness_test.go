package retention_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/basistest"
	"github.com/grondslag/grondslag/retention"
)

// file is the records of a test, by subject.
type file map[basis.Subject]retention.Record

func (f file) Record(_ context.Context, s basis.Subject) (retention.Record, bool, error) {
	r, ok := f[s]
	return r, ok, nil
}

func amsterdam(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Amsterdam")
	require.NoError(t, err)
	return loc
}

// crm has marketing, tax, claims and blocked data, in Amsterdam.
func crm(t testing.TB) *retention.Schedule {
	t.Helper()
	s, err := retention.NewSchedule(retention.Policy{
		Zone: amsterdam(t),
		Classes: []retention.Class{
			{ID: "customer", Uses: []retention.Use{
				plain(t, "marketing", retention.Maximum, "P2Y", retention.Contacted),
				plain(t, "service", retention.Guidance, "P3Y", retention.Contacted, retention.Collected),
				plain(t, "marketing", retention.Restriction, "P3Y", retention.ProcessingEnded),
			}},
			{ID: "invoice", Uses: []retention.Use{cut(retention.CutYear, plain(t, "tax", retention.Minimum, "P7Y", retention.Drafted))}},
			{ID: "contract", Uses: []retention.Use{plain(t, "claims", retention.PurposeLimit, "P5Y", retention.ContractBroken)}},
		},
		Fields: map[basis.Field][]retention.ClassID{
			"email": {"customer"}, "phone": {"customer"}, "iban": {"customer", "invoice"}, "terms": {"contract"},
		},
	})
	require.NoError(t, err)
	return s
}

func crmFile(t testing.TB) file {
	t.Helper()
	return file{
		"runs":    {History: history(t, retention.Contacted, "2024-06-01", retention.Drafted, "2024-06-01", retention.ContractBroken, "2024-06-01")},
		"ended":   {History: history(t, retention.Contacted, "2020-06-01", retention.Drafted, "2010-06-01", retention.ContractBroken, "2010-06-01")},
		"blocked": {History: history(t, retention.Contacted, "2020-06-01", retention.Drafted, "2020-06-01", retention.ProcessingEnded, "2023-07-01")},
		"young":   {History: history(t, retention.Collected, "2024-01-01")},
		"unknown": {},
		"erased":  {History: history(t, retention.Contacted, "2024-06-01", retention.Drafted, "2024-06-01"), Erasure: day(t, "2024-09-01")},
		"done": {
			History: history(t, retention.Contacted, "2020-06-01", retention.Drafted, "2024-06-01"),
			Done:    map[basis.Field]retention.Date{"email": day(t, "2023-07-01")},
		},
	}
}

// All that the witness says, by way of the gate: each code, its article and what proves it.
func TestWitness(t *testing.T) {
	t.Parallel()
	purpose := func(id basis.PurposeID, fields ...basis.Field) basis.Purpose {
		return basis.Purpose{
			ID: id, Kind: basis.ContractPerformance, Ground: basis.Ground{Basis: basis.Contract, Ref: "terms of sale"},
			Needs: fields, Retention: "schedule",
		}
	}
	purposes, err := basis.NewPurposes([]basis.Purpose{
		purpose("marketing", "email", "phone", "iban", "terms"), purpose("service", "email"), purpose("tax", "iban"), purpose("claims", "terms"),
	})
	require.NoError(t, err)
	suit := hold(t, "suit", func(h *retention.Hold) { h.Fields = []basis.Field{"email", "iban"} })
	for _, c := range []struct {
		name    string
		subject basis.Subject
		purpose basis.PurposeID
		field   basis.Field
		at      string // noon, in UTC, or an instant
		holds   []retention.Hold
		code    basis.Code // of what was heard, or of the denial
		ref     string
		until   string // where it is allowed, in UTC
		denied  bool
	}{
		{name: "within", subject: "runs", purpose: "marketing", field: "email", at: "2026-05-31T12:00:00Z", code: retention.CodeWithin, ref: "marketing-max-P2Y", until: "2026-06-01T22:00:00Z"},
		{name: "the last instant", subject: "runs", purpose: "marketing", field: "email", at: "2026-06-01T21:59:59Z", code: retention.CodeWithin, ref: "marketing-max-P2Y", until: "2026-06-01T22:00:00Z"},
		{name: "the first instant after", subject: "runs", purpose: "marketing", field: "email", at: "2026-06-01T22:00:00Z", code: retention.CodeEnded, ref: "marketing-max-P2Y", denied: true},
		{name: "winter in Amsterdam", subject: "runs", purpose: "tax", field: "iban", at: "2031-12-31T22:59:59Z", code: retention.CodeWithin, ref: "tax-min-P7Y", until: "2031-12-31T23:00:00Z"},
		{name: "a claim", subject: "runs", purpose: "claims", field: "terms", at: "2025-01-01T12:00:00Z", code: retention.CodeWithin, ref: "claims-purpose-limit-P5Y", until: "2029-06-01T22:00:00Z"},
		{name: "before it began", subject: "young", purpose: "claims", field: "terms", at: "2025-01-01T12:00:00Z", code: retention.CodeNotBegun, ref: "claims-purpose-limit-P5Y"},
		{name: "the anchor is missing", subject: "unknown", purpose: "service", field: "email", at: "2025-01-01T12:00:00Z", code: retention.CodeNoAnchor, ref: "service-max-guidance-P3Y", denied: true},
		{name: "blocked", subject: "blocked", purpose: "marketing", field: "email", at: "2025-01-01T12:00:00Z", code: retention.CodeRestricted, ref: "marketing-restrict-P3Y", denied: true},
		{name: "the block has ended too", subject: "blocked", purpose: "marketing", field: "email", at: "2026-07-02T12:00:00Z", code: retention.CodeEnded, ref: "marketing-max-P2Y", denied: true},
		{name: "tax does not lend marketing its period", subject: "runs", purpose: "marketing", field: "iban", at: "2027-01-01T12:00:00Z", code: retention.CodeEnded, ref: "marketing-max-P2Y", denied: true},
		{name: "erased", subject: "erased", purpose: "marketing", field: "email", at: "2024-09-01T12:00:00Z", code: retention.CodeErased, ref: "marketing-max-P2Y", denied: true},
		{name: "the day before erasure", subject: "erased", purpose: "marketing", field: "email", at: "2024-08-31T12:00:00Z", code: retention.CodeWithin, ref: "marketing-max-P2Y", until: "2026-06-01T22:00:00Z"},
		{name: "erasure leaves a duty", subject: "erased", purpose: "tax", field: "iban", at: "2024-09-01T12:00:00Z", code: retention.CodeWithin, ref: "tax-min-P7Y", until: "2031-12-31T23:00:00Z"},
		{name: "done", subject: "done", purpose: "marketing", field: "email", at: "2025-01-01T12:00:00Z", code: retention.CodeDone, ref: "marketing-max-P2Y", denied: true},
		{name: "another field is done", subject: "done", purpose: "tax", field: "iban", at: "2025-01-01T12:00:00Z", code: retention.CodeWithin, ref: "tax-min-P7Y", until: "2031-12-31T23:00:00Z"},

		// A hold permits no use, and takes none away (law of retention: it suspends disposition alone).
		{name: "held", subject: "ended", purpose: "marketing", field: "email", at: "2025-01-01T12:00:00Z", holds: []retention.Hold{suit}, code: retention.CodeHeld, ref: "marketing-max-P2Y", denied: true},
		{name: "held for tax", subject: "ended", purpose: "tax", field: "iban", at: "2025-01-01T12:00:00Z", holds: []retention.Hold{suit}, code: retention.CodeHeld, ref: "tax-min-P7Y", denied: true},
		{name: "a hold on another field", subject: "ended", purpose: "marketing", field: "phone", at: "2025-01-01T12:00:00Z", holds: []retention.Hold{suit}, code: retention.CodeEnded, ref: "marketing-max-P2Y", denied: true},
		{name: "a hold over a duty that runs", subject: "erased", purpose: "tax", field: "iban", at: "2024-09-01T12:00:00Z", holds: []retention.Hold{suit}, code: retention.CodeWithin, ref: "tax-min-P7Y", until: "2031-12-31T23:00:00Z"},
		{name: "a hold revives no purpose", subject: "erased", purpose: "marketing", field: "iban", at: "2024-09-01T12:00:00Z", holds: []retention.Hold{suit}, code: retention.CodeErased, ref: "marketing-max-P2Y", denied: true},
		{name: "a hold takes no use away", subject: "runs", purpose: "marketing", field: "email", at: "2026-05-31T12:00:00Z", holds: []retention.Hold{suit}, code: retention.CodeWithin, ref: "marketing-max-P2Y", until: "2026-06-01T22:00:00Z"},

		{name: "no record", subject: "stranger", purpose: "marketing", field: "email", at: "2025-01-01T12:00:00Z", code: basis.CodeSilent, denied: true},
		{name: "no such purpose of the field", subject: "runs", purpose: "marketing", field: "terms", at: "2025-01-01T12:00:00Z", code: basis.CodeSilent, denied: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(time.RFC3339, c.at)
			require.NoError(t, err)
			gate := basis.Gate{Purposes: purposes, Retention: crm(t).Witness(crmFile(t), holdsOf(t, c.holds...))}
			d, err := gate.Ask(t.Context(), basis.Question{Subject: c.subject, Purpose: c.purpose, Fields: []basis.Field{c.field}, Channel: basis.NoChannel, At: at})
			require.NoError(t, err)
			require.Equal(t, !c.denied, d.Allowed(), "%v", d.Denials)
			if c.denied {
				require.Len(t, d.Denials, 1)
				require.Equal(t, c.code, d.Denials[0].Code)
				require.Equal(t, basis.RoleRetention, d.Denials[0].Role)
				require.Equal(t, "GDPR 5(1)(e)", d.Denials[0].Article)
				require.Equal(t, c.ref, d.Denials[0].Ref)
				require.NotEmpty(t, d.Denials[0].Text.Nl)
				return
			}
			require.Len(t, d.Heard, 1)
			require.Equal(t, c.code, d.Heard[0].Testimony.Code)
			require.Equal(t, c.ref, d.Heard[0].Testimony.Ref)
			if c.until == "" {
				require.Zero(t, d.Until)
				return
			}
			require.Equal(t, c.until, d.Until.UTC().Format(time.RFC3339))
		})
	}
}

func ask(t testing.TB, s basis.Subject, p basis.PurposeID, at string, fields ...basis.Field) basis.Question {
	t.Helper()
	return basis.Question{Subject: s, Purpose: p, Fields: fields, Channel: basis.NoChannel, At: day(t, at).Start(time.UTC)}
}

func TestWitnessConforms(t *testing.T) {
	t.Parallel()
	records := crmFile(t)
	records[""], records["any"] = records["runs"], records["runs"] // a source that finds a record for no subject
	basistest.Witness(t, crm(t).Witness(records, holdsOf(t, hold(t, "suit", nil))), basistest.Cases{
		Granted: []basis.Question{
			ask(t, "runs", "marketing", "2025-01-01", "email"), ask(t, "runs", "tax", "2025-01-01", "iban"),
			ask(t, "young", "claims", "2025-01-01", "terms"), ask(t, "runs", "marketing", "2025-01-01", "email", "phone", "iban"),
		},
		Refused: []basis.Question{
			ask(t, "ended", "marketing", "2025-01-01", "email"), ask(t, "blocked", "marketing", "2025-01-01", "phone"),
			ask(t, "stranger", "marketing", "2025-01-01", "email"), ask(t, "runs", "marketing", "2025-01-01", "email", "terms"),
			ask(t, "runs", "nothing", "2025-01-01", "email"), ask(t, "unknown", "service", "2025-01-01", "email"), ask(t, "runs", "marketing", "2025-01-01"),
		},
	})
}

// Of several fields the first that ends bounds the answer, and one that is denied denies all.
func TestWitnessOfSeveralFields(t *testing.T) {
	t.Parallel()
	s, err := retention.NewSchedule(retention.Policy{
		Classes: []retention.Class{
			{ID: "long", Uses: []retention.Use{plain(t, "use", retention.Maximum, "P9Y", retention.Contacted)}},
			{ID: "short", Uses: []retention.Use{plain(t, "use", retention.Maximum, "P1Y", retention.Contacted)}},
			{ID: "open", Uses: []retention.Use{plain(t, "use", retention.Maximum, "P1D", retention.Clicked)}},
		},
		Fields: map[basis.Field][]retention.ClassID{"a": {"long"}, "b": {"short"}, "c": {"open"}},
	})
	require.NoError(t, err)
	w := s.Witness(file{"c-1": {History: history(t, retention.Contacted, "2024-01-01")}}, nil)
	for _, fields := range [][]basis.Field{{"a", "b", "c"}, {"c", "b", "a"}, {"b", "a"}} {
		answer, err := w.Testify(t.Context(), ask(t, "c-1", "use", "2024-06-01", fields...))
		require.NoError(t, err)
		require.Equal(t, basis.Permits, answer.Says)
		require.Equal(t, day(t, "2025-01-02").Start(time.UTC), answer.Until.UTC(), fields)
		answer, err = w.Testify(t.Context(), ask(t, "c-1", "use", "2025-01-02", fields...))
		require.NoError(t, err)
		require.Equal(t, basis.Denies, answer.Says)
		require.Equal(t, "use-max-P1Y", answer.Ref)
	}
}

// Who can't find out says so; nothing is found in a record that is another's, or not there.
func TestWitnessFails(t *testing.T) {
	t.Parallel()
	q := ask(t, "runs", "marketing", "2025-01-01", "email")
	broken := errors.New("database is closed")
	failing := retention.RecordsFunc(func(context.Context, basis.Subject) (retention.Record, bool, error) {
		return crmFile(t)["runs"], true, broken
	})
	answer, err := crm(t).Witness(failing, nil).Testify(t.Context(), q)
	require.ErrorIs(t, err, broken)
	require.Zero(t, answer)
	_, err = crm(t).Witness(retention.RecordsFunc(nil), nil).Testify(t.Context(), q)
	require.ErrorContains(t, err, "records are a nil func")
	var none *retention.Schedule
	for _, w := range []basis.Witness{crm(t).Witness(nil, nil), none.Witness(crmFile(t), nil)} {
		answer, err = w.Testify(t.Context(), q)
		require.NoError(t, err)
		require.Zero(t, answer)
	}
	// The holds are those of the person who is asked about, whatever the record says.
	wrong := file{"ended": {Subject: "someone-else", History: crmFile(t)["ended"].History}}
	hs := holdsOf(t, hold(t, "h", func(h *retention.Hold) { h.Subjects = []basis.Subject{"ended"} }))
	answer, err = crm(t).Witness(wrong, hs).Testify(t.Context(), ask(t, "ended", "marketing", "2025-01-01", "email"))
	require.NoError(t, err)
	require.Equal(t, retention.CodeHeld, answer.Code)
}
