package fake_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/examples/internal/fake"
)

var update = flag.Bool("update", false, "rewrite the golden file")

func write(t testing.TB, f fake.Format, n int, seed uint64) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, fake.Write(&b, f, n, seed))
	return b.Bytes()
}

// parse returns header and rows, which have as many fields each.
func parse(t testing.TB, f fake.Format, text []byte) (header []string, rows [][]string) {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\uFEFF"))))
	if f == fake.Brevo {
		r.Comma = ';'
	}
	records, err := r.ReadAll() // fails for a number of fields that changes
	require.NoError(t, err, f)
	return records[0], records[1:]
}

// column returns the values of the named column.
func column(t testing.TB, f fake.Format, n int, name string) (out []string) {
	t.Helper()
	header, rows := parse(t, f, write(t, f, n, 1))
	for i, h := range header {
		if h == name {
			for _, r := range rows {
				out = append(out, r[i])
			}
			return out
		}
	}
	t.Fatalf("%s has no column %q", f, name)
	return nil
}

// The bytes must not change with Go, the platform or by accident.
func TestGolden(t *testing.T) {
	t.Parallel()
	const golden = "testdata/sha256.txt"
	var b strings.Builder
	for _, f := range fake.Formats() {
		sum := sha256.Sum256(write(t, f, 1000, 1))
		b.WriteString(hex.EncodeToString(sum[:]) + "  " + string(f) + "\n")
	}
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String())
}

func TestSeedsDiffer(t *testing.T) {
	t.Parallel()
	for _, f := range fake.Formats() {
		require.Equal(t, write(t, f, 50, 7), write(t, f, 50, 7), f)
		require.NotEqual(t, write(t, f, 50, 1), write(t, f, 50, 2), f)
	}
}

func TestFirstRowsStay(t *testing.T) {
	t.Parallel()
	for _, f := range fake.Formats() {
		long := write(t, f, 2000, 3)
		for _, n := range []int{0, 1, 3, 4, 5, 999, 1999} {
			require.True(t, bytes.HasPrefix(long, write(t, f, n, 3)), "%s %d", f, n)
		}
	}
}

func TestRecords(t *testing.T) {
	t.Parallel()
	width := map[fake.Format]int{
		fake.HubSpot: 20, fake.HubSpotHistory: 8, fake.Mailchimp: 21, fake.MailchimpUnsubscribed: 26, fake.MailchimpCleaned: 24,
		fake.Salesforce: 24, fake.SalesforceIndividual: 23, fake.SalesforceConsent: 23, fake.Brevo: 15, fake.Listmonk: 7,
		fake.Google: 38, fake.Outlook: 61, fake.Substack: 41, fake.Facts: 38,
	}
	for _, f := range fake.Formats() {
		header, rows := parse(t, f, write(t, f, 2000, 1))
		require.Len(t, header, width[f], f)
		require.Len(t, rows, 2000, f)
	}
}

func TestHubSpotQuotesEveryField(t *testing.T) {
	t.Parallel()
	for line := range bytes.Lines(write(t, fake.HubSpot, 500, 1)) {
		require.Regexp(t, `^"[^"]*"(,"[^"]*"){19}\n$`, string(line))
	}
}

func TestListmonkAttributesAreJSON(t *testing.T) {
	t.Parallel()
	for _, text := range column(t, fake.Listmonk, 500, "attributes") {
		var attributes map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &attributes), text)
	}
}

// emailColumn is the column of the address in the formats that have one.
func emailColumns() map[fake.Format]string {
	return map[fake.Format]string{
		fake.HubSpot: "Email", fake.HubSpotHistory: "email", fake.Mailchimp: "Email Address", fake.MailchimpUnsubscribed: "Email Address",
		fake.MailchimpCleaned: "Email Address", fake.Salesforce: "Email", fake.Brevo: "EMAIL", fake.Listmonk: "email",
		fake.Google: "E-mail 1 - Value", fake.Outlook: "E-mail Address", fake.Substack: "Email", fake.Facts: "contact",
	}
}

