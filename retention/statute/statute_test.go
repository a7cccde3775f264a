package statute_test

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
	"github.com/grondslag/grondslag/retention/statute"
)

var update = flag.Bool("update", false, "rewrite the golden file")

// countries is the list that All must cover, with the number of rules, variants included.
func countries() map[string]struct {
	table func() statute.Table
	zone  string
	rules int
} {
	type country = struct {
		table func() statute.Table
		zone  string
		rules int
	}
	return map[string]country{
		"AT": {statute.AT, "Europe/Vienna", 2},
		"BE": {statute.BE, "Europe/Brussels", 6},
		"DE": {statute.DE, "Europe/Berlin", 7},
		"DK": {statute.DK, "Europe/Copenhagen", 1},
		"ES": {statute.ES, "Europe/Madrid", 6},
		"EU": {statute.EU, "Europe/Brussels", 5},
		"FR": {statute.FR, "Europe/Paris", 8},
		"IE": {statute.IE, "Europe/Dublin", 1},
		"IT": {statute.IT, "Europe/Rome", 3},
		"LU": {statute.LU, "Europe/Luxembourg", 1},
		"NL": {statute.NL, "Europe/Amsterdam", 15},
		"PL": {statute.PL, "Europe/Warsaw", 3},
		"SE": {statute.SE, "Europe/Stockholm", 1},
		"UK": {statute.UK, "Europe/London", 6},
	}
}

func TestCountries(t *testing.T) {
	t.Parallel()
	total := 0
	for code, c := range countries() {
		table := c.table()
		require.Len(t, table, c.rules, code)
		total += len(table)
		_, err := time.LoadLocation(c.zone)
		require.NoError(t, err)
		for _, r := range table {
			require.Equal(t, code, r.Country, r.Key())
			require.True(t, strings.HasPrefix(r.ID, code+"-"), r.Key())
			require.Equal(t, c.zone, r.Zone, r.Key())
		}
	}
	require.Len(t, statute.All(), total)

	// No file of the package is left out of All: each holds a function of its own name.
	files, err := filepath.Glob("??.go")
	require.NoError(t, err)
	require.Len(t, files, len(countries()))
	for _, f := range files {
		require.Contains(t, countries(), strings.ToUpper(strings.TrimSuffix(f, ".go")))
	}
}

func TestEveryRule(t *testing.T) {
	t.Parallel()
	keys, ids := map[string]bool{}, map[string]int{}
	said := func(text basis.Text, key string) {
		require.NotEmpty(t, text.En, key)
		require.NotEmpty(t, text.Nl, key)
		require.NotEqual(t, text.En, text.Nl, key)
	}
	for _, r := range statute.All() {
		key := r.Key()
		require.NoError(t, r.Check())
		require.False(t, keys[key], "%s twice", key)
		keys[key] = true
		if r.Variant == "" {
			ids[r.ID]++
		}
		said(r.About, key)
		if r.When != (basis.Text{}) {
			said(r.When, key)
		}
		if r.Note != (basis.Text{}) {
			said(r.Note, key)
			require.True(t, strings.HasSuffix(r.Note.En, ".") && strings.HasSuffix(r.Note.Nl, "."), key)
		}
		require.NotEmpty(t, r.Law, key)
		require.Equal(t, "2026-11-24", r.Checked.String(), key)
		require.True(t, r.Confidence.Valid(), key)
		require.Equal(t, r.Confidence == retention.Unverified && r.ID == "IT-MKT", r.Source == "", key)
		for _, e := range r.Events {
			require.NotContains(t, e.Text().En, "the event "+string(e), "%s: an event without words", key)
		}
		if len(r.Events) > 1 {
			require.NotEmpty(t, r.When, "%s: several events and no clause that covers them", key)
		}
		if len(r.Terms) > 1 {
			require.NotEmpty(t, r.Note, "%s: the law changed and no note says so", key)
		}
		require.Empty(t, r.Regime, key)
	}
	require.Len(t, ids, 53)
	for _, r := range statute.All() {
		require.Equal(t, 1, ids[r.ID], "%s has no rule without a variant", r.ID)
	}
}

func TestDefault(t *testing.T) {
	t.Parallel()
	var left []string
	for _, r := range statute.All() {
		if !slices.ContainsFunc(statute.All().Default(), func(d retention.Rule) bool { return d.Key() == r.Key() }) {
			left = append(left, r.Key())
		}
	}
	require.Equal(t, []string{
		"BE-VAT-RE/ordinary", "ES-AML/transaction",
		"EU-PLD/placing", "EU-PLD/latent", "EU-AMLR/transaction",
		"FR-APPL/feedback", "IT-MKT", "IT-MKT/marketing",
		"NL-VAT-OSS", "NL-WGBO", "NL-WWFT/transaction", "NL-LIM-D/event",
		"PL-ACC2/claims", "UK-CA/private", "UK-LIM/deed",
	}, left)
	for _, r := range statute.All().Default() {
		require.NotEqual(t, retention.Unverified, r.Confidence, r.Key())
	}
}

