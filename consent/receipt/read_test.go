package receipt

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/consent"
)

const shared = "../../../shared/vocabulary"

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	record := func(members string) string {
		return `{"@type":"dpv:ConsentRecord","dct:conformsTo":"https://w3id.org/dpv/schema/dpv-27560#record"` + members + `}`
	}
	_, _, err := Read([]byte(record("")))
	require.NoError(t, err)
	for _, c := range []struct{ name, doc, want string }{
		{"nothing", ``, "not one JSON document"},
		{"a list", `[]`, "want an object"},
		{"cut off", `{"@type":"dpv:ConsentRecord"`, "not one JSON document"},
		{"trailing", record("") + `{}`, "not one JSON document"},
		{"not UTF-8", record(",\"dct:title\":\"\xff\""), "not UTF-8"},
		{"half a pair", record(`,"gr:verifiedAt":"\ud800"`), "half a character"},
		{"the other half", record(`,"gr:verifiedAt":"\udc00\ud800"`), "half a character"},
		{"key twice", record(`,"gr:verifiedAt":"a","gr:verifiedAt":"b"`), "the key at /gr:verifiedAt is there twice"},
		{"key twice below", record(`,"dpv:hasProcess":[{},{"dpv:hasPurpose":"dpv:Marketing","dpv:hasPurpose":"dpv:Advertising"}]`), "the key at /dpv:hasProcess/1/dpv:hasPurpose is there twice"},
		{"key twice by an escape", record(`,"gr:zone":"a","gr:\u007aone":"b"`), "the key at /gr:zone is there twice"},
		{"personal key twice", record(`,"jan@example.org":"a","jan@example.org":"b"`), "the key at /? is there twice"},
		{"key twice, once in full", record(`,"dpv:hasIdentifier":"a","https://w3id.org/dpv#hasIdentifier":"b"`), "/dpv:hasIdentifier: the key is there twice"},
		{"key twice, once retired", record(`,"pd:Email":"a","pd:EmailAddress":"b"`), "/pd:EmailAddress: the key is there twice"},
		{"too deep", record(`,"dct:title":` + strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth)), "nested more than 24 deep"},
		{"too long", record(strings.Repeat(" ", MaxSize)), "more than 8388608 bytes"},
		{"too many values", record(`,"dct:title":[1` + strings.Repeat(",1", MaxValues) + `]`), "more than 100000 values"},
		{"a list in a list", record(`,"dpv:hasEntity":[[]]`), "a list in a list"},
		{"no type", `{"dct:conformsTo":"https://w3id.org/dpv/schema/dpv-27560#record"}`, "/@type"},
		{"both types", `{"@type":["dpv:ConsentRecord","dpv:ConsentReceipt"]}`, "/@type"},
		{"the profile of the other", strings.Replace(record(""), "ConsentRecord", "ConsentReceipt", 1), "the profile is not that of the type"},
		{"a number for a text", record(`,"gr:verifiedAt":1`), "/gr:verifiedAt: want a text"},
		{"two texts", record(`,"gr:verifiedAt":["a","b"]`), "/gr:verifiedAt: want one text"},
		{"a number for a node", record(`,"dpv:hasEntity":7`), "want a node"},
		{"null for a term", record(`,"dpv:hasLegalBasis":[null]`), "want a term"},
		{"a text for a truth", record(`,"dpv:hasProcess":{"gr:no-recipients":"yes"}`), "want true or false"},
		{"a time that is none", record(`,"dct:created":"yesterday"`), "want a time of RFC 3339"},
		{"two people", record(`,"dpv:hasDataSubject":["a","b"]`), "a second data subject"},
		{"two states", record(`,"dpv:hasConsentStatus":{"@type":["dpv:ConsentGiven","dpv:ConsentWithdrawn"]}`), "two states"},
		{"unknown type", record(`,"dpv:hasConsentStatus":{"gr:type":"maybe"}`), "unknown type"},
		{"unknown zone", record(`,"dpv:hasConsentStatus":{"gr:zone":"Europe/Velg"}`), "unknown zone"},
		{"the zone of the machine", record(`,"dpv:hasConsentStatus":{"gr:zone":"Local"}`), "unknown zone"},
		{"another id", record(`,"dpv:hasConsentStatus":{"@id":"gr:event-` + id(1).String() + `","dpv:hasIdentifier":"` + id(2).String() + `"}`), "not the id of the event"},
		{"two parties", record(`,"dpv:hasEntity":[{"@id":"ex:a"},{"@id":"ex:a"}]`), "a second party"},
		{"a remote context", record(`,"@context":"https://example.com/context"`), "nothing is fetched"},
		{"contexts", record(`,"@context":[{}]`), "nothing is fetched"},
		{"a prefix of another meaning", record(`,"@context":{"dpv":"https://example.com/"}`), "another meaning"},
		{"a property of another meaning", record(`,"@context":{"dpv:hasPurpose":"https://example.com/"}`), "another meaning"},
		{"a base", record(`,"@context":{"@base":"https://example.com/"}`), "another meaning"},
		{"a property that is a text", record(`,"@context":{"dpv:hasNotice":{"@type":"xsd:string"}}`), "another meaning"},
		{"a number as context", record(`,"@context":{"ex":1}`), "another meaning"},
		{"the hash of another text", record(`,"dpv:hasNotice":{"dct:identifier":"` + strings.Repeat("ab", 32) + `","schema:text":"Yes"}`), "does not have the hash"},
	} {
		_, _, err := Read([]byte(c.doc))
		require.ErrorContains(t, err, c.want, c.name)
		require.NotContains(t, err.Error(), "jan", c.name)
	}
}

