package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis/reconsent"
)

var update = flag.Bool("update", false, "write the golden files anew")

// today is a fixed clock: the tests pass on any day.
var today = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

// call runs the program and returns what it wrote.
func call(t testing.TB, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(context.Background(), args, today, &out, &errs)
	return status, out.String(), errs.String()
}

// file writes a file in a folder of the test.
func file(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// line is one line of jsonl.
type line struct {
	File, Contact, Purpose, Channel, Outcome, Rule, Evidence, Why string
	Row                                                           int
	Cites, Also, Gaps                                             []string
	Retention                                                     string
	LastDay                                                       string `json:"retention_last_day"`
	Period                                                        string `json:"retention_rule"`
}

func lines(t testing.TB, args ...string) []line {
	t.Helper()
	status, out, errs := call(t, append([]string{"-format", "jsonl"}, args...)...)
	require.Zero(t, status, errs)
	var all []line
	for s := range strings.Lines(out) {
		var l line
		d := json.NewDecoder(strings.NewReader(s))
		d.DisallowUnknownFields()
		require.NoError(t, d.Decode(&l), s)
		all = append(all, l)
	}
	return all
}

func TestFactsLine(t *testing.T) {
	f := file(t, "facts.csv", "contact,purpose,person,source,acquired_at,unneeded_fields\nc-1,newsletter,consumer,third_party,2026-01-31,plate;age\n")
	status, out, _ := call(t, "-format", "jsonl", "-at", "2026-03-01", f)
	require.Zero(t, status)
	require.Equal(t, `{"file":"facts.csv","row":1,"contact":"c-1","purpose":"newsletter","channel":"email",`+
		`"outcome":"ask_other_channel","rule":"email.no-consent","cites":["GDPR 7(1)","GDPR 4(11)","Tw 11.7"],`+
		`"also":["erase_field:age","erase_field:plate","inform_now"],"evidence":"none","gaps":["time","text","action","bundled","withdrawal_not_told"],`+
		`"why":"There is no provable consent and no customer exception; asking by e-mail is itself a breach."}`+"\n", out)

	status, out, _ = call(t, "-format", "csv", "-at", "2026-03-01", "-lang", "nl", f)
	require.Zero(t, status)
	records, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, rowKeys, records[0])
	require.Equal(t, "GDPR 7(1);GDPR 4(11);Tw 11.7", records[1][7])
	require.Equal(t, "erase_field:age;erase_field:plate;inform_now", records[1][8])
	require.Contains(t, records[1][11], "toestemming")
}

func TestArraysAreAlwaysPresent(t *testing.T) {
	f := file(t, "facts.csv", "contact,person,published_for_purpose,consent_at,consent_text,consent_action,consent_bundled,consent_withdrawal_told\n"+
		"c-1,legal_person_generic,yes,2020-01-02T10:00:00Z,v1,active,No,YES\n")
	status, out, _ := call(t, "-format", "jsonl", f)
	require.Zero(t, status)
	require.Contains(t, out, `"also":[],"evidence":"complete","gaps":[]`)
}

func TestBrokenRows(t *testing.T) {
	f := file(t, "facts.csv", "contact,channel,informed\nc-1,fax,yes\nc-2,email,maybe\nc-3,email,YES\n\"c-4,email,no\nc-5,sms,no\n")
	status, out, errs := call(t, "-format", "jsonl", f)
	require.Zero(t, status)
	require.Equal(t, 2, strings.Count(out, "\n"))
	require.Contains(t, errs, `facts.csv: row 1, column "channel": not one of email, sms, phone, post, none`)
	require.Contains(t, errs, `facts.csv: row 2, column "informed": neither yes nor no`)
	require.Contains(t, errs, `facts.csv: row 4: a quote that is not closed`)
	require.NotContains(t, errs, "maybe")

	status, out, _ = call(t, f)
	require.Zero(t, status)
	require.Contains(t, out, "2 contact records in 1 file")
	require.Contains(t, out, `row 1, column "channel"`)
}

