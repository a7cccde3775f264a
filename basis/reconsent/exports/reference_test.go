package exports

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

// noted is one row as the reference sees it: who it is about and what was done there.
type noted struct {
	keys     []string
	objected string // "", a time, or never for an undated one
	refused  []noted1
	granted  string // a complete consent to every purpose by e-mail
}

// noted1 is a withdrawal; an empty purpose is all marketing, an empty channel every one.
type noted1 struct{ purpose, channel, at string }

const never = "undated"

// reference is the join, plainly: contacts are the rows connected by what they share.
type reference struct{ rows map[string]noted }

func (r reference) contact(at string) []noted {
	seen := map[string]bool{}
	for _, k := range r.rows[at].keys {
		seen[k] = true
	}
	var out []noted
	done := map[string]bool{}
	for more := true; more; {
		more = false
		for name, row := range r.rows {
			if done[name] || !slices.ContainsFunc(row.keys, func(k string) bool { return seen[k] }) {
				continue
			}
			done[name], more = true, true
			out = append(out, row)
			for _, k := range row.keys {
				seen[k] = true
			}
		}
	}
	return out
}

// last returns the later of two moments; those after the day of evaluation have not happened.
func last(a, b string) string {
	switch {
	case a == never || b == never:
		return never
	case b > "2026-11-25" || b < a:
		return a
	}
	return b
}

// expect returns objection, withdrawal and consent of the row's contact.
func (r reference) expect(at, purpose, channel string, marketing bool) (objected, withdrawn, granted string) {
	for _, row := range r.contact(at) {
		if marketing {
			objected = last(objected, row.objected)
		}
		for _, w := range row.refused {
			if (w.purpose == purpose || w.purpose == "" && marketing) && (w.channel == "" || w.channel == channel) {
				withdrawn = last(withdrawn, w.at)
			}
		}
		if channel == "email" {
			granted = last(granted, row.granted)
		}
	}
	return objected, withdrawn, granted
}

// TestSetAgainstReference holds the join, over several purposes, channels and links,
// against the reference, on random small files of four forms in any order.
func TestSetAgainstReference(t *testing.T) {
	purposes := []Purpose{
		{ID: "newsletter", Kind: basis.DirectMarketing, Channels: []basis.Channel{basis.Email, basis.Post}},
		{ID: "tips", Kind: basis.DirectMarketing, Channels: []basis.Channel{basis.Email}, Subscriptions: []string{"Weekly tips"}},
		{ID: "order", Kind: basis.ContractPerformance, Channels: []basis.Channel{basis.Email}},
	}
	times := []string{"2019-01-01T10:00:00Z", "2019-06-01T10:00:00Z", "2020-01-01T10:00:00Z", "2020-01-01T10:00:01Z", "2031-01-01T10:00:00Z"}
	tab := table(t)
	compared := 0
	for seed := range uint64(60) {
		rnd := rand.New(rand.NewPCG(seed, 2))
		ref := reference{rows: map[string]noted{}}
		address := func() string { return fmt.Sprintf("%c@example.org", 'a'+rnd.IntN(7)) }
		var hub strings.Builder
		hub.WriteString("Record ID,Email,Unsubscribed from all email,Opted out of email: Weekly tips,Opted out of email: Unheard of\n")
		for i := range 2 + rnd.IntN(5) {
			id, a := fmt.Sprint(rnd.IntN(6)), address()
			row, fields := noted{keys: []string{"#" + id, a}}, [3]string{}
			if rnd.IntN(6) == 0 {
				fields[0], row.objected = "true", never
			}
			if rnd.IntN(5) == 0 {
				fields[1], row.refused = "yes", append(row.refused, noted1{"tips", "email", never})
			}
			if rnd.IntN(8) == 0 {
				fields[2], row.refused = "1", append(row.refused, noted1{"", "email", never})
			}
			hub.WriteString(fmt.Sprintf("%s,%s,%s\n", id, strings.ToUpper(a), strings.Join(fields[:], ",")))
			ref.rows[fmt.Sprintf("hub.csv %d", i+1)] = row
		}
		var history strings.Builder
		history.WriteString(hubspotHistory + "\n")
		for i := range 1 + rnd.IntN(3) {
			name := []string{"newsletter", "Weekly tips", "Unheard of"}[rnd.IntN(3)]
			a, at := address(), times[rnd.IntN(len(times))]
			history.WriteString(line(hubspotHistory, row0{"subscription": name, "newStatus": "UNSUBSCRIBED", "email": a, "created": at}))
			ref.rows[fmt.Sprintf("history.csv %d", i+1)] = noted{keys: []string{a}, refused: []noted1{{map[string]string{"newsletter": "newsletter", "Weekly tips": "tips"}[name], "email", at}}}
		}
		var in, out []row0
		for i := range 2 + rnd.IntN(4) {
			a, at := address(), times[rnd.IntN(4)]
			r := member(a, at)
			r["CONFIRM_IP"] = fmt.Sprintf("192.0.2.%d", i+1)
			in = append(in, r)
			ref.rows[fmt.Sprintf("in.csv %d", i+1)] = noted{keys: []string{a}, granted: at}
		}
		for i := range 1 + rnd.IntN(4) {
			a, at := address(), times[rnd.IntN(len(times))]
			row, r := noted{keys: []string{a}}, left(a, at)
			if rnd.IntN(3) == 0 {
				r["UNSUB_TIME"], at = "", never
			}
			if rnd.IntN(2) == 0 {
				r["UNSUB_REASON"], row.objected = "SPAM", at
			} else {
				row.refused = []noted1{{"", "email", at}}
			}
			out = append(out, r)
			ref.rows[fmt.Sprintf("unsubscribed.csv %d", i+1)] = row
		}
		cfg, consent := Config{Purposes: purposes}, Config{Purposes: purposes, Fill: proven.Fill}
		files := []*File{
			open(t, "hub.csv", hub.String(), cfg), open(t, "history.csv", history.String(), cfg),
			open(t, "in.csv", export(mailchimpHeader, in...), consent), open(t, "unsubscribed.csv", export(mailchimpUnsub, out...), cfg),
		}
		rnd.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
		selected := []string{"", "newsletter", "tips"}[rnd.IntN(3)]
		for f, err := range (&Set{Table: tab, Files: files, Select: selected}).All() {
			require.NoError(t, err)
			require.True(t, selected == "" || f.Purpose == selected)
			at := fmt.Sprintf("%s %d", f.Origin.File, f.Origin.Row)
			objected, withdrawn, granted := ref.expect(at, f.Purpose, string(f.Channel), f.Kind == basis.DirectMarketing)
			where := fmt.Sprintf("seed %d, %s, %s by %s", seed, at, f.Purpose, f.Channel)
			require.Equal(t, objected, f.ObjectedAt.String(), where)
			if objected != never { // else it is not told what else was refused
				require.Equal(t, withdrawn, f.WithdrawnAt.String(), where)
			}
			require.Equal(t, granted, f.ConsentAt.String(), where)
			compared++
		}
	}
	require.Greater(t, compared, 1000)
}