func TestReadTermsOfOthers(t *testing.T) {
	t.Parallel()
	r, warnings, err := Read([]byte(`{
		"@context": {"dpv": "https://w3id.org/dpv#", "ex": "https://example.com/", "dpv:hasRecipient": {"@type": "@id"}},
		"@id": "urn:uuid:0bd66f5c-6a3b-4c2e-9b0d-5b7c6d0f7a11",
		"@type": "https://w3id.org/dpv#ConsentRecord",
		"dpv:hasProcess": {
			"dpv:hasPurpose": {"@type": "dpv:Purpose", "skos:broader": ["dpv:Marketing", "dpv:Analytics"], "dct:description": "dpv:Analytics"},
			"dpv:hasPersonalData": ["pd:Email", {"@id": "https://w3id.org/dpv/pd#Name"}],
			"dpv:hasApplicableLaw": "eu-gdpr:GDPR",
			"dpv:hasRecipient": {"@id": "ex:beta", "dpv:hasName": "Beta"}
		},
		"dpv:hasConsentStatus": [
			{"@type": ["dpv:ConsentTerminated", "dpv:ExplicitlyExpressedConsent"], "dpv:isIndicatedBy": "dpv:ParentOfDataSubject", "dpv:isIndicatedAtTime": "2023-11-05T16:08:50"},
			"dpv:ConsentUnknown"
		]
	}`))
	require.NoError(t, err)
	require.Equal(t, "0bd66f5c-6a3b-4c2e-9b0d-5b7c6d0f7a11", r.ID)
	p := r.Processes[0]
	require.Equal(t, []Term{"dpv:Marketing", "dpv:Analytics"}, p.Kinds)
	require.Equal(t, "dpv:Analytics", p.Title.En, "a text stays as it is")
	require.Equal(t, []Datum{{Kind: "pd:EmailAddress"}, {Kind: "pd:Name"}}, p.Data)
	require.Equal(t, []Term{"legal-eu:law-GDPR"}, p.Laws)
	require.Equal(t, []string{"ex:beta"}, p.Recipients)
	require.Equal(t, []Party{{ID: "ex:beta", Name: "Beta"}}, r.Parties)
	require.Equal(t, Event{Type: consent.Revoked, State: "dpv:ConsentRevoked", Kind: "dpv:ExplicitlyExpressedConsent", Actor: consent.Guardian}, r.Events[0])
	require.Equal(t, Event{State: "dpv:ConsentUnknown"}, r.Events[1], "no type of ours leads to it for sure")
	var got []string
	for _, w := range warnings {
		got = append(got, strings.TrimSpace(fmt.Sprint(w.Code, " ", w.Path, " ", w.Term)))
		require.NotEmpty(t, w.Text.En)
		require.NotEmpty(t, w.Text.Nl)
	}
	require.Equal(t, []string{
		"unknown_term /dpv:hasProcess/dpv:hasPurpose/skos:broader/1 dpv:Analytics",
		"retired_term /dpv:hasProcess/dpv:hasPersonalData/0 pd:Email",
		"retired_term /dpv:hasProcess/dpv:hasApplicableLaw eu-gdpr:GDPR",
		"retired_term /dpv:hasConsentStatus/0/@type/0 dpv:ConsentTerminated",
		"unknown_profile /dct:conformsTo",
		"no_zone /dpv:hasConsentStatus/0/dpv:isIndicatedAtTime",
	}, got)
}

