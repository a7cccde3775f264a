package basis_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/quick"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

var at = time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC)

type contact struct {
	ID      string `purpose:"*"`
	Email   string `purpose:"order,newsletter,offers,fraud"`
	Name    string `purpose:"order,newsletter=optional"`
	Plate   string `purpose:"lease"`
	Version int    `purpose:"-"`
}

func catalogue(t testing.TB) *basis.Purposes {
	purposes, err := basis.NewPurposes([]basis.Purpose{
		{ID: "order", Kind: basis.ContractPerformance, Ground: basis.Ground{Basis: basis.Contract, Ref: "terms of sale"},
			Optional: []basis.Field{"birthday"}, Recipients: []basis.Recipient{"carrier"}},
		{ID: "lease", Kind: basis.ContractPerformance, Ground: basis.Ground{Basis: basis.Contract, Ref: "lease"}, Retention: "lease"},
		{ID: "newsletter", Kind: basis.DirectMarketing, Ground: basis.Ground{Basis: basis.Consent, Ref: "newsletter"},
			Channels: []basis.Channel{basis.Email}},
		{ID: "offers", Kind: basis.DirectMarketing, Ground: basis.Ground{Basis: basis.SoftOptIn}, Channels: []basis.Channel{basis.Email, basis.SMS}},
		{ID: "fraud", Kind: basis.Security, Ground: basis.Ground{Basis: basis.LegitimateInterests, Ref: "assessment 3"}},
		{ID: "care", Kind: basis.OtherKind, Ground: basis.Ground{Basis: basis.Contract, Ref: "care plan"},
			Special: basis.Special{Condition: basis.ExplicitConsent}, Needs: []basis.Field{"allergies"}},
	}, contact{})
	require.NoError(t, err)
	return purposes
}

// says is a witness with one answer.
func says(s basis.Says) basis.Witness {
	return basis.WitnessFunc(func(context.Context, basis.Question) (basis.Testimony, error) {
		return basis.Testimony{Says: s, Article: "GDPR 1", Ref: "ref"}, nil
	})
}

var errDown = errors.New("down")

func failing(context.Context, basis.Question) (basis.Testimony, error) {
	return basis.Testimony{Says: basis.Consented}, errDown
}

func question(purpose basis.PurposeID, channel basis.Channel, fields ...basis.Field) basis.Question {
	return basis.Question{Subject: "c-42", Purpose: purpose, Fields: fields, Channel: channel, At: at}
}

func codes(d basis.Decision) (out []basis.Code) {
	for _, x := range d.Denials {
		out = append(out, x.Code)
	}
	return out
}

