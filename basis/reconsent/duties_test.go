package reconsent

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

// TestDutiesOfEveryCombination holds the additive codes against the words of Art. 5(2),
// 6(4), 13 and 14, for source x notice x acquired x person x use.
func TestDutiesOfEveryCombination(t *testing.T) {
	tab := tableOn(t, "2026-02-28")
	type moment struct {
		at   When
		past bool // on or before the day of evaluation
		late bool // more than a month ago, or unknown
	}
	moments := []moment{
		{When{}, false, true},
		{Undated(), true, true},
		{Day(2026, 1, 27), true, true},
		{Day(2026, 1, 28), true, false},
		{Day(2026, 1, 31), true, false}, // its month ends on 28 February
		{Instant(time.Date(2026, 1, 27, 22, 59, 59, 999_999_999, time.UTC)), true, true},
		{Instant(time.Date(2026, 1, 27, 23, 0, 0, 0, time.UTC)), true, false}, // 28 January in Amsterdam
		{Day(2026, 2, 28), true, false},
		{Instant(time.Date(2026, 2, 28, 22, 59, 59, 0, time.UTC)), true, false},
		{Instant(time.Date(2026, 2, 28, 23, 0, 0, 0, time.UTC)), false, false},
		{Day(2026, 3, 1), false, false},
	}
	uses := []Facts{
		{LIA: PassedAssessment, Channel: basis.Post},
		{LIA: PassedAssessment, Channel: basis.NoChannel},
		{LIA: FailedAssessment, Channel: basis.Post},
		consented(nil),
		{},
		{Kind: basis.OtherKind, Basis: basis.LegitimateInterests, LIA: PassedAssessment, Channel: basis.Post},
	}
	n := 0
	for _, use := range uses {
		for _, source := range append(basis.Source("").Values(), "") {
			for _, person := range append(Person("").Values(), "") {
				for _, notice := range moments {
					for _, acquired := range moments {
						for _, changed := range []YesNo{"", Yes, No} {
							f := use
							f.Source, f.Person, f.NoticeAt, f.AcquiredAt = basis.Source(source), Person(person), notice.at, acquired.at
							f.PurposeChanged, f.Compatible = changed, Yes
							a := tab.Decide(&f)
							var want []string
							personal := f.Person != LegalPersonGeneric
							if personal && (f.Source == "" || f.Source == basis.UnknownSource) {
								want = append(want, "find_source")
							}
							if changed == Yes {
								want = append(want, "inform_before")
							}
							message := f.Kind == "" && f.Channel != basis.NoChannel && a.Outcome.Keeps()
							elsewhere := f.Source == basis.FromThirdParty || f.Source == basis.FromPublic
							if personal && !notice.past && (f.Source == basis.FromSubject || elsewhere && (acquired.late || message)) {
								want = append(want, "inform_now")
							}
							if got := a.AppendAlso(nil); len(got) != len(want) || len(got) > 0 {
								require.Equal(t, want, got, "%+v", f)
							}
							n++
						}
					}
				}
			}
		}
	}
	require.Greater(t, n, 10_000)
}

// TestInformBefore: Art. 6(4) knows no compatibility for consent and for a law.
func TestInformBefore(t *testing.T) {
	tab := tableOn(t, today)
	for _, b := range append(basis.Basis("").Values(), "") {
		for _, changed := range []YesNo{"", Yes, No} {
			for _, compatible := range []YesNo{"", Yes, No} {
				f := Facts{Kind: basis.OtherKind, Basis: basis.Basis(b), LawRef: "x", PurposeChanged: changed, Compatible: compatible}
				want := changed == Yes && compatible == Yes && f.Basis != basis.Consent && f.Basis != basis.LegalObligation
				a := tab.Decide(&f)
				require.Equal(t, want, a.Codes.Has(InformBefore), "%+v", f)
			}
		}
	}
}

// TestUnneededFields: the fields come first, also where the facts can't be judged.
func TestUnneededFields(t *testing.T) {
	for _, tab := range []*Table{tableOn(t, today), new(Table)} {
		a := tab.Decide(&Facts{Channel: "fax", UnneededFields: []string{"iban"}})
		require.Equal(t, []string{"keep", "erase_field:iban"}, a.AppendAlso([]string{"keep"}))
	}
}