// The 17 terms of the guide that DPV 2.3 does not have are unknown, but for the one that was replaced.
func TestTermsThatDoNotExist(t *testing.T) {
	t.Parallel()
	for term := range strings.FieldsSeq(`Analytics AutomationOfProcessing ConsentTerminated ConsentType DataProcessorDataSource
		FederatedLocation FullyAutomatedProcessing JointDataController ProcessingFrequency ScaleOfProcessing WithdrawingFromActivity
		hasAutomation hasDataProcessingCondition hasDataStorageCondition hasLegalName hasProcessingAutomation isImplementedBy`) {
		require.False(t, Term("dpv:"+term).Known(), term)
		_, replaced := successor(Term("dpv:" + term))
		require.Equal(t, term == "ConsentTerminated", replaced, term)
	}
	for _, t1 := range []Term{"dpv:ConsentTerminated", "eu-gdpr:GDPR", "pd:Email"} {
		require.False(t, t1.Known(), t1)
		next, ok := successor(t1)
		require.True(t, ok)
		require.True(t, next.Known(), next)
	}
	for _, no := range []Term{"", "dpv:", ":", "dpv:\nMarketing", "dpv:Marketing\n", "dpv:marketing", "ex:Marketing", "dpv:Marketing\npd:Name", "# Terms of the Data"} {
		require.False(t, no.Known(), string(no))
	}
}

// Every term that the writer can write exists.
func TestTermsThatAreWritten(t *testing.T) {
	t.Parallel()
	data, err := shopRecord(t).JSONLD()
	require.NoError(t, err)
	o, err := parse(data, MaxSize)
	require.NoError(t, err)
	d := &reader{}
	d.normalize(o, "")
	require.NoError(t, d.err)
	require.Empty(t, d.warnings)
	for _, term := range iriTerms() {
		require.True(t, !vocabulary(term) || Term(term).Known(), term)
	}
	for _, typ := range []consent.Type{consent.Requested, consent.Given, consent.Renewed, consent.Refused, consent.Deferred, consent.Withdrawn, consent.Revoked, consent.Expired, consent.Invalidated, consent.Confirmed, consent.Imported} {
		require.True(t, Term("dpv:"+typ.Status()).Known(), typ)
		require.NotEmpty(t, statusOf(Term("dpv:"+typ.Status())), typ)
	}
	for _, s := range []Span{SpanPeriod, SpanUntil, SpanEvent, SpanTimes, SpanEndless} {
		require.True(t, Term(spanTerm(s)).Known(), s)
	}
	for _, a := range []consent.Actor{consent.Person, consent.Guardian, consent.Agent, consent.Operator, consent.System} {
		require.True(t, Term(actorTerm(a)).Known(), a)
	}
	for line := range strings.Lines(dpvTerms) {
		if term := Term(strings.TrimSpace(line)); role(term) {
			require.True(t, term.Known())
		}
	}
}

