package reconsent

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

// factsDrawn yields random facts, in which what the rules ask together is often there together.
func factsDrawn(n int, yield func(Facts)) {
	r := rand.New(rand.NewPCG(8, 1))
	in := make([]byte, 64)
	for range n {
		for i := range in {
			in[i] = byte(r.Uint32())
		}
		f := draw(in)
		often := r.Uint32()
		with := func(bit int, change func()) {
			if often>>bit&1 == 0 {
				change()
			}
		}
		with(0, func() {
			c := consented(nil)
			f.ConsentText, f.ConsentAction, f.ConsentBundled, f.ConsentWithdrawalTold = c.ConsentText, c.ConsentAction, c.ConsentBundled, c.ConsentWithdrawalTold
		})
		with(1, func() {
			f.SaleEntity, f.Similar, f.Informed, f.OptOutAtCollection, f.OptOutInMessages = SameEntity, Yes, Yes, Yes, Yes
		})
		with(2, func() { f.LIA = PassedAssessment })
		with(3, func() { f.ObjectedAt = When{} })
		with(4, func() { f.WithdrawnAt = When{} })
		with(5, func() { f.Special = "" })
		with(6, func() { f.PurposeChanged = "" })
		with(7, func() { f.BirthDate = When{} })
		with(8, func() { f.Kind = "" })
		with(9, func() { f.ConsentAt = consented(nil).ConsentAt })
		with(10, func() { f.SaleAt = customer(nil).SaleAt })
		yield(f)
	}
}

// facts that can be made unknown, one at a time.
var unknowns = []struct {
	name  string
	clear func(*Facts)
}{
	{"person", func(f *Facts) { f.Person = "" }},
	{"channel", func(f *Facts) { f.Channel = "" }},
	{"kind", func(f *Facts) { f.Kind = "" }},
	{"basis", func(f *Facts) { f.Basis = "" }},
	{"consent_at", func(f *Facts) { f.ConsentAt = When{} }},
	{"consent_text", func(f *Facts) { f.ConsentText = "" }},
	{"consent_action", func(f *Facts) { f.ConsentAction = "" }},
	{"consent_bundled", func(f *Facts) { f.ConsentBundled = "" }},
	{"consent_withdrawal_told", func(f *Facts) { f.ConsentWithdrawalTold = "" }},
	{"withdrawn_at", func(f *Facts) { f.WithdrawnAt = When{} }},
	{"objected_at", func(f *Facts) { f.ObjectedAt = When{} }},
	{"sale_at", func(f *Facts) { f.SaleAt = When{} }},
	{"sale_entity", func(f *Facts) { f.SaleEntity = "" }},
	{"similar", func(f *Facts) { f.Similar = "" }},
	{"informed", func(f *Facts) { f.Informed = "" }},
	{"optout_at_collection", func(f *Facts) { f.OptOutAtCollection = "" }},
	{"optout_in_messages", func(f *Facts) { f.OptOutInMessages = "" }},
	{"free_account", func(f *Facts) { f.FreeAccount = "" }},
	{"published_for_purpose", func(f *Facts) { f.PublishedForPurpose = "" }},
	{"lia", func(f *Facts) { f.LIA = "" }},
	{"law_ref", func(f *Facts) { f.LawRef = "" }},
	{"law_until", func(f *Facts) { f.LawUntil = When{} }},
	{"contract_active", func(f *Facts) { f.ContractActive = "" }},
	{"source", func(f *Facts) { f.Source = "" }},
	{"acquired_at", func(f *Facts) { f.AcquiredAt = When{} }},
	{"notice_at", func(f *Facts) { f.NoticeAt = When{} }},
	{"special", func(f *Facts) { f.Special = "" }},
	{"condition", func(f *Facts) { f.Condition = "" }},
	{"public_task", func(f *Facts) { f.PublicTask = "" }},
	{"birth_date", func(f *Facts) { f.BirthDate = When{} }},
	{"parental_consent", func(f *Facts) { f.ParentalConsent = "" }},
	{"online_service", func(f *Facts) { f.OnlineService = "" }},
	{"sector", func(f *Facts) { f.Sector = "" }},
	{"purpose_changed", func(f *Facts) { f.PurposeChanged = "" }},
	{"compatible", func(f *Facts) { f.Compatible = "" }},
}

