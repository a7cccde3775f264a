package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/retention"
)

const (
	sampleSchedule = "sample/schedule.json"
	sampleContacts = "sample/contacts.csv"
)

// file writes a file in a folder of the test.
func file(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// plan runs a plan without a page and returns its lines of JSON.
func plan(t testing.TB, schedule, contacts string, args ...string) []decided {
	t.Helper()
	status, out, errs := call(t, append([]string{"-plan", schedule, contacts, "-html", "", "-json"}, args...)...)
	require.Zero(t, status, errs)
	var all []decided
	for line := range strings.Lines(out) {
		d := json.NewDecoder(strings.NewReader(line))
		d.DisallowUnknownFields()
		var one decided
		require.NoError(t, d.Decode(&one), line)
		all = append(all, one)
	}
	return all
}

// TestGoldenPlan holds what the program says of the sample that it ships.
func TestGoldenPlan(t *testing.T) {
	for _, lang := range []string{"en", "nl"} {
		page := filepath.Join(t.TempDir(), "timeline.html")
		status, text, errs := call(t, "-plan", sampleSchedule, sampleContacts, "-at", "2026-11-24", "-lang", lang, "-html", page)
		require.Zero(t, status, errs)
		html, err := os.ReadFile(page)
		require.NoError(t, err)
		status, lines, errs := call(t, "-plan", sampleSchedule, "-at", "2026-11-24", "-json", "-lang", lang, "-html", page, sampleContacts)
		require.Zero(t, status, errs)
		again, err := os.ReadFile(page)
		require.NoError(t, err)
		require.Equal(t, html, again, "the same every time")
		golden(t, "plan."+lang+".text", strings.ReplaceAll(text, page, "timeline.html"))
		golden(t, "plan."+lang+".jsonl", lines+errs)
		golden(t, "plan."+lang+".html", string(html))
	}
}

// TestSample holds the sample to what it promises: every state, and every kind of bar.
func TestSample(t *testing.T) {
	seen := map[retention.State]int{}
	overdue := 0
	for _, one := range plan(t, sampleSchedule, sampleContacts) {
		seen[one.State]++
		if one.Overdue > 0 {
			overdue++
		}
		switch one.State {
		case retention.Due:
			require.NotZero(t, one.DeleteFrom)
			require.NotEmpty(t, one.Action)
		case retention.Held:
			require.NotEmpty(t, one.Holds)
			require.Zero(t, one.DeleteFrom)
		case retention.Pending:
			require.Zero(t, one.LastDay)
		}
		require.NotEmpty(t, one.Why, "%+v", one)
	}
	require.Len(t, seen, 6)
	require.Positive(t, overdue)
	page := filepath.Join(t.TempDir(), "t.html")
	status, text, errs := call(t, "-plan", sampleSchedule, sampleContacts, "-html", page)
	require.Zero(t, status, errs)
	html, err := os.ReadFile(page)
	require.NoError(t, err)
	for _, kind := range []barKind{barFull, barLimited, barEnded, barHold, barOverdue} {
		require.Regexp(t, `<rect class="bar `+string(kind)+`" x="[0-9.]+%`, string(html))
	}
	for state, n := range seen {
		require.Regexp(t, fmt.Sprintf(`(?m)^ +%d  %s:`, n, state), text)
	}
	for _, rows := range []string{"row 23, column \"Aangemeld\"", "row 24, column \"Reeks\"", "row 25, column \"Relatienummer\"", "row 26: a quote"} {
		require.Contains(t, text, rows)
	}
}

// TestNoPersonalData looks for every name, address and licence plate of the sample.
func TestNoPersonalData(t *testing.T) {
	page := filepath.Join(t.TempDir(), "t.html")
	_, text, _ := call(t, "-plan", sampleSchedule, sampleContacts, "-html", page)
	_, lines, errs := call(t, "-plan", sampleSchedule, sampleContacts, "-html", page, "-json")
	html, err := os.ReadFile(page)
	require.NoError(t, err)
	all := text + lines + errs + string(html)
	sample, err := os.ReadFile(sampleContacts)
	require.NoError(t, err)
	for row := range strings.Lines(string(sample)) {
		cells := strings.Split(row, ";")
		for _, cell := range append(strings.Fields(cells[1]), cells[2], cells[3]) {
			if len(cell) > 2 && cell != "Naam" && cell != "E-mail" && cell != "Kenteken" {
				require.NotRegexp(t, `\b`+regexp.QuoteMeta(cell)+`\b`, all)
			}
		}
	}
	require.NotContains(t, all, "@example")
	require.NotRegexp(t, `https?:|src=|href=|url\(|<script|@import`, string(html), "the page must load and run nothing")
}

// TestPlanAgainstRule compares a schedule of one rule with the answer to -rule.
func TestPlanAgainstRule(t *testing.T) {
	for _, rule := range []string{"NL-TAX", "FR-ACC", "NL-WWFT", "BE-TAX", "DE-VOUCHER", "NL-LIM"} {
		var first retention.Event
		for _, r := range rulesOf("") {
			if r.Key() == rule {
				first = r.Events[0]
			}
		}
		schedule := file(t, "s.json", `{"version": "1", "zone": "Europe/Amsterdam", "financial_year_end": "06-30", "fields": {"name": ["a"]},
			"classes": [{"id": "a", "uses": [{"purpose": "p", "rule": "`+rule+`"}]}], "columns": {"id": "id", "events": {"day": "`+string(first)+`"}},
			"holds": [{"id": "h", "reason": "audit", "owner": "finance", "from": "2020-01-01", "until": "2031-01-01", "subjects": ["c-3", "c-6"]}]}`)
		var csv strings.Builder
		csv.WriteString("id,day\n")
		days := []string{"2010-02-28", "2016-02-29", "2017-12-31T23:30:00Z", "2019-06-30", "2019-07-01", "2012-12-31", "2022-12-30", "2022-12-31", "2029-01-01", ""}
		for i, day := range days {
			fmt.Fprintf(&csv, "c-%d,%s\n", i, day)
		}
		contacts := file(t, "c.csv", csv.String())
		for _, at := range []string{"2018-01-01", "2024-12-31", "2025-01-01", "2026-07-01", "2030-06-30"} {
			got := plan(t, schedule, contacts, "-at", at)
			require.Len(t, got, len(days))
			for i, day := range days {
				line := "-rule " + rule + " -fy-end 06-30 -zone Europe/Amsterdam -at " + at
				if day != "" {
					line += " -event " + day
				}
				if got[i].Subject == "c-3" || got[i].Subject == "c-6" {
					line += " -hold 2020-01-01..2031-01-01"
				}
				want := ask(t, line)
				text := "state=" + string(got[i].State)
				if got[i].LastDay != 0 {
					text += " last_day=" + got[i].LastDay.String()
				}
				if got[i].DeleteFrom != 0 {
					text += " delete_from=" + got[i].DeleteFrom.String()
				}
				require.Equal(t, want, text, line)
			}
		}
	}
}

func TestPlanWritesThePageBesideNothingElse(t *testing.T) {
	schedule, err := filepath.Abs(sampleSchedule)
	require.NoError(t, err)
	contacts, err := filepath.Abs(sampleContacts)
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	status, out, errs := call(t, "-plan", schedule, contacts)
	require.Zero(t, status, errs)
	require.Contains(t, out, "The timeline is in contacts.retention.html.")
	left, err := os.ReadDir(".")
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Equal(t, "contacts.retention.html", left[0].Name())

	require.NoError(t, os.Remove(left[0].Name()))
	status, out, errs = call(t, "-plan", schedule, contacts, "-html", "")
	require.Zero(t, status, errs)
	require.NotContains(t, out, "timeline")
	left, err = os.ReadDir(".")
	require.NoError(t, err)
	require.Empty(t, left)
}

// TestManyRecords leaves records out of the timeline, and says so; all of them are counted.
func TestManyRecords(t *testing.T) {
	var csv strings.Builder
	csv.WriteString("Relatienummer;Reeks;Aangemeld;Laatste klik;Laatste bestelling;Laatste factuur;Vordering opeisbaar;Procedure gesloten;Opname;Wissing gevraagd;Verwijderd op\n")
	for i := range 5000 {
		fmt.Fprintf(&csv, "c-%d;newsletter;20%02d-%02d-%02d;;;;;;;;\n", i, 10+i%17, 1+i%12, 1+i%28)
	}
	csv.WriteString("worst;newsletter;1999-01-01;;;;;;;;\n")
	for range 30 {
		csv.WriteString("x;nosuch;;;;;;;;;\n")
	}
	page := filepath.Join(t.TempDir(), "t.html")
	status, text, errs := call(t, "-plan", sampleSchedule, file(t, "c.csv", csv.String()), "-html", page)
	require.Zero(t, status, errs)
	html, err := os.ReadFile(page)
	require.NoError(t, err)
	require.Equal(t, maxLanes, bytes.Count(html, []byte(`<section class="lane`)))
	require.Contains(t, string(html), "4,961 records are left out")
	require.Less(t, bytes.Index(html, []byte("worst")), bytes.Index(html, []byte(`<h3>c-`)), "the longest overdue comes first")
	require.Contains(t, text, "5,001 records")
	require.Contains(t, text, "and 10 more rows with errors")
	require.Regexp(t, `and [0-9,]+ more records; -json has them all`, text)
}

// TestEscaping puts markup wherever a file or schedule can.
func TestEscaping(t *testing.T) {
	const evil = `<img src=x onerror=alert(1)>"'&`
	schedule := file(t, "s.json", strings.NewReplacer(
		`"2026-11"`, `"<img src=x onerror=alert(1)>\"'&"`,
		`"finance"`, `"<img src=x onerror=alert(1)>\"'&"`,
		`"c-1007"`, `"<img src=x onerror=alert(1)>\"'&"`,
		`"the person last signed up`, `"<img src=x onerror=alert(1)>\"'& signed up`,
	).Replace(read(t, sampleSchedule)))
	contacts := file(t, "c.csv", strings.Replace(read(t, sampleContacts), "c-1007", `"<img src=x onerror=alert(1)>""'&"`, 1))
	page := filepath.Join(t.TempDir(), "t.html")
	status, text, errs := call(t, "-plan", schedule, contacts, "-html", page)
	require.Zero(t, status, errs)
	require.Contains(t, text, evil)
	html := read(t, page)
	require.NotContains(t, html, "<img")
	require.Contains(t, html, "&lt;img")
}

func read(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

// Two rows of one reference can't be judged apart: the old one would let the live record go.
func TestPlanRepeatedReferences(t *testing.T) {
	contacts, err := os.ReadFile(sampleContacts)
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(contacts)), "\n")
	twice := file(t, "contacts.csv", strings.Join([]string{lines[0], lines[1], lines[2], lines[1]}, "\n")+"\n")
	status, out, errs := call(t, "-plan", sampleSchedule, twice, "-html", "", "-json", "-at", "2026-11-24")
	require.Zero(t, status)
	id, _, _ := strings.Cut(lines[1], ",")
	require.NotContains(t, out, id)
	require.Contains(t, errs, "row 1, column")
	require.Contains(t, errs, "row 3, column")
	require.Contains(t, errs, "several rows have this reference")
	require.NotEmpty(t, out)
}