func TestExitStatus(t *testing.T) {
	keep := file(t, "facts.csv", "contact,purpose,kind,contract_active,source,notice_at\nc-1,order,contract,yes,subject,2026-01-01\n")
	ask := file(t, "facts.csv", "contact,purpose\nc-1,newsletter\n")
	unreadable := filepath.Join(t.TempDir(), "none.csv")
	for _, c := range []struct {
		name   string
		status int
		args   []string
	}{
		{"done", done, []string{keep}},
		{"done, action not asked for", done, []string{ask}},
		{"nothing to do", done, []string{"-exit-code", keep}},
		{"action needed", actionNeeded, []string{"-exit-code", ask}},
		{"flags after files", actionNeeded, []string{ask, "-exit-code"}},
		{"help", done, []string{"-h"}},
		{"no such file", badUsage, []string{unreadable}},
		{"a folder", badUsage, []string{t.TempDir()}},
		{"empty file", badUsage, []string{file(t, "empty.csv", "")}},
		{"unknown header", badUsage, []string{file(t, "x.csv", "a,b\n1,2\n")}},
		{"unknown flag", badUsage, []string{"-nope", keep}},
		{"unknown language", badUsage, []string{"-lang", "fr", keep}},
		{"unknown form", badUsage, []string{"-format", "xml", keep}},
		{"unknown product", badUsage, []string{"-from", "exchange", keep}},
		{"bad day", badUsage, []string{"-at", "24-11-2026", keep}},
		{"day that does not exist", badUsage, []string{"-at", "2026-02-30", keep}},
		{"bad zone", badUsage, []string{"-zone", "Europe/Utrecht", keep}},
		{"bad source zone", badUsage, []string{"-source-zone", "Local", keep}},
		{"short key", badUsage, []string{"-token-key", file(t, "key", "short"), keep}},
		{"no policy", badUsage, []string{"-policy", unreadable, keep}},
		{"purpose of no policy", badUsage, []string{"-policy", file(t, "p.json", string(initialPolicy)), "-purpose", "x", file(t, "audience.csv", "Email Address,OPTIN_TIME,LEID\n,,\n")}},
		{"report where no folder is", badUsage, []string{"-html", filepath.Join(unreadable, "r.html"), keep}},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, out, errs := call(t, c.args...)
			require.Equal(t, c.status, status, errs)
			if status == badUsage && !strings.Contains(c.name, "report") {
				require.Empty(t, out)
				require.NotEmpty(t, errs)
			}
		})
	}
}

func TestPolicyErrorsNameThePath(t *testing.T) {
	keep := file(t, "facts.csv", "contact,purpose\nc-1,order\n")
	text := string(initialPolicy)
	for _, c := range []struct{ from, to, want string }{
		{`"kind": "contract"`, `"kind": "sale"`, "/purposes/1/kind"},
		{`"country": "NL"`, `"country": "Nederland"`, "/controller/country"},
		{`"channels": ["post"]`, `"channel": ["post"]`, "/purposes/3: additional"},
		{`"lia": "draft"`, `"lia": "ok"`, "/purposes/3/facts/lia"},
		{`"purposes": ["newsletter"],`, `"purposes": ["news"],`, "/files/1/purposes/0"},
		{`"ref": "AWR art. 52"`, `"ref": ""`, "/purposes: basis: purpose \"bookkeeping\""},
		{`"fill": { "sale_entity"`, `"fill": { "consent_at": "2024-01-01", "sale_entity"`, "/files/0/fill"},
		{`"needs": ["email"]`, `"needs": ["E-mail"]`, "/purposes/0/needs/0"},
		{`{`, ``, "policy p.json"},
	} {
		bad := strings.Replace(text, c.from, c.to, 1)
		require.NotEqual(t, text, bad, c.from)
		status, out, errs := call(t, "-policy", file(t, "p.json", bad), keep)
		require.Equal(t, badUsage, status)
		require.Empty(t, out)
		require.Contains(t, errs, c.want)
	}
	status, out, errs := call(t, "-policy-init")
	require.Zero(t, status, errs)
	require.Equal(t, text, out)
	status, _, errs = call(t, "-policy", file(t, "p.json", out), keep)
	require.Zero(t, status, errs)
}