// The committed list is what the tables of DPV 2.3 say, no more and no less.
func TestTermsAgainstTables(t *testing.T) {
	t.Parallel()
	tables, err := filepath.Glob(shared + "/dpv-2.3/*.tsv")
	require.NoError(t, err)
	if len(tables) == 0 {
		t.Skip("NOT CHECKED AGAINST THE TABLES OF DPV 2.3: no ../shared/vocabulary/dpv-2.3 beside the checkout")
	}
	iris := map[string]bool{}
	for _, name := range tables {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		for line := range strings.Lines(string(data)) {
			if columns := strings.Split(line, "\t"); len(columns) > 1 {
				iris[columns[1]] = true
			}
		}
	}
	n := 0
	for line := range strings.Lines(dpvTerms) {
		if term := Term(strings.TrimSpace(line)); !strings.HasPrefix(line, "#") {
			require.True(t, iris[term.IRI()], term)
			require.True(t, term.Known(), term)
			n++
		}
	}
	want := 0
	for iri := range iris {
		if c := compact(iri); vocabulary(c) {
			require.True(t, Term(c).Known(), c)
			want++
		}
	}
	require.Equal(t, want, n)
	require.Greater(t, n, 1400)
}

// The examples of the guide are read or refused for the one reason that applies: some
// have a key twice.
func TestGuideExamples(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob(shared + "/dpv-27560-examples/*.json")
	require.NoError(t, err)
	if len(names) == 0 {
		t.Skip("NOT CHECKED AGAINST THE EXAMPLES OF THE GUIDE: no ../shared/vocabulary/dpv-27560-examples beside the checkout")
	}
	var refused []string
	for _, name := range names {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		r, warnings, err := Read(data)
		base := filepath.Base(name)
		if err != nil {
			require.ErrorContains(t, err, "twice", base)
			refused = append(refused, base)
			continue
		}
		_ = warnings
		again(t, r)
	}
	require.Equal(t, []string{"guide-example-10.json", "guide-example-13.json", "guide-example-14.json", "guide-example-16.json", "guide-example-33.json"}, refused)
}

// again writes what was read, complete or not, and reads it again.
func again(t *testing.T, r Record) {
	t.Helper()
	data, err := r.encode()
	require.NoError(t, err)
	back, _, err := Read(data)
	require.NoError(t, err, string(data))
	require.Equal(t, r, back, string(data))
	once, err := back.encode()
	require.NoError(t, err)
	require.True(t, bytes.Equal(data, once))
}

// The most that is let in is read in seconds: nothing looks through all for each.
func TestReadOfTheLargest(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(`{"@type":"dpv:ConsentRecord","dpv:hasEntity":["ex:0"`)
	for i := range 30_000 {
		fmt.Fprintf(&b, `,{"@id":"ex:a%d"}`, i)
	}
	b.WriteString(`],"dpv:hasConsentStatus":[{}`)
	for range 12_000 {
		b.WriteString(`,{"gr:zone":"Europe/Amsterdam","gr:channel":"email"}`)
	}
	b.WriteString(`]}`)
	start := time.Now()
	r, warnings, err := Read([]byte(b.String()))
	require.NoError(t, err)
	require.Len(t, r.Parties, 30_001)
	require.Len(t, r.Events, 12_000)
	require.LessOrEqual(t, len(warnings), MaxWarnings)
	require.Less(t, time.Since(start), 20*time.Second)
}

func FuzzRead(f *testing.F) {
	data, err := shopRecord(f).JSONLD()
	require.NoError(f, err)
	f.Add(data)
	names, err := filepath.Glob(shared + "/dpv-27560-examples/*.json")
	require.NoError(f, err)
	for _, name := range names {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, warnings, err := Read(data)
		if err != nil {
			return
		}
		require.LessOrEqual(t, len(warnings), MaxWarnings)
		again(t, r)
	})
}