func TestAsk(t *testing.T) {
	t.Parallel()
	purposes := catalogue(t)
	carrier := question("order", basis.NoChannel, "name")
	carrier.Recipient = "carrier"
	broker := carrier
	broker.Recipient = "broker"
	noSubject := question("order", basis.NoChannel, "email")
	noSubject.Subject = ""
	noInstant := question("order", basis.NoChannel, "email")
	noInstant.At = time.Time{}
	consented, notObjected, permits, denies := says(basis.Consented), says(basis.NotObjected), says(basis.Permits), says(basis.Denies)

	tests := []struct {
		name string
		gate basis.Gate
		q    basis.Question
		want []basis.Code // none: allowed
	}{
		{"contract needs no witness", basis.Gate{}, question("order", basis.NoChannel, "email", "name", "id", "version"), nil},
		{"contract does not hear consent", basis.Gate{Consent: denies}, question("order", basis.NoChannel, "email"), nil},
		{"optional field needs consent", basis.Gate{}, question("order", basis.NoChannel, "birthday"), []basis.Code{basis.CodeMissing}},
		{"optional field, consented", basis.Gate{Consent: consented}, question("order", basis.NoChannel, "birthday"), nil},
		{"optional field, not objected", basis.Gate{Consent: notObjected}, question("order", basis.NoChannel, "birthday"), []basis.Code{basis.CodeNoConsent}},
		{"consent", basis.Gate{Consent: consented}, question("newsletter", basis.Email, "email", "name"), nil},
		{"consent silent", basis.Gate{Consent: says("")}, question("newsletter", basis.Email, "email"), []basis.Code{basis.CodeSilent}},
		{"consent nil func", basis.Gate{Consent: basis.WitnessFunc(nil)}, question("newsletter", basis.Email, "email"), []basis.Code{basis.CodeSilent}},
		{"consent not objected", basis.Gate{Consent: notObjected}, question("newsletter", basis.Email, "email"), []basis.Code{basis.CodeNoConsent}},
		{"consent permits", basis.Gate{Consent: permits}, question("newsletter", basis.Email, "email"), []basis.Code{basis.CodeWrongTestimony}},
		{"consent unknown word", basis.Gate{Consent: says("yes")}, question("newsletter", basis.Email, "email"), []basis.Code{basis.CodeWrongTestimony}},
		{"consent denied", basis.Gate{Consent: denies}, question("newsletter", basis.Email, "email"), []basis.Code{basis.CodeDenied}},
		{"soft opt-in", basis.Gate{Consent: notObjected}, question("offers", basis.SMS, "email"), nil},
		{"soft opt-in, nobody", basis.Gate{}, question("offers", basis.Email, "email"), []basis.Code{basis.CodeMissing}},
		{"interest", basis.Gate{Consent: notObjected}, question("fraud", basis.NoChannel, "email"), nil},
		{"interest, consented", basis.Gate{Consent: consented}, question("fraud", basis.NoChannel, "email"), nil},
		{"interest, nobody", basis.Gate{}, question("fraud", basis.NoChannel, "email"), []basis.Code{basis.CodeMissing}},
		{"explicit consent", basis.Gate{Consent: notObjected}, question("care", basis.NoChannel, "allergies"), []basis.Code{basis.CodeNoConsent}},
		{"retention", basis.Gate{Retention: permits}, question("lease", basis.NoChannel, "plate"), nil},
		{"retention, nobody", basis.Gate{}, question("lease", basis.NoChannel, "plate"), []basis.Code{basis.CodeMissing}},
		{"retention, wrong", basis.Gate{Retention: consented}, question("lease", basis.NoChannel, "plate"), []basis.Code{basis.CodeWrongTestimony}},
		{"recipient", basis.Gate{Disclosure: permits}, carrier, nil},
		{"recipient, nobody", basis.Gate{}, carrier, []basis.Code{basis.CodeMissing}},
		{"recipient not declared", basis.Gate{Disclosure: permits}, broker, []basis.Code{basis.CodeRecipient}},
		{"channel not declared", basis.Gate{Consent: consented}, question("newsletter", basis.Phone, "email"), []basis.Code{basis.CodeChannel}},
		{"channel not stated", basis.Gate{}, question("order", "", "email"), []basis.Code{basis.CodeChannel}},
		{"another purpose", basis.Gate{}, question("order", basis.NoChannel, "plate"), []basis.Code{basis.CodeOtherPurpose}},
		{"undeclared", basis.Gate{}, question("order", basis.NoChannel, "shoe_size"), []basis.Code{basis.CodeUndeclared}},
		{"not canonical", basis.Gate{}, question("order", basis.NoChannel, "Email"), []basis.Code{basis.CodeUndeclared}},
		{"unknown purpose", basis.Gate{Consent: consented}, question("profiling", basis.NoChannel, "email"), []basis.Code{basis.CodeUnknownPurpose}},
		{"no subject", basis.Gate{}, noSubject, []basis.Code{basis.CodeNoSubject}},
		{"no instant", basis.Gate{}, noInstant, []basis.Code{basis.CodeNoInstant}},
		{"no fields", basis.Gate{}, question("order", basis.NoChannel), []basis.Code{basis.CodeNoFields}},
		{"also denies", basis.Gate{Also: []basis.Witness{says(""), denies}}, question("order", basis.NoChannel, "email"), []basis.Code{basis.CodeDenied}},
		{"also silent", basis.Gate{Also: []basis.Witness{says("")}}, question("order", basis.NoChannel, "email"), nil},
		{"also grants nothing", basis.Gate{Also: []basis.Witness{consented, permits}}, question("newsletter", basis.Email, "email"), []basis.Code{basis.CodeMissing}},
		{"also nil", basis.Gate{Also: []basis.Witness{nil}}, question("order", basis.NoChannel, "email"), []basis.Code{basis.CodeMissing}},
		{"also unknown word", basis.Gate{Also: []basis.Witness{says("perhaps")}}, question("order", basis.NoChannel, "email"), []basis.Code{basis.CodeWrongTestimony}},
		{"every reason", basis.Gate{Also: []basis.Witness{denies}}, question("newsletter", basis.Phone, "email", "plate"), []basis.Code{
			basis.CodeChannel, basis.CodeOtherPurpose, basis.CodeMissing, basis.CodeDenied, basis.CodeMissing, basis.CodeDenied}},
	}
	for _, test := range tests {
		test.gate.Purposes = purposes
		d, err := test.gate.Ask(t.Context(), test.q)
		require.NoError(t, err, test.name)
		require.Equal(t, test.want, codes(d), test.name)
		require.Equal(t, test.want == nil, d.Allowed(), test.name)
		require.Equal(t, test.want == nil, d.Err() == nil, test.name)
		for _, x := range d.Denials {
			require.NotEmpty(t, x.Article, test.name)
			require.NotEmpty(t, x.Text.En, test.name)
			require.NotEmpty(t, x.Text.Nl, test.name)
			require.True(t, x.Role.Valid(), test.name)
		}
	}
}