func TestContactsAreTheSameInAllFormats(t *testing.T) {
	t.Parallel()
	want := column(t, fake.HubSpot, 1000, "Email")
	for f, name := range emailColumns() {
		for i, address := range column(t, f, 1000, name) {
			if k := i + 1; f == fake.HubSpotHistory && k%4 == 0 {
				i--
			}
			require.Equal(t, want[i], address, "%s row %d", f, i+1)
		}
	}
	contacts, individuals := column(t, fake.Salesforce, 1000, "IndividualId"), column(t, fake.SalesforceIndividual, 1000, "Id")
	parties := column(t, fake.SalesforceConsent, 1000, "PartyId")
	for i := range contacts {
		if (i+1)%4 == 0 {
			require.Empty(t, contacts[i])
			require.Equal(t, individuals[i-1], parties[i])
			continue
		}
		require.Equal(t, individuals[i], contacts[i])
		require.Equal(t, individuals[i], parties[i])
	}
}

func TestIdentitiesAreUnique(t *testing.T) {
	t.Parallel()
	for f, names := range map[fake.Format][]string{
		fake.HubSpot: {"Email", "Record ID"}, fake.Mailchimp: {"LEID"}, fake.Salesforce: {"Id"},
		fake.SalesforceConsent: {"Id"}, fake.Listmonk: {"uuid"},
	} {
		for _, name := range names {
			seen := map[string]bool{}
			for _, v := range column(t, f, 20_000, name) {
				if seen[v] {
					t.Fatalf("%s: %s %q occurs twice", f, name, v)
				}
				seen[v] = true
			}
		}
	}
}

var (
	reserved   = regexp.MustCompile(`^[a-z0-9._]+@(example\.(com|org|net)|[a-z0-9-]+\.example)$`)
	addresses  = regexp.MustCompile(`[^\s,;"]+@[^\s,;"]+`)
	ipv4       = regexp.MustCompile(`(^|[^0-9.])([0-9]{1,3}(\.[0-9]{1,3}){3})($|[^0-9.])`)
	madeUpIP   = regexp.MustCompile(`^(192\.0\.2|198\.51\.100|203\.0\.113)\.[0-9]{1,3}$`)
	madeUpIPv6 = regexp.MustCompile(`^2001:db8:[0-9a-f]{1,4}::[0-9a-f]{1,3}$`)
	phones     = regexp.MustCompile(`\+[0-9][0-9 ]{7,}`)
	madeUp     = regexp.MustCompile(`^\+(31 6 0000 \d{4}|32 400 00 \d\d \d\d|49 30 23125 \d{3}|33 6 39 98 \d\d \d\d|44 7700 900\d{3})$`)
	// In Brevo they are digits alone.
	digits = regexp.MustCompile(`^(31600\d{6}|3240000\d{4}|493023125\d{3}|3363998\d{4}|447700900\d{3})?$`)
)

func TestNobodyCanBeReached(t *testing.T) {
	t.Parallel()
	ips, numbers := 0, 0
	matches := func(re *regexp.Regexp, text string, f fake.Format) {
		t.Helper()
		if !re.MatchString(text) {
			t.Fatalf("%s: %q", f, text)
		}
	}
	for _, f := range fake.Formats() {
		_, rows := parse(t, f, write(t, f, 4000, 1))
		for _, r := range rows {
			for _, field := range r {
				if strings.Contains(field, "@") {
					for _, a := range addresses.FindAllString(field, -1) {
						matches(reserved, a, f)
					}
				}
				if strings.Count(field, ".") > 2 {
					for _, ip := range ipv4.FindAllStringSubmatch(field, -1) {
						matches(madeUpIP, ip[2], f)
						ips++
					}
				}
				if strings.Count(field, ":") > 2 && !strings.ContainsAny(field, " \"") {
					matches(madeUpIPv6, field, f)
					ips++
				}
				if strings.Contains(field, "+") && phones.MatchString(field) {
					matches(madeUp, field, f)
					numbers++
				}
			}
		}
	}
	require.NotZero(t, ips)
	require.NotZero(t, numbers)
	for _, p := range column(t, fake.Brevo, 5000, "SMS") {
		matches(digits, p, fake.Brevo)
	}
}