func TestTokens(t *testing.T) {
	f := file(t, "facts.csv", "contact,purpose\nJan@Example.com,n\n jan@example.com,n\n06-00001234,n\n0600001234,n\n31600001234,n\n12345678,n\nc-7,n\n")
	key := file(t, "key", "a key of at least sixteen bytes\n")
	one := lines(t, "-token-key", key, f)
	require.Equal(t, one, lines(t, "-token-key", key, f), "the key decides")
	require.Equal(t, one[0].Contact, one[1].Contact)
	require.Equal(t, one[2].Contact, one[3].Contact)
	token := regexp.MustCompile(`^t-[0-9a-f]{32}$`)
	for i, l := range one[:5] {
		require.Regexp(t, token, l.Contact, i)
	}
	require.Equal(t, "12345678", one[5].Contact)
	require.Equal(t, "c-7", one[6].Contact)
	other := lines(t, f)
	require.NotEqual(t, one[0].Contact, other[0].Contact, "a key of this run")
	require.Equal(t, other[0].Contact, other[1].Contact)
}

func TestPurposeFlag(t *testing.T) {
	f := file(t, "facts.csv", "contact,purpose,kind\nc-1,newsletter,\nc-2,order,contract\nc-3,,\n")
	got := lines(t, "-purpose", "newsletter", f)
	require.Len(t, got, 2)
	require.Equal(t, "c-1", got[0].Contact)
	require.Equal(t, "c-3", got[1].Contact)
	require.Equal(t, "newsletter", got[1].Purpose, "a row that states no purpose is judged for the one asked about")
}

func TestZones(t *testing.T) {
	// 23:30 UTC on the last day before the change is the day after in Amsterdam.
	f := file(t, "facts.csv", "contact,purpose,objected_at\nc-1,n,2026-11-24T23:30:00Z\n")
	require.Equal(t, "email.no-consent", lines(t, "-at", "2026-11-24", f)[0].Rule)
	require.Equal(t, "marketing.objected", lines(t, "-at", "2026-11-24", "-zone", "UTC", f)[0].Rule)
	require.Equal(t, "marketing.objected", lines(t, "-at", "2026-11-25", f)[0].Rule)
}

func TestCountryOfThePolicy(t *testing.T) {
	f := file(t, "facts.csv", "contact,purpose\nc-1,newsletter\n")
	policy := file(t, "p.json", strings.Replace(string(initialPolicy), `"country": "NL"`, `"country": "PT"`, 1))
	require.Equal(t, []string{"GDPR 7(1)", "GDPR 4(11)", "ePrivacy 13"}, lines(t, "-policy", policy, f)[0].Cites)
	_, out, _ := call(t, "-policy", policy, f)
	require.Contains(t, out, "No national rules on unsolicited communications are known for PT")
}

