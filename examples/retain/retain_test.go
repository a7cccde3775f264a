package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// clock is fixed: the tests pass on any day.
var clock = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

// call runs the program and returns what it wrote.
func call(t testing.TB, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(args, clock, &out, &errs)
	return status, out.String(), errs.String()
}

// ask runs a command line in JSON and returns the keys of its one object, without the
// words, as "key=value" in the order of the keys.
func ask(t testing.TB, line string) string {
	t.Helper()
	status, out, errs := call(t, append(strings.Fields(line), "-json")...)
	require.Zero(t, status, "%s: %s", line, errs)
	require.Equal(t, 1, strings.Count(out, "\n"), line)
	var got map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &got), line)
	require.NotEmpty(t, got["why"], line)
	var parts []string
	for _, key := range []string{"state", "last_day", "delete_from", "cutoff", "spans", "due"} {
		if v, ok := got[key]; ok {
			text, err := json.Marshal(v)
			require.NoError(t, err)
			parts = append(parts, key+"="+strings.Trim(string(text), `"`))
		}
	}
	for key := range got {
		require.Contains(t, []string{"state", "last_day", "delete_from", "cutoff", "spans", "due", "why", "law", "rule"}, key, line)
	}
	return strings.Join(parts, " ")
}

// TestRequests has the answers to a request that were worked out beforehand, by
// Regulation 1182/71 3, ICO and EDPB guidance on Art. 12(3), and for -regime atw the
// days of the decrees under the Algemene termijnenwet 3(3).
func TestRequests(t *testing.T) {
	for _, c := range []struct{ received, flags, due, what string }{
		{"2026-03-05", "", "2026-04-07", "Easter Sunday, Easter Monday"},
		{"2026-08-31", "", "2026-09-30", "no 31 September"},
		{"2026-01-31", "", "2026-03-02", "28 February is a Saturday"},
		{"2024-01-31", "", "2024-02-29", "leap year"},
		{"2025-01-29", "", "2025-02-28", "no leap year"},
		{"2025-03-26", "", "2025-04-28", "King's Day moved to the Saturday"},
		{"2025-03-27", "", "2025-04-28", "a Sunday, which is not King's Day"},
		{"2026-04-05", "", "2026-05-06", "Liberation Day, every year"},
		{"2026-04-14", "", "2026-05-15", "Ascension Day"},
		{"2026-04-14", "-regime atw", "2026-05-18", "and the Friday after, by decree"},
		{"2027-04-05", "", "2027-05-07", "Liberation Day, Ascension Day"},
		{"2027-04-05", "-regime atw", "2027-05-10", "and the Friday after, by decree"},
		{"2028-03-28", "", "2028-04-28", "a working day"},
		{"2028-03-28", "-regime atw", "2028-05-01", "but not by decree"},
		{"2026-11-25", "", "2026-12-28", "Christmas and a Sunday"},
		{"2026-12-01", "", "2027-01-04", "New Year"},
		{"2026-01-31", "-extended", "2026-04-30", "three months from receipt, never one and two"},
		{"2024-02-29", "", "2024-04-02", "Good Friday and Easter"},
		{"2026-03-05T23:30:00Z", "", "2026-04-07", "the day after in Amsterdam: 6 April"},
		{"2026-03-30T22:30:00Z", "", "2026-04-30", "the last day of March in Amsterdam"},
		{"2026-03-30T22:30:00Z", "-zone UTC", "2026-04-30", "the day before"},
		{"2026-03-02", "-identity 2026-03-03..2026-03-05", "2026-04-07", "the answer counts as receipt"},
		{"2026-03-02", "-identity 2026-03-03..2026-03-05 -identity 2026-03-04..2026-03-16", "2026-04-16", "the last answer"},
	} {
		require.Equal(t, "due="+c.due, ask(t, "-due request -country NL -received "+c.received+" "+c.flags), "%s %s: %s", c.received, c.flags, c.what)
	}
	require.Equal(t, "due=2026-05-06", ask(t, "-due request -country NL -regime eu -received 2026-04-05"))
	require.Equal(t, "due=2026-05-05", ask(t, "-due request -country DE -received 2026-04-05"))
	require.Equal(t, "state=pending", ask(t, "-due request -country NL -received 2026-03-02 -identity 2026-03-03.."))
}

func TestNotices(t *testing.T) {
	for flags, due := range map[string]string{
		"":                      "2026-04-07",
		"-contacted 2026-03-20": "2026-03-20",
		"-disclosed 2026-03-10": "2026-03-10",
		"-contacted 2026-05-20": "2026-04-07",
		"-disclosed 2026-03-01": "2026-03-05", // before it was obtained, so at once
		"-contacted 2026-04-06": "2026-04-06", // a message goes out on a holiday too
		"-contacted 2026-03-20T23:30:00Z -disclosed 2026-04-01": "2026-03-21",
	} {
		require.Equal(t, "due="+due, ask(t, "-due notice -country NL -obtained 2026-03-05 "+flags), flags)
	}
}

