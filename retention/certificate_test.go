package retention_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

// fullCertificate has every field.
func fullCertificate(t testing.TB) retention.Certificate {
	t.Helper()
	p, err := proofKey(t).ForCertificate("invoice", "c-42")
	require.NoError(t, err)
	return retention.Certificate{
		Rule: "NL-TAX/books", Term: 2, Law: "AWR 52(4) – zeven jaar", Class: "invoice",
		Fields:  []basis.Field{"name", "address.city", "straße"},
		Start:   retention.Occurrence{Event: retention.Drafted, On: proofDay(t, "2016-05-04")},
		LastDay: proofDay(t, "2023-12-31"), DueBy: proofDay(t, "2024-02-28"),
		Decided: time.Date(2024, 3, 1, 2, 30, 0, 0, time.UTC), Done: proofDay(t, "2024-03-01"),
		Action: retention.Delete, Count: 40, Subject: p, Executor: "nightly-sweep",
		BackupsUntil: proofDay(t, "2024-04-05"),
		Recipients: []retention.Notification{
			{Recipient: "mailer", State: retention.Told},
			{Recipient: "bookkeeper B.V.", State: retention.Acknowledged},
			{Recipient: "fair 2015", State: retention.Impossible, Reason: retention.RecipientGone},
		},
	}
}

// leastCertificate has what it must have.
func leastCertificate(t testing.TB) retention.Certificate {
	t.Helper()
	return retention.Certificate{
		Rule: "request", Class: "customer", Decided: time.Date(2024, 3, 1, 23, 30, 0, 0, time.UTC),
		Done: proofDay(t, "2024-03-02"), Action: retention.Anonymize, Count: 1, Executor: "desk", NoRecipients: true,
	}
}

func aFollowUp(of int64, recipient basis.Recipient, state retention.NotificationState) retention.FollowUp {
	f := retention.FollowUp{
		Of: of, Notification: retention.Notification{Recipient: recipient, State: state},
		At: time.Date(2024, 3, 8, 9, 0, 0, 0, time.UTC), Executor: "desk",
	}
	if state == retention.Impossible {
		f.Reason = retention.DisproportionateEffort
	}
	return f
}