// TestRefusalsNotYetMade: what happens after the day of evaluation has not happened,
// on that day it has, whatever the hour.
func TestRefusalsNotYetMade(t *testing.T) {
	for at, stopped := range map[string]bool{"2026-11-24": true, "2026-11-24 23:59:59": true, "2026-11-24 23:59:59.9999": true, "2026-11-25": false, "2026-11-25 00:00:00": false} {
		out := open(t, "unsubscribed.csv", export(mailchimpUnsub, left("a@example.com", at)), Config{SourceZone: amsterdam(t)})
		hub := open(t, "h.csv", "Record ID,Email\n1,a@example.com\n", Config{})
		for _, l := range judge(t, out, hub) {
			require.Equal(t, stopped, strings.Contains(l, "consent.withdrawn"), "%s: %s", at, l)
		}
	}
}

// TestChannelsOfWithdrawals: a refusal of text messages stops those alone.
func TestChannelsOfWithdrawals(t *testing.T) {
	both := Purpose{ID: "newsletter", Kind: basis.DirectMarketing, Channels: []basis.Channel{basis.Email, basis.SMS}}
	f := open(t, "b.csv", export(brevoHeader, row0{"EMAIL": "a@example.com", "sms_marketing": "unsubscribed"}, row0{"EMAIL": "A@example.com"}), Config{Purposes: []Purpose{both}})
	for facts, err := range f.All(table(t)) {
		require.NoError(t, err)
		require.Equal(t, facts.Channel == basis.SMS, facts.WithdrawnAt == reconsent.Undated(), facts.Channel)
		require.True(t, facts.ObjectedAt.IsZero())
	}
}

// TestTwoHopsAway: a consent record names a party, the Contact of that party has the
// address, and the mail program's row has the address alone.
func TestTwoHopsAway(t *testing.T) {
	consent := open(t, "consent.csv", export(salesforceConsent, row0{"PartyId": "0PK1", "ContactPointType": "Email", "PrivacyConsentStatus": "OptOut", "CaptureDate": "2021-06-01T09:30:00.000+0000", "DataUsePurposeId": "newsletter"}), Config{})
	contact := open(t, "contact.csv", export(salesforceContact, row0{"Id": "003a", "Email": "a@example.com", "IndividualId": "0PK1"}), Config{})
	for confirmed, rule := range map[string]string{"2020-01-01 10:00:00": "consent.withdrawn", "2022-01-01 10:00:00": "consent.complete"} {
		chimp := open(t, "s.csv", export(mailchimpHeader, member("A@example.com", confirmed)), proven)
		for _, files := range [][]*File{{consent, contact, chimp}, {chimp, contact, consent}, {contact, chimp, consent}} {
			got := judge(t, files...)
			require.Len(t, got, 3)
			for _, l := range got {
				require.Contains(t, l, rule)
			}
		}
	}
}