func TestZeroValuesDeny(t *testing.T) {
	t.Parallel()
	d, err := basis.Gate{}.Ask(t.Context(), question("order", basis.NoChannel, "email"))
	require.NoError(t, err)
	require.False(t, d.Allowed())

	d, err = basis.Gate{Purposes: &basis.Purposes{}}.Ask(t.Context(), basis.Question{})
	require.NoError(t, err)
	require.Equal(t, []basis.Code{basis.CodeNoSubject, basis.CodeNoInstant, basis.CodeUnknownPurpose, basis.CodeNoFields}, codes(d))

	require.False(t, basis.Decision{}.Allowed())
	require.ErrorContains(t, basis.Decision{}.Err(), "not_asked")
	// What the answer rests on must be there too.
	require.False(t, basis.Decision{Question: question("order", basis.NoChannel, "email")}.Allowed())
}

func TestWitnessError(t *testing.T) {
	t.Parallel()
	asked := 0
	after := basis.WitnessFunc(func(context.Context, basis.Question) (basis.Testimony, error) {
		asked++
		return basis.Testimony{Says: basis.Denies, Code: "do_not_call", Article: "Tw 11.7"}, nil
	})
	gate := basis.Gate{Purposes: catalogue(t), Consent: basis.WitnessFunc(failing), Also: []basis.Witness{basis.WitnessFunc(failing), after}}
	d, err := gate.Ask(t.Context(), question("newsletter", basis.Email, "email"))
	require.ErrorIs(t, err, errDown)
	require.ErrorContains(t, err, "witness for consent")
	require.ErrorContains(t, err, "witness for also")
	require.Equal(t, 1, asked)
	require.False(t, d.Allowed())
	require.Equal(t, []basis.Code{basis.CodeFailed, basis.CodeFailed, "do_not_call"}, codes(d))
	denial, ok := errors.AsType[basis.Denial](d.Err())
	require.True(t, ok)
	require.Equal(t, basis.RoleConsent, denial.Role)
	require.NotContains(t, d.Err().Error(), "c-42", "the subject stays out of errors")
	require.NotContains(t, err.Error(), "c-42")
}

func TestOneFieldAtATime(t *testing.T) {
	t.Parallel()
	var asked []basis.Field
	w := basis.WitnessFunc(func(_ context.Context, q basis.Question) (basis.Testimony, error) {
		asked = append(asked, q.Fields...)
		if len(q.Fields) == 1 && q.Fields[0] == "email" {
			return basis.Testimony{Says: basis.Consented, Until: at.AddDate(0, 0, 9)}, nil
		}
		return basis.Testimony{Says: basis.Consented, Until: at.AddDate(0, 0, 5)}, nil
	})
	gate := basis.Gate{Purposes: catalogue(t), Consent: w}
	fields := []basis.Field{"email", "name"}
	d, err := gate.Ask(t.Context(), question("newsletter", basis.Email, fields...))
	require.NoError(t, err)
	require.True(t, d.Allowed())
	require.Equal(t, fields, asked)
	require.Equal(t, at.AddDate(0, 0, 5), d.Until, "the earliest end")

	for until, allowed := range map[time.Time]bool{at: false, at.Add(-1): false, at.Add(1): true, {}: true} {
		gate.Consent = basis.WitnessFunc(func(context.Context, basis.Question) (basis.Testimony, error) {
			return basis.Testimony{Says: basis.Consented, Until: until}, nil
		})
		d, err := gate.Ask(t.Context(), question("newsletter", basis.Email, "email"))
		require.NoError(t, err)
		require.Equal(t, allowed, d.Allowed())
		if !allowed {
			require.Equal(t, []basis.Code{basis.CodeExpired}, codes(d))
		}
	}
}

