package exports

import (
	"encoding/binary"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis/reconsent"
)

func encode16(s string, order binary.ByteOrder, mark bool) string {
	if mark {
		s = "\ufeff" + s
	}
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, 0, 0)
		order.PutUint16(b[len(b)-2:], u)
	}
	return string(b)
}

// TestForms reads the same two contacts from every form in which a file may come.
func TestForms(t *testing.T) {
	const plain = "Record ID,Email,Unsubscribed from all email\n1,a@example.com,true\n2,b@example.com,\n"
	for name, content := range map[string]string{
		"plain":                   plain,
		"no newline at the end":   strings.TrimSuffix(plain, "\n"),
		"byte order mark":         "\ufeff" + plain,
		"CRLF":                    strings.ReplaceAll(plain, "\n", "\r\n"),
		"semicolons":              strings.ReplaceAll(plain, ",", ";"),
		"tabs":                    strings.ReplaceAll(plain, ",", "\t"),
		"sep line":                "sep=;\r\n" + strings.ReplaceAll(strings.ReplaceAll(plain, ",", ";"), "\n", "\r\n"),
		"quoted":                  `"` + strings.ReplaceAll(strings.ReplaceAll(strings.TrimSuffix(plain, "\n"), ",", `","`), "\n", "\"\n\"") + "\"\n",
		"upper case":              strings.ToUpper(plain),
		"other order":             "email,unsubscribed FROM all email, record-id \na@example.com,TRUE,1\nb@example.com,,2\n",
		"blank lines":             strings.ReplaceAll(plain, "\n", "\n\n"),
		"UTF-16 LE":               encode16(plain, binary.LittleEndian, true),
		"UTF-16 BE":               encode16(plain, binary.BigEndian, true),
		"UTF-16 LE, no mark":      encode16(plain, binary.LittleEndian, false),
		"UTF-16 BE, no mark":      encode16(plain, binary.BigEndian, false),
		"fewer fields":            "Record ID,Email,Unsubscribed from all email,Notes\n1,a@example.com,true\n2,b@example.com\n",
		"more columns":            "Record ID,Email,Unsubscribed from all email,Notes,Pet\n1,a@example.com,true,x,cat\n2,b@example.com,,y,dog\n",
		"more fields, but empty":  "Record ID,Email,Unsubscribed from all email\n1,a@example.com,true,,\n2,b@example.com,,\n",
		"a line in a field":       "Record ID,Email,Unsubscribed from all email,Notes\n1,a@example.com,true,\"x\ny\"\n2,b@example.com,,\"\"\n",
		"Windows-1252 in a name":  "Record ID,Email,Unsubscribed from all email,Name\n1,a@example.com,true,Ren\xe9\n2,b@example.com,,Zo\xeb\n",
		"bytes that are nothing":  "Record ID,Email,Unsubscribed from all email,Name\n1,a@example.com,true,\x00\x81\n2,b@example.com,,\xff\n",
		"separators of no record": plain + ",,\n , ,\n",
	} {
		got := judge(t, open(t, "h.csv", content, Config{}))
		require.Len(t, got, 2, name)
		require.Equal(t, "h.csv:1 stop_objected marketing.objected none", got[0], name)
		require.Equal(t, "h.csv:2 ask_other_channel email.no-consent none", got[1], name)
	}
}

func TestWindows1252IsDecoded(t *testing.T) {
	f := open(t, "f.csv", "contact,law_ref\nc-1,caf\xe9 \x80\nc-2,café €\n", Config{})
	for facts, err := range f.All(table(t)) {
		require.NoError(t, err)
		require.Equal(t, "café €", facts.LawRef)
	}
}

func TestBrokenRowsCostThemselvesOnly(t *testing.T) {
	got := judge(t, open(t, "h.csv", "Record ID,Email\n1,a@example.com\n2,\"b@example.com\n3,c@example.com\n4,d\"d,\n5,e@example.com,surplus\n6,f@example.com\n", Config{}))
	require.Equal(t, []string{
		"h.csv:1 ask_other_channel email.no-consent none",
		"h.csv: row 2: a quote inside an unquoted field",
		"h.csv:3 ask_other_channel email.no-consent none",
		"h.csv: row 4: a quote inside an unquoted field",
		"h.csv: row 5: more fields than the header has columns; a separator in a field was not quoted",
		"h.csv:6 ask_other_channel email.no-consent none",
	}, append(got[:1:1], append([]string{"h.csv: row 2: a quote inside an unquoted field"}, got[2:]...)...))
	require.Contains(t, got[1], "h.csv: row 2: ")
}