func TestGetAndFind(t *testing.T) {
	t.Parallel()
	for _, want := range statute.All() {
		got, ok := countries()[want.Country].table().Get(want.Key())
		require.True(t, ok, want.Key())
		require.Equal(t, want, got)
		got, err := statute.Find(want.Key())
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, key := range []string{"", "NL", "NL-TAX/", "nl-tax", "NL-TAX/x", "DE-BOOK"} {
		_, ok := statute.NL().Get(key)
		require.False(t, ok, key)
	}
	_, err := statute.Find("NL-TAXX")
	require.EqualError(t, err, `statute: no rule "NL-TAXX" in the catalogue`)
}

func TestTablesAreFresh(t *testing.T) {
	t.Parallel()
	mine := statute.DE()
	for i := range mine {
		mine[i].ID = "X"
		mine[i].Events[0] = "x"
		mine[i].Terms[0].Period = retention.Period{}
	}
	require.NotEqual(t, mine, statute.DE())
	r, err := statute.Find("DE-VOUCHER")
	require.NoError(t, err)
	require.Equal(t, []retention.Event{retention.Drafted}, r.Events)
	require.Equal(t, "P10Y", r.Terms[0].Period.String())
}

var (
	periodText = regexp.MustCompile(`P\d+[YMWD]`)
	letter     = regexp.MustCompile(`\b[ABC]\b`)
	partOnly   = regexp.MustCompile(`\(\w+: ([ABC])\)`)
)

// The catalogue from which the package was written lies beside a checkout of the
// maintainers, not in it. Where it is, every row is held against the Go table.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	f, err := os.Open("../../../shared/law/retention-catalogue.csv")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("NOT CHECKED AGAINST THE CATALOGUE: no ../shared/law/retention-catalogue.csv beside the checkout")
	}
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"id", "country", "subject", "period", "kind", "anchor", "law", "source_read", "confidence"}, rows[0])
	require.Len(t, rows[1:], 53)
	for _, row := range rows[1:] {
		id, country, period, kind, confidence := row[0], row[1], row[3], row[4], row[8]
		want := map[string]bool{}
		for _, s := range periodText.FindAllString(period, -1) {
			p, err := retention.ParsePeriod(s)
			require.NoError(t, err)
			want[p.String()] = true
		}
		if id == "EU-AMLR" {
			period = "P5Y" // the prolongation is a note: an authority orders it
			want = map[string]bool{"P5Y": true}
		}
		switch {
		case kind == "min-extension":
			want["P0D"] = true
		case kind == "restrict":
			want["open"] = true
		}
		got := map[string]bool{}
		for _, r := range statute.All() {
			if r.ID != id {
				continue
			}
			require.Equal(t, country, r.Country, id)
			require.Equal(t, kindOf(kind), r.Kind, r.Key())
			lowest := slices.Max(letter.FindAllString(partOnly.ReplaceAllString(confidence, ""), -1))
			if m := partOnly.FindStringSubmatch(confidence); m != nil && r.Variant == "latent" {
				lowest = m[1]
			}
			require.Equal(t, lowest, string(r.Confidence), r.Key())
			for _, term := range r.Terms {
				if term.Open {
					got["open"] = true
				} else {
					got[term.Period.String()] = true
				}
			}
		}
		require.Equal(t, want, got, "%s: %s", id, period)
	}
}

func kindOf(s string) retention.Kind {
	switch {
	case s == "min-extension":
		return retention.Suspension
	case s == "min then delete", strings.HasPrefix(s, "exact"):
		return retention.Exact
	}
	return retention.Kind(s)
}

// The words of every version of every rule. They are read by people in notices, so
// read them when they change.
func TestWords(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, r := range statute.All() {
		for i, term := range r.Terms {
			at := r.Checked
			switch {
			case term.From != 0:
				at = term.From
			case term.Until != 0:
				at = term.Until - 366 // of a financial year that ended within the version
			}
			text := r.Describe(at)
			require.NotEmpty(t, text.En, r.Key())
			require.NotEmpty(t, text.Nl, r.Key())
			version := ""
			if len(r.Terms) > 1 {
				version = fmt.Sprintf(" (version %d)", i+1)
			}
			fmt.Fprintf(&b, "%s%s\n  %s: %s\n  %s: %s\n", r.Key(), version, r.About.En, text.En, r.About.Nl, text.Nl)
		}
	}
	path := filepath.Join("testdata", "words.golden")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), b.String())
}