func TestBreaches(t *testing.T) {
	for _, c := range []struct{ aware, flags, due string }{
		{"2020-12-22T12:17:00+01:00", "", "2020-12-25T13:00:00+01:00"},
		{"2020-12-22T12:17:00Z", "", "2020-12-25T13:00:00Z"},
		{"2020-12-22T12:17:00+00:00", "", "2020-12-25T13:00:00Z"},
		{"2020-12-22T13:00:00Z", "", "2020-12-25T14:00:00Z"}, // exactly on the hour falls in the one that begins
		{"2026-03-27T14:18:30+01:00", "", "2026-03-30T15:00:00+01:00"},
		{"2026-03-27T14:18:30+01:00", "-zone Europe/Amsterdam", "2026-03-30T16:00:00+02:00"}, // 72 hours pass, although the clock moves
		{"2026-03-27T14:18:30.999+05:30", "", "2026-03-30T15:00:00+05:30"},
		{"2026-03-27T14:18:30Z", "-zone Asia/Kolkata", "2026-03-30T20:00:00+05:30"},
		{"0001-01-01T00:00:00Z", "", "0001-01-04T01:00:00Z"},
	} {
		require.Equal(t, "due="+c.due, ask(t, "-due breach -aware "+c.aware+" "+c.flags), "%s %s", c.aware, c.flags)
	}
	require.Empty(t, ask(t, "-due breach_persons"), "no calculator can put a day on it")
}

// TestPeriods has BGB 187 to 188, Regulation 1182/71 3(2)(c) and the traps of both.
func TestPeriods(t *testing.T) {
	for _, c := range []struct{ line, last, next string }{
		{"P1Y -from 2024-02-29", "2025-02-28", "2025-03-01"},
		{"P4Y -from 2024-02-29", "2028-02-29", "2028-03-01"},
		{"P100Y -from 2000-02-29", "2100-02-28", "2100-03-01"},
		{"P1Y1M -from 2024-02-29", "2025-03-29", "2025-03-30"}, // one by one it were the 28th
		{"P5Y -from 2023-02-28 -cut fy -fy-end 02-28", "2028-02-29", "2028-03-01"},
		{"P5Y -from 2023-02-28 -cut fy -fy-end 02-29", "2028-02-29", "2028-03-01"},
		{"P1M -from 2023-04-30 -cut month", "2023-05-31", "2023-06-01"},
		{"P1M -from 2023-04-30 -cut month -count event", "2023-05-31", "2023-06-01"}, // after a cut-off whole days are counted
		{"P1M -from 2023-01-31 -count whole", "2023-02-28", "2023-03-01"},
		{"P1M1D -from 2023-01-31 -count whole", "2023-03-01", "2023-03-02"},
		{"P1M -from 2023-01-15 -count whole", "2023-02-14", "2023-02-15"},
		{"P1M -from 2023-01-15 -count event -cut none", "2023-02-15", "2023-02-16"},
		{"P3M -from 2023-02-10 -cut quarter", "2023-06-30", "2023-07-01"},
		{"P7Y -from 2018-03-15 -cut year", "2025-12-31", "2026-01-01"},
		{"P4W -from 2026-01-31", "2026-02-28", "2026-03-01"},
		{"P0D -from 2026-01-31", "2026-01-31", "2026-02-01"},
		{"P0D -from 2026-01-31 -cut year", "2026-12-31", "2027-01-01"},
		{"P1D -from 2018-12-31T23:30:00Z", "2019-01-02", "2019-01-03"}, // the new year in Amsterdam
		{"P1D -from 2018-12-31T23:30:00Z -zone UTC", "2019-01-01", "2019-01-02"},
		{"P1D -from 9999-12-29", "9999-12-30", "9999-12-31"},
	} {
		require.Equal(t, "last_day="+c.last+" delete_from="+c.next, ask(t, "-period "+c.line), c.line)
	}
}