func TestDecisionIsACopy(t *testing.T) {
	t.Parallel()
	q := question("order", basis.NoChannel, "email")
	d, err := basis.Gate{Purposes: catalogue(t)}.Ask(t.Context(), q)
	require.NoError(t, err)
	q.Fields[0] = "plate"
	require.Equal(t, []basis.Field{"email"}, d.Question.Fields)
	d.Question.Fields[0] = "plate"
	require.False(t, d.Allowed(), "a decision on one field is none on another")
}

func TestRecorder(t *testing.T) {
	t.Parallel()
	var kept []basis.Decision
	gate := basis.Gate{Purposes: catalogue(t), Recorder: basis.RecorderFunc(func(_ context.Context, d basis.Decision) error {
		kept = append(kept, d)
		return nil
	})}
	for _, q := range []basis.Question{question("order", basis.NoChannel, "email"), question("order", basis.NoChannel, "plate"), {}} {
		d, err := gate.Ask(t.Context(), q)
		require.NoError(t, err)
		require.Equal(t, d, kept[len(kept)-1])
	}
	require.Len(t, kept, 3, "the noes too")

	gate.Recorder = basis.RecorderFunc(func(context.Context, basis.Decision) error { return errDown })
	d, err := gate.Ask(t.Context(), question("order", basis.NoChannel, "email"))
	require.ErrorIs(t, err, errDown)
	require.False(t, d.Allowed())
	require.Equal(t, []basis.Code{basis.CodeNotRecorded}, codes(d))

	gate.Recorder = basis.RecorderFunc(nil)
	d, err = gate.Ask(t.Context(), question("order", basis.NoChannel, "email"))
	require.Error(t, err)
	require.False(t, d.Allowed())
}

func TestConcurrent(t *testing.T) {
	t.Parallel()
	gate := basis.Gate{Purposes: catalogue(t), Consent: says(basis.Consented)}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				if d, err := gate.Ask(context.Background(), question("newsletter", basis.Email, "email", "name")); err != nil || !d.Allowed() {
					t.Error("not allowed")
				}
			}
		})
	}
	wg.Wait()
}

// choice draws a gate and a question from everything that matters to the answer.
type choice struct {
	Purpose, Channel, Recipient    uint8
	Fields                         []uint8
	Consent, Retention, Disclosure uint8
	Also                           []uint8
	Subject, Instant, ExtraDenial  bool
}

func pick[E any](n uint8, of ...E) E { return of[int(n)%len(of)] }

func witness(n uint8) basis.Witness {
	return pick[basis.Witness](n, nil, says(""), says(basis.Denies), says(basis.Consented), says(basis.NotObjected), says(basis.Permits), basis.WitnessFunc(failing))
}

func (c choice) ask(t *testing.T, purposes *basis.Purposes, change func(*basis.Gate, *basis.Question)) (basis.Decision, error) {
	gate := basis.Gate{Purposes: purposes, Consent: witness(c.Consent), Retention: witness(c.Retention), Disclosure: witness(c.Disclosure)}
	for _, n := range c.Also[:min(len(c.Also), 2)] {
		gate.Also = append(gate.Also, pick(n, says(""), says(""), says(""), says(basis.Denies), says(basis.Permits), says(basis.Consented)))
	}
	q := basis.Question{
		Purpose: pick[basis.PurposeID](c.Purpose, "order", "lease", "newsletter", "offers", "fraud", "care"),
		Channel: pick(c.Channel, basis.NoChannel, basis.Email), Recipient: pick[basis.Recipient](c.Recipient, "", "", "carrier"),
		Subject: "c-42", At: at,
	}
	for _, n := range c.Fields[:min(len(c.Fields), 3)] {
		q.Fields = append(q.Fields, pick[basis.Field](n, "email", "email", "name", "plate", "id", "birthday", "allergies"))
	}
	if change != nil {
		change(&gate, &q)
	}
	return gate.Ask(t.Context(), q)
}

