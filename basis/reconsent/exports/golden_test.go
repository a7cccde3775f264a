package exports

import (
	commandline "flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

var update = commandline.Bool("update", false, "rewrite the golden file")

// sample opens a file of testdata, whose header is that of a real export.
func sample(t testing.TB, name string, cfg Config) *File {
	if cfg.Purposes == nil {
		cfg.Purposes = []Purpose{newsletter}
	}
	f, err := Open(name, func() (io.ReadCloser, error) { return os.Open(filepath.Join("testdata", name)) }, cfg)
	require.NoError(t, err)
	return f
}

// described returns one line per answer: row, purpose, channel, outcome, rule, grade,
// gaps and source.
func described(t testing.TB, files ...*File) []string {
	return answers(t, files, func(f *reconsent.Facts, a reconsent.Answer) string {
		var lacks []string
		for g := range a.Gaps.All() {
			lacks = append(lacks, string(g))
		}
		return fmt.Sprintf("%s:%d %s/%s %s %s %s [%s] source=%s", f.Origin.File, f.Origin.Row, f.Purpose, f.Channel, a.Outcome, a.Rule, a.Evidence, strings.Join(lacks, " "), f.Source)
	})
}

// TestGolden reads the samples, each alone, and those of Mailchimp once more where the
// configuration says what everyone saw.
func TestGolden(t *testing.T) {
	calls := Purpose{ID: "calls", Kind: basis.DirectMarketing, Channels: []basis.Channel{basis.Phone}}
	paths, err := filepath.Glob("testdata/*.csv")
	require.NoError(t, err)
	require.Len(t, paths, 18)
	var b strings.Builder
	for _, p := range paths {
		name := filepath.Base(p)
		cfg := Config{SourceZone: amsterdam(t)}
		if strings.HasPrefix(name, "salesforce") {
			cfg.Purposes = []Purpose{newsletter, calls}
		}
		f := sample(t, name, cfg)
		require.True(t, strings.HasPrefix(name, string(f.Product)), name)
		fmt.Fprintf(&b, "# %s, as it is\n%s\n", name, strings.Join(described(t, f), "\n"))
		if f.Product == Mailchimp {
			cfg.Fill = proven.Fill
			fmt.Fprintf(&b, "# %s, with the consent filled in\n%s\n", name, strings.Join(described(t, sample(t, name, cfg)), "\n"))
		}
	}
	const golden = "testdata/products.golden"
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, strings.Split(string(want), "\n"), strings.Split(b.String(), "\n"))
}

// TestColumnsOfSamples: each reader finds the columns that it is for in the real header.
func TestColumnsOfSamples(t *testing.T) {
	for name, want := range map[string][]string{
		"mailchimp_german.csv":      {"CONFIRM_IP", "CONFIRM_TIME", "Emailadresse", "OPTIN_IP", "OPTIN_TIME"},
		"mailchimp_cleaned.csv":     {"CONFIRM_IP", "CONFIRM_TIME", "Email Address", "OPTIN_IP", "OPTIN_TIME"},
		"hubspot_history.csv":       {"created", "email", "lawfulBasis", "newStatus", "subscription"},
		"salesforce_individual.csv": {"Birthdate", "CreatedDate", "HasOptedOutProcessing", "HasOptedOutSolicit", "Id", "ShouldForget"},
		"listmonk.csv":              {"created_at", "email", "status", "uuid"},
		"google_legacy.csv":         {"Birthday", "E-mail 1 - Value", "Phone 1 - Value"},
		"outlook.csv":               {"Birthday", "E-mail 2 Address", "E-mail Address", "Mobile Phone"},
	} {
		require.Equal(t, want, sample(t, name, Config{}).Columns(), name)
	}
	require.ElementsMatch(t, FactColumns(), sample(t, "facts.csv", Config{}).Columns())
}

// TestMailchimpStatus: the configuration counts for more than the name, the name for
// more than the columns, save that a file of unsubscriptions is one under any name but
// that of the cleaned.
func TestMailchimpStatus(t *testing.T) {
	content := export(mailchimpUnsub, left("a@example.com", "2024-01-02 10:00:00"))
	plain := export(mailchimpHeader, row0{"Email Address": "a@example.com"})
	for _, c := range []struct {
		name, content, status string
		stopped               bool
	}{
		{"x.csv", content, "", true},
		{"subscribed.csv", content, "", true},
		{"cleaned.csv", content, "", false},
		{"x.csv", content, "subscribed", false},
		{"x.csv", content, "cleaned", false},
		{"x.csv", plain, "unsubscribed", true},
		{"cleaned.csv", plain, "unsubscribed", true},
		{"x.csv", plain, "", false},
		{"Unsubscribed_members.csv", plain, "", true},
		{"nonsubscribed_members.csv", plain, "", false},
	} {
		got := judge(t, open(t, c.name, c.content, Config{Status: c.status}))
		require.Equal(t, c.stopped, strings.Contains(got[0], "consent.withdrawn"), "%+v: %s", c, got)
	}
	_, err := Open("x.csv", text(plain), Config{Status: "canceled"})
	require.ErrorContains(t, err, "status")
}

// TestWithdrawnAsABasis: products write "withdrawn" where the basis stands; it is a
// refusal, and reaches the other rows of the contact.
func TestWithdrawnAsABasis(t *testing.T) {
	f := open(t, "h.csv", "Record ID,Email,Legal basis for processing contact's data\n1,a@example.com,Withdrawn\n2,A@example.com,\n3,b@example.com,\n", Config{})
	got := judge(t, f)
	require.Contains(t, got[0], "consent.withdrawn")
	require.Contains(t, got[1], "consent.withdrawn")
	require.Contains(t, got[2], "email.no-consent")
}

// TestPhoneJoins: by its number a contact is found where rows have neither id nor address.
func TestPhoneJoins(t *testing.T) {
	f := open(t, "h.csv", "Email,Phone Number,Unsubscribed from all email\n,+31 6 1234 5678,true\n,+31612345678,\n,+31612345679,\na@example.com,+31612345678,\n", Config{})
	got := judge(t, f)
	for i, want := range []string{"marketing.objected", "marketing.objected", "email.no-consent", "email.no-consent"} {
		require.Contains(t, got[i], want, i)
	}
}

// TestFillInventsNothing: what each person did can't be filled in, everything else can.
func TestFillInventsNothing(t *testing.T) {
	own := []string{"contact", "purpose", "consent_at", "withdrawn_at", "objected_at", "sale_at", "birth_date"}
	for _, name := range FactColumns() {
		_, err := Open("h.csv", text("Record ID,Email\n"), Config{Fill: map[string]string{name: "2020-01-01"}})
		if slices.Contains(own, name) {
			require.ErrorContains(t, err, "person's own", name)
			continue
		}
		if err != nil {
			require.NotContains(t, err.Error(), "person's own", name)
		}
	}
	// A filled wording without an act of the person proves nothing.
	got := judge(t, open(t, "h.csv", "Record ID,Email\n1,a@example.com\n", Config{Fill: maps.Clone(proven.Fill)}))
	require.NotContains(t, got[0], "keep_consent")
}

// TestOriginKeepsNoRow: the source is the file's hash, row and columns.
func TestOriginKeepsNoRow(t *testing.T) {
	f := sample(t, "mailchimp_subscribed.csv", Config{})
	n := 0
	for facts := range f.All(table(t)) {
		n = max(n, facts.Origin.Row)
		require.Equal(t, reconsent.Origin{File: f.Name, SHA256: f.SHA256(), Row: facts.Origin.Row, Columns: f.Columns()}, facts.Origin)
	}
	require.Equal(t, 14, n)
}
