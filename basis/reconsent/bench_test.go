package reconsent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

// kindsOfFacts end early, in the middle, and at the last row of either half of the table.
var kindsOfFacts = []struct {
	name string
	f    Facts
	rule string
}{
	{"objected", Facts{ObjectedAt: Undated()}, "marketing.objected"},
	{"reconsented", consented(func(f *Facts) { f.ObjectedAt = Day(2010, 1, 1) }), "consent.complete"},
	{"reconsented the next day", consented(func(f *Facts) { f.ObjectedAt = Day(2017, 3, 3) }), "consent.complete"},
	{"grown up", Facts{Basis: basis.Consent, BirthDate: Day(1970, 1, 1), ConsentAt: Instant(time.Unix(1.5e9, 0))}, "email.no-consent"},
	{"child", Facts{Basis: basis.Consent, BirthDate: Day(2004, 1, 1), ConsentAt: Instant(time.Unix(1.5e9, 0))}, "consent.child"},
	{"contract", Facts{Kind: basis.ContractPerformance, Basis: basis.Contract, ContractActive: Yes, Source: basis.FromSubject, NoticeAt: Day(2020, 1, 1)}, "contract.active"},
	{"customer", customer(func(f *Facts) { f.Source = basis.FromSubject }), "email.customer"},
	{"email", Facts{Source: basis.FromSubject, ConsentAt: Instant(time.Unix(1.5e9, 0))}, "email.no-consent"},
	{"phone", Facts{Channel: basis.Phone, Source: basis.FromPublic}, "phone.no-consent"},
	{"post", Facts{Channel: basis.Post, Source: basis.FromThirdParty, AcquiredAt: Instant(time.Unix(1.7e9, 0)), LIA: PassedAssessment}, "post.interest"},
	{"last", Facts{Kind: basis.OtherKind, Source: basis.FromThirdParty, AcquiredAt: Day(2024, 1, 1)}, "facts.missing"},
	{"misspelled", Facts{Channel: "fax"}, "facts.missing"},
}

func BenchmarkDecide(b *testing.B) {
	t := tableOn(b, today)
	for _, c := range kindsOfFacts {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sink = t.Decide(&c.f)
			}
		})
	}
}

var sink Answer

// TestNoAllocationsOfAnyKind also holds the benchmark to what it says it measures.
func TestNoAllocationsOfAnyKind(t *testing.T) {
	tab := tableOn(t, today)
	for _, c := range kindsOfFacts {
		require.Zero(t, testing.AllocsPerRun(20, func() { sink = tab.Decide(&c.f) }), c.name)
		require.Equal(t, c.rule, sink.Rule, c.name)
	}
	for _, s := range []string{"", "2024-02-29", "2024-02-29T10:11:12+01:00", "2024-02-30"} {
		text := []byte(s)
		require.Zero(t, testing.AllocsPerRun(20, func() { _, _ = ParseWhen(text) }), s)
	}
}

func BenchmarkNewTable(b *testing.B) {
	b.ReportAllocs()
	at := time.Date(2026, 11, 24, 12, 0, 0, 0, zone(b, "Europe/Amsterdam"))
	for b.Loop() {
		if _, err := NewTable(Controller{Country: "NL"}, at); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseWhen(b *testing.B) {
	for _, s := range []string{"2024-02-29", "2024-02-29T10:11:12+01:00"} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			text := []byte(s)
			for b.Loop() {
				_, _ = ParseWhen(text)
			}
		})
	}
}

// The standard library, for comparison.
func BenchmarkParseWhenByTime(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, _ = time.Parse(time.RFC3339, "2024-02-29T10:11:12+01:00")
	}
}