func TestPlanFailures(t *testing.T) {
	none := filepath.Join(t.TempDir(), "none")
	refused(t, "none", "-plan", none, sampleContacts)
	refused(t, "none", "-plan", sampleSchedule, none)
	for _, args := range [][]string{
		{"-plan", sampleSchedule, t.TempDir()},
		{"-plan", sampleSchedule, sampleContacts, "-html", filepath.Join(none, "t.html")},
	} {
		status, out, errs := call(t, args...)
		require.Equal(t, failed, status, args)
		require.Empty(t, out)
		require.NotEmpty(t, errs)
	}
	refused(t, "-at", "-plan", sampleSchedule, sampleContacts, "-at", "2026-02-30")
	refused(t, "-plan takes no -zone", "-plan", sampleSchedule, sampleContacts, "-zone", "UTC")
}

func TestBadFiles(t *testing.T) {
	header := strings.SplitAfterN(read(t, sampleContacts), "\n", 2)[0]
	for content, message := range map[string]string{
		"":          "c.csv: the file is empty",
		"\n\n":      "c.csv: the file is empty",
		"a;b\n":     `no column has the name "Relatienummer"`,
		`"a` + "\n": "header: a quote that is not closed",
		strings.Replace(header, "Naam", "Reeks", 1):   `two columns have the name "Reeks"`,
		strings.Replace(header, "Reeks", "Klasse", 1): `no column has the name "Reeks"`,
	} {
		refused(t, message, "-plan", sampleSchedule, file(t, "c.csv", content), "-html", "")
	}
	for row, message := range map[string]string{
		";x;;;newsletter;;;;;;;;;":                           "no reference to the subject",
		"a@b;x;;;newsletter;;;;;;;;;":                        "an address is no reference",
		"a\x07b;x;;;newsletter;;;;;;;;;":                     "not printable",
		"a\xffb;x;;;newsletter;;;;;;;;;":                     "not printable",
		strings.Repeat("a", 101) + ";;;;newsletter;;;;;;;;;": "more than 100 bytes",
		"c;x;;;;;;;;;;;;":                                    "no class",
		"c;x;;;;newsletter;;;;;;;;":                          "no class", // one column off
		"c;x;;;Newsletter;;;;;;;;;":                          "not a class",
		"c;x;;;newsletter;2026-02-30;;;;;;;;":                "a day that exists",
		"c;x;;;newsletter;2026-02-03T24:00:00Z;;;;;;;;":      "nor an instant",
		"c;x;;;newsletter;;;;;;;;soon;":                      `column "Wissing gevraagd"`,
		"c;x;;;newsletter;;;;;;;;;soon":                      `column "Verwijderd op"`,
		"c;x;;;newsletter;;;;;;;;;;":                         "more fields than the header",
		`c;"x`:                                               "not closed",
	} {
		status, out, errs := call(t, "-plan", sampleSchedule, file(t, "c.csv", header+row+"\ngood;;;;newsletter;2026-11-01\n"), "-html", "", "-json")
		require.Zero(t, status, errs)
		require.Contains(t, errs, "retain: row 1", row)
		require.Contains(t, errs, message, row)
		require.Equal(t, 2, strings.Count(out, `"subject":"good"`), "a broken row stops nothing: %q", row)
		require.NotContains(t, errs, "a@b")
	}
}

// TestForms of files: what programs write that keep the same table.
func TestForms(t *testing.T) {
	want := plan(t, sampleSchedule, sampleContacts)
	plain := strings.ReplaceAll(read(t, sampleContacts), "newsletter, order", "newsletter|order")
	for name, content := range map[string]string{
		"byte order mark": "\xEF\xBB\xBF" + plain,
		"CRLF":            strings.ReplaceAll(plain, "\n", "\r\n"),
		"commas":          strings.ReplaceAll(plain, ";", ","),
		"tabs":            strings.ReplaceAll(plain, ";", "\t"),
		"blank lines":     "\n" + strings.Replace(plain, "c-1002", ";;;\n\nc-1002", 1) + ";;;;\n",
	} {
		content = strings.ReplaceAll(content, "newsletter|order", `"newsletter,order"`)
		require.Equal(t, want, plan(t, sampleSchedule, file(t, "c.csv", content)), name)
	}
}
