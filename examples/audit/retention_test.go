package main

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const retentionPolicy = `{
  "controller": {"name": "x", "country": "NL", "financial_year_end": "06-30"},
  "purposes": [
    {"id": "books", "kind": "legal_duty", "ground": {"basis": "legal_obligation", "ref": "AWR 52"}, "retention": "NL-TAX"},
    {"id": "danish", "kind": "legal_duty", "ground": {"basis": "legal_obligation", "ref": "Bogføringsloven"}, "retention": "DK-BFL"},
    {"id": "catalogue", "kind": "marketing", "ground": {"basis": "legitimate_interests", "ref": "x"}, "channels": ["post"], "retention": "own"},
    {"id": "order", "kind": "contract", "ground": {"basis": "contract", "ref": "x"}}
  ],
  "retention": [{"id": "own", "kind": "max", "events": ["collected", "ordered"], "terms": [{"period": "P3Y"}]}]
}`

// The state of each purpose's rule, on the last day and the day after.
func TestRetention(t *testing.T) {
	t.Parallel()
	policy := file(t, "policy.json", retentionPolicy)
	facts := file(t, "facts.csv", "contact,purpose,sale_at,acquired_at\n"+
		"c-1,books,2018-03-15,\nc-2,danish,2018-09-10,\nc-3,catalogue,2022-12-31,2020-01-01\nc-4,catalogue,,\nc-5,order,2018-03-15,\n"+
		"c-6,books,2018-12-31T23:30:00Z,\n")
	for at, want := range map[string][]string{
		"2025-12-31": {"active 2025-12-31 NL-TAX", "due 2024-06-30 DK-BFL", "active 2025-12-31 own", "pending  own", "  ", "active 2026-12-31 NL-TAX"},
		"2026-01-01": {"due 2025-12-31 NL-TAX", "due 2024-06-30 DK-BFL", "due 2025-12-31 own", "pending  own", "  ", "active 2026-12-31 NL-TAX"},
	} {
		var got []string
		for _, l := range lines(t, "-policy", policy, "-at", at, facts) {
			got = append(got, l.Retention+" "+l.LastDay+" "+l.Period)
		}
		require.Equal(t, want, got, at)
	}
	status, out, errs := call(t, "-policy", policy, "-at", "2026-01-01", "-format", "csv", facts)
	require.Zero(t, status, errs)
	records, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, keptKeys, records[0][len(rowKeys):])
	require.Equal(t, []string{"due", "2025-12-31", "NL-TAX"}, records[1][len(rowKeys):])
	require.Equal(t, []string{"", "", ""}, records[5][len(rowKeys):])

	_, out, _ = call(t, "-policy", policy, "-at", "2026-01-01", facts)
	require.Contains(t, out, "3  due: the period has ended")
	require.Contains(t, out, "Erase or anonymize what is kept beyond its period: 3.")
	_, out, _ = call(t, "-policy", policy, "-at", "2026-01-01", "-format", "json", facts)
	require.Contains(t, out, `"retention": {
    "active": 1,
    "due": 3,
    "pending": 1
  }`)
}

func TestRetentionErrors(t *testing.T) {
	t.Parallel()
	for want, change := range map[string][2]string{
		"/purposes/0/retention: ":                             {`"retention": "NL-TAX"`, `"retention": "NL-TAKS"`},
		"/purposes/1/retention: no column of an export tells": {`"retention": "DK-BFL"`, `"retention": "NL-LIM"`},
		"/retention/0: retention: rule own: our own mailing":  {`["collected", "ordered"]`, `["mail_sent"]`},
		"/retention/0: there is another rule NL-TAX":          {`"id": "own", "kind"`, `"id": "NL-TAX", "kind"`},
		"/retention/0/terms/0/period":                         {`"P3Y"`, `"3 years"`},
		"/controller/financial_year_end":                      {`"06-30"`, `"06-31"`},
		"retention: want a period":                            {`"P3Y"`, `"P3Y3Y"`},
	} {
		status, out, errs := call(t, "-policy", file(t, "policy.json", strings.Replace(retentionPolicy, change[0], change[1], 1)), file(t, "facts.csv", "contact\nc-1\n"))
		require.Equal(t, 2, status, want)
		require.Empty(t, out)
		require.Contains(t, errs, want)
	}
}
