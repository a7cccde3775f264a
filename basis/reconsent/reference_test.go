package reconsent

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

// naive is the Dutch table once more, as a lawyer would tell it: dates are texts, and
// nothing of the package but the facts is used. at is the day of evaluation.
type naive struct {
	f    *Facts
	at   string
	zone *time.Location
}

// day is the civil day of a moment, "" where there is none.
func (n naive) day(w When) string {
	if t, ok := w.Time(); ok {
		return t.In(n.zone).Format(time.DateOnly)
	}
	if s := w.String(); s != "undated" {
		return s
	}
	return ""
}

func (n naive) past(w When) bool {
	return w.String() == "undated" || n.day(w) != "" && n.day(w) <= n.at
}

// shift is the same day so many years on; 29 February stays as text, between the 28th and 1 March.
func shift(day string, years int) string {
	y, _ := strconv.Atoi(day[:4])
	return fmt.Sprintf("%04d%s", y+years, day[4:])
}

func (n naive) complete() bool {
	t, dated := n.f.ConsentAt.Time()
	return dated && t.In(n.zone).Format(time.DateOnly) <= n.at && n.f.ConsentText != "" && n.f.ConsentAction == ActiveAction &&
		n.f.ConsentBundled == No && n.f.ConsentWithdrawalTold == Yes
}

// denied: on or before the day, and no complete consent is later.
func (n naive) denied(w When) bool {
	if !n.past(w) {
		return false
	}
	consent, _ := n.f.ConsentAt.Time()
	if !n.complete() || w.String() == "undated" {
		return true
	}
	if t, ok := w.Time(); ok {
		return !consent.After(t)
	}
	return n.day(n.f.ConsentAt) <= n.day(w)
}

func (n naive) child() bool {
	f := n.f
	born := n.day(f.BirthDate)
	if born == "" || f.ParentalConsent == Yes || f.OnlineService == No {
		return false
	}
	on := n.at
	if n.past(f.ConsentAt) && n.day(f.ConsentAt) != "" {
		on = n.day(f.ConsentAt)
	}
	return on < shift(born, 16)
}