// TestRules has the worked examples of the laws; the financial year from July to June
// is the case in which a naive calendar year fails.
func TestRules(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"NL-TAX -event 2018-03-15 -at 2026-01-01", "state=due last_day=2025-12-31 delete_from=2026-01-01"},
		{"NL-TAX -event 2018-03-15 -at 2025-12-31", "state=active last_day=2025-12-31 delete_from=2026-01-01"},
		{"NL-TAX -event 2018-03-15 -fy-end 06-30 -at 2026-01-01", "state=due last_day=2025-12-31 delete_from=2026-01-01"},
		{"NL-TAX -event 2018-12-31T23:30:00Z -at 2026-01-01", "state=active last_day=2026-12-31 delete_from=2027-01-01"},
		{"NL-TAX -event 2018-12-31T23:30:00Z -zone UTC -at 2026-01-01", "state=due last_day=2025-12-31 delete_from=2026-01-01"},
		{"NL-TAX -event 2018-03-15 -at 2025-12-31T23:00:00Z", "state=due last_day=2025-12-31 delete_from=2026-01-01"},
		{"NL-TAX -event 2018-03-15", "state=due last_day=2025-12-31 delete_from=2026-01-01"}, // today is the clock's
		{"NL-TAX", "state=pending"},
		{"NL-TAX -event 2026-02-01 -at 2026-01-01", "state=pending"},
		{"NL-TAX -event 2010-01-01 -at 2020-01-01 -hold 2020-01-01..2020-01-01", "state=held last_day=2017-12-31"},
		{"NL-TAX -event 2010-01-01 -at 2020-01-01 -hold 2019-01-01..", "state=held last_day=2017-12-31"},
		{"NL-TAX -event 2010-01-01 -at 2020-01-02 -hold 2020-01-01..2020-01-01", "state=due last_day=2017-12-31 delete_from=2018-01-01"},
		{"NL-TAX -event 2010-01-01 -at 2020-01-02 -hold 2020-01-01..2020-01-01 -hold 2020-01-02..2020-01-03", "state=held last_day=2017-12-31"},
		{"NL-TAX -event 2018-03-15 -at 2024-01-01 -hold 2020-01-01..", "state=active last_day=2025-12-31 delete_from=2026-01-01"},
		{"AT-BAO -event 2018-09-10 -fy-end 06-30 -at 2026-12-31", "state=active last_day=2026-12-31 delete_from=2027-01-01"},
		{"SE-BFL -event 2018-09-10 -fy-end 06-30 -at 2026-12-31", "state=active last_day=2026-12-31 delete_from=2027-01-01"},
		{"DK-BFL -event 2018-09-10 -fy-end 06-30 -at 2024-07-01", "state=due last_day=2024-06-30 delete_from=2024-07-01"},
		{"PL-ACC2 -event 2018-09-10 -fy-end 06-30 -at 2024-06-30", "state=active last_day=2024-06-30 delete_from=2024-07-01"},
		{"IE-CA -event 2018-09-10 -fy-end 06-30 -at 2025-06-30", "state=active last_day=2025-06-30 delete_from=2025-07-01"},
		{"FR-ACC -event 2018-09-10 -fy-end 06-30 -at 2029-07-01", "state=due last_day=2029-06-30 delete_from=2029-07-01"},
		{"FR-ACC -event 2018-09-10 -fy-end 06-30 -at 2019-06-30", "state=pending"}, // the books are open
		{"AT-BAO -event 2018-09-10 -fy-end 06-30 -at 2019-06-30", "state=pending"},
		{"AT-BAO -event 2018-09-10 -fy-end 06-30 -at 2019-07-01", "state=active last_day=2026-12-31 delete_from=2027-01-01"}, // closed, although the year goes on
		{"NL-WAGE -event 2011-07-01 -at 2017-01-01", "state=due last_day=2016-12-31 delete_from=2017-01-01"},
		{"BE-TAX -event 2021-05-05 -at 2030-01-01", "state=due last_day=2028-12-31 delete_from=2029-01-01"},
		{"BE-TAX -event 2022-05-05 -at 2030-01-01", "state=active last_day=2032-12-31 delete_from=2033-01-01"},
		{"BE-TAX -event 2022-05-05 -fy-end 06-30 -at 2030-01-01", "state=due last_day=2029-06-30 delete_from=2029-07-01"},
		{"DE-VOUCHER -event 2015-01-05 -at 2024-12-31", "state=active last_day=2025-12-31 delete_from=2026-01-01"},
		{"DE-VOUCHER -event 2015-01-05 -at 2025-01-01", "state=due last_day=2023-12-31 delete_from=2024-01-01"},
		{"NL-CCTV -event 2026-01-31 -at 2026-02-28", "state=active last_day=2026-02-28 delete_from=2026-03-01"},
		{"NL-WWFT/transaction -event 2020-02-29 -at 2025-03-01", "state=due last_day=2025-02-28 delete_from=2025-03-01"},
		{"NL-TAX -event 9995-01-01 -at 9999-01-01", "state=active"}, // no last day within the calendar
	} {
		require.Equal(t, c.want, ask(t, "-rule "+c.line), c.line)
	}
}