func TestInterruptLeavesNoReport(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	html := filepath.Join(t.TempDir(), "r.html")
	var out, errs bytes.Buffer
	status := run(ctx, []string{"-html", html}, today, &out, &errs)
	require.Equal(t, failed, status)
	require.Contains(t, errs.String(), "interrupted")
	left, err := os.ReadDir(filepath.Dir(html))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestProgress(t *testing.T) {
	status, _, errs := call(t, "-progress", "on")
	require.Zero(t, status)
	require.Empty(t, errs, "a short run shows none")
}

// TestSample runs the program as a newcomer does, and holds the shipped exports to
// what they promise: every situation of the table.
func TestSample(t *testing.T) {
	var rules, codes, gaps, grades []string
	rows := map[string]int{}
	for _, l := range lines(t) {
		rules = append(rules, l.Rule)
		gaps = append(gaps, l.Gaps...)
		grades = append(grades, l.Evidence)
		rows[l.File]++
		for _, c := range l.Also {
			codes = append(codes, strings.SplitN(c, ":", 2)[0])
		}
	}
	for file, n := range rows {
		if !strings.Contains(file, "unsubscribed") {
			require.GreaterOrEqual(t, n, 200, file)
		}
	}
	require.GreaterOrEqual(t, len(rows), 2)
	require.Equal(t, []string{
		"consent.child", "consent.complete", "consent.incomplete", "consent.withdrawn", "contract.active",
		"email.account", "email.customer", "email.no-consent", "email.published", "email.sale-incomplete",
		"facts.missing", "ground.authority", "ground.no-law", "interest.assess", "interest.failed", "interest.objected", "interest.passed",
		"law.term", "marketing.ground", "marketing.objected", "nothing.left", "phone.company", "phone.customer", "phone.no-consent",
		"post.consent", "post.interest", "public-task", "purpose.changed", "service.message", "special.no-condition", "vital",
	}, distinct(rules))
	require.Equal(t, []string{"erase_field", "find_source", "inform_before", "inform_now", "narrow"}, distinct(codes))
	require.Equal(t, []string{"complete", "none", "partial"}, distinct(grades))
	require.ElementsMatch(t, reconsent.Gap("").Values(), distinct(gaps))

	_, out, _ := call(t)
	require.Contains(t, out, "No. ", "the third misconception")
}

func distinct(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return slices.Compact(s)
}

// TestGoldenReports holds the answers to the shipped exports, in both languages.
func TestGoldenReports(t *testing.T) {
	for _, lang := range []string{"en", "nl"} {
		for _, form := range []string{"text", "json", "html"} {
			t.Run(lang+" "+form, func(t *testing.T) {
				golden := filepath.Join("testdata", "sample."+lang+"."+form)
				var got []byte
				if form == "html" {
					page := filepath.Join(t.TempDir(), "r.html")
					status, _, errs := call(t, "-at", "2026-11-24", "-lang", lang, "-html", page)
					require.Zero(t, status, errs)
					var err error
					got, err = os.ReadFile(page)
					require.NoError(t, err)
				} else {
					status, out, errs := call(t, "-at", "2026-11-24", "-lang", lang, "-format", form)
					require.Zero(t, status, errs)
					got = []byte(out)
				}
				if *update {
					require.NoError(t, os.MkdirAll("testdata", 0o755))
					require.NoError(t, os.WriteFile(golden, got, 0o644))
				}
				want, err := os.ReadFile(golden)
				require.NoError(t, err)
				require.Equal(t, string(want), string(got))
			})
		}
	}
}

// TestNoPersonalDataInReports looks for every address and name of the sample in every
// form of the answer.
func TestNoPersonalDataInReports(t *testing.T) {
	page := filepath.Join(t.TempDir(), "r.html")
	var all strings.Builder
	for _, form := range []string{"text", "json", "jsonl", "csv"} {
		_, out, errs := call(t, "-format", form, "-html", page)
		all.WriteString(out + errs)
	}
	html, err := os.ReadFile(page)
	require.NoError(t, err)
	all.Write(html)
	require.NotContains(t, all.String(), "@example")
	require.NotContains(t, all.String(), ".example")
	require.NotRegexp(t, `https?://|src=|href=|url\(`, string(html), "the page must load nothing")
}

func TestPolicyTellsWhatItDoesNotFit(t *testing.T) {
	_, out, _ := call(t, "-policy", file(t, "p.json", string(initialPolicy)), file(t, "contacts.csv", "Record ID,Email\n1,a@example.com\n"))
	require.Contains(t, out, "No entry of the policy fits contacts.csv")
}