func (n naive) rule() (string, Outcome) {
	f := n.f
	is := func(b ...basis.Basis) bool { return slices.Contains(b, f.Basis) }
	const a, b, c, d, e, legit = basis.Consent, basis.Contract, basis.LegalObligation, basis.VitalInterests, basis.PublicTask, basis.LegitimateInterests
	marketing := f.Kind == "" || f.Kind == basis.DirectMarketing
	mail := f.Channel == "" || f.Channel == basis.Email || f.Channel == basis.SMS
	call := f.Channel == basis.Phone
	company := strings.HasPrefix(string(f.Person), "legal_person")
	info := f.Person == LegalPersonGeneric
	balanced := func(rule string, o Outcome) (string, Outcome) {
		switch f.LIA {
		case PassedAssessment:
			return rule, o
		case FailedAssessment:
			return "interest.failed", Stop
		}
		return "interest.assess", AssessInterest
	}
	if marketing {
		if n.denied(f.ObjectedAt) {
			return "marketing.objected", StopObjected
		}
	}
	if n.denied(f.WithdrawnAt) && (marketing || is(a, "")) {
		return "consent.withdrawn", StopWithdrawn
	}
	if (f.Special == SpecialCategory || f.Special == CriminalData) && f.Condition == "" {
		return "special.no-condition", Review
	}
	if is(legit) && f.PublicTask == Yes {
		return "ground.authority", InvalidBasis
	}
	if is(c, e) && f.LawRef == "" {
		return "ground.no-law", InvalidBasis
	}
	if marketing && is(c, d, e) {
		return "marketing.ground", InvalidBasis
	}
	if !marketing && is(e, legit) && n.past(f.ObjectedAt) {
		return "interest.objected", Review
	}
	if (is(a) || marketing && n.past(f.ConsentAt)) && n.child() {
		return "consent.child", ConsentInvalid
	}
	if !marketing {
		switch {
		case (f.Kind == basis.ContractPerformance || is(b)) && f.ContractActive == Yes:
			return "contract.active", KeepContract
		case f.LawRef != "" && (n.day(f.LawUntil) >= n.at || f.LawUntil.IsZero() && is(c)):
			return "law.term", KeepLaw
		case is(d):
			return "vital", KeepVital
		case is(e):
			return "public-task", KeepPublicTask
		case f.Kind == basis.ServiceMessage && f.ContractActive == Yes:
			return "service.message", KeepService
		}
	}
	if n.complete() && f.PurposeChanged != Yes {
		return "consent.complete", KeepConsent
	}
	if f.PurposeChanged == Yes && (f.Compatible != Yes || is(a, c)) {
		if marketing && (mail || call) {
			return "purpose.changed", AskOtherChannel
		}
		return "purpose.changed", AskAgain
	}
	customer := n.past(f.SaleAt) && f.SaleEntity == SameEntity && f.Similar == Yes && f.Informed == Yes && f.OptOutAtCollection == Yes
	switch {
	case marketing && mail && customer && f.OptOutInMessages == Yes && f.FreeAccount != Yes:
		return "email.customer", KeepSoftOptIn
	case marketing && mail && customer && f.OptOutInMessages == Yes:
		return "email.account", KeepSoftOptIn
	case marketing && mail && f.PublishedForPurpose == Yes && info:
		return "email.published", KeepPublished
	case marketing && mail && f.PublishedForPurpose == Yes && (company || f.Person == SoleTrader):
		return balanced("email.published", KeepPublished)
	case marketing && mail && n.past(f.SaleAt):
		return "email.sale-incomplete", AskOtherChannel
	case marketing && mail:
		return "email.no-consent", AskOtherChannel
	case marketing && call && info:
		return "phone.company", KeepInterest
	case marketing && call && company:
		return balanced("phone.company", KeepInterest)
	case marketing && call && customer && (n.at < "2026-07-01" || slices.Contains([]Sector{CharitySector, LotterySector, PressSector}, f.Sector)):
		return "phone.customer", KeepSoftOptIn
	case marketing && call:
		return "phone.no-consent", AskOtherChannel
	case marketing && is(a):
		return "post.consent", AskAgain
	case marketing:
		return balanced("post.interest", KeepInterest)
	case is(a):
		return "consent.incomplete", AskAgain
	case is(legit):
		return balanced("interest.passed", KeepInterest)
	case f.ContractActive == No || n.past(f.LawUntil) && n.day(f.LawUntil) < n.at:
		return "nothing.left", Erase
	}
	return "facts.missing", Review
}

// TestAgainstReference holds the table to the naive telling, on days around the change of
// law, in a zone with the sun on the other side and one without a midnight that day.
func TestAgainstReference(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, at string }{
		{"Europe/Amsterdam", "2026-06-30"}, {"Europe/Amsterdam", "2026-07-01"}, {"Europe/Amsterdam", "2026-11-24"},
		{"Pacific/Kiritimati", "2026-11-24"}, {"America/Sao_Paulo", "2018-11-04"}, {"Asia/Beirut", "2022-03-27"},
	} {
		loc := zone(t, c.zone)
		at, err := time.ParseInLocation("2006-01-02 15", c.at+" 12", loc)
		require.NoError(t, err)
		tab, err := NewTable(Controller{Country: "NL"}, at)
		require.NoError(t, err)
		// The days that draw has lie around 24 November 2026; these around at.
		days := []When{dayOf(tab.at.day - 1), dayOf(tab.at.day), dayOf(tab.at.day + 1), Instant(tab.At()), Instant(tab.At().Add(-1)), Instant(tab.At().Add(12 * time.Hour)), dayOf(tab.at.day.AddMonths(-16 * 12))}
		i := 0
		factsDrawn(8_000, func(f Facts) {
			for _, w := range []*When{&f.ConsentAt, &f.WithdrawnAt, &f.ObjectedAt, &f.SaleAt, &f.LawUntil, &f.BirthDate} {
				if i++; i%3 == 0 {
					*w = days[i*i%101%len(days)]
				}
			}
			rule, outcome := naive{&f, c.at, loc}.rule()
			a := tab.Decide(&f)
			if a.Rule != rule || a.Outcome != outcome {
				t.Fatalf("%s on %s: %s %s, by the reference %s %s: %+v", c.zone, c.at, a.Rule, a.Outcome, rule, outcome, f)
			}
		})
	}
}
