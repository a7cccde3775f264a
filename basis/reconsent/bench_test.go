package reconsent

import (
	"testing"
	"time"

	"github.com/grondslag/grondslag/basis"
)

func BenchmarkDecide(b *testing.B) {
	loc, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		b.Fatal(err)
	}
	t, err := NewTable(Controller{Country: "NL"}, time.Date(2026, 11, 24, 12, 0, 0, 0, loc))
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name string
		f    Facts
	}{
		{"email", Facts{Channel: basis.Email, Kind: basis.DirectMarketing, Source: basis.FromSubject, ConsentAt: Instant(time.Unix(1.5e9, 0))}},
		{"objected", Facts{ObjectedAt: Undated()}},
		{"last", Facts{Kind: basis.OtherKind, Source: basis.FromThirdParty, AcquiredAt: Day(2024, 1, 1)}},
		{"child", Facts{Kind: basis.DirectMarketing, Basis: basis.Consent, BirthDate: Day(2000, 1, 1), ConsentAt: Instant(time.Unix(1.5e9, 0))}},
		{"reconsented", Facts{ObjectedAt: Day(2020, 1, 1), ConsentAt: Instant(time.Unix(1.7e9, 0)), ConsentText: "n", ConsentAction: ActiveAction, ConsentBundled: No, ConsentWithdrawalTold: Yes}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sink = t.Decide(&c.f)
			}
		})
	}
}

var sink Answer

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