func TestOpenErrors(t *testing.T) {
	for want, content := range map[string]string{
		"empty":                         "",
		"the header fits none":          "a,b\n",
		`column "Email" occurs 2`:       "Record ID,Email,Email\n",
		"header: a quote":               "\"Record ID,Email\n",
		"more than 1 MiB":               strings.Repeat("x", 3<<20),
		`mapped to column "Ordered on"`: "Record ID,Email,Kenteken\n",
	} {
		cfg := Config{}
		if strings.Contains(content, "Kenteken") {
			cfg.Columns = map[string]Column{"sale_at": {Name: "Ordered on"}}
		}
		_, err := Open("x.csv", text(content), cfg)
		require.ErrorContains(t, err, want)
	}
	for want, cfg := range map[string]Config{
		"unknown format":    {Product: "exchange"},
		"date order":        {DateOrder: "ymd"},
		"is no fact":        {Fill: map[string]string{"shoe_size": "44"}},
		"person's own":      {Fill: map[string]string{"consent_at": "2020-01-01"}},
		`fill "source"`:     {Fill: map[string]string{"source": "heaven"}},
		`purpose "p", fill`: {Purposes: []Purpose{{ID: "p", Fill: map[string]string{"lia": "sure"}}}},
		`"age" is no fact`:  {Columns: map[string]Column{"age": {Name: "Email"}}},
	} {
		_, err := Open("x.csv", text("Record ID,Email\n"), cfg)
		require.ErrorContains(t, err, want)
	}
}

func TestHeaderOnly(t *testing.T) {
	require.Empty(t, judge(t, open(t, "h.csv", "Record ID,Email\n", Config{})))
}

func TestMappedColumns(t *testing.T) {
	cfg := Config{
		DateOrder: DayFirst,
		Columns: map[string]Column{
			"sale_at": {Name: "Laatste bestelling"}, "similar": {Name: "Soortgelijk", Values: map[string]string{"zeker": "yes"}},
			"person": {Name: "Soort"}, "basis": {Name: "Grondslag"}, "withdrawn_at": {Name: "Ingetrokken"},
		},
		Fill:     map[string]string{"sale_entity": "same", "informed": "yes", "optout_at_collection": "yes", "optout_in_messages": "yes"},
		Unneeded: map[string]string{"Kenteken": "licence_plate"},
	}
	f := open(t, "h.csv", "Record ID,Email,Laatste bestelling,Soortgelijk,Soort,Grondslag,Ingetrokken,Kenteken\n"+
		"1,a@example.com,5/1/2026,Zeker,Consumer,,,12-AB-3\n2,b@example.com,5-1-2026 9:30,ja,,AVG 6 lid 1 onder c,,\n3,c@example.com,,,,ingetrokken,,\n4,d@example.com,,,,,ja,\n5,e@example.com,,,dog,,,\n", cfg)
	got := judge(t, f)
	require.Equal(t, []string{
		"h.csv:1 keep_soft_optin email.customer none",
		"h.csv:2 invalid_basis ground.no-law none",
		"h.csv:3 stop_withdrawn consent.withdrawn none",
		"h.csv:4 stop_withdrawn consent.withdrawn none",
	}, got[:4])
	require.Contains(t, got[4], `column "Soort": not one of`)
	for facts := range f.All(table(t)) {
		if facts.Origin.Row == 1 {
			require.Equal(t, []string{"licence_plate"}, facts.UnneededFields)
		} else {
			require.Empty(t, facts.UnneededFields)
		}
	}
}

// TestFactsColumns sets each column of the facts CSV, and holds it to its list.
func TestFactsColumns(t *testing.T) {
	good := map[string]string{
		"contact": "c", "person": "consumer", "channel": "sms", "purpose": "p", "kind": "other", "basis": "consent", "consent_text": "v",
		"consent_action": "silence", "sale_entity": "other", "lia": "overdue", "law_ref": "l", "source": "derived", "special": "criminal",
		"condition": "a", "sector": "press", "unneeded_fields": "b; a;;b",
	}
	for _, c := range factColumns() {
		v, known := good[c.name]
		if !known {
			if v = "YeS"; strings.HasSuffix(c.name, "_at") || strings.HasSuffix(c.name, "_until") || c.name == "birth_date" {
				v = "2024-02-29"
			}
		}
		var f reconsent.Facts
		in := &reading{strict: true}
		require.False(t, c.isSet(&f), c.name)
		require.NoError(t, c.set(&f, []byte(v), in), c.name)
		require.True(t, c.isSet(&f), c.name)
		switch c.name {
		case "contact", "purpose", "consent_text", "law_ref", "condition":
			continue
		case "unneeded_fields":
			require.Equal(t, []string{"a", "b"}, f.UnneededFields)
			continue
		}
		for _, bad := range []string{"canary", strings.ToUpper(v) + "x", "2023-02-29", "true", "1", "29-02-2024", "2024-02-29 10:00"} {
			err := c.set(&f, []byte(bad), in)
			require.Error(t, err, "%s: %s", c.name, bad)
			require.NotContains(t, err.Error(), "canary")
		}
	}
	require.Len(t, FactColumns(), 38)
}

