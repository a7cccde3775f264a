package fake_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
	"github.com/grondslag/grondslag/basis/reconsent/exports"
	"github.com/grondslag/grondslag/examples/internal/fake"
)

func table(t testing.TB) *reconsent.Table {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	require.NoError(t, err)
	tab, err := reconsent.NewTable(reconsent.Controller{Country: "NL"}, time.Date(2026, 7, 15, 12, 0, 0, 0, zone))
	require.NoError(t, err)
	return tab
}

func purposes() []exports.Purpose {
	return []exports.Purpose{
		{ID: "newsletter", Kind: basis.DirectMarketing, Channels: []basis.Channel{basis.Email}, Subscriptions: []string{"Newsletter", "0ZW5g000000N001GAC"}},
		{ID: "offers", Kind: basis.DirectMarketing, Channels: []basis.Channel{basis.Email}, Subscriptions: []string{"Marketing Information", "0ZW5g000000N002GAC"}},
		{ID: "events", Kind: basis.DirectMarketing, Channels: []basis.Channel{basis.Email}, Subscriptions: []string{"One to One", "0ZW5g000000N003GAC"}},
	}
}

func open(t testing.TB, f fake.Format, n int) *exports.File {
	t.Helper()
	text := write(t, f, n, 1)
	file, err := exports.Open(string(f)+".csv", func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(text)), nil
	}, exports.Config{Purposes: purposes(), DateOrder: exports.MonthFirst})
	require.NoError(t, err, f)
	return file
}

func TestReadersKnowTheFormats(t *testing.T) {
	t.Parallel()
	for _, f := range fake.Formats() {
		r := csv.NewReader(bytes.NewReader(write(t, f, 0, 1)))
		if f == fake.Brevo {
			r.Comma = ';'
		}
		header, err := r.Read()
		require.NoError(t, err)
		product, err := exports.Detect(header)
		require.NoError(t, err, f)
		want, _, _ := strings.Cut(string(f), "-")
		require.Equal(t, want, string(product))
	}
}

func TestReadersReadEveryRow(t *testing.T) {
	t.Parallel()
	for _, f := range fake.Formats() {
		t.Run(string(f), func(t *testing.T) {
			t.Parallel()
			rows := map[int]bool{}
			for facts, err := range open(t, f, 3000).All(table(t)) {
				if bad, ok := errors.AsType[*exports.RowError](err); ok {
					t.Fatal(bad)
				}
				require.NoError(t, err)
				require.NoError(t, facts.Validate())
				rows[facts.Origin.Row] = true
			}
			// A row of a history or consent speaks of one purpose, and of the channel it
			// names, so that some have no facts.
			if f != fake.SalesforceConsent {
				require.Len(t, rows, 3000)
			}
		})
	}
}

func TestFactsHaveTheColumnsAndValuesOfTheReaders(t *testing.T) {
	t.Parallel()
	header, rows := parse(t, fake.Facts, write(t, fake.Facts, 10_000, 1))
	require.Equal(t, exports.FactColumns(), header)
	seen := map[string]map[string]bool{}
	for i, name := range header {
		seen[name] = map[string]bool{}
		for _, r := range rows {
			seen[name][r[i]] = true
		}
		require.Greater(t, len(seen[name]), 1, name)
	}
	for name, values := range map[string][]string{
		"person": reconsent.Person("").Values(), "consent_action": reconsent.Action("").Values(),
		"sale_entity": reconsent.Entity("").Values(), "lia": reconsent.Assessment("").Values(),
		"special": reconsent.Special("").Values(), "sector": reconsent.Sector("").Values(),
		"source": basis.Source("").Values(), "channel": basis.Channel("").Values(),
		"kind":  {"contract", "service", "marketing", "other"},
		"basis": {"consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests"},
	} {
		for _, v := range values {
			require.True(t, seen[name][v], "%s %s", name, v)
		}
	}
	for _, name := range []string{
		"consent_bundled", "consent_withdrawal_told", "similar", "informed", "optout_at_collection", "optout_in_messages",
		"free_account", "published_for_purpose", "contract_active", "public_task", "parental_consent", "online_service",
		"purpose_changed", "compatible",
	} {
		require.True(t, seen[name]["yes"] && seen[name]["no"], name)
	}
}

func TestFactsLeadToEveryOutcome(t *testing.T) {
	t.Parallel()
	tab := table(t)
	var outcomes []string
	for f, err := range open(t, fake.Facts, 10_000).All(tab) {
		require.NoError(t, err)
		if o := string(tab.Decide(&f).Outcome); !slices.Contains(outcomes, o) {
			outcomes = append(outcomes, o)
		}
	}
	require.ElementsMatch(t, reconsent.Outcome("").Values(), outcomes)
}
