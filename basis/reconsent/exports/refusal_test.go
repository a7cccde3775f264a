package exports

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestObjectionsAddUp: a dated objection does not take the place of an undated one,
// which is later than every consent.
func TestObjectionsAddUp(t *testing.T) {
	crm := open(t, "h.csv", "Record ID,Email,Unsubscribed from all email,Bezwaar\n1,a@example.com,true,2019-01-01\n2,b@example.com,,2019-01-01\n",
		Config{Columns: map[string]Column{"objected_at": {Name: "Bezwaar"}}})
	chimp := open(t, "s.csv", export(mailchimpHeader, member("a@example.com", "2020-01-02 10:00:00"), member("b@example.com", "2020-01-02 10:00:01")), proven)
	got := judge(t, crm, chimp)
	for i, want := range []string{"marketing.objected", "consent.complete", "marketing.objected", "consent.complete"} {
		require.Contains(t, got[i], want, i)
	}
}

// TestRefusalOverAllChannels reaches a row that states a channel which the policy does
// not list for the purpose.
func TestRefusalOverAllChannels(t *testing.T) {
	cfg := Config{Columns: map[string]Column{"channel": {Name: "Kanaal"}, "withdrawn_at": {Name: "Ingetrokken"}}}
	f := open(t, "h.csv", "Record ID,Email,Kanaal,Ingetrokken\n1,a@example.com,,2020-01-01\n2,a@example.com,sms,\n3,b@example.com,sms,2020-01-01\n4,b@example.com,,\n", cfg)
	got := judge(t, f)
	for i, want := range []string{"consent.withdrawn", "consent.withdrawn", "consent.withdrawn", "email.no-consent"} {
		require.Contains(t, got[i], want, i)
	}
}