func TestMoments(t *testing.T) {
	m := moments{zone: amsterdam(t)}
	for in, want := range map[string]string{
		"2018-02-12":                         "2018-02-12",
		"2018/02/12":                         "2018-02-12",
		"12-2-2018":                          "2018-02-12",
		"12.02.2018":                         "2018-02-12",
		"2018-02-12 17:59:31":                "2018-02-12T16:59:31Z",
		"2018-02-12T17:59":                   "2018-02-12T16:59:00Z",
		"12-2-2018 9:30":                     "2018-02-12T08:30:00Z",
		"2018-07-12 17:59:31":                "2018-07-12T15:59:31Z",
		"2018-02-12T17:59:31Z":               "2018-02-12T17:59:31Z",
		"2018-02-12 17:59:31 UTC":            "2018-02-12T17:59:31Z",
		"2018-02-12T17:59:31.250+0100":       "2018-02-12T16:59:31.25Z",
		"2018-02-12T17:59:31-05:00":          "2018-02-12T22:59:31Z",
		"2018-02-12 17:59:31.123 +0200 CEST": "2018-02-12T15:59:31.123Z",
		" 1518458371000 ":                    "2018-02-12T17:59:31Z",
		"2018-03-25 02:30:00":                "2018-03-25T01:30:00Z", // skipped
		"2018-10-28 02:30:00":                "2018-10-28T01:30:00Z", // twice
	} {
		w, err := m.parse([]byte(in))
		require.NoError(t, err, in)
		require.Equal(t, want, w.String(), in)
	}
	for _, in := range []string{
		"", "x", "2018", "2018-02", "2018-02-30", "2018-13-01", "30-02-2018", "2018-2-1x", "2018-02-12 25:00", "2018-02-12 17:60", "2018-02-12 17",
		"2018-02-12 17:59:31+1", "2018-02-12 17:59:31 cest", "2018-02-12 17:59:31.", "12-2-18", "2018.02.12", "12/2/2018", "2018-02/12",
		"0000-01-01", "10000-01-01", "151845837100", "2018-02-1２",
	} {
		_, err := m.parse([]byte(in))
		require.Error(t, err, in)
	}
	m.order = MonthFirst
	w, err := m.parse([]byte("2/12/2018 1:05"))
	require.NoError(t, err)
	require.Equal(t, "2018-02-12T00:05:00Z", w.String())
}

// TestSlashDates are refused until it is stated how they are meant.
func TestSlashDates(t *testing.T) {
	for order, want := range map[DateOrder]string{"": "", DayFirst: "2018-12-02", MonthFirst: "2018-02-12"} {
		w, err := moments{zone: time.UTC, order: order}.parse([]byte("2/12/2018"))
		require.Equal(t, want == "", err == errSlash, order)
		require.Equal(t, want, w.String(), order)
	}
	// Two digits that can be a month in one order alone are no hint.
	_, err := moments{zone: time.UTC, order: MonthFirst}.parse([]byte("13/12/2018"))
	require.ErrorIs(t, err, errMoment)
}

// TestFormOfFacts: a facts file is held to its form, but yes and no come in any case.
func TestFormOfFacts(t *testing.T) {
	const header = "contact,similar,person,consent_at\n"
	for row, reason := range map[string]string{
		"c,YES,consumer,2024-02-29": "", "c,No,,2024-02-29T10:00:00+01:00": "", "c, yEs , sole_trader ,": "", "c": "",
		"c,ja,,": `"similar"`, "c,1,,": `"similar"`, "c,,Consumer,": `"person"`, "c,,person,": `"person"`,
		"c,,,2023-02-29": `"consent_at"`, "c,,,29-02-2024": `"consent_at"`, "c,,,2024-02-29 10:00:00": `"consent_at"`, "c,,,1709200000000": `"consent_at"`,
		"c,,,,x": "more fields",
	} {
		got := judge(t, open(t, "f.csv", header+row+"\n", Config{}))
		require.Len(t, got, 1, row)
		require.Contains(t, got[0], reason, row)
		require.Equal(t, reason != "", strings.HasPrefix(got[0], "f.csv: row 1"), row)
	}
}

// TestMixedEncodings: a file of two encodings, as merged lists have them, is decoded
// field by field.
func TestMixedEncodings(t *testing.T) {
	f := open(t, "f.csv", "sep=;\r\ncontact;law_ref;condition\r\nc-1;\x80;Zo\xeb\r\nc-2;€;Zoë\r\n", Config{})
	for facts, err := range f.All(table(t)) {
		require.NoError(t, err)
		require.Equal(t, "€ Zoë", facts.LawRef+" "+facts.Condition)
	}
}