func TestCutoffs(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"NL-TAX -at 2025-12-31", "cutoff=2017-12-31"},
		{"NL-TAX -at 2026-01-01", "cutoff=2018-12-31"},
		{"NL-TAX -at 2025-12-31T23:00:00Z", "cutoff=2018-12-31"},
		{"NL-APPL -at 2026-05-01", "cutoff=2026-04-02"},
		{"FR-ACC -fy-end 06-30 -at 2029-07-01", "cutoff=2019-06-30"},
		{"NL-TAX -at 0005-01-01", ""},
		{"EU-AMLR -at 2026-01-01", ""}, // the regulation does not apply yet
	} {
		require.Equal(t, c.want, ask(t, "-cutoff -rule "+c.line), c.line)
	}
}

func TestAnswersInBothLanguages(t *testing.T) {
	for line, words := range map[string][2]string{
		"-rule NL-TAX -event 2018-03-15":                            {"must be kept", "bewaard"},
		"-rule NL-WGBO -event 2018-03-15":                           {"unverified", "niet geverifieerd"},
		"-period P1Y -from 2024-02-29":                              {"1 year", "1 jaar"},
		"-cutoff -rule NL-TAX":                                      {"ended", "verstreken"},
		"-due request -country NL -received 2026-03-05":             {"Easter Monday", "paasdag"},
		"-due request -country UK -received 1999-03-05":             {"applies since 2018-05-25", "van toepassing sinds"},
		"-due request -country NL -regime atw -received 2035-03-05": {"known for 2005 to 2028", "bekend voor 2005 tot en met 2028"},
		"-due breach_persons":                                       {"without undue delay", "onverwijld"},
	} {
		for i, lang := range []string{"en", "nl"} {
			_, text, _ := call(t, append(strings.Fields(line), "-lang", lang)...)
			require.Contains(t, strings.Join(strings.Fields(text), " "), words[i], line)
			_, text, _ = call(t, append(strings.Fields(line), "-lang", lang, "-json")...)
			require.Contains(t, text, words[i], line)
		}
	}
}

func TestList(t *testing.T) {
	rows := func(args ...string) (all []listed) {
		status, out, errs := call(t, append([]string{"-list", "-json"}, args...)...)
		require.Zero(t, status, errs)
		for line := range strings.Lines(out) {
			d := json.NewDecoder(strings.NewReader(line))
			d.DisallowUnknownFields()
			var l listed
			require.NoError(t, d.Decode(&l), line)
			all = append(all, l)
		}
		return all
	}
	all := rows()
	require.Greater(t, len(all), 53)
	seen := map[string]listed{}
	for _, l := range all {
		require.NotContains(t, seen, l.Rule)
		require.NotEmpty(t, l.Describe.En, l.Rule)
		require.NotEmpty(t, l.Describe.Nl, l.Rule)
		require.Equal(t, l.Confidence == "C", l.Unverified, l.Rule)
		seen[l.Rule] = l
	}
	require.Equal(t, "P7Y", seen["NL-TAX"].Period)
	require.Equal(t, "P8Y", seen["DE-VOUCHER"].Period)
	require.Len(t, seen["DE-VOUCHER"].Versions, 2)
	require.Equal(t, "P5Y", seen["EU-AMLR"].Period)
	for _, l := range rows("-at", "2024-06-01", "-country", "DE") {
		require.Equal(t, "DE", l.Country)
		if l.Rule == "DE-VOUCHER" {
			require.Equal(t, "P10Y", l.Period)
			require.Contains(t, l.Describe.En, "10 years")
		}
	}
	require.Equal(t, rows("-country", "UK"), rows("-country", "GB"))
	_, out, _ := call(t, "-list")
	require.Contains(t, out, "(from 2027-07-10)")
	require.Contains(t, out, "C unverified")
}

func TestHelp(t *testing.T) {
	for _, flag := range []string{"-h", "-help", "--help"} {
		status, out, errs := call(t, flag)
		require.Zero(t, status)
		require.Empty(t, errs)
		for _, f := range flags {
			require.Contains(t, out, "-"+f.name)
		}
	}
}

// A hold on data whose period still runs is told of.
func TestHeldWhileActive(t *testing.T) {
	_, out, _ := call(t, "-rule", "NL-TAX", "-event", "2018-03-15", "-at", "2025-12-31", "-hold", "2025-06-01..2026-01-10", "-json")
	require.Contains(t, out, `"state":"active"`)
	require.Contains(t, out, "A hold is in force too")
	_, out, _ = call(t, "-rule", "NL-TAX", "-event", "2018-03-15", "-at", "2025-12-31", "-hold", "2025-06-01..2025-07-01", "-json")
	require.NotContains(t, out, "A hold is in force too")
}
