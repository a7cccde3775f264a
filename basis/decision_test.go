package basis_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), got)
}

// decisions returns a yes, a no for many reasons, and a no to a question that is none.
func decisions(t *testing.T) map[string]basis.Decision {
	local := time.FixedZone("CET", 3600)
	ledger := basis.WitnessFunc(func(_ context.Context, q basis.Question) (basis.Testimony, error) {
		if q.Subject == "c-7" {
			return basis.Testimony{Says: basis.Denies, Code: "withdrawn", Article: "GDPR 7(3)", Ref: "event 8",
				Text: basis.Text{En: "The person withdrew.", Nl: "De betrokkene heeft ingetrokken."}}, nil
		}
		return basis.Testimony{Says: basis.Consented, Article: "GDPR 7(1)", Ref: "event 7", Until: at.AddDate(1, 0, 0).In(local)}, nil
	})
	gate := basis.Gate{Purposes: catalogue(t), Consent: ledger, Also: []basis.Witness{says(basis.Permits)}}
	out := map[string]basis.Decision{}
	ask := func(name string, q basis.Question) {
		d, err := gate.Ask(t.Context(), q)
		require.NoError(t, err)
		out[name] = d
	}
	yes := question("newsletter", basis.Email, "email", "name")
	yes.At = at.In(local)
	ask("allowed", yes)
	no := question("newsletter", basis.Phone, "email", "plate")
	no.Subject, no.Recipient = "c-7", "broker"
	ask("denied", no)
	ask("empty", basis.Question{Channel: "fax"})
	return out
}

func TestDecisionGolden(t *testing.T) {
	t.Parallel()
	for name, d := range decisions(t) {
		data, err := json.MarshalIndent(d, "", "  ")
		require.NoError(t, err)
		golden(t, name+".json", string(data)+"\n")
		golden(t, name+".en.txt", d.Report("en"))
		golden(t, name+".nl.txt", d.Report("nl"))

		var back basis.Decision
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, d.Allowed(), back.Allowed())
		require.Equal(t, d.Denials, back.Denials)
		if d.Question.Channel.Valid() {
			require.Equal(t, d.Report("en"), back.Report("en"))
		}
	}
}

func TestDecisionRejects(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(decisions(t)["denied"])
	require.NoError(t, err)
	for _, bad := range []string{
		"{}", "[]", `{"version":2}`,
		strings.Replace(string(data), `"allowed":false`, `"allowed":true`, 1),
		strings.Replace(string(data), `"version":1`, `"version":3`, 1),
	} {
		d := basis.Decision{Question: basis.Question{Subject: "before"}}
		require.Error(t, json.Unmarshal([]byte(bad), &d))
		require.Equal(t, basis.Subject("before"), d.Question.Subject)
	}
}

func TestDecisionErr(t *testing.T) {
	t.Parallel()
	d := decisions(t)["denied"]
	err := d.Err()
	var joined interface{ Unwrap() []error }
	require.True(t, errors.As(err, &joined))
	require.Len(t, joined.Unwrap(), len(d.Denials))
	for _, denial := range d.Denials {
		require.ErrorIs(t, err, denial)
		require.ErrorContains(t, err, denial.Article)
		require.ErrorContains(t, err, string(denial.Field))
	}
	require.NotContains(t, err.Error(), "c-7")
	require.NotContains(t, d.LogValue().String(), "c-7")
	require.NoError(t, decisions(t)["allowed"].Err())
}

func FuzzDecisionJSON(f *testing.F) {
	f.Add([]byte(`{"version":1,"allowed":false,"question":{"subject":"","purpose":"","fields":[],"channel":"","at":"0001-01-01T00:00:00Z"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var d basis.Decision
		if json.Unmarshal(data, &d) != nil {
			return
		}
		once, err := json.Marshal(d)
		require.NoError(t, err)
		var back basis.Decision
		require.NoError(t, json.Unmarshal(once, &back))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.JSONEq(t, string(once), string(again))
	})
}