// friendlier lists where making a fact unknown can turn a use that does not go on into
// one that does: the fact, and the rule that held it up. Each has its reason; the
// package comment gives them to users.
var friendlier = map[string][]string{
	// No when empty: nobody fills these in for the ordinary case.
	"objected_at":     {"marketing.objected", "interest.objected"},
	"withdrawn_at":    {"consent.withdrawn"},
	"special":         {"special.no-condition"},
	"public_task":     {"ground.authority"},
	"purpose_changed": {"purpose.changed"},
	// Age can't be told without a birth date, or the day of a consent that is not there;
	// what is kept then without that day never rests on consent.
	"birth_date": {"consent.child"},
	"consent_at": {"consent.child"},
	// Many legal duties have no last day.
	"law_until": {"nothing.left", "purpose.changed"},
	// No basis claims nothing; what keeps then names a ground of its own.
	"basis": {"ground.authority", "ground.no-law", "marketing.ground", "interest.objected", "consent.child", "purpose.changed", "post.consent"},
	// An unknown contact is a natural person, who may be called as a customer.
	"person": {"interest.assess", "interest.failed"},
	// The controller's sector stands in.
	"sector": {"phone.no-consent"},
}

// TestUnknownIsNeverFriendlier holds the table to that, but for friendlier and for the
// kind and channel, which make another question of it: empty is marketing by e-mail.
func TestUnknownIsNeverFriendlier(t *testing.T) {
	t.Parallel()
	seen := map[string]map[string]bool{}
	for _, c := range []struct {
		Controller
		day string
	}{
		{Controller{Country: "NL"}, "2026-06-30"},
		{Controller{Country: "NL", Sector: CharitySector}, today},
		{Controller{Country: "NL", PublicAuthority: true}, today},
		{Controller{Country: "GB"}, today},
		{Controller{Country: "FR"}, "2026-08-10"},
	} {
		tab := tableFor(t, c.Controller, c.day)
		factsDrawn(10_000, func(f Facts) {
			a := tab.Decide(&f)
			if a.Outcome.Keeps() {
				return
			}
			for _, u := range unknowns {
				less := f
				u.clear(&less)
				b := tab.Decide(&less)
				if u.name == "kind" || u.name == "channel" || !b.Outcome.Keeps() {
					continue
				}
				if seen[u.name] == nil {
					seen[u.name] = map[string]bool{}
				}
				seen[u.name][a.Rule] = true
				switch {
				case u.name == "purpose_changed" && b.Outcome == KeepConsent: // of a use that changed, also a compatible one, consent proves nothing
				case !slices.Contains(friendlier[u.name], a.Rule),
					u.name == "consent_at" && b.Outcome == KeepConsent,
					u.name == "law_until" && (b.Rule != "law.term" || f.Basis != basis.LegalObligation),
					u.name == "basis" && b.Rule == "interest.passed",
					(u.name == "person" || u.name == "sector") && b.Rule != "phone.customer":
					t.Fatalf("%s: without %s %s becomes %s: %+v", c.Country, u.name, a.Rule, b.Rule, f)
				}
			}
		})
	}
	for name, held := range friendlier {
		for _, rule := range held {
			require.True(t, seen[name][rule], "%s, %s: never seen, so no exception", name, rule)
		}
	}
}

// A denial more, or a denial that is later or undated, never lets a use go on.
func TestDenialsOnlyDeny(t *testing.T) {
	t.Parallel()
	moments := []When{Undated(), Day(2015, 1, 1), Day(2017, 3, 4), Day(2026, 11, 24), Day(2026, 11, 25), Instant(time.Date(2020, 1, 1, 0, 0, 0, 1, time.UTC))}
	for _, country := range []string{"NL", "GB"} {
		tab := tableFor(t, Controller{Country: country}, today)
		factsDrawn(6_000, func(f Facts) {
			if tab.Decide(&f).Outcome.Keeps() {
				return
			}
			for _, m := range moments {
				more := f
				if f.ObjectedAt.IsZero() || m == Undated() {
					more.ObjectedAt = m
				}
				require.False(t, tab.Decide(&more).Outcome.Keeps(), "%+v", more)
				more = f
				if f.WithdrawnAt.IsZero() || m == Undated() {
					more.WithdrawnAt = m
				}
				require.False(t, tab.Decide(&more).Outcome.Keeps(), "%+v", more)
			}
		})
	}
}