// Expectations are the manual's, under "Shares"; 20,000 throws miss a share of 6 %
// by 15 % of it once in 10,000 times.
func TestShares(t *testing.T) {
	t.Parallel()
	const n = 20_000
	near := func(percent float64, count int) {
		t.Helper()
		require.InEpsilon(t, percent, 100*float64(count)/n, 0.15)
	}
	columns := map[fake.Format]map[string][]string{}
	for _, f := range []fake.Format{fake.HubSpot, fake.Mailchimp, fake.MailchimpUnsubscribed} {
		columns[f] = map[string][]string{}
		header, rows := parse(t, f, write(t, f, n, 1))
		for i, name := range header {
			for _, r := range rows {
				columns[f][name] = append(columns[f][name], r[i])
			}
		}
	}
	count := func(f fake.Format, name string, is func(string) bool) (c int) {
		for _, v := range columns[f][name] {
			if is(v) {
				c++
			}
		}
		return c
	}
	yes := func(s string) bool { return s == "true" }
	near(6, count(fake.HubSpot, "Unsubscribed from all email", yes))
	near(4, count(fake.HubSpot, "Opted out of email: Newsletter", yes))
	const basis = "Legal basis for processing contact's data"
	near(30, count(fake.HubSpot, basis, func(s string) bool { return s == "" }))
	near(8, count(fake.HubSpot, basis, func(s string) bool { return strings.Contains(s, ";") }))
	near(15, count(fake.HubSpot, basis, func(s string) bool { return strings.Contains(s, "–") }))
	near(15, count(fake.MailchimpUnsubscribed, "UNSUB_REASON", func(s string) bool { return s == "SPAM_COMPLAINT" }))
	near(5, count(fake.Mailchimp, "CONFIRM_IP", func(s string) bool { return s == "" }))

	same := map[string]int{}
	ips := columns[fake.Mailchimp]["CONFIRM_IP"]
	for i, at := range columns[fake.Mailchimp]["CONFIRM_TIME"] {
		if ips[i] != "" {
			same[at+" "+ips[i]]++
		}
	}
	imported, imports := 0, 0
	for _, c := range same {
		if c >= 100 {
			imported += c
			imports++
		}
	}
	near(10, imported)
	require.Equal(t, n/5000, imports)
}

func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	require.EqualError(t, fake.Write(io.Discard, "pipedrive", 1, 1), `fake: unknown format "pipedrive"`)
	require.EqualError(t, fake.Write(io.Discard, fake.HubSpot, -1, 1), "fake: -1 rows")
}

// broken takes so many writes and then fails.
type broken struct{ left, after int }

var errBroken = errors.New("broken pipe")

func (b *broken) Write(p []byte) (int, error) {
	if b.left == 0 {
		b.after++
		return 0, errBroken
	}
	b.left--
	return len(p), nil
}

func TestWriteStopsAtAnError(t *testing.T) {
	t.Parallel()
	for _, left := range []int{0, 1, 3} {
		w := &broken{left: left}
		require.ErrorIs(t, fake.Write(w, fake.HubSpot, 1_000_000, 1), errBroken)
		require.Equal(t, 1, w.after)
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, f := range fake.Formats() {
		b.Run(string(f), func(b *testing.B) {
			const n = 10_000
			size := len(write(b, f, n, 1))
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if err := fake.Write(io.Discard, f, n, 1); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(size)/n, "B/row")
		})
	}
}