func TestProperties(t *testing.T) {
	t.Parallel()
	purposes := catalogue(t)
	allowed := 0
	config := &quick.Config{MaxCount: 2000}
	holds := func(name string, property func(choice) bool) {
		require.NoError(t, quick.Check(property, config), name)
	}
	holds("an error is never a yes", func(c choice) bool {
		d, err := c.ask(t, purposes, nil)
		if d.Allowed() {
			allowed++
		}
		return !(err != nil && d.Allowed())
	})
	require.Greater(t, allowed, 4, "the draw must have yeses to mean anything")
	holds("a denial never turns a no into a yes", func(c choice) bool {
		before, _ := c.ask(t, purposes, nil)
		after, _ := c.ask(t, purposes, func(g *basis.Gate, _ *basis.Question) { g.Also = append(g.Also, says(basis.Denies)) })
		return !after.Allowed() && len(after.Denials) >= len(before.Denials)
	})
	holds("a grant from Also changes nothing", func(c choice) bool {
		before, _ := c.ask(t, purposes, nil)
		after, _ := c.ask(t, purposes, func(g *basis.Gate, _ *basis.Question) {
			g.Also = append(g.Also, says(basis.Consented), says(basis.Permits))
		})
		return before.Allowed() == after.Allowed()
	})
	holds("a set of fields is allowed only if each is", func(c choice) bool {
		whole, _ := c.ask(t, purposes, nil)
		each := len(whole.Question.Fields) > 0
		for i := range whole.Question.Fields {
			one, _ := c.ask(t, purposes, func(_ *basis.Gate, q *basis.Question) { q.Fields = q.Fields[i : i+1] })
			each = each && one.Allowed()
		}
		return whole.Allowed() == each
	})
	for name, bad := range map[string]basis.Witness{"no witness": nil, "erring": basis.WitnessFunc(failing), "silent": says(""), "permits": says(basis.Permits)} {
		holds(name+" on consent", func(c choice) bool {
			d, _ := c.ask(t, purposes, func(g *basis.Gate, q *basis.Question) {
				g.Consent, q.Purpose = bad, pick[basis.PurposeID](c.Purpose, "newsletter", "offers", "fraud", "care")
			})
			return !d.Allowed()
		})
		if name == "permits" {
			continue
		}
		holds(name+" on retention and disclosure", func(c choice) bool {
			kept, _ := c.ask(t, purposes, func(g *basis.Gate, q *basis.Question) { g.Retention, q.Purpose = bad, "lease" })
			sent, _ := c.ask(t, purposes, func(g *basis.Gate, q *basis.Question) { g.Disclosure, q.Recipient = bad, "carrier" })
			return !kept.Allowed() && !sent.Allowed()
		})
	}
	holds("a decision survives encoding", func(c choice) bool {
		d, _ := c.ask(t, purposes, nil)
		data, err := d.MarshalJSON()
		if err != nil {
			return false
		}
		var back basis.Decision
		if err := back.UnmarshalJSON(data); err != nil {
			return false
		}
		again, err := back.MarshalJSON()
		return err == nil && string(again) == string(data) && back.Allowed() == d.Allowed()
	})
}

func BenchmarkAsk(b *testing.B) {
	purposes := catalogue(b)
	for _, bench := range []struct {
		name string
		gate basis.Gate
		q    basis.Question
	}{
		{"no witness", basis.Gate{Purposes: purposes}, question("order", basis.NoChannel, "email")},
		{"no witness, 3 fields", basis.Gate{Purposes: purposes}, question("order", basis.NoChannel, "email", "name", "id")},
		{"consent", basis.Gate{Purposes: purposes, Consent: says(basis.Consented)}, question("newsletter", basis.Email, "email")},
		{"denied", basis.Gate{Purposes: purposes}, question("order", basis.NoChannel, "plate")},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			ctx := b.Context()
			for b.Loop() {
				d, err := bench.gate.Ask(ctx, bench.q)
				if err != nil || d.Question.Subject == "" {
					b.Fatal(fmt.Sprint(err))
				}
			}
		})
	}
}

func TestAllocations(t *testing.T) {
	gate, q := basis.Gate{Purposes: catalogue(t)}, question("order", basis.NoChannel, "email")
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { _, _ = gate.Ask(context.Background(), q) }), 2.0)
	require.Zero(t, testing.AllocsPerRun(100, func() { gate.Purposes.Verdict("order", "email") }))
}