// What keeps a use is in the facts: the evidence or ground that the outcome names.
func TestKeepsOnlyOnItsGround(t *testing.T) {
	t.Parallel()
	for _, country := range []string{"NL", "GB"} {
		tab := tableFor(t, Controller{Country: country}, today)
		factsDrawn(10_000, func(f Facts) {
			a := tab.Decide(&f)
			marketing := f.Kind == "" || f.Kind == basis.DirectMarketing
			sale := tab.Happened(f.SaleAt) && f.SaleEntity == SameEntity && f.Similar == Yes && f.Informed == Yes && f.OptOutAtCollection == Yes
			passed := f.LIA == PassedAssessment || f.Person == LegalPersonGeneric && marketing
			ok, known := map[Outcome]bool{
				KeepConsent:    a.Evidence == Complete && f.PurposeChanged != Yes,
				KeepContract:   !marketing && f.ContractActive == Yes,
				KeepService:    f.Kind == basis.ServiceMessage && f.ContractActive == Yes,
				KeepLaw:        !marketing && f.LawRef != "" && (f.LawUntil.IsZero() || !tab.Happened(f.LawUntil) || f.LawUntil.day(tab.Zone()) == tab.at.day),
				KeepVital:      f.Basis == basis.VitalInterests && !marketing,
				KeepPublicTask: f.Basis == basis.PublicTask && f.LawRef != "" && !marketing,
				KeepSoftOptIn:  marketing && sale,
				KeepPublished:  marketing && f.PublishedForPurpose == Yes && f.Person != Consumer && f.Person != "" && passed && country == "NL",
				KeepInterest:   passed,
			}[a.Outcome]
			require.Equal(t, a.Outcome.Keeps(), known, a.Outcome)
			require.True(t, ok || !known, "%s by %s: %+v", a.Outcome, a.Rule, f)
		})
	}
}

// TestMisspelledFacts: a value outside its list counts as unknown, or sends the facts to
// review where empty would be a no.
func TestMisspelledFacts(t *testing.T) {
	tab := tableOn(t, today)
	for name, f := range map[string]Facts{
		"special":         consented(func(f *Facts) { f.Special = "x" }),
		"public_task":     {Kind: basis.OtherKind, Basis: basis.LegitimateInterests, LIA: PassedAssessment, PublicTask: "x"},
		"purpose_changed": consented(func(f *Facts) { f.PurposeChanged = "x" }),
		"free_account":    customer(func(f *Facts) { f.FreeAccount = "x" }),
		"basis":           consented(func(f *Facts) { f.Basis = "x"; f.Kind = basis.OtherKind; f.WithdrawnAt = Undated() }),
		"source":          consented(func(f *Facts) { f.Source = "x" }),
		"channel":         consented(func(f *Facts) { f.Channel = "x" }),
		"kind":            consented(func(f *Facts) { f.Kind = "x" }),
	} {
		require.Equal(t, "facts.missing", tab.Decide(&f).Rule, name)
		require.ErrorContains(t, f.Validate(), name)
		require.Zero(t, testing.AllocsPerRun(10, func() { sink = tab.Decide(&f) }), name)
	}
	for name, f := range map[string]Facts{
		"person": {Channel: basis.Phone, Person: "x"}, "lia": {Channel: basis.Post, LIA: "x"},
		"published": {Person: SoleTrader, PublishedForPurpose: "x", LIA: PassedAssessment},
		"action":    consented(func(f *Facts) { f.ConsentAction = "x" }), "bundled": consented(func(f *Facts) { f.ConsentBundled = "x" }),
		"told": consented(func(f *Facts) { f.ConsentWithdrawalTold = "x" }), "entity": customer(func(f *Facts) { f.SaleEntity = "x" }),
		"similar": customer(func(f *Facts) { f.Similar = "x" }), "informed": customer(func(f *Facts) { f.Informed = "x" }),
		"contract": {Kind: basis.ServiceMessage, ContractActive: "x"},
	} {
		require.False(t, tab.Decide(&f).Outcome.Keeps(), name)
		require.Error(t, f.Validate(), name)
	}
}
