package reconsent

import (
	"fmt"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
)

func zone(t testing.TB, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

// tableOn is the Dutch table on a day.
func tableOn(t testing.TB, day string) *Table { return tableFor(t, Controller{Country: "NL"}, day) }

func tableFor(t testing.TB, c Controller, day string) *Table {
	at, err := time.ParseInLocation("2006-01-02 15", day+" 12", zone(t, "Europe/Amsterdam"))
	require.NoError(t, err)
	tab, err := NewTable(c, at)
	require.NoError(t, err)
	return tab
}

func when(t testing.TB, s string) When {
	w, err := ParseWhen(s)
	require.NoError(t, err)
	return w
}

const today = "2026-11-24"

// The facts from which the cases start.

func customer(change func(*Facts)) Facts {
	f := Facts{
		Channel: basis.Email, Kind: basis.DirectMarketing, SaleAt: Day(2026, time.January, 5), SaleEntity: SameEntity, Similar: Yes,
		Informed: Yes, OptOutAtCollection: Yes, OptOutInMessages: Yes,
	}
	if change != nil {
		change(&f)
	}
	return f
}

func consented(change func(*Facts)) Facts {
	f := Facts{
		ConsentAt: Instant(time.Date(2017, time.March, 4, 9, 0, 0, 0, time.UTC)), ConsentText: "v1", ConsentAction: ActiveAction,
		ConsentBundled: No, ConsentWithdrawalTold: Yes,
	}
	if change != nil {
		change(&f)
	}
	return f
}

// TestRules has for each rule the facts that reach it, and for each of its conditions
// facts that differ in that one alone and land elsewhere.
func TestRules(t *testing.T) {
	tab := tableOn(t, today)
	type F = Facts
	other := basis.OtherKind
	for _, c := range []struct {
		name    string
		f       Facts
		rule    string
		outcome Outcome
	}{
		{"objected", F{ObjectedAt: Day(2026, 11, 24)}, "marketing.objected", StopObjected},
		{"objected tomorrow", F{ObjectedAt: Day(2026, 11, 25)}, "email.no-consent", AskOtherChannel},
		{"objected, undated", F{ObjectedAt: Undated()}, "marketing.objected", StopObjected},
		{"objected, no marketing", F{Kind: other, ObjectedAt: Day(2026, 1, 1)}, "facts.missing", Review},
		{"objected, also to a customer", customer(func(f *F) { f.ObjectedAt = Day(2026, 1, 1) }), "marketing.objected", StopObjected},
		{"objected before a complete consent", consented(func(f *F) { f.ObjectedAt = Day(2017, 3, 3) }), "consent.complete", KeepConsent},
		{"objected on the day of the consent", consented(func(f *F) { f.ObjectedAt = Day(2017, 3, 4) }), "marketing.objected", StopObjected},
		{"objected undated beside a consent", consented(func(f *F) { f.ObjectedAt = Undated() }), "marketing.objected", StopObjected},
		{"objected before a consent that is not complete", consented(func(f *F) { f.ObjectedAt = Day(2017, 3, 3); f.ConsentText = "" }), "marketing.objected", StopObjected},

		{"withdrawn", F{WithdrawnAt: Day(2026, 11, 24)}, "consent.withdrawn", StopWithdrawn},
		{"withdrawn tomorrow", F{WithdrawnAt: Day(2026, 11, 25)}, "email.no-consent", AskOtherChannel},
		{"withdrawn, no marketing, on consent", F{Kind: other, Basis: basis.Consent, WithdrawnAt: Day(2026, 1, 1)}, "consent.withdrawn", StopWithdrawn},
		{"withdrawn, no marketing, no basis", F{Kind: other, WithdrawnAt: Day(2026, 1, 1)}, "consent.withdrawn", StopWithdrawn},
		{"withdrawn, other ground lives on", F{Kind: other, Basis: basis.Contract, ContractActive: Yes, WithdrawnAt: Day(2026, 1, 1)}, "contract.active", KeepContract},
		{"withdrawn before a complete consent", consented(func(f *F) { f.WithdrawnAt = Day(2017, 3, 3) }), "consent.complete", KeepConsent},

		{"special", F{Special: SpecialCategory}, "special.no-condition", Review},
		{"criminal", F{Special: CriminalData}, "special.no-condition", Review},
		{"special with a condition", F{Special: SpecialCategory, Condition: "a"}, "email.no-consent", AskOtherChannel},
		{"not special", F{Special: NotSpecial}, "email.no-consent", AskOtherChannel},

		{"authority", F{Kind: other, Basis: basis.LegitimateInterests, PublicTask: Yes, LIA: PassedAssessment}, "ground.authority", InvalidBasis},
		{"authority, not for its task", F{Kind: other, Basis: basis.LegitimateInterests, PublicTask: No, LIA: PassedAssessment}, "interest.passed", KeepInterest},

		{"c without law", F{Kind: other, Basis: basis.LegalObligation}, "ground.no-law", InvalidBasis},
		{"e without law", F{Kind: other, Basis: basis.PublicTask}, "ground.no-law", InvalidBasis},
		{"d needs no law", F{Kind: other, Basis: basis.VitalInterests}, "vital", KeepVital},
		{"marketing on c", F{Basis: basis.LegalObligation, LawRef: "x"}, "marketing.ground", InvalidBasis},
		{"marketing on d", F{Basis: basis.VitalInterests}, "marketing.ground", InvalidBasis},
		{"marketing on e", F{Basis: basis.PublicTask, LawRef: "x"}, "marketing.ground", InvalidBasis},
		{"marketing on b", F{Basis: basis.Contract}, "email.no-consent", AskOtherChannel},

		{"objected, on f", F{Kind: other, Basis: basis.LegitimateInterests, LIA: PassedAssessment, ObjectedAt: Day(2026, 11, 24)}, "interest.objected", Review},
		{"objected, on e", F{Kind: other, Basis: basis.PublicTask, LawRef: "x", ObjectedAt: Day(2026, 11, 24)}, "interest.objected", Review},
		{"objected tomorrow, on f", F{Kind: other, Basis: basis.LegitimateInterests, LIA: PassedAssessment, ObjectedAt: Day(2026, 11, 25)}, "interest.passed", KeepInterest},
		{"objected, on d", F{Kind: other, Basis: basis.VitalInterests, ObjectedAt: Day(2026, 1, 1)}, "vital", KeepVital},

		{"contract", F{Kind: basis.ContractPerformance, ContractActive: Yes}, "contract.active", KeepContract},
		{"basis b", F{Kind: other, Basis: basis.Contract, ContractActive: Yes}, "contract.active", KeepContract},
		{"contract ended", F{Kind: basis.ContractPerformance, ContractActive: No}, "nothing.left", Erase},
		{"contract unknown", F{Kind: basis.ContractPerformance}, "facts.missing", Review},
		{"marketing beside a contract", F{Basis: basis.Contract, ContractActive: Yes}, "email.no-consent", AskOtherChannel},

		{"law until today", F{Kind: other, LawRef: "x", LawUntil: Day(2026, 11, 24)}, "law.term", KeepLaw},
		{"law until yesterday", F{Kind: other, LawRef: "x", LawUntil: Day(2026, 11, 23)}, "nothing.left", Erase},
		{"law without end on c", F{Kind: other, LawRef: "x", Basis: basis.LegalObligation}, "law.term", KeepLaw},
		{"law without end, no basis", F{Kind: other, LawRef: "x"}, "facts.missing", Review},
		{"until without law", F{Kind: other, LawUntil: Day(2027, 1, 1)}, "facts.missing", Review},
		{"public task", F{Kind: other, Basis: basis.PublicTask, LawRef: "x"}, "public-task", KeepPublicTask},
		{"service", F{Kind: basis.ServiceMessage, ContractActive: Yes}, "service.message", KeepService},
		{"service, contract unknown", F{Kind: basis.ServiceMessage}, "facts.missing", Review},

		{"consent from before 2018", consented(nil), "consent.complete", KeepConsent},
		{"consent on f", consented(func(f *F) { f.Kind = other; f.Basis = basis.LegitimateInterests }), "consent.complete", KeepConsent},
		{"consent, purpose changed", consented(func(f *F) { f.PurposeChanged = Yes }), "purpose.changed", AskOtherChannel},
		{"consent by post, purpose changed", consented(func(f *F) { f.PurposeChanged = Yes; f.Channel = basis.Post }), "purpose.changed", AskAgain},
		{"consent, no marketing, purpose changed", consented(func(f *F) { f.PurposeChanged = Yes; f.Kind = other }), "purpose.changed", AskAgain},
		{"changed and compatible", F{Kind: other, PurposeChanged: Yes, Compatible: Yes, Basis: basis.LegitimateInterests, LIA: PassedAssessment}, "interest.passed", KeepInterest},
		{"changed and compatible, on consent", F{Kind: other, PurposeChanged: Yes, Compatible: Yes, Basis: basis.Consent}, "purpose.changed", AskAgain},
		{"changed and compatible, on c", F{Kind: other, PurposeChanged: Yes, Compatible: Yes, Basis: basis.LegalObligation, LawRef: "x", LawUntil: Day(2020, 1, 1)}, "purpose.changed", AskAgain},

		{"customer", customer(nil), "email.customer", KeepSoftOptIn},
		{"customer by text message", customer(func(f *F) { f.Channel = basis.SMS }), "email.customer", KeepSoftOptIn},
		{"sale today", customer(func(f *F) { f.SaleAt = Day(2026, 11, 24) }), "email.customer", KeepSoftOptIn},
		{"sale tomorrow", customer(func(f *F) { f.SaleAt = Day(2026, 11, 25) }), "email.no-consent", AskOtherChannel},
		{"sale by another", customer(func(f *F) { f.SaleEntity = OtherEntity }), "email.sale-incomplete", AskOtherChannel},
		{"sale by someone", customer(func(f *F) { f.SaleEntity = "" }), "email.sale-incomplete", AskOtherChannel},
		{"other products", customer(func(f *F) { f.Similar = No }), "email.sale-incomplete", AskOtherChannel},
		{"not informed", customer(func(f *F) { f.Informed = "" }), "email.sale-incomplete", AskOtherChannel},
		{"no opt-out then", customer(func(f *F) { f.OptOutAtCollection = "" }), "email.sale-incomplete", AskOtherChannel},
		{"no opt-out later", customer(func(f *F) { f.OptOutInMessages = No }), "email.sale-incomplete", AskOtherChannel},
		{"free account", customer(func(f *F) { f.FreeAccount = Yes }), "email.account", KeepSoftOptIn},
		{"free account without opt-out", customer(func(f *F) { f.FreeAccount = Yes; f.OptOutInMessages = "" }), "email.sale-incomplete", AskOtherChannel},

		{"info@ published", F{Person: LegalPersonGeneric, PublishedForPurpose: Yes}, "email.published", KeepPublished},
		{"published, passed", F{Person: SoleTrader, PublishedForPurpose: Yes, LIA: PassedAssessment}, "email.published", KeepPublished},
		{"published, failed", F{Person: LegalPersonNamed, PublishedForPurpose: Yes, LIA: FailedAssessment}, "interest.failed", Stop},
		{"published, overdue", F{Person: LegalPersonNamed, PublishedForPurpose: Yes, LIA: OverdueAssessment}, "interest.assess", AssessInterest},
		{"published by a consumer", F{Person: Consumer, PublishedForPurpose: Yes, LIA: PassedAssessment}, "email.no-consent", AskOtherChannel},
		{"published by someone", F{PublishedForPurpose: Yes, LIA: PassedAssessment}, "email.no-consent", AskOtherChannel},
		{"info@ not published", F{Person: LegalPersonGeneric}, "email.no-consent", AskOtherChannel},

		{"calling a company", F{Channel: basis.Phone, Person: LegalPersonGeneric}, "phone.company", KeepInterest},
		{"calling someone at a company", F{Channel: basis.Phone, Person: LegalPersonNamed, LIA: PassedAssessment}, "phone.company", KeepInterest},
		{"calling someone at a company, not assessed", F{Channel: basis.Phone, Person: LegalPersonNamed}, "interest.assess", AssessInterest},
		{"calling a sole trader", F{Channel: basis.Phone, Person: SoleTrader, LIA: PassedAssessment}, "phone.no-consent", AskOtherChannel},
		{"calling a customer", customer(func(f *F) { f.Channel = basis.Phone }), "phone.no-consent", AskOtherChannel},
		{"a charity calls a giver", customer(func(f *F) {
			f.Channel = basis.Phone
			f.Sector = CharitySector
			f.OptOutInMessages = ""
			f.FreeAccount = Yes
		}), "phone.customer", KeepSoftOptIn},
		{"a charity calls a stranger", F{Channel: basis.Phone, Sector: CharitySector}, "phone.no-consent", AskOtherChannel},

		{"post on consent", F{Channel: basis.Post, Basis: basis.Consent}, "post.consent", AskAgain},
		{"post, passed", F{Channel: basis.Post, LIA: PassedAssessment}, "post.interest", KeepInterest},
		{"no channel, failed", F{Channel: basis.NoChannel, LIA: FailedAssessment}, "interest.failed", Stop},
		{"post, draft", F{Channel: basis.Post, LIA: DraftAssessment}, "interest.assess", AssessInterest},
		{"on consent, unproven", F{Kind: other, Basis: basis.Consent}, "consent.incomplete", AskAgain},
		{"on f, passed", F{Kind: other, Basis: basis.LegitimateInterests, LIA: PassedAssessment}, "interest.passed", KeepInterest},
		{"on f, not assessed", F{Kind: other, Basis: basis.LegitimateInterests, LIA: NotAssessed}, "interest.assess", AssessInterest},
		{"nothing known", F{Kind: other}, "facts.missing", Review},
		{"a channel outside the list", F{Channel: "fax"}, "facts.missing", Review},
		{"a kind outside the list", F{Kind: "spam"}, "facts.missing", Review},
	} {
		a := tab.Decide(&c.f)
		require.Equal(t, c.rule, a.Rule, c.name)
		require.Equal(t, c.outcome, a.Outcome, c.name)
		require.NotEmpty(t, a.Cites, c.name)
		require.NotEmpty(t, a.Why, c.name)
	}
}

// TestCites pins the provisions that depend on the facts.
func TestCites(t *testing.T) {
	tab := tableOn(t, today)
	for _, c := range []struct {
		f     Facts
		cites []string
	}{
		{Facts{Special: SpecialCategory}, []string{"GDPR 9(1)"}},
		{Facts{Special: CriminalData}, []string{"GDPR 10"}},
		{consented(nil), []string{"GDPR 6(1)(a)", "GDPR 7(1)", "Tw 11.7"}},
		{consented(func(f *Facts) { f.Channel = basis.Post }), []string{"GDPR 6(1)(a)", "GDPR 7(1)"}},
		{consented(func(f *Facts) { f.Kind = basis.OtherKind }), []string{"GDPR 6(1)(a)", "GDPR 7(1)"}},
		{customer(nil), []string{"ePrivacy 13(2)", "Tw 11.7", "GDPR 95"}},
		{Facts{Channel: basis.Post}, []string{"GDPR 6(1)(f)", "GDPR 21(4)", "recital 47"}},
	} {
		require.Equal(t, c.cites, tab.Decide(&c.f).Cites)
	}
}

// TestLaterConsent walks around the moment of a denial.
func TestLaterConsent(t *testing.T) {
	tab := tableOn(t, today)
	for _, c := range []struct {
		denied, consent string
		keeps           bool
	}{
		{"2026-03-28", "2026-03-28T22:59:59.999999999Z", false}, // still that day in Amsterdam
		{"2026-03-28", "2026-03-28T23:00:00Z", true},            // midnight
		{"2026-03-29", "2026-03-29T21:59:59Z", false},           // the clock went forward
		{"2026-03-29", "2026-03-29T22:00:00Z", true},
		{"2026-10-25", "2026-10-25T22:59:59Z", false}, // and back
		{"2026-10-25", "2026-10-25T23:00:00Z", true},
		{"2026-03-28T10:00:00Z", "2026-03-28T10:00:00Z", false}, // the same instant
		{"2026-03-28T10:00:00Z", "2026-03-28T10:00:00.000000001Z", true},
		{"2026-03-28T10:00:00Z", "2026-03-28T11:00:00+01:00", false},
	} {
		f := consented(func(f *Facts) { f.ConsentAt = when(t, c.consent); f.ObjectedAt = when(t, c.denied) })
		require.Equal(t, c.keeps, tab.Decide(&f).Outcome.Keeps(), c)
		f.ObjectedAt, f.WithdrawnAt = When{}, f.ObjectedAt
		require.Equal(t, c.keeps, tab.Decide(&f).Outcome.Keeps(), c)
	}
}

func TestChild(t *testing.T) {
	for _, c := range []struct {
		name, at, birth, consent string
		rule                     string
		change                   func(*Facts)
	}{
		{"15 on the day", today, "2008-05-02", "2024-05-01T12:00:00+02:00", "consent.child", nil},
		{"16 on the day", today, "2008-05-01", "2024-05-01T12:00:00+02:00", "consent.complete", nil},
		{"the day in the controller's zone", today, "2008-05-01", "2024-04-30T22:00:00Z", "consent.complete", nil},
		{"leap day, the day before", today, "2008-02-29", "2024-02-28T12:00:00Z", "consent.child", nil},
		{"leap day", today, "2008-02-29", "2024-02-29T12:00:00Z", "consent.complete", nil},
		{"parents agreed", today, "2010-01-01", "2024-05-01T12:00:00Z", "consent.complete", func(f *Facts) { f.ParentalConsent = Yes }},
		{"parents unknown", today, "2010-01-01", "2024-05-01T12:00:00Z", "consent.child", func(f *Facts) { f.ParentalConsent = No }},
		{"no online service", today, "2010-01-01", "2024-05-01T12:00:00Z", "consent.complete", func(f *Facts) { f.OnlineService = No }},
		{"marketing without a consent", today, "2015-01-01", "", "email.no-consent", nil},
		{"on consent, on the day of evaluation", today, "2010-11-25", "", "consent.child", func(f *Facts) { f.Basis = basis.Consent }},
		{"on consent, 16 that day", today, "2010-11-24", "", "email.no-consent", func(f *Facts) { f.Basis = basis.Consent }},
		{"no marketing, no consent", today, "2015-01-01", "", "facts.missing", func(f *Facts) { f.Kind = basis.OtherKind }},
	} {
		f := consented(func(f *Facts) { f.ConsentAt, f.BirthDate = when(t, c.consent), when(t, c.birth) })
		if c.change != nil {
			c.change(&f)
		}
		require.Equal(t, c.rule, tableOn(t, c.at).Decide(&f).Rule, c.name)
	}
}

func TestCallsToCustomers(t *testing.T) {
	call := customer(func(f *Facts) { f.Channel = basis.Phone })
	require.Equal(t, "phone.customer", tableOn(t, "2026-06-30").Decide(&call).Rule)
	require.Equal(t, "phone.no-consent", tableOn(t, "2026-07-01").Decide(&call).Rule)
	for _, s := range []Sector{CharitySector, LotterySector, PressSector} {
		call.Sector = s
		require.Equal(t, "phone.customer", tableOn(t, "2026-07-01").Decide(&call).Rule)
		call.Sector = ""
		require.Equal(t, "phone.customer", tableFor(t, Controller{Country: "NL", Sector: s}, "2026-07-01").Decide(&call).Rule)
	}
	call.Sector = PressSector
	for _, c := range []struct {
		sale, at string
		narrow   bool
	}{
		{"2023-06-30", "2026-06-30", false}, {"2023-06-29", "2026-06-30", true},
		{"2024-02-29", "2027-02-28", false}, {"2024-02-29", "2027-03-01", true},
	} {
		call.SaleAt = when(t, c.sale)
		a := tableOn(t, c.at).Decide(&call)
		require.Equal(t, KeepSoftOptIn, a.Outcome)
		require.Equal(t, c.narrow, a.Codes.Has(Narrow), c)
	}
}

// TestEvidence holds grade and gaps against the words of the law, for every combination.
func TestEvidence(t *testing.T) {
	tab := tableOn(t, today)
	for _, at := range []string{"", "2020-01-02", "2020-01-02T10:00:00Z", "2026-11-24T22:59:59Z", "2026-11-24T23:00:00Z", "2026-11-25"} {
		for _, text := range []string{"", "v1"} {
			for _, action := range append(Action("").Values(), "") {
				for _, bundled := range []YesNo{"", Yes, No} {
					for _, told := range []YesNo{"", Yes, No} {
						f := Facts{ConsentAt: when(t, at), ConsentText: text, ConsentAction: Action(action), ConsentBundled: bundled, ConsentWithdrawalTold: told}
						future := at == "2026-11-24T23:00:00Z" || at == "2026-11-25"
						var gaps []Gap
						note := func(g Gap, is bool) {
							if is {
								gaps = append(gaps, g)
							}
						}
						note(GapTime, at == "")
						note(GapTimeOfDay, len(at) == 10)
						note(GapFuture, future)
						note(GapText, text == "")
						note(GapAction, action == "" || action == "unknown")
						note(GapPreTicked, action == "preticked")
						note(GapSilence, action == "silence")
						note(GapBundled, bundled != No)
						note(GapWithdrawalNotTold, told != Yes)
						grade := Partial
						if len(gaps) == 0 {
							grade = Complete
						} else if at == "" && text == "" || action == "preticked" || action == "silence" || bundled == Yes || future {
							grade = NoEvidence
						}
						a := tab.Decide(&f)
						var got []Gap
						for g := range a.Gaps.All() {
							got = append(got, g)
							require.True(t, a.Gaps.Has(g))
						}
						require.Equal(t, gaps, got, f)
						require.Equal(t, len(gaps), a.Gaps.Len())
						require.Equal(t, grade, a.Evidence, f)
					}
				}
			}
		}
	}
}

func TestAlso(t *testing.T) {
	third := func(change func(*Facts)) Facts {
		f := Facts{Kind: basis.OtherKind, Source: basis.FromThirdParty, AcquiredAt: Day(2026, 1, 31)}
		if change != nil {
			change(&f)
		}
		return f
	}
	for _, c := range []struct {
		name, at string
		f        Facts
		also     []string
	}{
		{"origin unknown", today, Facts{}, []string{"find_source"}},
		{"origin not found", today, Facts{Source: basis.UnknownSource}, []string{"find_source"}},
		{"derived", today, Facts{Source: basis.Derived}, nil},
		{"info@", today, Facts{Person: LegalPersonGeneric}, nil},
		{"from the person, no notice", today, Facts{Source: basis.FromSubject}, []string{"inform_now"}},
		{"notice today", today, Facts{Source: basis.FromSubject, NoticeAt: Day(2026, 11, 24)}, nil},
		{"notice tomorrow", today, Facts{Source: basis.FromSubject, NoticeAt: Day(2026, 11, 25)}, []string{"inform_now"}},
		{"third party, a month, clamped", "2026-02-28", third(nil), nil},
		{"third party, a month and a day", "2026-03-01", third(nil), []string{"inform_now"}},
		{"third party, day unknown", "2026-02-01", third(func(f *Facts) { f.AcquiredAt = When{} }), []string{"inform_now"}},
		{"third party, notice given", "2026-12-01", third(func(f *Facts) { f.NoticeAt = Day(2026, 2, 1) }), nil},
		{"public, marketing goes on", "2026-02-01", third(func(f *Facts) {
			f.Source = basis.FromPublic
			f.Kind = ""
			f.Channel = basis.Post
			f.LIA = PassedAssessment
		}), []string{"inform_now"}},
		{"public, marketing without contact", "2026-02-01", third(func(f *Facts) {
			f.Source = basis.FromPublic
			f.Kind = ""
			f.Channel = basis.NoChannel
			f.LIA = PassedAssessment
		}), nil},
		{"public, marketing stops", "2026-02-01", third(func(f *Facts) {
			f.Source = basis.FromPublic
			f.Kind = ""
			f.Channel = basis.Post
			f.LIA = FailedAssessment
		}), nil},
		{"changed, compatible", today, Facts{Source: basis.Derived, PurposeChanged: Yes, Compatible: Yes}, []string{"inform_before"}},
		{"changed, on consent", today, Facts{Source: basis.Derived, PurposeChanged: Yes, Compatible: Yes, Basis: basis.Consent}, nil},
		{"free account", today, customer(func(f *Facts) { f.FreeAccount = Yes; f.Source = basis.Derived }), []string{"narrow"}},
		{"everything", today, customer(func(f *Facts) {
			f.FreeAccount, f.PurposeChanged, f.Compatible, f.UnneededFields = Yes, Yes, Yes, []string{"age", "plate"}
		}), []string{"erase_field:age", "erase_field:plate", "find_source", "inform_before", "narrow"}},
	} {
		a := tableOn(t, c.at).Decide(&c.f)
		require.Equal(t, c.also, a.AppendAlso(nil), c.name)
	}
}

// TestMidnightThatDoesNotExist: in Sao Paulo 4 November 2018 began at 01:00.
func TestMidnightThatDoesNotExist(t *testing.T) {
	loc := zone(t, "America/Sao_Paulo")
	for _, c := range []struct {
		day   int
		rule  string
		moved time.Duration
	}{{3, "email.no-consent", 0}, {4, "marketing.objected", 0}, {3, "marketing.objected", -time.Nanosecond}} {
		tab, err := NewTable(Controller{Country: "NL"}, time.Date(2018, 11, c.day, 12, 0, 0, 0, loc))
		require.NoError(t, err)
		f := Facts{ObjectedAt: Instant(time.Date(2018, 11, 4, 3, 0, 0, 0, time.UTC).Add(c.moved))}
		require.Equal(t, c.rule, tab.Decide(&f).Rule, c)
	}
}

func TestPublicAuthorityIsPresumed(t *testing.T) {
	f := Facts{Kind: basis.OtherKind, Basis: basis.LegitimateInterests, LIA: PassedAssessment}
	tab := tableFor(t, Controller{Country: "NL", PublicAuthority: true}, today)
	require.Equal(t, "ground.authority", tab.Decide(&f).Rule)
	f.PublicTask = No
	require.Equal(t, "interest.passed", tab.Decide(&f).Rule)
}

func TestTextsOfRules(t *testing.T) {
	all := append(rules(), unbalanced(FailedAssessment), unbalanced(NotAssessed))
	for _, r := range all {
		for _, s := range []string{r.why.En, r.why.Nl} {
			require.Regexp(t, `^[A-ZÉ].*\.$`, s, r.id)
			require.NotContains(t, s, "—")
		}
		require.True(t, r.outcome.Valid(), r.id)
	}
	for _, name := range Outcome("").Values() {
		require.NotEmpty(t, Outcome(name).Title().En, name)
		require.NotEmpty(t, Outcome(name).Title().Nl, name)
	}
	for _, name := range Code("").Values() {
		require.NotEmpty(t, Code(name).Title().Nl)
		require.NotEmpty(t, Code(name).Cites())
	}
}

func TestZeroTableSendsToReview(t *testing.T) {
	f := consented(nil)
	require.Equal(t, Review, new(Table).Decide(&f).Outcome)
}

func TestNoAllocations(t *testing.T) {
	tab := tableOn(t, today)
	f := customer(nil)
	require.Zero(t, testing.AllocsPerRun(100, func() { sink = tab.Decide(&f) }))
}

func TestAllGoesOnAfterErrors(t *testing.T) {
	tab := tableOn(t, today)
	facts := func(yield func(Facts, error) bool) {
		_ = yield(Facts{Contact: "1"}, nil) && yield(Facts{}, fmt.Errorf("broken")) && yield(Facts{Person: "dog"}, nil) && yield(Facts{Contact: "4"}, nil)
	}
	var got []string
	for c, err := range tab.All(facts) {
		got = append(got, fmt.Sprint(c.Facts.Contact, c.Answer.Rule, err))
	}
	require.Equal(t, []string{"1email.no-consent<nil>", "broken", "reconsent: person has a value outside its list", "4email.no-consent<nil>"}, got)
}