func TestCertificateCheck(t *testing.T) {
	t.Parallel()
	require.NoError(t, fullCertificate(t).Check())
	require.NoError(t, leastCertificate(t).Check())
	const marker = "Jan@Example.org"
	type c = retention.Certificate
	for want, spoil := range map[string]func(*c){
		"the rule is not a plain name":                                    func(c *c) { c.Rule = "" },
		"the law is not a plain name":                                     func(c *c) { c.Law = marker },
		"the term is out of bounds":                                       func(c *c) { c.Term = -1 },
		"the class is not a plain name":                                   func(c *c) { c.Class = marker },
		"there are more than 200 fields":                                  func(c *c) { c.Fields = manyFields(201) },
		"a field is not a plain name":                                     func(c *c) { c.Fields = []basis.Field{marker} },
		"a field is named twice":                                          func(c *c) { c.Fields = []basis.Field{"a", "b", "a"} },
		"the event and its day go together":                               func(c *c) { c.Start.Event, c.LastDay = "", 0 },
		"the event is malformed":                                          func(c *c) { c.Start.Event = marker },
		"a day is not in the calendar":                                    func(c *c) { c.DueBy = -1 },
		"a last day needs the event and the term":                         func(c *c) { c.Term = 0 },
		"no instant of the decision":                                      func(c *c) { c.Decided = time.Time{} },
		"or one outside years 1 to 9999":                                  func(c *c) { c.Decided = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"no day on which it was done":                                     func(c *c) { c.Done = 0 },
		"it was done before it was decided":                               func(c *c) { c.Done -= 2 },
		"the event comes after what was done":                             func(c *c) { c.Start.On = c.Done + 1 },
		"a review does nothing to the records":                            func(c *c) { c.Action = retention.Review },
		"a notice is no deletion":                                         func(c *c) { c.Action = retention.NotifyThenDelete },
		"unknown action":                                                  func(c *c) { c.Action = marker },
		"nothing was done: want a count of 1 or more":                     func(c *c) { c.Count = 0 },
		"want a count of 1 or more":                                       func(c *c) { c.Count = -4 },
		"count of 1 or more":                                              func(c *c) { c.Count = 1 << 53 },
		"the executor is no name of a role or job":                        func(c *c) { c.Executor = "Jan de Vries" },
		"the executor is no name of a role":                               func(c *c) { c.Executor = "0612345678" },
		"a restriction removes nothing from backups":                      func(c *c) { c.Action = retention.Restrict },
		"the backups end before it was done":                              func(c *c) { c.BackupsUntil = c.Done - 1 },
		"the recipients are not stated, nor that there are none":          func(c *c) { c.Recipients = nil },
		"there are recipients, and there are said to be none":             func(c *c) { c.NoRecipients = true },
		"there are more than 200 recipients":                              func(c *c) { c.Recipients = manyRecipients(201) },
		"a recipient is named twice":                                      func(c *c) { c.Recipients = append(c.Recipients, c.Recipients[0]) },
		"a recipient is not a plain name":                                 func(c *c) { c.Recipients[0].Recipient = marker },
		"a notification has an unknown state":                             func(c *c) { c.Recipients[0].State = marker },
		"an impossible notification needs a known reason":                 func(c *c) { c.Recipients[2].Reason = marker },
		"a reason is for impossible notifications only":                   func(c *c) { c.Recipients[0].Reason = retention.RecipientGone },
		"unknown action\nnothing was done: want a count of 1 or more\nth": func(c *c) { c.Action, c.Count, c.Executor = "", 0, "" },
	} {
		c := fullCertificate(t)
		spoil(&c)
		err := c.Check()
		require.ErrorContains(t, err, want)
		require.True(t, strings.HasPrefix(err.Error(), "retention: certificate: "), err)
		require.NotContains(t, strings.ToLower(err.Error()), "jan")
	}
	require.Error(t, retention.Certificate{}.Check())
}

func manyFields(n int) (out []basis.Field) {
	for i := range n {
		out = append(out, basis.Field(fmt.Sprintf("%0128d", i)))
	}
	return out
}

func manyRecipients(n int) (out []retention.Notification) {
	for i := range n {
		out = append(out, retention.Notification{
			Recipient: basis.Recipient(fmt.Sprintf("%0128d", i)), State: retention.Impossible, Reason: retention.DisproportionateEffort,
		})
	}
	return out
}

func TestPlainNames(t *testing.T) {
	t.Parallel()
	check := func(law string) error {
		c := fullCertificate(t)
		c.Law = law
		return c.Check()
	}
	for _, good := range []string{"§ 147 Abs. 3 AO", "BW 3:307", "L 123-22 C. com. alinéa 2", "日本", strings.Repeat("x", 256), "a<b>&c"} {
		require.NoError(t, check(good), good)
	}
	for _, bad := range []string{" x", "x ", "a\tb", "a\nb", "a\x00", `a"b`, `a\b`, "a@b", "\xff", "a\u0085", "a\u2028b", "a\u202eb", "a\ufeff", "a\u2067", "a\u200f", "a\u061cb", strings.Repeat("x", 257)} {
		require.Error(t, check(bad), "%q", bad)
	}
}

func TestFollowUpCheck(t *testing.T) {
	t.Parallel()
	require.NoError(t, aFollowUp(1, "mailer", retention.Acknowledged).Check())
	type f = retention.FollowUp
	for want, spoil := range map[string]func(*f){
		"no certificate is referred to":           func(f *f) { f.Of = 0 },
		"there is nothing to follow up":           func(f *f) { f.State = retention.NotTold },
		"unknown state":                           func(f *f) { f.State = "" },
		"no instant":                              func(f *f) { f.At = time.Time{} },
		"no name of a role or job":                func(f *f) { f.Executor = "Jan Jansen" },
		"a recipient is not a plain name":         func(f *f) { f.Recipient = "" },
		"needs a known reason":                    func(f *f) { f.State = retention.Impossible },
		"a reason is for impossible notification": func(f *f) { f.Reason = retention.MadePublic },
	} {
		f := aFollowUp(1, "mailer", retention.Acknowledged)
		spoil(&f)
		err := f.Check()
		require.ErrorContains(t, err, want)
		require.True(t, strings.HasPrefix(err.Error(), "retention: follow-up: "), err)
		require.NotContains(t, err.Error(), "Jan")
	}
}

func TestComplete(t *testing.T) {
	t.Parallel()
	n := func(s retention.NotificationState) retention.Notification {
		return aFollowUp(1, basis.Recipient(s), s).Notification
	}
	for _, tc := range []struct {
		recipients []retention.Notification
		none, want bool
	}{
		{nil, false, false}, // not stated, which is no certificate
		{nil, true, true},
		{[]retention.Notification{n(retention.NotTold)}, false, false},
		{[]retention.Notification{n(retention.Told)}, false, false},
		{[]retention.Notification{n(retention.Acknowledged)}, false, true},
		{[]retention.Notification{n(retention.Impossible)}, false, true},
		{[]retention.Notification{{Recipient: "x", State: retention.Impossible}}, false, false}, // without a reason
		{[]retention.Notification{{Recipient: "x"}}, false, false},
		{[]retention.Notification{n(retention.Acknowledged), n(retention.Told)}, false, false},
		{[]retention.Notification{n(retention.Told)}, true, false}, // contradictory: not complete
	} {
		c := leastCertificate(t)
		c.Recipients, c.NoRecipients = tc.recipients, tc.none
		require.Equal(t, tc.want, c.Complete(), "%v", tc)
	}
}

func TestFollow(t *testing.T) {
	t.Parallel()
	states := []retention.NotificationState{retention.NotTold, retention.Told, retention.Impossible, retention.Acknowledged}
	for i, from := range states {
		for j, to := range states[1:] {
			c := leastCertificate(t)
			c.Number = 7
			c.NoRecipients, c.Recipients = false, []retention.Notification{aFollowUp(7, "r", from).Notification}
			before := slices.Clone(c.Recipients)
			old := c.Recipients
			require.NoError(t, c.Follow(aFollowUp(7, "r", to)))
			require.Equal(t, states[max(i, j+1)], c.Recipients[0].State, "%s then %s", from, to)
			require.NoError(t, c.Check())
			require.Equal(t, before, old, "the list given is left alone")
		}
	}
	c := leastCertificate(t)
	c.Number = 7
	require.EqualError(t, c.Follow(aFollowUp(8, "r", retention.Told)), "retention: the follow-up is of another certificate")
	require.Error(t, c.Follow(retention.FollowUp{Of: 7}))
	require.True(t, c.Complete())
	require.NoError(t, c.Follow(aFollowUp(7, "found later", retention.Told)))
	require.False(t, c.Complete())
	require.NoError(t, c.Check())
	require.NoError(t, c.Follow(aFollowUp(7, "found later", retention.Acknowledged)))
	require.True(t, c.Complete())
}

func TestOverdueAndFullyErased(t *testing.T) {
	t.Parallel()
	c := fullCertificate(t)
	require.Equal(t, 2, c.Overdue()) // 2024-02-29 and 2024-03-01
	c.DueBy = c.Done
	require.Zero(t, c.Overdue())
	c.DueBy = 0
	require.Zero(t, c.Overdue())

	for _, action := range retention.Disposition("").Values() {
		c.Action = retention.Disposition(action)
		d, ok := c.FullyErased()
		require.Equal(t, c.Action == retention.Delete || c.Action == retention.Anonymize, ok, action)
		if ok {
			require.Equal(t, "2024-04-06", d.String())
		}
	}
	c.Action, c.BackupsUntil = retention.Delete, 0
	_, ok := c.FullyErased()
	require.False(t, ok, "not stated is not gone")
	c.BackupsUntil = proofDay(t, "9999-12-31")
	_, ok = c.FullyErased()
	require.False(t, ok)
}

func TestNewCertificate(t *testing.T) {
	t.Parallel()
	r := &retention.Rule{
		ID: "SHOP-CUSTOMER", Variant: "eu", Kind: retention.Maximum, Law: "GDPR 5(1)(e)",
		Events: []retention.Event{retention.Ordered}, Terms: []retention.Term{{Period: proofPeriod(t, "P2Y")}},
	}
	h := retention.History{{Event: retention.Ordered, On: proofDay(t, "2020-02-29")}}
	l := r.At(h, proofDay(t, "2024-03-01"), retention.FinancialYear{})
	require.Equal(t, retention.Certificate{
		Rule: "SHOP-CUSTOMER/eu", Term: 1, Law: "GDPR 5(1)(e)", Start: h[0], LastDay: proofDay(t, "2022-02-28"),
	}, retention.NewCertificate(r, l))
}

func TestCertificateText(t *testing.T) {
	t.Parallel()
	full, least := fullCertificate(t), leastCertificate(t)
	require.Equal(t, "Records of class invoice (40) were deleted on 2024-03-01 under rule NL-TAX/books (AWR 52(4) – zeven jaar), "+
		"whose last day was 2023-12-31, 2 days late; backups may hold copies through 2024-04-05; "+
		"recipients that must still confirm: 1 of 3 (GDPR 19).", full.String())
	require.Equal(t, "Gegevens van klasse invoice (40) zijn verwijderd op 2024-03-01 volgens regel NL-TAX/books (AWR 52(4) – zeven jaar), "+
		"waarvan de laatste dag 2023-12-31 was, 2 dagen te laat; in reservekopieën kunnen ze nog staan tot en met 2024-04-05; "+
		"ontvangers die nog moeten bevestigen: 1 van 3 (AVG 19).", full.Text().Nl)
	require.Equal(t, "Records of class customer (1) were anonymized on 2024-03-02 under rule request; "+
		"how long backups hold copies is not stated; there are no recipients to tell.", least.String())
	require.Equal(t, least.String(), least.LogValue().String())
	least.Action = retention.Restrict
	require.Equal(t, "Gegevens van klasse customer (1) zijn beperkt op 2024-03-02 volgens regel request; "+
		"er zijn geen ontvangers om in te lichten.", least.Text().Nl)
	seen := map[string]bool{}
	for _, d := range []retention.Disposition{"", retention.Delete, retention.Anonymize, retention.Pseudonymize, retention.Restrict, retention.Transfer} {
		least.Action = d
		require.False(t, seen[least.Text().En] || seen[least.Text().Nl], d)
		seen[least.Text().En], seen[least.Text().Nl] = true, true
	}
}

func TestCertificateJSON(t *testing.T) {
	t.Parallel()
	for _, c := range []retention.Certificate{fullCertificate(t), leastCertificate(t)} {
		b, err := json.Marshal(c)
		require.NoError(t, err)
		var got retention.Certificate
		require.NoError(t, json.Unmarshal(b, &got))
		require.Equal(t, c, got)
	}
	f := aFollowUp(3, "r", retention.Impossible)
	b, err := json.Marshal(f)
	require.NoError(t, err)
	var got retention.FollowUp
	require.NoError(t, json.Unmarshal(b, &got))
	require.Equal(t, f, got)
}
