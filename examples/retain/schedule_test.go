package main

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/retention"
)

func TestScheduleErrorsNameThePath(t *testing.T) {
	text := read(t, sampleSchedule)
	_, err := parseSchedule([]byte(text))
	require.NoError(t, err)
	for _, c := range []struct{ from, to, want string }{
		{`"version": "2026-11",`, ``, "/: missing property 'version'"},
		{`"zone":`, `"timezone":`, "/: additional properties 'timezone'"},
		{`"version":`, `"Version":`, "/: additional properties 'Version'"}, // decoders would take it
		{`"zone": "Europe/Amsterdam"`, `"zone": "Europe/Utrecht"`, "/zone: "},
		{`"zone": "Europe/Amsterdam"`, `"zone": "Local"`, "/zone: "},
		{`"12-31"`, `"02-30"`, "/financial_year_end: "},
		{`"12-31"`, `"31-12-2026"`, "/financial_year_end: "},
		{`"id": "OWN-ORDER"`, `"id": "NL-TAX"`, "/rules/1/id: \"NL-TAX\" is a rule of the catalogue"},
		{`"id": "OWN-ORDER"`, `"id": "OWN-NEWSLETTER"`, "/rules/1/id: \"OWN-NEWSLETTER\" is there twice"},
		{`"kind": "max"`, `"kind": "maximum"`, "/rules/0/kind: "},
		{`"period": "P2Y"`, `"period": "P0.5Y"`, "/rules/0/period: "},
		{`"period": "P2Y"`, `"period": "P99999Y"`, "longer than 9,999 years"},
		{`"period": "P2Y",`, ``, "/rules/0: "},
		{`"period": "P2Y",`, `"period": "P2Y", "open": true,`, "/rules/0: "},
		{`"period": "P2Y",`, `"period": "P2Y", "period": "P3Y",`, "/rules/0/period: the key is there twice"},
		{`"clicked"]`, `"mail_opened"]`, "/rules/0: "},
		{`"clicked"]`, `"mail_sent"]`, "/rules/0: "},
		{`"rule": "NL-TAX"`, `"rule": "NL-TAKS"`, "/classes/1/uses/1/rule: \"NL-TAKS\" is neither"},
		{`"rule": "NL-TAX"`, `"rule": "NL-WGBO"`, "needs a reason"},
		{`"purpose": "taxes", "rule": "NL-TAX"`, `"purpose": "orders", "rule": "SHORT-MIN"`, "neither"},
		{`"id": "applicant",`, `"id": "newsletter",`, "there twice"},
		{`"id": "applicant",`, `"id": "Applicant",`, "/classes/2/id: "},
		{`"disposition": "anonymize"`, `"disposition": "shred"`, "/classes/1/disposition: "},
		{`"notice": "P2W"`, `"parent": "nobody"`, "unknown parent"},
		{`"plate": ["order"]`, `"plate": ["orders"]`, `unknown class "orders"`},
		{`"plate": ["order"]`, `"plate": []`, "/fields/plate: "},
		{`"plate": ["order"]`, `"plate": "order"`, "/fields/plate: "},
		{`"plate": ["order"]`, `"License Plate": ["order"]`, "canonical name"},
		{`"id": "Relatienummer",`, ``, "/columns: missing property 'id'"},
		{`"ordered",
      "Laatste factuur"`, `"orderd",
      "Laatste factuur"`, "/columns/events/Laatste bestelling: no rule of the schedule starts with \"orderd\""},
		{`"reason": "audit"`, `"reason": "because"`, "/holds/0/reason: "},
		{`"classes": ["order"]`, `"classes": ["invoice"]`, "/holds: retention: hold tax-audit-2026 is on the unknown class \"invoice\""},
		{`"fields": ["footage"]`, `"fields": ["video"]`, "/holds: retention: hold car-park-claim is on the unknown field \"video\""},
		{`"from": "2026-09-14"`, `"from": "2026-09-31"`, "want a day that exists"},
		{`"until": "2027-03-10"`, `"until": "2025-03-10"`, "/holds: "},
		{`"review": "2026-12-15",`, ``, "/holds/1: "},
		{`"id": "car-park-claim"`, `"id": "tax-audit-2026"`, "there twice"},
		{`{`, ``, "s.json"},
		{text, text + "{}", "s.json"},
		{text, ``, "s.json"},
		{text, `[]`, "s.json: /: got array, want object"},
		{text, `null`, "s.json: /: got null, want object"},
	} {
		bad := strings.Replace(text, c.from, c.to, 1)
		require.NotEqual(t, text, bad, c.from)
		refused(t, c.want, "-plan", file(t, "s.json", bad), sampleContacts, "-html", "")
	}
}

func TestMaximumBelowMinimum(t *testing.T) {
	text := strings.NewReplacer(`"purpose": "taxes"`, `"purpose": "orders"`, `"events": ["ordered"],`, `"events": ["drafted"],`,
		`"Laatste bestelling": "ordered",`, `"Laatste bestelling": "clicked",`).Replace(read(t, sampleSchedule))
	refused(t, "OWN-ORDER would end before rule NL-TAX, which must be kept", "-plan", file(t, "s.json", text), sampleContacts, "-html", "")
}

// TestSchemaKnowsTheWords compares the lists of the schema with those of the library.
func TestSchemaKnowsTheWords(t *testing.T) {
	var schema map[string]any
	require.NoError(t, json.Unmarshal(scheduleSchema, &schema))
	enum := func(path string) (out []string) {
		at := schema
		for key := range strings.SplitSeq(path, "/") {
			at = at[key].(map[string]any)
		}
		for _, v := range at["enum"].([]any) {
			out = append(out, v.(string))
		}
		return out
	}
	require.ElementsMatch(t, retention.Kind("").Values(), enum("properties/rules/items/properties/kind"))
	require.ElementsMatch(t, retention.Cut("").Values(), enum("properties/rules/items/properties/cut"))
	require.ElementsMatch(t, retention.Count("").Values(), enum("properties/rules/items/properties/count"))
	require.ElementsMatch(t, retention.Disposition("").Values(), enum("properties/classes/items/properties/disposition"))
	require.ElementsMatch(t, retention.HoldReason("").Values(), enum("properties/holds/items/properties/reason"))
}

func TestNotesOfASchedule(t *testing.T) {
	schedule := strings.Replace(read(t, sampleSchedule), `      "Opname": "recorded"`, `      "Afgemeld": "clicked"`, 1)
	schedule = strings.Replace(schedule, `{ "purpose": "claims", "rule": "NL-LIM" }`, `{ "purpose": "claims", "rule": "NL-LIM" }, { "purpose": "care", "rule": "NL-WGBO", "reason": "asked our adviser" }`, 1)
	contacts := strings.Replace(read(t, sampleContacts), "Opname", "Afgemeld", 1)
	status, out, errs := call(t, "-plan", file(t, "s.json", schedule), file(t, "c.csv", contacts), "-html", "")
	require.Zero(t, status, errs)
	out = strings.Join(strings.Fields(out), " ")
	require.Contains(t, out, "No column has an event that starts rule NL-CCTV")
	require.Contains(t, out, "order/care/NL-WGBO: The rule is unverified")
	require.Contains(t, out, "reason: asked our adviser")
}

// FuzzSchedule reads any schedule: no panic, and one that is taken can judge a file.
func FuzzSchedule(f *testing.F) {
	f.Add([]byte(`{"version": "1", "zone": "UTC", "rules": [{"id": "A", "kind": "max", "events": ["e"], "open": true, "cut": "fy"}], "fields": {"a": ["b"], "c.d": ["b"]},
		"classes": [{"id": "b", "uses": [{"purpose": "p", "rule": "A"}], "disposition": "notify_then_delete", "notice": "P2W"}], "columns": {"id": "i", "classes": "k", "events": {"d": "e"}},
		"holds": [{"id": "h", "reason": "audit", "owner": "o", "from": "2026-01-01", "until": "2028-01-01", "fields": ["c"]}]}`))
	f.Add([]byte(`{"version": "1", "fields": {"a": ["b"]}, "classes": [{"id": "b", "uses": [{"purpose": "p", "rule": "FR-ACC"}]}], "columns": {"id": "i", "events": {"d": "drafted"}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := parseSchedule(text)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		header := []string{s.columns.ID, s.columns.Classes, s.columns.Erasure, s.columns.Done}
		row := []string{"c-1", string(s.classes[0].ID), "", ""}
		for column := range s.columns.Events {
			header, row = append(header, column), append(row, "2020-02-29")
		}
		for i := range header {
			header[i] = `"` + strings.ReplaceAll(header[i], `"`, `""`) + `"`
		}
		p := &program{now: clock, stdout: io.Discard, stderr: io.Discard}
		p.files = []string{"c.csv"}
		tally, err := p.read(s, 740000, strings.NewReader(strings.Join(header, ",")+"\n"+strings.Join(row, ",")+"\n"), io.Discard)
		if err != nil {
			return // two columns of one name
		}
		require.NoError(t, writeText(io.Discard, tally, words{}, "x"))
	})
}

// FuzzContacts reads any file by the sample's schedule: no panic, every row is counted once.
func FuzzContacts(f *testing.F) {
	sample := read(f, sampleContacts)
	f.Add(sample)
	f.Add(strings.ReplaceAll(sample, ";", "\t"))
	f.Add(strings.ReplaceAll(sample, ";", `","`))
	s, err := parseSchedule([]byte(read(f, sampleSchedule)))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		p := &program{now: clock, stdout: io.Discard, stderr: io.Discard}
		p.files = []string{"c.csv"}
		tally, err := p.read(s, 739944, strings.NewReader(text), io.Discard)
		if err != nil {
			require.ErrorAs(t, err, &usageError{})
			return
		}
		lanes := min(tally.records, maxLanes)
		require.Len(t, tally.lanes, lanes)
		require.NoError(t, writeText(io.Discard, tally, words{}, "x"))
	})
}
